"""The reference page keeps its word: it has an example of every command, and each gives what its schema says."""

from pathlib import Path

import pytest

from screens.terminal.fit.group import COMMANDS
from tests.screens.terminal.fit.command_line import CommandLine
from tests.screens.terminal.fit.examples import (
    EXAMPLES,
    FOLDER,
    REFERENCE,
    Example,
    Sheet,
)


def test_every_command_has_an_example_and_a_row_on_the_page() -> None:
    page = (REFERENCE / "fit.md").read_text("utf-8")

    assert [example.command for example in EXAMPLES] == list(COMMANDS)
    for name in COMMANDS:
        assert f"| `antiphon fit {name}` |" in page
        assert f"[{name}.schema.json](schemas/{name}.schema.json)" in page


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_an_example_gives_an_answer_that_its_schema_describes_from_a_spreadsheet_too(
    antiphon: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, example: Example
) -> None:
    monkeypatch.chdir(FOLDER)
    plain = antiphon.json(*example.words)

    assert len(plain["python"].splitlines()) == 2
    if example.file is None:
        return
    told = antiphon.json(*example.with_option("--data", spreadsheet(example, tmp_path)).words)
    for key in ("data", "python", "equivalent_calls"):
        del plain[key], told[key]
    assert told == plain


def spreadsheet(example: Example, folder: Path) -> Path:
    """Write the file of an example with a byte order mark, semicolons and decimal commas."""
    sheet = example.sheet
    commas = [[value.replace(".", ",") for value in row] for row in sheet.rows]
    path = folder / "sheet.csv"
    path.write_text(Sheet(header=sheet.header, rows=commas).text(";"), encoding="utf-8-sig")
    return path
