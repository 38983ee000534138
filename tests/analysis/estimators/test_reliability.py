"""Reliability of scales, raters and clusters: cases with known answers."""

import numpy as np
import pandas as pd
import pytest
from pingouin import intraclass_corr
from statsmodels.multivariate.factor import Factor

from analysis.estimators.cluster_correlation import estimate_cluster_correlation
from analysis.estimators.intraclass import (
    estimate_intraclass_correlations,
    estimate_intraclass_correlations_of_frame,
)
from analysis.estimators.scale_reliability import estimate_scale_reliability
from analysis.results import NotEstimableError

_GENERATOR = np.random.default_rng(8)
_TRAIT = _GENERATOR.normal(size=(60, 1))
ITEMS = _TRAIT * [1.0, 0.8, 0.6, 1.2] + _GENERATOR.normal(size=(60, 4))
NAMES = ("one", "two", "three", "four")


def test_two_items_have_the_alpha_of_their_covariance() -> None:
    items = ITEMS[:, :2]

    found = estimate_scale_reliability(items, NAMES[:2], confidence_level=0.95)

    covariance = np.cov(items, rowvar=False)
    by_hand = 2 * (1 - np.trace(covariance) / covariance.sum())
    assert found.alpha == pytest.approx(by_hand)
    assert found.without_item == ()
    assert found.omega is None
    assert "at least 3 items" in found.omega_reason


@pytest.mark.filterwarnings("ignore:Casting complex values:numpy.exceptions.ComplexWarning")
def test_omega_is_that_of_the_one_factor_model() -> None:
    found = estimate_scale_reliability(ITEMS, NAMES, confidence_level=0.95)

    fitted = Factor(ITEMS, n_factor=1, method="ml").fit()
    spread = ITEMS.std(axis=0, ddof=1)
    common = float((fitted.loadings[:, 0] * spread).sum()) ** 2
    by_statsmodels = common / (common + float((fitted.uniqueness * spread**2).sum()))
    assert found.omega == pytest.approx(by_statsmodels, abs=1e-6)
    assert found.interval.lower < found.alpha < found.interval.upper


def test_an_item_without_variance_of_its_own_has_no_omega() -> None:
    common = np.array([[1.0], [2.0], [3.0], [5.0], [8.0], [9.0], [4.0], [6.0]])
    noise = np.array(
        [
            [1.0, -1, 0],
            [0, 1, -1],
            [-1, 0, 1],
            [1, 1, -1],
            [-1, 1, 0],
            [0, -1, 1],
            [1, 0, 1],
            [-1, 0, -1],
        ]
    )

    found = estimate_scale_reliability(
        np.column_stack([common, common + noise]), NAMES, confidence_level=0.95
    )

    assert found.omega is None
    assert "no variance of its own" in found.omega_reason


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        pytest.param(ITEMS[:, :1], "1 item", id="one item"),
        pytest.param(ITEMS[:4], "4 participants are too few", id="too few"),
        pytest.param(
            np.column_stack([ITEMS[:, :3], np.ones(60)]), "item four has the same", id="constant"
        ),
    ],
)
def test_a_scale_without_reliability_has_a_reason(items: np.ndarray, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_scale_reliability(items, NAMES[: items.shape[1]], confidence_level=0.95)


def test_intraclass_correlations_are_those_of_pingouin() -> None:
    long = pd.DataFrame(ITEMS).melt(ignore_index=False, var_name="rater").reset_index()

    ours = estimate_intraclass_correlations(ITEMS, confidence_level=0.95)

    theirs = intraclass_corr(long, targets="index", raters="rater", ratings="value")
    assert [icc.estimate for icc in ours] == pytest.approx(theirs["ICC"].tolist())
    assert [icc.p for icc in ours] == pytest.approx(theirs["pval"].tolist(), abs=1e-12)


def test_raters_who_always_agree_leave_nothing_to_estimate() -> None:
    with pytest.raises(NotEstimableError, match="do not differ beyond"):
        estimate_intraclass_correlations(np.array([[1.0, 1], [2, 2], [3, 3]]), confidence_level=0.9)


def test_a_data_frame_gives_the_ratings() -> None:
    frame = pd.DataFrame(ITEMS, columns=list(NAMES))
    frame.loc[60] = [1.0, None, 2.0, 3.0]

    of_frame = estimate_intraclass_correlations_of_frame(frame, NAMES, confidence_level=0.95)

    assert of_frame == estimate_intraclass_correlations(ITEMS, confidence_level=0.95)


def test_targets_that_do_not_differ_have_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="targets do not differ at all"):
        estimate_intraclass_correlations(
            np.array([[1.0, 3, 2], [3, 2, 1], [2, 1, 3]]), confidence_level=0.95
        )


def test_equal_clusters_have_one_answer_by_both_estimators() -> None:
    outcome = [1.0, 2, 3, 5, 6, 7, 2, 4, 3]
    clusters = ["a"] * 3 + ["b"] * 3 + ["c"] * 3

    found = estimate_cluster_correlation(outcome, clusters, confidence_level=0.95)

    # means 2, 6, 3: MSB = 3 x 13/3 = 13, MSW = (2 + 2 + 2) / 6 = 1
    assert (found.between_mean_square, found.within_mean_square) == pytest.approx((13.0, 1.0))
    assert found.by_anova == pytest.approx(12 / 15)
    assert found.by_reml == pytest.approx(12 / 15)
    assert found.design_effect == pytest.approx(1 + 2 * 12 / 15)


def test_clusters_less_alike_than_chance_have_no_variance_between() -> None:
    found = estimate_cluster_correlation(
        [0.0, 10, 1, 9, 0, 10], ["a", "a", "b", "b", "c", "c"], confidence_level=0.95
    )

    assert found.by_anova < 0
    assert found.by_reml == 0.0


def test_unequal_clusters_cost_more() -> None:
    found = estimate_cluster_correlation(
        [1.0, 2, 3, 2, 1, 8, 9, 5], ["a"] * 5 + ["b"] * 2 + ["c"], confidence_level=0.95
    )

    assert found.design_effect_unequal > found.design_effect


@pytest.mark.parametrize(
    ("clusters", "reason"),
    [
        pytest.param(["a", "a", "a", "a"], "1 cluster", id="one cluster"),
        pytest.param(["a", "b", "c", "d"], "one participant", id="all alone"),
    ],
)
def test_clusters_that_are_none_have_a_reason(clusters: list[str], reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_cluster_correlation([1.0, 2, 3, 4], clusters, confidence_level=0.95)
