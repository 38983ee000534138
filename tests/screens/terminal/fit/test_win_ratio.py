"""`antiphon fit win-ratio`: four pairs counted by hand."""

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

ROWS = """arm,days,relapse,score
MUSIC,10,1,3
MUSIC,10,0,5
MUSIC,10,0,
CTRL,5,1,1
CTRL,10,0,4
"""


def test_pairs_are_decided_by_the_first_outcome_that_can(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "win-ratio", "--data", csv_file(ROWS), "--arm", "arm",
        "--ranked", "days=event,relapse", "--ranked", "score=higher",
    )  # fmt: skip

    assert [told[key] for key in ("wins", "losses", "ties", "n_left_out")] == [3, 1, 0, 1]
    assert told["by_outcome"] == [
        {"outcome": "days", "wins": 2, "losses": 1},
        {"outcome": "score", "wins": 1, "losses": 0},
    ]
    assert told["win_ratio"]["estimate"] == pytest.approx(3)
    assert told["win_ratio"]["se"] == pytest.approx(sqrt(32 / 9))
    assert told["net_benefit"]["estimate"] == pytest.approx(1 / 2)
    assert told["net_benefit"]["se"] == pytest.approx(sqrt(1 / 2))
    assert run_python(told["python"]).wins == 3


def test_a_margin_makes_ties_and_lower_can_be_better(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = ROWS.replace("CTRL,10,0,4", "CTRL,10,0,6")

    told = antiphon.json(
        "fit", "win-ratio", "--data", csv_file(rows), "--arm", "arm", "--ranked", "score=lower,1"
    )

    assert [told[key] for key in ("wins", "losses", "ties")] == [1, 2, 1]
    assert told["win_odds"]["estimate"] == pytest.approx(1.5 / 2.5)


@pytest.mark.parametrize(
    ("ranked", "code", "words"),
    [
        ("score=up", 2, "'SCORE=higher'"),
        ("score=lower,-1", 2, "0 or more"),
        ("days=event,score", 3, "only 0 and 1"),
        ("nothing=higher", 2, "nothing"),
        ("score=higher,9", 3, "only wins or only losses"),
    ],
)
def test_what_cannot_be_ranked_is_one_sentence(
    antiphon: CommandLine, csv_file: Callable[[str], Path], ranked: str, code: int, words: str
) -> None:
    done = antiphon.refusal(
        "fit", "win-ratio", "--data", csv_file(ROWS), "--arm", "arm", "--ranked", ranked
    )

    assert done.code == code
    assert words in done.error
