"""`antiphon fit donors`: three donors whose differences are 1, 3 and 2."""

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

ROWS = """arm,donor,y
ADAPTIVE,1,5
ADAPTIVE,2,9
ADAPTIVE,3,4
ADAPTIVE,4,7
YOKED,1,3
YOKED,1,5
YOKED,2,6
YOKED,3,2
YOKED,9,2
YOKED,3,
"""
COLUMNS = ("--outcome", "y", "--arm", "arm", "--donor", "donor")


def test_a_donor_is_compared_with_the_mean_of_the_listeners(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "donors", "--data", csv_file(ROWS), *COLUMNS, "--arms", "ADAPTIVE,YOKED"
    )

    difference = told["mean_difference"]
    assert difference["estimate"] == pytest.approx(2)
    assert difference["se"] == pytest.approx(1 / sqrt(3))
    assert (difference["df"], difference["n"]) == (2, {"donors": 3, "listeners": 4})
    assert told["shift"]["estimate"] == pytest.approx(2)
    assert told["donors_without_listener"] == ["4"]
    assert (told["listeners_without_donor"], told["n_left_out"]) == (1, 1)
    assert run_python(told["python"]).mean_difference.p == difference["p"]


@pytest.mark.parametrize(
    ("rows", "arms", "code", "words"),
    [
        (ROWS, "ADAPTIVE,SILENCE", 2, "there is no 'SILENCE'"),
        (ROWS.replace("YOKED,2,6", "YOKED,2,six"), "ADAPTIVE,YOKED", 2, "six"),
        (ROWS + "ADAPTIVE,1,8\n", "ADAPTIVE,YOKED", 3, "a donor occurs twice"),
    ],
)
def test_donors_that_cannot_be_compared_are_one_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    rows: str,
    arms: str,
    code: int,
    words: str,
) -> None:
    done = antiphon.refusal("fit", "donors", "--data", csv_file(rows), *COLUMNS, "--arms", arms)

    assert done.code == code
    assert words in done.error
