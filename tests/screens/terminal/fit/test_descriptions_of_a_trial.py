"""`blinding`, `responder-curve`, `restricted-mean`, `cluster-correlation`: the numbers of the estimators, and their Python."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

CRISP = {("DRUG", "DRUG"): 82, ("DRUG", "PLACEBO"): 25, ("DRUG", "?"): 170,
         ("PLACEBO", "PLACEBO"): 29, ("PLACEBO", "DRUG"): 27, ("PLACEBO", "?"): 83}  # fmt: skip
"""Arm and guess of the participants of a published trial (Bang 2004, table 7)."""


def test_the_published_indices_of_the_crisp_trial_come_out(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = "".join(f"{arm},{guess}\n" * count for (arm, guess), count in CRISP.items())

    told = antiphon.json(
        "fit", "blinding", "--data", csv_file("arm,guess\n" + rows), "--arm", "arm", "--guess", "guess", "--unknown", "?",
    )  # fmt: skip

    assert round(told["james"]["index"], 2) == 0.75
    assert [round(one["index"], 2) for one in told["bang"]] == [0.21, 0.01]
    assert told["guesses"][0] == {"arm": "DRUG", "counts": [82, 25, 170]}
    assert run_python(told["python"]).index == told["james"]["index"]


def test_a_guess_that_names_no_arm_is_told(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    done = antiphon.refusal(
        "fit", "blinding", "--data", csv_file("arm,guess\nA,B\nB,C\n"), "--arm", "arm", "--guess", "guess"
    )  # fmt: skip

    assert (done.code, "has 'C', which is neither an arm (A, B) nor 'unknown'" in done.error) == (
        2,
        True,
    )


def test_responders_are_counted_at_every_threshold(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = "arm,change\nA,-5\nA,-3\nA,0\nA,-1\nB,-2\nB,1\nB,-3\nB,0\n"

    told = antiphon.json(
        "fit", "responder-curve", "--data", csv_file(rows), "--change", "change", "--arm", "arm", "--arms", "A,B",
        "--better", "lower", "--thresholds", "1,3",
    )  # fmt: skip

    assert [
        (one["threshold"], one["share_first"], one["share_second"]) for one in told["points"]
    ] == [
        (1, 0.75, 0.5),
        (3, 0.5, 0.25),
    ]
    assert len(run_python(told["python"])) == 2


def test_the_restricted_mean_is_the_area_under_each_curve(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = "arm,days,event\nA,2,1\nA,6,1\nA,9,0\nA,9,0\nB,1,1\nB,3,1\nB,9,0\nB,9,1\n"

    told = antiphon.json(
        "fit", "restricted-mean", "--data", csv_file(rows), "--time", "days", "--event", "event", "--arm", "arm",
        "--arms", "A,B", "--horizon", 8,
    )  # fmt: skip

    first = 2 + 4 * 0.75 + 2 * 0.5
    second = 1 + 2 * 0.75 + 5 * 0.5
    assert [one["estimate"] for one in told["means"]] == pytest.approx([first, second])
    assert told["difference"]["estimate"] == pytest.approx(first - second)
    assert run_python(told["python"]).difference.p == told["difference"]["p"]


@pytest.mark.parametrize(
    ("horizon", "said"), [("0", "must lie above 0"), ("12", "ends at 9, before 12")]
)
def test_a_horizon_that_nobody_saw_is_told(
    antiphon: CommandLine, csv_file: Callable[[str], Path], horizon: str, said: str
) -> None:
    rows = "arm,days,event\nA,2,1\nA,9,0\nB,1,1\nB,9,0\n"

    done = antiphon.refusal(
        "fit", "restricted-mean", "--data", csv_file(rows), "--time", "days", "--event", "event", "--arm", "arm",
        "--horizon", horizon,
    )  # fmt: skip

    assert (done.code, said in done.error) == (3, True), done.error


def test_the_correlation_of_clusters_is_that_of_the_analysis_of_variance(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = "y,site\n1,a\n3,a\n6,b\n8,b\n2,c\n6,c\n"

    told = antiphon.json(
        "fit",
        "cluster-correlation",
        "--data",
        csv_file(rows),
        "--outcome",
        "y",
        "--cluster",
        "site",
    )

    between, within = 2 * ((2 - 13 / 3) ** 2 + (7 - 13 / 3) ** 2 + (4 - 13 / 3) ** 2) / 2, 4.0
    assert told["icc_anova"] == pytest.approx((between - within) / (between + within))
    assert told["design_effect"] == pytest.approx(1 + told["icc_anova"])
    assert run_python(told["python"]).by_reml == told["icc_reml"]
