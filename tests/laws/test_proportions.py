"""Laws of two proportions: what every interval keeps for all counts."""

from collections.abc import Callable
from math import inf, isinf

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import xlog1py, xlogy

from analysis.estimators.effect import Effect
from analysis.estimators.proportions import Share
from analysis.estimators.score_difference import (
    ScoreVariance,
    Stratum,
    constrained_shares,
    score_interval,
    score_p,
)
from analysis.estimators.score_ratio import (
    OddsRatioScore,
    RatioScore,
    odds_ratio_interval,
    odds_ratio_p,
    ratio_interval,
    ratio_p,
)
from analysis.estimators.stratified_proportions import (
    ContinuityCorrection,
    PooledVariance,
    compare_stratified,
    estimate_common_odds_ratio,
    estimate_pooled_difference,
    estimate_stratified_difference,
)
from analysis.estimators.two_proportions import (
    DifferenceInterval,
    estimate_difference,
    estimate_odds_ratio,
    estimate_ratio,
)
from analysis.results import Interval, NotEstimableError

LEVEL = 0.95


@st.composite
def _shares(draw: st.DrawFn, arm: str) -> Share:
    n = draw(st.integers(1, 60))
    return Share(arm=arm, label=arm, events=draw(st.integers(0, n)), n=n)


FIRST, SECOND = _shares("X"), _shares("Y")
quick = settings(max_examples=60, deadline=None)


def _interval(effect: Effect) -> Interval:
    assert effect.interval is not None
    return effect.interval


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(DifferenceInterval))
def test_arms_that_change_places_change_the_sign_of_a_difference(
    first: Share, second: Share, kind: DifferenceInterval
) -> None:
    there = estimate_difference(first, second, kind, confidence_level=LEVEL)
    back = estimate_difference(second, first, kind, confidence_level=LEVEL)

    assert back.estimate == pytest.approx(-(there.estimate or 0.0), abs=1e-12)
    assert _interval(back).lower == pytest.approx(-_interval(there).upper, abs=1e-9)
    assert _interval(back).upper == pytest.approx(-_interval(there).lower, abs=1e-9)
    assert (back.p is None) == (there.p is None)
    if there.p is not None:
        assert back.p == pytest.approx(there.p, abs=1e-9)


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(RatioScore))
def test_arms_that_change_places_turn_a_ratio_round(
    first: Share, second: Share, kind: RatioScore
) -> None:
    there = _interval(estimate_ratio(first, second, kind, confidence_level=LEVEL))
    back = _interval(estimate_ratio(second, first, kind, confidence_level=LEVEL))

    assert back.lower == (0.0 if isinf(there.upper) else pytest.approx(1 / there.upper, rel=1e-7))
    assert back.upper == (inf if there.lower == 0 else pytest.approx(1 / there.lower, rel=1e-7))


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(OddsRatioScore))
def test_events_and_non_events_are_alike_for_odds(
    first: Share, second: Share, kind: OddsRatioScore
) -> None:
    def without(share: Share) -> Share:
        return Share(arm=share.arm, label=share.label, events=share.n - share.events, n=share.n)

    events = _interval(estimate_odds_ratio(first, second, kind, confidence_level=LEVEL))
    others = _interval(
        estimate_odds_ratio(without(second), without(first), kind, confidence_level=LEVEL)
    )

    assert others.lower == pytest.approx(events.lower, rel=1e-7)
    assert others.upper == pytest.approx(events.upper, rel=1e-7)


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(DifferenceInterval))
def test_an_interval_holds_its_estimate(
    first: Share, second: Share, kind: DifferenceInterval
) -> None:
    effect = estimate_difference(first, second, kind, confidence_level=LEVEL)

    assume(kind is not DifferenceInterval.AGRESTI_CAFFO)  # its centre is another one
    assert effect.estimate is not None
    assert _interval(effect).lower - 1e-9 <= effect.estimate <= _interval(effect).upper + 1e-9


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(ScoreVariance))
def test_an_interval_leaves_zero_out_exactly_when_its_test_rejects(
    first: Share, second: Share, kind: ScoreVariance
) -> None:
    strata = (Stratum(first=first, second=second),)
    p = score_p(strata, kind, 0.0)
    assume(abs(p - (1 - LEVEL)) > 1e-9)

    interval = score_interval(strata, kind, LEVEL)

    assert (p < 1 - LEVEL) == (not interval.lower <= 0 <= interval.upper)


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(ScoreVariance))
def test_score_limits_are_the_hypotheses_that_are_just_not_rejected(
    first: Share, second: Share, kind: ScoreVariance
) -> None:
    if (
        kind is ScoreVariance.SKEWNESS_CORRECTED
    ):  # two hypotheses can share a score in sparse tables
        assume(all(3 <= share.events <= share.n - 3 for share in (first, second)))
    strata = (Stratum(first=first, second=second),)
    interval = score_interval(strata, kind, LEVEL)

    for limit, end in ((interval.lower, -1.0), (interval.upper, 1.0)):
        assert -1 <= limit <= 1
        if limit != end:
            assert score_p(strata, kind, limit) == pytest.approx(1 - LEVEL, abs=1e-6)


