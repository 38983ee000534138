"""`antiphon fit ancova`: the numbers of R and SAS, and sentences for data that cannot be analysed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import stdtr

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COLUMNS = ("--outcome", "y", "--arm", "arm")


@pytest.fixture
def leprosy(reference: Path) -> tuple[Any, ...]:
    """Return the words that analyse the leprosy data."""
    file = reference / "statistics" / "leprosy_ancova.csv"
    return (
        "fit",
        "ancova",
        "--data",
        file,
        "--outcome",
        "post",
        "--arm",
        "drug",
        "--covariates",
        "pre",
    )


@pytest.fixture
def r(reference: Path) -> dict[str, Any]:
    """Return what R gives."""
    found: dict[str, Any] = json.loads((reference / "statistics" / "ancova.json").read_text())
    return found


@pytest.mark.reference
@pytest.mark.parametrize("model", ["main", "interaction"])
def test_coefficients_means_and_contrasts_are_those_of_r(
    antiphon: CommandLine, leprosy: tuple[Any, ...], r: dict[str, Any], model: str
) -> None:
    more = ("--interactions", "pre") if model == "interaction" else ()

    told = antiphon.json(*leprosy, *more)

    expected = r[model]
    assert {one["name"]: one["estimate"] for one in told["coefficients"]} == pytest.approx(
        expected["coef"], rel=1e-11
    )
    assert [one["se"] for one in told["coefficients"]] == pytest.approx(expected["se"], rel=1e-11)
    for ours, theirs in zip(told["ls_means"], expected["emmeans"], strict=True):
        assert ours["drug"] == theirs["drug"]
        assert [ours[key] for key in ("estimate", "se", "df", "lower", "upper")] == pytest.approx(
            [theirs[key] for key in ("emmean", "SE", "df", "lower.CL", "upper.CL")], rel=1e-11
        )
    for ours, theirs in zip(told["contrasts"], expected["contrasts"], strict=True):
        assert ours["contrast"] == theirs["contrast"]
        assert [ours[key] for key in ("estimate", "se", "df", "t", "p")] == pytest.approx(
            [theirs[key] for key in ("estimate", "SE", "df", "t.ratio", "p.value")], rel=1e-9
        )
    assert [one["p"] for one in told["tests"]][: len(expected["joint_tests"])] == pytest.approx(
        [one["p.value"] for one in expected["joint_tests"]], rel=1e-9
    )


@pytest.mark.reference
@pytest.mark.parametrize("kind", ["HC0", "HC2", "HC3"])
def test_robust_errors_are_those_of_sandwich(
    antiphon: CommandLine, leprosy: tuple[Any, ...], r: dict[str, Any], kind: str
) -> None:
    told = antiphon.json(*leprosy, "--robust", kind)

    assert [one["se"] for one in told["coefficients"]] == pytest.approx(
        r["main"][f"se_{kind}"], rel=1e-9
    )


@pytest.mark.reference
def test_dunnett_is_exact_and_not_an_approximation(
    antiphon: CommandLine, leprosy: tuple[Any, ...]
) -> None:
    told = antiphon.json(*leprosy, "--dunnett")

    assert [one["p"] for one in told["contrasts"]] == pytest.approx([0.99731, 0.13970], abs=1e-5)


@pytest.mark.reference
def test_the_two_lines_of_python_give_the_same_numbers(
    antiphon: CommandLine, leprosy: tuple[Any, ...]
) -> None:
    told = antiphon.json(*leprosy)

    again = run_python(told["python"])

    assert [one.estimate for one in again.coefficients] == [
        one["estimate"] for one in told["coefficients"]
    ]


@pytest.mark.reference
def test_the_command_without_fit_is_the_same(
    antiphon: CommandLine, leprosy: tuple[Any, ...]
) -> None:
    assert antiphon.run(*leprosy).out == antiphon.run(*leprosy[1:]).out


def test_a_person_gets_tables(antiphon: CommandLine, csv_file: Callable[[str], Path]) -> None:
    data = csv_file("arm,y,x\n" + "".join(f"{a},{y},{x}\n" for a, y, x in TRIAL))

    done = antiphon.run("fit", "ancova", "--data", data, *COLUMNS, "--covariates", "x")

    assert done.code == 0
    assert "adjusted mean" in done.out
    assert "MUSIC − CTRL" in done.out
    assert "trial.csv: 8 rows" in done.out


def test_missing_rows_are_left_out_and_counted(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = [*TRIAL, ("CTRL", "", "1")]
    data = csv_file("arm,y,x\n" + "".join(f"{a},{y},{x}\n" for a, y, x in rows))

    told = antiphon.json("fit", "ancova", "--data", data, *COLUMNS, "--covariates", "x")

    assert told["n_participants"] == len(TRIAL)
    assert "1 row with a missing value left out." in told["notes"]


def test_clusters_give_robust_errors(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = [(a, y, f"T{number % 4}") for number, (a, y, _) in enumerate(TRIAL)]
    data = csv_file("arm,y,therapist\n" + "".join(f"{a},{y},{c}\n" for a, y, c in rows))

    told = antiphon.json("fit", "ancova", "--data", data, *COLUMNS, "--cluster", "therapist")

    assert "CR2" in told["contrasts"][0]["method"]
    assert told["contrasts"][0]["df"] != told["df"]
    assert told["standard_errors"] == "CR2"
    assert told["coefficients"][1]["se"] == pytest.approx(told["contrasts"][0]["se"], rel=1e-12)
    assert told["tests"][0]["denom_df"] == pytest.approx(told["contrasts"][0]["df"], rel=1e-12)


def test_a_cluster_s_own_coefficient_has_no_error_over_clusters(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = [(a, y, f"T{number % 5}") for number, (a, y, _) in enumerate(TRIAL)]
    data = csv_file("arm,y,therapist\n" + "".join(f"{a},{y},{c}\n" for a, y, c in rows))

    told = antiphon.json(
        "fit", "ancova", "--data", data, *COLUMNS, "--covariates", "therapist", "--cluster", "therapist"
    )  # fmt: skip

    assert told["contrasts"][0]["se"] > 0
    assert all(one["se"] is None or one["se"] > 0 for one in told["coefficients"])


@pytest.mark.parametrize(
    ("rows", "more", "code", "said"),
    [
        pytest.param("A,1,1\nA,1,2\nB,1,4\nB,1,3\n", (), 3, "same value", id="constant outcome"),
        pytest.param("A,1,1\nA,2,1\n", (), 2, "holds only 'A'", id="one arm"),
        pytest.param(
            "A,1,1\nA,2,1\nB,,1\nB,,2\n", (), 3, "B has 0 participants", id="arm without outcome"
        ),
        pytest.param(
            "A,1,1\nA,Inf,1\nB,3,1\n", (), 2, "line 3, column y: 'Inf' is infinite", id="infinite"
        ),
        pytest.param(
            "A,1,1\nA,2,2\nB,3,3\nB,5,5\n",
            ("--covariates", "xx"),
            2,
            "did you mean 'x'",
            id="misspelt covariate",
        ),
        pytest.param(
            "A,1,1\nA,2,2\nB,3,3\nB,x,5\n",
            (),
            2,
            "line 5, column y: 'x' is not a number",
            id="text",
        ),
        pytest.param(
            "A,1,1\nA,2,2\nB,3,3\nB,5,5\n",
            ("--reference", "C"),
            2,
            "there is no 'C'",
            id="no such arm",
        ),
        pytest.param(
            "A,1,1\nB,2,2\n",
            ("--covariates", "x"),
            3,
            "participants",
            id="more parameters than data",
        ),
        pytest.param(
            "A,1,0\nA,2,0\nB,3,1\nB,5,1\n",
            ("--covariates", "x"),
            3,
            "singular",
            id="covariate is the arm",
        ),
        pytest.param(
            "A,1,0\nA,2,0\nB,3,1\nB,5,1\n",
            ("--interactions", "x"),
            3,
            "names no covariate",
            id="interaction with nothing",
        ),
    ],
)
def test_data_that_cannot_be_analysed_get_a_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    rows: str,
    more: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    data = csv_file("arm,y,x\n" + rows)

    done = antiphon.refusal("fit", "ancova", "--data", data, *COLUMNS, *more)

    assert done.code == code
    assert said in done.error
    assert "trial.csv" in done.error


TRIAL = tuple(
    (arm, str(round(y, 3)), str(x))
    for arm, shift in (("CTRL", 0.0), ("MUSIC", -2.0))
    for x, y in zip(
        range(4), shift + np.array([5.1, 6.3, 6.8, 8.2]) * (1 + 0.1 * shift), strict=True
    )
)


def test_the_rows_that_were_chosen_are_on_record(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = "".join(f"{a},{y},{x},V{v}\n" for v in (1, 2) for a, y, x in TRIAL)
    data = csv_file("arm,y,x,visit\n" + rows)

    told = antiphon.json("fit", "ancova", "--data", data, *COLUMNS, "--where", "visit=V2")

    assert told["data"]["where"] == {"visit": ["V2"]}
    assert told["data"]["n_rows"] == len(TRIAL)
    assert told["equivalent_calls"]["r"].splitlines()[:2] == [
        'd <- read.csv("trial.csv", na.strings = "")',
        'd <- subset(d, visit %in% c("V2"))',
    ]
    assert told["equivalent_calls"]["sas"].startswith("proc import")


def test_an_adjusted_difference_is_judged_by_margins(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    data = csv_file("arm,y,x\n" + "".join(f"{a},{y},{x}\n" for a, y, x in TRIAL))
    words = ("fit", "ancova", "--data", data, *COLUMNS)

    told = antiphon.json(
        *words, "--lower-margin", -9, "--upper-margin", 9, "--non-inferiority-margin", 9, "--better", "higher"
    )  # fmt: skip

    for one in told["contrasts"]:
        lower = (one["estimate"] + 9) / one["se"]
        upper = (one["estimate"] - 9) / one["se"]
        assert one["equivalence"]["p"] == pytest.approx(
            max(float(stdtr(one["df"], -lower)), float(stdtr(one["df"], upper)))
        )
        assert one["non_inferiority"]["p"] == pytest.approx(float(stdtr(one["df"], -lower)))
    assert antiphon.json(*words)["contrasts"][0]["equivalence"] is None
    assert "both" in antiphon.refusal(*words, "--lower-margin", -9).error
    assert "--dunnett" in antiphon.refusal(*words, "--dunnett", "--non-inferiority-margin", 3).error
