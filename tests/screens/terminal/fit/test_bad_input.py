"""Every command on every bad file of a trial: one sentence that names it and no number, or an answer without a gap."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from screens.terminal.fit.group import COMMANDS
from tests.screens.terminal.fit.command_line import CommandLine
from tests.screens.terminal.fit.examples import EXAMPLES, WITH_FILE, Example, Row, Sheet

LONG = ("mmrm", "impute", "crossover", "session-course", "crossover-many-periods")
"""One row a participant and visit, session or period."""
OCCASIONS = ("visit", "session", "period")
ADJUSTED = tuple(
    example.command
    for example in WITH_FILE
    if "baseline" in (example.option("--covariates") or example.option("--formula") or "")
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something wrong with a file."""

    name: str
    spoil: Callable[[Example, Sheet], Sheet | None]
    """None where a command has no such column."""
    said: str = ""
    """What the sentence must say."""
    harmless: tuple[str, ...] = ()
    """Commands to which it is data like any other."""


def constant_outcome(example: Example, sheet: Sheet) -> Sheet:
    first = sheet.of_row(sheet.rows[0], example.outcome)
    return sheet.changed(example.outcome, lambda *_: first)


def one_arm_only(example: Example, sheet: Sheet) -> Sheet | None:
    if example.arm is None:
        return None
    first = sheet.of_row(sheet.rows[0], example.arm)
    kept = [row for row in sheet.rows if sheet.of_row(row, str(example.arm)) == first]
    return Sheet(header=sheet.header, rows=kept)


def an_arm_without_outcome(example: Example, sheet: Sheet) -> Sheet | None:
    if example.arm is None:
        return None
    first = sheet.of_row(sheet.rows[0], example.arm)
    return sheet.changed(
        example.outcome,
        lambda value, row: "" if sheet.of_row(row, str(example.arm)) == first else value,
    )


def outcome_told_by_arm(example: Example, sheet: Sheet) -> Sheet | None:
    if example.arm is None or example.command == "blinding":
        return None
    values = ("none", "severe") if example.option("--category") else ("0", "1")
    first = sheet.of_row(sheet.rows[0], example.arm)
    return sheet.changed(
        example.outcome, lambda _, row: values[sheet.of_row(row, str(example.arm)) == first]
    )


def one_occasion(example: Example, sheet: Sheet) -> Sheet | None:
    column = next((name for name in OCCASIONS if name in sheet.header), None)
    if example.command not in LONG or column is None:
        return None
    first = sheet.of_row(sheet.rows[0], column)
    kept = [row for row in sheet.rows if sheet.of_row(row, column) == first]
    return Sheet(header=sheet.header, rows=kept)


def the_same_row_twice(example: Example, sheet: Sheet) -> Sheet | None:
    if example.command not in (*LONG, "donors"):
        return None
    return Sheet(header=sheet.header, rows=[*sheet.rows, sheet.rows[0]])


def three_rows(_: Example, sheet: Sheet) -> Sheet:
    return Sheet(header=sheet.header, rows=sheet.rows[:3])


def no_rows(_: Example, sheet: Sheet) -> Sheet:
    return Sheet(header=sheet.header, rows=[])


def in_the_outcome(word: str) -> Callable[[Example, Sheet], Sheet | None]:
    def spoil(example: Example, sheet: Sheet) -> Sheet | None:
        if example.command in {"ordinal", "blinding"}:
            return None
        return with_word(sheet, example.outcome, word)

    return spoil


def in_the_baseline(word: str) -> Callable[[Example, Sheet], Sheet | None]:
    def spoil(example: Example, sheet: Sheet) -> Sheet | None:
        return with_word(sheet, "baseline", word) if example.command in ADJUSTED else None

    return spoil


def with_word(sheet: Sheet, column: str, word: str) -> Sheet:
    fourth = sheet.rows[3]

    def change(value: str, row: Row) -> str:
        return word if row is fourth else value

    return sheet.changed(column, change)


def a_decimal_comma(example: Example, sheet: Sheet) -> Sheet | None:
    number = sheet.of_row(sheet.rows[0], example.outcome)
    return (
        sheet.changed(example.outcome, lambda value, _: value.replace(".", ","))
        if "." in number
        else None
    )


