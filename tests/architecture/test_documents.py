"""Documents stay true where a program can tell: links lead somewhere, commands exist, decisions have their parts."""

import re
from pathlib import Path

import pytest
import typer

from screens.terminal.command import app

LINK = re.compile(r"\]\((?!https?://|#)(?P<target>[^)#\s]+)[^)]*\)")
NAMED = re.compile(r"`(?P<path>(?:docs|tests|protocols|interventions|trials|screens|data|analysis|benchmarks)/[\w./-]+)`")  # fmt: skip
COMMAND = re.compile(r"^\| `antiphon (?P<words>[a-z-]+(?: [a-z][a-z-]*)?)", re.MULTILINE)
PARTS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]
FORMER_FILES = ("screens/terminal", "trials/sessions", "trials/simulation")
MOST_BYTES_OF_A_PICTURE = 300_000


@pytest.fixture(scope="module")
def documents(checkout: Path) -> dict[Path, str]:
    """Return every document for people."""
    files = [*checkout.glob("*.md"), *(checkout / "docs").rglob("*.md")]
    return {file: file.read_text("utf-8") for file in files}


@pytest.fixture(scope="module")
def decisions(checkout: Path) -> list[Path]:
    """Return the decisions in order."""
    return sorted((checkout / "docs" / "decisions").glob("[0-9]*.md"))


def test_every_link_leads_to_a_file(documents: dict[Path, str]) -> None:
    links = [
        (file.name, found["target"], (file.parent / found["target"]).exists())
        for file, text in documents.items()
        for found in LINK.finditer(text)
    ]

    assert links
    assert [(name, target) for name, target, is_there in links if not is_there] == []


def test_every_path_that_is_named_exists(checkout: Path, documents: dict[Path, str]) -> None:
    named = {
        (file.name, found["path"])
        for file, text in documents.items()
        for found in NAMED.finditer(text)
    }
    past = {("0015-rooms-that-became-folders.md", f"{name}.py") for name in FORMER_FILES}

    missing = {(name, path) for name, path in named if not (checkout / path).exists()}

    assert missing == past


def test_decisions_are_numbered_without_a_gap_and_listed(
    checkout: Path, decisions: list[Path]
) -> None:
    index = (checkout / "docs" / "decisions" / "README.md").read_text("utf-8")

    assert [int(file.name[:4]) for file in decisions] == list(range(1, len(decisions) + 1))
    assert [file.name for file in decisions if f"({file.name})" not in index] == []


def test_every_decision_has_its_four_parts(decisions: list[Path]) -> None:
    parts = {
        file.name: [line for line in file.read_text("utf-8").splitlines() if line.startswith("## ")]
        for file in decisions
    }

    assert parts == dict.fromkeys(parts, PARTS)


def test_the_readme_lists_every_command_and_no_other(checkout: Path) -> None:
    listed = set(COMMAND.findall((checkout / "README.md").read_text("utf-8")))
    groups = {group.name: group.typer_instance for group in app.registered_groups}

    exist = {
        f"{name} {word}" for name, group in groups.items() if group for word in words_of(group)
    } | words_of(app)

    assert {words for words in exist if not is_listed(words, listed)} == set()
    assert {
        words for words in listed if words not in exist and words.split()[0] not in exist
    } == set()


def words_of(group: typer.Typer) -> set[str]:
    """Return the names of a group's own commands, without those that are hidden because they stand in a group too."""
    commands = [one for one in group.registered_commands if not one.hidden]
    return {one.name or one.callback.__name__ for one in commands if one.callback is not None}


def is_listed(words: str, listed: set[str]) -> bool:
    """Whether the command stands in the table, with or without an argument after it."""
    return any(one == words or one.startswith(f"{words} ") for one in listed)


def test_pictures_are_small(checkout: Path) -> None:
    sizes = {
        file.name: file.stat().st_size for file in (checkout / "docs" / "images").glob("*.png")
    }

    assert sizes
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES_OF_A_PICTURE} == {}
