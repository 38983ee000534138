"""The pages about the methods: their examples give what they say, none is missing, and the index lists them all."""

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = (
    "ancova",
    "blinding",
    "complier-effect",
    "counts",
    "crossover",
    "description",
    "estimands",
    "means-and-ranks",
    "mediation",
    "ordered-categories",
    "reliability-and-change",
    "responder",
    "subgroups-and-dose",
    "time-to-event",
    "two-proportions",
    "win-ratio",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_example_of_a_page_gives_what_it_says(checkout: Path, page: str) -> None:
    file = checkout / "docs" / "explanation" / f"{page}.md"

    found = doctest.testfile(str(file), module_relative=False, encoding="utf-8")

    assert found.attempted > 0
    assert found.failed == 0


@pytest.fixture
def pages(checkout: Path) -> dict[str, str]:
    """Return the text of every page by its file name."""
    folder = checkout / "docs" / "explanation"
    return {file.name: file.read_text("utf-8") for file in folder.glob("*.md")}


def test_the_index_lists_every_page(pages: dict[str, str]) -> None:
    index = pages.pop("README.md")

    assert [name for name in pages if f"({name})" not in index] == []


def estimators(folder: Path) -> Iterator[str]:
    # the others are building blocks of these
    for file in sorted(folder.glob("*.py")):
        functions = (
            n.name
            for n in ast.parse(file.read_text("utf-8")).body
            if isinstance(n, ast.FunctionDef)
        )
        if any(name.startswith(("estimate_", "compare_", "judge_")) for name in functions):
            yield file.stem


def test_every_estimator_has_its_page(checkout: Path, pages: dict[str, str]) -> None:
    told = "".join(text for name, text in pages.items() if name != "README.md")
    names = list(estimators(checkout / "analysis" / "estimators"))

    assert len(names) > 25
    assert [one for one in names if f"`analysis/estimators/{one}.py`" not in told] == []


def test_every_page_says_how_it_was_checked_and_where_the_method_is_from(
    pages: dict[str, str],
) -> None:
    del pages["README.md"]
    silent = [
        name
        for name, text in pages.items()
        if not re.search(r"^## How it was checked$|\bChecked ", text, re.MULTILINE)
        or not re.search(r"^## (Sources|References)$", text, re.MULTILINE)
    ]

    assert silent == []
