"""The examples of docs/reference/fit.md: one of every command, and the files that they read."""

import csv
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[4] / "docs" / "reference"
FOLDER = REFERENCE / "examples"
OUTCOMES = (
    "--outcome",
    "--response",
    "--count",
    "--time",
    "--category",
    "--change",
    "--guess",
    "--before",
)
"""Options that name what is analysed."""

Row = list[str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows of a file."""

    header: Row
    rows: list[Row]

    def changed(self, column: str, change: Callable[[str, Row], str]) -> "Sheet":
        """Return the sheet with a column changed, from its value and the row."""
        place = self.header.index(column)
        rows = [[*row[:place], change(row[place], row), *row[place + 1 :]] for row in self.rows]
        return Sheet(header=self.header, rows=rows)

    def of_row(self, row: Row, column: str) -> str:
        """Return a value of a row."""
        return row[self.header.index(column)]

    def text(self, separator: str = ",") -> str:
        """Return the file."""
        return "".join(separator.join(row) + "\n" for row in (self.header, *self.rows))


@dataclass(frozen=True, kw_only=True)
class Example:
    """One command, with the words that are typed after `antiphon`."""

    words: tuple[str, ...]

    @property
    def command(self) -> str:
        """Name of the command."""
        return self.words[1]

    @property
    def file(self) -> Path | None:
        """The file that it reads."""
        name = self.option("--data")
        return None if name is None else FOLDER / name

    @property
    def sheet(self) -> Sheet:
        """What stands in the file."""
        assert self.file is not None
        with self.file.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        return Sheet(header=header, rows=rows)

    @property
    def outcome(self) -> str:
        """The column that is analysed."""
        formula, items, ranked = map(self.option, ("--formula", "--items", "--ranked"))
        if formula:
            return formula.partition("~")[0].strip()
        if items or ranked:
            return re.split(r"[,=]", items or ranked or "")[0]
        return next(name for name in map(self.option, OUTCOMES) if name)

    @property
    def arm(self) -> str | None:
        """The column of the arm or treatment."""
        named = self.option("--arm") or self.option("--treatment")
        return named or ("arm" if self.option("--formula") else None)

    @property
    def named_columns(self) -> tuple[str, ...]:
        """Options that name one column."""
        header = self.sheet.header
        pairs = zip(self.words, self.words[1:], strict=False)
        return tuple(option for option, value in pairs if option[:2] == "--" and value in header)

    def option(self, name: str) -> str | None:
        """Return the word after an option."""
        return self.words[self.words.index(name) + 1] if name in self.words else None

    def with_option(self, name: str, value: object) -> "Example":
        """Return the command with another word after an option."""
        if name not in self.words:
            return Example(words=(*self.words, name, str(value)))
        place = self.words.index(name) + 1
        return Example(words=(*self.words[:place], str(value), *self.words[place + 1 :]))


def read_examples() -> tuple[Example, ...]:
    """Return the examples of the page."""
    page = (REFERENCE / "fit.md").read_text("utf-8")
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
        for line in block.splitlines()
    ]
    return tuple(Example(words=tuple(shlex.split(line)[1:])) for line in lines)


EXAMPLES = read_examples()
WITH_FILE = tuple(example for example in EXAMPLES if example.file is not None)
