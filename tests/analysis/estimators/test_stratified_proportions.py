"""Proportions within strata: pooled by hand, and strata that say nothing."""

import pandas as pd
import pytest

from analysis.estimators.frame import ColumnError, Comparison
from analysis.estimators.proportions import Share
from analysis.estimators.score_difference import ScoreVariance, Stratum
from analysis.estimators.stratified_proportions import (
    ContinuityCorrection,
    PooledVariance,
    StratifiedColumns,
    compare_stratified,
    estimate_common_odds_ratio,
    estimate_common_risk_ratio,
    estimate_pooled_difference,
    estimate_stratified_difference,
    strata_of_frame,
)
from analysis.results import NotEstimableError


def _stratum(x1: int, n1: int, x2: int, n2: int) -> Stratum:
    return Stratum(
        first=Share(arm="X", label="X", events=x1, n=n1),
        second=Share(arm="Y", label="Y", events=x2, n=n2),
    )


STRATA = [_stratum(6, 10, 3, 10), _stratum(8, 20, 2, 10)]


def test_the_odds_ratio_is_the_ratio_of_sums() -> None:
    effect = estimate_common_odds_ratio(STRATA, confidence_level=0.95)

    by_hand = (6 * 7 / 20 + 8 * 8 / 30) / (3 * 4 / 20 + 2 * 12 / 30)
    assert effect.estimate == pytest.approx(by_hand)


def test_the_difference_weighs_strata_by_their_size() -> None:
    effect = estimate_pooled_difference(STRATA, PooledVariance.SATO, confidence_level=0.95)

    weights = 10 * 10 / 20, 20 * 10 / 30
    by_hand = (weights[0] * 0.3 + weights[1] * 0.2) / sum(weights)
    assert effect.estimate == pytest.approx(by_hand)
    assert [arm.n for arm in effect.arms] == [30, 20]


def test_the_test_is_its_formula() -> None:
    # observed minus expected events of the first arm, and hypergeometric variances
    gap = (6 - 10 * 9 / 20) + (8 - 20 * 10 / 30)
    variance = 10 * 10 * 9 * 11 / (20**2 * 19) + 20 * 10 * 10 * 20 / (30**2 * 29)

    plain = compare_stratified(STRATA, ContinuityCorrection.NONE)
    corrected = compare_stratified(STRATA, ContinuityCorrection.HALF)

    assert plain.statistic == pytest.approx(gap**2 / variance)
    assert corrected.statistic == pytest.approx((gap - 0.5) ** 2 / variance)


def test_a_stratum_with_one_arm_is_left_out_and_told() -> None:
    effect = estimate_stratified_difference(
        [*STRATA, _stratum(3, 5, 0, 0)], ScoreVariance.MIETTINEN_NURMINEN, confidence_level=0.95
    )

    assert effect.comment == "1 of 3 strata say nothing and are left out."
    alone = estimate_stratified_difference(
        STRATA, ScoreVariance.MIETTINEN_NURMINEN, confidence_level=0.95
    )
    assert effect.interval == alone.interval


def test_no_stratum_with_both_arms_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="no stratum has participants of both arms"):
        estimate_pooled_difference(
            [_stratum(1, 2, 0, 0)], PooledVariance.SATO, confidence_level=0.95
        )


def test_no_event_at_all_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="no stratum has both kinds of outcome"):
        compare_stratified([_stratum(0, 5, 0, 5)], ContinuityCorrection.NONE)


def test_an_arm_with_one_kind_of_outcome_has_no_odds_ratio() -> None:
    with pytest.raises(NotEstimableError, match="one kind of outcome in every stratum"):
        estimate_common_odds_ratio([_stratum(5, 5, 2, 5)], confidence_level=0.95)


def test_a_data_frame_gives_the_strata() -> None:
    frame = pd.DataFrame(
        {"ARM": list("ABABAB"), "R": [1, 0, 1, 1, 0, 0], "SITE": ["L", "L", "L", "L", "G", "G"]}
    )
    columns = StratifiedColumns(
        response="R",
        comparison=Comparison(column="ARM", first="A", second="B"),
        strata=("SITE",),
    )

    graz, leiden = strata_of_frame(frame, columns)

    assert (graz.first.events, graz.first.n, graz.second.events) == (0, 1, 0)
    assert (leiden.first.events, leiden.first.n, leiden.second.events) == (2, 2, 1)
    with pytest.raises(ColumnError, match="'R' must hold 0 and 1"):
        strata_of_frame(frame.assign(R=[1, 0, 2, 1, 0, 0]), columns)


def test_one_stratum_has_the_risk_ratio_of_its_table_with_katz_s_error() -> None:
    one = _stratum(12, 40, 5, 45)

    found = estimate_common_risk_ratio([one], confidence_level=0.95)

    assert found.estimate == pytest.approx((12 / 40) / (5 / 45))
    assert found.standard_error == pytest.approx((1 / 12 - 1 / 40 + 1 / 5 - 1 / 45) ** 0.5)


def test_strata_alike_have_the_ratio_of_one_and_turn_round_with_the_arms() -> None:
    one, other = _stratum(12, 40, 5, 45), _stratum(9, 30, 8, 33)

    twice = estimate_common_risk_ratio([one, one], confidence_level=0.95)
    there = estimate_common_risk_ratio([one, other], confidence_level=0.95)
    back = estimate_common_risk_ratio(
        [Stratum(first=s.second, second=s.first) for s in (one, other)], confidence_level=0.95
    )

    assert twice.estimate == pytest.approx((12 / 40) / (5 / 45))
    assert back.estimate == pytest.approx(1 / (there.estimate or 0))
    assert back.standard_error == pytest.approx(there.standard_error)


def test_an_arm_without_an_event_has_no_risk_ratio() -> None:
    with pytest.raises(NotEstimableError, match="no event in any stratum"):
        estimate_common_risk_ratio([_stratum(0, 9, 3, 9)], confidence_level=0.95)
