"""`antiphon fit crossover-many-periods`: two Latin squares whose sums of squares are plain by hand."""

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

SEQUENCES = ("ABC", "BCA", "CAB", "ACB", "BAC", "CBA")
EFFECTS = {"A": 0, "B": 2, "C": 5}
LEFT_OVER = ((1, -1, 0), (0, 1, -1), (-1, 0, 1), (1, -1, 0), (-1, 0, 1), (0, 1, -1))
"""Adds up to 0 for every participant, period and treatment; sum of squares 12 on 8 degrees of freedom."""
ROWS = "id,period,drug,y\n" + "".join(
    f"P{person},{place + 1},{drug},{10 * person + 3 * place + EFFECTS[drug] + LEFT_OVER[person][place]}\n"
    for person, sequence in enumerate(SEQUENCES)
    for place, drug in enumerate(sequence)
)
COLUMNS = ("--outcome", "y", "--subject", "id", "--period", "period", "--treatment", "drug")


def test_treatments_are_compared_within_participants(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "crossover-many-periods", "--data", csv_file(ROWS), *COLUMNS, "--reference", "A"
    )

    effects = told["effects"]
    assert [one["quantity"][-5:] for one in effects] == ["B − A", "C − A"]
    assert [one["estimate"] for one in effects] == pytest.approx([2, 5])
    assert [one["se"] for one in effects] == pytest.approx([sqrt(2 * (12 / 8) / 6)] * 2)
    assert [one["df"] for one in effects] == [8, 8]
    assert told["p_treatments"] == pytest.approx((1 + 2 * (76 / 2) / 1.5 / 8) ** -4)
    assert told["p_periods"] == pytest.approx((1 + 2 * (108 / 2) / 1.5 / 8) ** -4)
    assert told["p_carry_over"] is None
    assert run_python(told["python"]).p_treatments == told["p_treatments"]


def test_carry_over_is_shown_when_it_is_asked_for(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "crossover-many-periods", "--data", csv_file(ROWS + "P6,1,A,\n"), *COLUMNS,
        "--reference", "A", "--carry-over", "first-order",
    )  # fmt: skip

    assert [one["df"] for one in told["effects"]] == [6, 6]
    assert told["n_left_out"] == 1
    assert run_python(told["python"]).p_carry_over == told["p_carry_over"]


@pytest.mark.parametrize(
    ("rows", "reference", "code", "words"),
    [
        (ROWS, "D", 2, "there is no 'D'"),
        (ROWS.replace("P1,2,", "P1,1,"), "A", 2, "P1"),
        (ROWS.replace("P0,1,", "P0,1.5,"), "A", 2, "whole numbers"),
        (ROWS[: ROWS.index("P1,")], "A", 3, "cannot be told from"),
    ],
)
def test_periods_that_cannot_be_compared_are_one_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    rows: str,
    reference: str,
    code: int,
    words: str,
) -> None:
    done = antiphon.refusal(
        "fit", "crossover-many-periods", "--data", csv_file(rows), *COLUMNS,
        "--reference", reference,
    )  # fmt: skip

    assert done.code == code
    assert words in done.error