def _check_ratio(interval: Interval, p_of: Callable[[float], float]) -> None:
    for limit in (interval.lower, interval.upper):
        if 0 < limit < inf:
            assert p_of(limit) == pytest.approx(1 - LEVEL, abs=1e-6)


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(RatioScore))
def test_limits_of_a_risk_ratio_are_just_not_rejected(
    first: Share, second: Share, kind: RatioScore
) -> None:
    _check_ratio(
        ratio_interval(first, second, kind, LEVEL),
        lambda ratio: ratio_p(first, second, kind, ratio),
    )


@quick
@given(first=FIRST, second=SECOND, kind=st.sampled_from(OddsRatioScore))
def test_limits_of_an_odds_ratio_are_just_not_rejected(
    first: Share, second: Share, kind: OddsRatioScore
) -> None:
    _check_ratio(
        odds_ratio_interval(first, second, kind, LEVEL),
        lambda ratio: odds_ratio_p(first, second, kind, ratio),
    )


@quick
@given(first=FIRST, second=SECOND, difference=st.floats(-0.99, 0.99))
def test_constrained_shares_differ_as_they_must_and_are_the_most_likely(
    first: Share, second: Share, difference: float
) -> None:
    def likelihood(p1: float, p2: float) -> float:
        return sum(
            float(xlogy(share.events, p) + xlog1py(share.n - share.events, -p))
            for share, p in ((first, p1), (second, p2))
        )

    p1, p2 = constrained_shares(first, second, difference)

    assert p1 - p2 == pytest.approx(difference, abs=1e-9)
    lowest, highest = max(0.0, -difference), min(1.0, 1 - difference)
    for step in range(21):
        other = lowest + (highest - lowest) * step / 20
        moved = min(1.0, max(0.0, other + difference))
        assert likelihood(p1, p2) >= likelihood(moved, other) - 1e-7


@quick
@given(first=FIRST, second=SECOND)
def test_one_stratum_is_no_stratum(first: Share, second: Share) -> None:
    one = [Stratum(first=first, second=second)]
    stratified = estimate_stratified_difference(
        one, ScoreVariance.MIETTINEN_NURMINEN, confidence_level=LEVEL
    )
    plain = estimate_difference(
        first, second, DifferenceInterval.MIETTINEN_NURMINEN, confidence_level=LEVEL
    )

    assert stratified.estimate == pytest.approx(plain.estimate, abs=1e-15)
    assert stratified.interval == plain.interval
    assert stratified.p == plain.p


@quick
@given(strata=st.lists(st.tuples(FIRST, SECOND), min_size=1, max_size=5), data=st.data())
def test_the_order_of_strata_and_the_place_of_arms_do_not_matter(
    strata: list[tuple[Share, Share]], data: st.DataObject
) -> None:
    there = [Stratum(first=one, second=two) for one, two in strata]
    shuffled = data.draw(st.permutations(there))
    swapped = [Stratum(first=s.second, second=s.first) for s in shuffled]
    try:
        test = compare_stratified(there, ContinuityCorrection.NONE)
        odds = estimate_common_odds_ratio(there, confidence_level=LEVEL)
        pooled = estimate_pooled_difference(there, PooledVariance.SATO, confidence_level=LEVEL)
    except NotEstimableError:
        assume(False)  # noqa: FBT003 - hypothesis' own

    back = estimate_common_odds_ratio(swapped, confidence_level=LEVEL)
    assert back.estimate == pytest.approx(1 / (odds.estimate or 1.0))
    assert compare_stratified(swapped, ContinuityCorrection.NONE).statistic == pytest.approx(
        test.statistic, abs=1e-9
    )
    assert estimate_pooled_difference(
        swapped, PooledVariance.SATO, confidence_level=LEVEL
    ).estimate == pytest.approx(-(pooled.estimate or 0.0))
