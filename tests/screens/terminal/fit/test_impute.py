"""`antiphon fit impute`: the numbers of R's rbmi, and sentences for outcomes that cannot be imputed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.screens.terminal.fit.command_line import CommandLine, relative, run_python

ROLES = (
    "--outcome",
    "y",
    "--arm",
    "arm",
    "--subject",
    "id",
    "--visit",
    "visit",
    "--reference",
    "CTRL",
)


@pytest.fixture
def depression(reference: Path) -> tuple[Any, ...]:
    """Return the words that impute the antidepressant trial."""
    file = reference / "statistics" / "antidepressant_expanded.csv"
    return (
        "fit", "impute", "--data", file, "--outcome", "CHANGE", "--arm", "THERAPY", "--subject", "PATIENT",
        "--visit", "VISIT", "--covariates", "BASVAL", "--reference", "PLACEBO",
    )  # fmt: skip


@pytest.fixture
def rbmi(reference: Path) -> dict[str, Any]:
    """Return what rbmi gives with conditional means and jackknife."""
    file = reference / "statistics" / "rbmi_antidep_condmean_jackknife.json"
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.mark.reference
def test_jump_to_reference_with_jackknife_is_rbmi_at_every_visit(
    antiphon: CommandLine, depression: tuple[Any, ...], rbmi: dict[str, Any]
) -> None:
    told = antiphon.json(*depression, "--strategy", "JR", "--delta=-2:10:1")

    expected = pooled_by_rbmi(rbmi, "JR")
    for row in told["contrasts"]:
        theirs = expected[f"trt_{row['VISIT']}"]
        assert abs(row["estimate"] + theirs["est"]) < 1e-7 * theirs["se"]
        assert relative(row["se"], theirs["se"]) < 1e-7
        assert abs(row["p"] - theirs["p"]) < 1e-8
    assert told["n_participants"] == 172
    assert told["tipping"]["tipping_points"][0]["delta"] == pytest.approx(1.667583, abs=1e-6)


@pytest.mark.reference
def test_the_two_lines_of_python_give_the_same_draws(
    antiphon: CommandLine, depression: tuple[Any, ...]
) -> None:
    told = antiphon.json(
        *depression,
        "--strategy",
        "CIR",
        "--variance",
        "rubin",
        "--draws",
        20,
        "--warm-up",
        20,
        "--seed",
        7,
    )

    again = run_python(told["python"])

    estimates = [one.estimate for one in again.estimates]
    ours = [one["estimate"] for one in (*told["ls_means"], *told["contrasts"])]
    assert sorted(estimates) == sorted(ours)
    assert told["seed"] == 7
    assert told["contrasts"][-1]["monte_carlo_error"] > 0


def pooled_by_rbmi(rbmi: dict[str, Any], strategy: str) -> dict[str, dict[str, float]]:
    return {row["parameter"]: row for row in rbmi["tight"][strategy]["pool"]}


def trial(missing: str = "") -> str:
    """Return a trial of 16 people and 3 visits as CSV; one of them leaves after the first visit."""
    generator = np.random.Generator(np.random.PCG64(5))
    lines = ["id,visit,arm,y,x"]
    for person in range(16):
        arm = ("CTRL", "MUSIC")[person % 2]
        base, x = generator.normal(0, 2), generator.normal(0, 1)
        for visit in (1, 2, 3):
            y = base - visit * (person % 2) + generator.normal(0, 1)
            lines.append(f"P{person},V{visit},{arm},{y:.3f},{x:.3f}")
    for visit in (2, 3):
        place = next(i for i, line in enumerate(lines) if line.startswith(f"P3,V{visit}"))
        fields = lines[place].split(",")
        lines[place] = ",".join([*fields[:3], missing, fields[4]])
    return "\n".join(lines) + "\n"


def test_a_person_gets_tables_that_name_the_variance(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    done = antiphon.run(
        "fit", "impute", "--data", csv_file(trial()), *ROLES, "--strategy", "JR", "--delta", "0,1,2"
    )

    assert done.code == 0, done.error
    assert "MUSIC − CTRL" in done.out
    assert "Standard errors are by the jackknife" in done.out
    assert "tipping point" in done.out or "Significance" in done.out


@pytest.mark.parametrize(
    ("text", "more", "code", "said"),
    [
        pytest.param(trial() + "P3,V1,MUSIC,1,0\n", (), 2, "two rows for id P3, visit V1", id="row twice"),
        pytest.param(trial("inf"), (), 2, "is infinite", id="infinite"),
        pytest.param(trial("NA"), (), 2, "column y: 'NA' is not a number", id="text for missing"),
        pytest.param(trial(), ("--covariates", "z"), 2, "no column 'z'", id="misspelt"),
        pytest.param(trial(), ("--visits", "V1,V2"), 2, "V3", id="visit not in the order"),
        pytest.param(trial().replace("MUSIC", "CTRL"), (), 2, "holds only 'CTRL'", id="one arm"),
        pytest.param(trial(), ("--delta", "0:1:0"), 2, "--delta", id="no step"),
        pytest.param(trial(), ("--delta", "1"), 3, "at least two deltas", id="one delta"),
        pytest.param(trial(), ("--delta", "0,1", "--delta-visit", "V9"), 2, "no visit 'V9'", id="no visit"),
        pytest.param("\n".join(trial().splitlines()[:8]) + "\n", (), 3, "too few", id="more parameters than data"),
    ],
)  # fmt: skip
def test_outcomes_that_cannot_be_imputed_get_a_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    text: str,
    more: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    done = antiphon.refusal(
        "fit", "impute", "--data", csv_file(text), *ROLES, "--strategy", "JR", *more
    )

    assert (done.code, said in done.error) == (code, True), done.error
