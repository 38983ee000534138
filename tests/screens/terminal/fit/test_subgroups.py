"""`antiphon fit subgroups`: two subgroups whose differences and errors are plain by hand."""

from collections.abc import Callable
from math import erfc, sqrt
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

ROWS = """arm,sex,y
MUSIC,f,9
MUSIC,f,11
CTRL,f,3
CTRL,f,5
MUSIC,m,5
MUSIC,m,7
CTRL,m,5
CTRL,m,7
MUSIC,x,5
"""
COLUMNS = ("--outcome", "y", "--arm", "arm")


def test_differences_within_subgroups_and_their_interaction(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "subgroups", "--data", csv_file(ROWS), *COLUMNS, "--subgroup", "sex"
    )

    women, men = told["subgroups"]
    assert (women["name"], men["name"]) == ("f", "m")
    assert [women["own"]["estimate"], men["own"]["estimate"]] == pytest.approx([6, 0], abs=1e-12)
    assert [women["own"]["se"], men["own"]["se"]] == pytest.approx([sqrt(2), sqrt(2)])
    assert told["overall"]["estimate"] == pytest.approx(3)
    assert told["interaction"]["statistic"] == pytest.approx(9)
    assert told["interaction"]["p"] == pytest.approx(erfc(3 / sqrt(2)))
    assert told["heterogeneity"] == pytest.approx(4)
    assert women["weight_on_own"] == pytest.approx(16 / 18)
    assert women["shrunken"]["estimate"] == pytest.approx(3 + 3 * 16 / 18)
    assert [one["name"] for one in told["left_out"]] == ["x"]
    assert run_python(told["python"]).compared.p_interaction == told["interaction"]["p"]


@pytest.mark.parametrize(
    ("subgroup", "where", "code", "words"),
    [
        ("age", "arm=MUSIC,CTRL", 2, "age"),
        ("sex", "sex=f,x", 3, "at least 2 are needed"),
    ],
)
def test_subgroups_that_cannot_be_compared_are_one_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    subgroup: str,
    where: str,
    code: int,
    words: str,
) -> None:
    done = antiphon.refusal(
        "fit", "subgroups", "--data", csv_file(ROWS), *COLUMNS,
        "--subgroup", subgroup, "--where", where,
    )  # fmt: skip

    assert done.code == code
    assert words in done.error
