"""A newcomer finds a thing by its folder: each says what it is for, and none is called `utils`."""

import ast
import re
from pathlib import Path

import pytest

PACKAGES = ("protocols", "data", "interventions", "trials", "analysis", "screens")
VAGUE = {"common", "helper", "helpers", "misc", "util", "utils"}
ROW = re.compile(r"^\| `(?P<folder>[^`]+)/` \| (?P<purpose>.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def purposes(checkout: Path) -> dict[str, str]:
    """Return what the README's map says each folder is for."""
    text = (checkout / "README.md").read_text("utf-8")
    header = "| folder | purpose |\n"
    assert header in text, (
        "the README's map of folders is a table that starts `| folder | purpose |`"
    )
    table = text.split(header, 1)[1].split("\n\n", 1)[0]
    return {row["folder"]: row["purpose"] for row in ROW.finditer(table)}


def purpose_of(init: Path) -> str:
    """Return the first paragraph of a folder's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(init.read_text("utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def test_every_package_is_on_the_map_with_its_own_purpose(
    checkout: Path, purposes: dict[str, str]
) -> None:
    inits = [init for name in PACKAGES for init in (checkout / name).rglob("__init__.py")]

    said = {init.parent.relative_to(checkout).as_posix(): purpose_of(init) for init in inits}

    assert said == {folder: purposes.get(folder, "not on the README's map") for folder in said}


def test_every_folder_on_the_map_exists(checkout: Path, purposes: dict[str, str]) -> None:
    assert [folder for folder in purposes if not (checkout / folder).is_dir()] == []


def test_no_module_has_a_name_that_says_nothing(checkout: Path) -> None:
    roots = [checkout / name for name in (*PACKAGES, "tests")]

    vague = [path for root in roots for path in root.rglob("*") if path.stem.lower() in VAGUE]

    assert vague == []
