"""ANCOVA, Welch, Hedges' g and intervals of proportions against numbers of R and SAS (see README.md)."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from analysis.estimators.ancova import (
    AncovaFit,
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.descriptive import Group, estimate_difference_in_means
from analysis.estimators.effect_size import estimate_effect_size
from analysis.estimators.proportions import Share, exact_interval, newcombe_interval
from analysis.results import Contrast

pytestmark = pytest.mark.reference

SAS_ADJUSTED_MEANS = {"A": 6.7150, "D": 6.8239, "F": 10.1611}
"""SAS/STAT User's Guide, PROC GLM, example Analysis of Covariance: LSMEANS of drug."""
APPROXIMATE_FACTOR = 3e-4
"""pingouin's small-sample factor is the usual approximation; R's is exact (statistics.md 6)."""


@pytest.fixture
def statistics(reference: Path) -> Path:
    """Return the folder of statistical reference numbers."""
    return reference / "statistics"


@pytest.fixture
def leprosy(statistics: Path) -> AncovaFit:
    """Return the model post ~ drug + pre of the leprosy data."""
    with (statistics / "leprosy_ancova.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sample = Sample(
        outcome_name="post",
        outcome=tuple(float(row["post"]) for row in rows),
        arm=tuple(row["drug"] for row in rows),
        covariates=(Covariate(name="pre", values=tuple(float(row["pre"]) for row in rows)),),
    )
    return fit_ancova(sample, [ArmCount(arm=d, label=d, n_available=10) for d in "ADF"])


@pytest.fixture
def theirs(statistics: Path) -> Any:  # noqa: ANN401 - JSON
    """Return R's numbers for the same model."""
    return json.loads((statistics / "ancova.json").read_text("utf-8"))["main"]


@pytest.mark.parametrize(("drug", "row"), [("D", 0), ("F", 1)])
def test_contrasts_agree_with_emmeans(leprosy: AncovaFit, theirs: Any, drug: str, row: int) -> None:  # noqa: ANN401
    contrast = Contrast(first=drug, second="A", label=f"{drug} - A")

    ours = estimate_ancova(leprosy, contrast, CovarianceKind.CLASSICAL, confidence_level=0.95)

    expected = theirs["contrasts"][row]
    assert ours.estimate == pytest.approx(expected["estimate"], abs=1e-12)
    assert ours.standard_error == pytest.approx(expected["SE"], rel=1e-10)
    assert ours.df == expected["df"]
    assert ours.p == pytest.approx(expected["p.value"], abs=1e-10)
    assert ours.interval is not None
    assert ours.interval.lower == pytest.approx(expected["lower.CL"], abs=1e-10)
    assert ours.interval.upper == pytest.approx(expected["upper.CL"], abs=1e-10)


def test_adjusted_means_agree_with_emmeans_and_with_sas(leprosy: AncovaFit, theirs: Any) -> None:  # noqa: ANN401
    contrast = Contrast(first="D", second="A", label="D - A")

    ours = estimate_ancova(leprosy, contrast, CovarianceKind.CLASSICAL, confidence_level=0.95)

    for arm, expected in zip(ours.arms, theirs["emmeans"], strict=True):
        assert arm.adjusted_mean == pytest.approx(expected["emmean"], abs=1e-11)
        assert arm.adjusted_standard_error == pytest.approx(expected["SE"], rel=1e-10)
        assert arm.adjusted_mean == pytest.approx(SAS_ADJUSTED_MEANS[arm.arm], abs=5e-5)


@pytest.mark.parametrize(("drug", "coefficient"), [("D", 1), ("F", 2)])
def test_robust_errors_agree_with_sandwich(
    leprosy: AncovaFit,
    theirs: Any,  # noqa: ANN401
    drug: str,
    coefficient: int,
) -> None:
    contrast = Contrast(first=drug, second="A", label=f"{drug} - A")

    ours = estimate_ancova(leprosy, contrast, CovarianceKind.HC3, confidence_level=0.95)

    assert ours.standard_error == pytest.approx(theirs["se_HC3"][coefficient], rel=1e-10)


@pytest.mark.parametrize("case", [0, 1])
def test_welch_and_hedges_agree_with_r(statistics: Path, case: int) -> None:
    text = (statistics / "continuous_two_sample.json").read_text("utf-8")
    theirs = json.loads(text)["two_sample"][case]
    x, y = tuple(theirs["x"]), tuple(theirs["y"])
    groups = (Group(arm="x", label="x", values=x), Group(arm="y", label="y", values=y))

    ours = estimate_difference_in_means(
        groups, Contrast(first="x", second="y", label="x - y"), confidence_level=0.95
    )
    size = estimate_effect_size(x, y, confidence_level=0.95)

    assert ours.df == pytest.approx(theirs["welch"]["df"], rel=1e-10)
    assert ours.p == pytest.approx(theirs["welch"]["p"], abs=1e-12)
    assert ours.interval is not None
    assert [ours.interval.lower, ours.interval.upper] == pytest.approx(
        theirs["welch"]["ci"], abs=1e-10
    )
    assert size.g == pytest.approx(theirs["hedges_g"]["g"], abs=APPROXIMATE_FACTOR)


@pytest.mark.parametrize("case", range(9))
def test_intervals_of_proportions_agree_with_r(statistics: Path, case: int) -> None:
    theirs = json.loads((statistics / "binary_ci.json").read_text("utf-8"))["two_proportions"][case]
    first = Share(arm="x", label="x", events=theirs["x1"], n=theirs["n1"])
    second = Share(arm="y", label="y", events=theirs["x2"], n=theirs["n2"])

    newcombe = newcombe_interval(first, second, 0.95)
    exact = exact_interval(first.events, first.n, 0.95)

    assert newcombe.lower == pytest.approx(theirs["rd_newcombe"]["lower"], abs=1e-10)
    assert newcombe.upper == pytest.approx(theirs["rd_newcombe"]["upper"], abs=1e-10)
    assert [exact.lower, exact.upper] == pytest.approx(theirs["clopper_pearson1"], abs=1e-10)