SMALL_IS_ENOUGH = ("risk-difference", "reliable-change", "responder-curve", "blinding")
FAULTS = (
    Fault(
        name="constant outcome",
        spoil=constant_outcome,
        harmless=("survival", "win-ratio", "reliable-change", "blinding"),
    ),
    Fault(name="one arm only", spoil=one_arm_only),
    Fault(
        name="an arm without outcome",
        spoil=an_arm_without_outcome,
        harmless=("crossover-many-periods",),
    ),
    Fault(
        name="outcome told by the arm",
        spoil=outcome_told_by_arm,
        harmless=("risk-difference", "win-ratio", "responder-curve", "rerandomization"),
    ),
    Fault(name="one visit", spoil=one_occasion, harmless=("impute",)),
    Fault(name="the same row twice", spoil=the_same_row_twice),
    Fault(name="fewer rows than parameters", spoil=three_rows, harmless=SMALL_IS_ENOUGH),
    Fault(name="no rows", spoil=no_rows, said="a header and no rows"),
    Fault(name="infinite", spoil=in_the_outcome("inf"), said="line 5, column"),
    Fault(name="too large", spoil=in_the_outcome("1e300"), said="too large for a measurement"),
    Fault(name="text", spoil=in_the_outcome("abc"), said="'abc' is not a number"),
    Fault(name="missing written as NA", spoil=in_the_outcome("NA"), said="Leave a missing value empty"),
    Fault(name="NA in a covariate", spoil=in_the_baseline("NA"), said="'NA' is text among numbers"),
    Fault(name="quoted decimal comma", spoil=in_the_baseline('"12,5"'), said="'12,5' is text among"),
    Fault(name="decimal comma", spoil=a_decimal_comma, said="A decimal comma cannot stand"),
)  # fmt: skip


def cases() -> list[tuple[Example, Fault, Sheet]]:
    """Return every fault that a file of each command can have."""
    spoilt = [
        (example, fault, fault.spoil(example, example.sheet))
        for fault in FAULTS
        for example in WITH_FILE
    ]
    return [(example, fault, sheet) for example, fault, sheet in spoilt if sheet is not None]


@pytest.mark.parametrize(
    ("example", "fault", "spoilt"),
    [pytest.param(*case, id=f"{case[0].command}: {case[1].name}") for case in cases()],
)
def test_a_faulty_file_gives_a_sentence_or_a_sound_answer(
    antiphon: CommandLine, tmp_path: Path, example: Example, fault: Fault, spoilt: Sheet
) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(spoilt.text(), encoding="utf-8")
    words = example.with_option("--data", path).words

    if example.command in fault.harmless:
        antiphon.json(*words)
        return

    done = antiphon.refusal(*words)

    assert done.error.startswith("faulty.csv")
    assert fault.said in done.error


@pytest.mark.parametrize("example", WITH_FILE, ids=lambda example: example.command)
def test_an_empty_file_and_a_misspelt_column_are_told(
    antiphon: CommandLine, tmp_path: Path, example: Example
) -> None:
    path = tmp_path / "trial.csv"
    path.write_text("", encoding="utf-8")

    done = antiphon.refusal(*example.with_option("--data", path).words)
    assert (done.code, done.error) == (2, "trial.csv is empty.\n")

    assert example.file is not None
    here = example.with_option("--data", example.file)
    for option in example.named_columns:
        misspelt = f"{example.option(option)}x"
        done = antiphon.refusal(*here.with_option(option, misspelt).words)
        assert done.code == 2
        assert f"no column '{misspelt}'; did you mean '{misspelt[:-1]}'?" in done.error


def numbers_of(command: str) -> list[str]:
    """Return the options of a command that take a number with decimals."""
    found = []
    for name, parameter in inspect.signature(COMMANDS[command]).parameters.items():
        kind = get_args(parameter.annotation)[0] if get_args(parameter.annotation) else None
        if kind is float or float in get_args(kind):
            found.append("--" + name.replace("_", "-"))
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_an_option_that_is_no_finite_number_is_told(
    antiphon: CommandLine, example: Example
) -> None:
    here = example if example.file is None else example.with_option("--data", example.file)
    for option in numbers_of(example.command):
        for word in ("nan", "inf"):
            done = antiphon.run(*here.with_option(option, word).words, "--json")
            assert (done.code, done.out) == (2, "")
            assert option in done.error
