"""Beyond the plain analysis of covariance: interaction, joint tests, clusters, several arms, a data frame."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.ancova_frame import AncovaColumns, AncovaData, ancova_data
from analysis.estimators.ancova_tests import (
    compare_all_arms,
    compare_slope_with_zero,
    compare_slopes_between_arms,
)
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.dunnett import compare_with_control
from analysis.estimators.frame import ColumnError
from analysis.results import Contrast, NotEstimableError

FRAME = pd.DataFrame(
    {
        "ARM": list("AAAABBBBCCCC"),
        "Y": [8.0, 9, 13, 14, 7, 8, 11, 11, 5, 9, 8, 10],
        "BASE": [10.0, 12, 14, 17, 11, 13, 15, 16, 9, 14, 12, 15],
        "THERAPIST": ["t1", "t1", "t2", "t2"] * 3,
    }
)
B_MINUS_A = Contrast(first="B", second="A", label="B − A")


def _data(
    *covariates: str, interactions: tuple[str, ...] = (), frame: pd.DataFrame = FRAME
) -> AncovaData:
    columns = AncovaColumns(
        outcome="Y",
        arm="ARM",
        arms=("A", "B", "C"),
        covariates=covariates,
        interactions=interactions,
        cluster="THERAPIST",
    )
    return ancova_data(frame, columns)


def _fit(*covariates: str, interactions: tuple[str, ...] = ()) -> AncovaFit:
    data = _data(*covariates, interactions=interactions)
    return fit_ancova(data.sample, data.arms)


def test_without_covariates_the_joint_test_is_one_way_analysis_of_variance() -> None:
    groups = [np.array(rows["Y"]) for _, rows in FRAME.groupby("ARM")]
    grand = FRAME["Y"].mean()
    between = sum(4 * (g.mean() - grand) ** 2 for g in groups) / 2
    within = sum(float(np.sum((g - g.mean()) ** 2)) for g in groups) / 9

    test = compare_all_arms(_fit(), CovarianceKind.CLASSICAL)

    assert test.statistic == pytest.approx(between / within)
    assert (test.numerator_df, test.denominator_df) == (2, 9)


def test_with_interaction_each_arm_has_its_own_line() -> None:
    fit = _fit("BASE", interactions=("BASE",))
    lines = {str(arm): np.polyfit(rows["BASE"], rows["Y"], 1) for arm, rows in FRAME.groupby("ARM")}

    estimate = estimate_ancova(fit, B_MINUS_A, CovarianceKind.HC3, confidence_level=0.95)

    at_mean = {arm: float(np.polyval(line, FRAME["BASE"].mean())) for arm, line in lines.items()}
    assert estimate.estimate == pytest.approx(at_mean["B"] - at_mean["A"])
    assert "arm:BASE" in estimate.model


def test_equal_slopes_do_not_differ_and_a_slope_is_a_squared_t() -> None:
    same = FRAME.assign(
        Y=FRAME["BASE"] + FRAME["ARM"].map({"A": 0, "B": 1, "C": 2}) + [0.1, -0.1, -0.1, 0.1] * 3
    )
    data = _data("BASE", interactions=("BASE",), frame=same)
    fit = fit_ancova(data.sample, data.arms)

    assert compare_slope_with_zero(fit, "BASE", CovarianceKind.CLASSICAL).p < 1e-6
    assert compare_slopes_between_arms(fit, "BASE", CovarianceKind.CLASSICAL).p > 0.05


def test_an_interaction_that_is_not_in_the_model_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="no product of arm and BASE"):
        compare_slopes_between_arms(_fit("BASE"), "BASE", CovarianceKind.CLASSICAL)
    with pytest.raises(NotEstimableError, match="interaction with AGE names no covariate"):
        _fit("BASE", interactions=("AGE",))
    with pytest.raises(NotEstimableError, match="no numeric covariate AGE"):
        compare_slope_with_zero(_fit("BASE"), "AGE", CovarianceKind.CLASSICAL)


def test_clusters_of_one_are_hc2() -> None:
    fit = _fit("BASE")
    alone = [f"person {number}" for number in range(12)]

    clustered = estimate_clustered_ancova(
        fit, B_MINUS_A, alone, ClusterCovariance.CR2, confidence_level=0.95
    )

    robust = estimate_ancova(fit, B_MINUS_A, CovarianceKind.HC2, confidence_level=0.95)
    assert clustered.standard_error == pytest.approx(robust.standard_error)
    assert clustered.estimate == pytest.approx(robust.estimate)


def test_few_clusters_have_few_degrees_of_freedom() -> None:
    data = _data("BASE")
    fit = fit_ancova(data.sample, data.arms)
    therapists = [f"{t} of {a}" for t, a in zip(data.clusters, data.sample.arm, strict=True)]

    kinds = {
        kind: estimate_clustered_ancova(fit, B_MINUS_A, therapists, kind, confidence_level=0.95)
        for kind in ClusterCovariance
    }

    assert kinds[ClusterCovariance.CR1].df == 5
    satterthwaite = kinds[ClusterCovariance.CR2].df
    assert satterthwaite is not None
    assert 0 < satterthwaite < 5
    assert "over 6 clusters" in kinds[ClusterCovariance.CR2].method


def test_bias_reduced_errors_are_their_definition_with_full_matrices() -> None:
    fit = _fit("BASE")
    clusters = np.array(list("aabbccddaacc"))
    matrix, row = fit.design.matrix, np.array([0.0, 1.0, 0.0, 0.0])
    bread = np.linalg.inv(matrix.T @ matrix)
    everyone = np.eye(12) - matrix @ bread @ matrix.T
    weights = np.zeros((12, 4))
    for column, name in enumerate("abcd"):
        here = clusters == name
        values, vectors = np.linalg.eigh(everyone[np.ix_(here, here)])
        root = vectors @ np.diag([v**-0.5 if v > 1e-10 else 0.0 for v in values]) @ vectors.T
        weights[here, column] = root @ matrix[here] @ bread @ row
    gram = weights.T @ everyone @ weights

    found = estimate_clustered_ancova(
        fit, B_MINUS_A, list(clusters), ClusterCovariance.CR2, confidence_level=0.95
    )

    by_hand = float(np.sum((weights.T @ fit.residuals) ** 2)) ** 0.5
    assert found.standard_error == pytest.approx(by_hand)
    assert found.df == pytest.approx(float(np.trace(gram) ** 2 / np.sum(gram**2)))


def test_one_cluster_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="1 cluster"):
        estimate_clustered_ancova(
            _fit(), B_MINUS_A, ["t"] * 12, ClusterCovariance.CR2, confidence_level=0.95
        )


def test_dunnett_is_stricter_than_one_comparison_and_softer_than_bonferroni() -> None:
    fit = _fit("BASE")

    both = compare_with_control(fit, "A", CovarianceKind.CLASSICAL, confidence_level=0.95)

    for effect in both.effects:
        alone = estimate_ancova(
            fit,
            Contrast(first=effect.arms[0].arm, second="A", label=""),
            CovarianceKind.CLASSICAL,
            confidence_level=0.95,
        )
        assert effect.p is not None
        assert alone.p is not None
        assert alone.p < effect.p < 2 * alone.p
    with pytest.raises(NotEstimableError, match="no arm D; there is A, B, C"):
        compare_with_control(fit, "D", CovarianceKind.CLASSICAL, confidence_level=0.95)


def test_the_interval_of_dunnett_agrees_with_its_p() -> None:
    both = compare_with_control(_fit("BASE"), "A", CovarianceKind.CLASSICAL, confidence_level=0.95)

    for effect in both.effects:
        assert effect.interval is not None
        assert effect.p is not None
        leaves_zero_out = not effect.interval.lower <= 0 <= effect.interval.upper
        assert leaves_zero_out == (effect.p < 0.05)


def test_an_arm_that_does_not_occur_is_said() -> None:
    columns = AncovaColumns(outcome="Y", arm="ARM", arms=("A", "Z"))

    with pytest.raises(ColumnError, match="no row has 'Z' in column 'ARM'; there is A, B, C"):
        ancova_data(FRAME, columns)


def test_gaps_are_counted_and_availability_is_kept() -> None:
    holes = FRAME.assign(BASE=[np.nan, *FRAME["BASE"][1:]])

    data = _data("BASE", frame=holes)

    assert data.comment == "1 row with a missing value left out."
    assert [(arm.arm, arm.n_available) for arm in data.arms] == [("A", 4), ("B", 4), ("C", 4)]
    assert len(data.sample.outcome) == len(data.clusters) == 11
