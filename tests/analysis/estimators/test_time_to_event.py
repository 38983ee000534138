"""Time to event: curves by hand, tests that agree with each other, and arms without events."""

from dataclasses import replace
from math import inf

import pandas as pd
import pytest

from analysis.estimators.frame import Comparison
from analysis.estimators.restricted_mean import estimate_restricted_mean_difference
from analysis.estimators.time_to_event import (
    EventColumns,
    EventTimes,
    compare_survival,
    estimate_hazard_ratio,
    event_times,
    survival_curve,
)
from analysis.results import NotEstimableError

DATA = EventTimes(
    time=(2.0, 4, 4, 7, 9, 1, 3, 5, 6, 8),
    event=(1.0, 1, 0, 1, 0, 1, 1, 1, 0, 1),
    arm=("X",) * 5 + ("Y",) * 5,
    first="X",
    second="Y",
)


def test_the_curve_multiplies_the_chances_of_staying() -> None:
    curve = survival_curve(DATA, "X", confidence_level=0.95)

    assert [(s.time, s.n_at_risk, s.n_events) for s in curve.steps] == [
        (2, 5, 1),
        (4, 4, 1),
        (7, 2, 1),
    ]
    assert [s.survival for s in curve.steps] == pytest.approx([4 / 5, 3 / 5, 3 / 10])
    assert curve.median == 7.0
    assert all(s.interval.lower < s.survival < s.interval.upper for s in curve.steps)


def test_a_median_is_the_middle_of_the_time_in_which_exactly_half_are_left() -> None:
    data = EventTimes(
        time=tuple(float(day) for day in range(1, 49)),
        event=(1.0,) * 48,
        arm=("music",) * 48,
        first="music",
        second="control",
    )

    curve = survival_curve(data, "music", confidence_level=0.95)

    assert curve.median == 24.5


def test_a_median_that_is_not_reached_is_none() -> None:
    few = replace(DATA, event=(1.0,) + (0.0,) * 9)

    curve = survival_curve(few, "X", confidence_level=0.95)

    assert (curve.median, curve.n_events) == (None, 1)
    assert curve.median_interval is None or curve.median_interval.upper == inf


def test_the_log_rank_test_is_observed_against_expected() -> None:
    # by hand: at each event time, expected of X = n_X d / n; hypergeometric variance
    moments = [(5, 10, 1), (5, 9, 1), (4, 8, 1), (4, 7, 1), (2, 5, 1), (2, 3, 1), (1, 2, 1)]
    expected = sum(n_x * d / n for n_x, n, d in moments)
    variance = sum(n_x * (n - n_x) * d * (n - d) / (n**2 * (n - 1)) for n_x, n, d in moments)

    test = compare_survival(DATA)

    assert test.statistic == pytest.approx((3 - expected) ** 2 / variance)


def test_the_hazard_ratio_turns_round_with_the_arms() -> None:
    there = estimate_hazard_ratio(DATA, confidence_level=0.95)
    back = estimate_hazard_ratio(replace(DATA, first="Y", second="X"), confidence_level=0.95)

    assert there.ratio.estimate is not None
    assert back.ratio.estimate == pytest.approx(1 / there.ratio.estimate)
    assert there.n_events == (3, 4)
    assert 0 <= there.p_proportional <= 1


def test_strata_that_say_the_same_leave_the_ratio_alone() -> None:
    one = replace(DATA, stratum=("all",) * 10)

    assert estimate_hazard_ratio(one, confidence_level=0.95).ratio.estimate == pytest.approx(
        estimate_hazard_ratio(DATA, confidence_level=0.95).ratio.estimate
    )
    assert compare_survival(one).statistic == pytest.approx(compare_survival(DATA).statistic)
    assert compare_survival(one).method == "stratified log-rank test"


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    effect = estimate_restricted_mean_difference(DATA, 8.0, confidence_level=0.95)

    first = 2 * 1 + 2 * 4 / 5 + 3 * 3 / 5 + 1 * 3 / 10
    second = 1 * 1 + 2 * 4 / 5 + 2 * 3 / 5 + 3 * 2 / 5
    assert effect.estimate == pytest.approx(first - second)


def test_without_censoring_the_restricted_mean_is_a_mean() -> None:
    data = replace(DATA, event=(1.0,) * 10)

    effect = estimate_restricted_mean_difference(data, 9.0, confidence_level=0.95)

    assert effect.estimate == pytest.approx((2 + 4 + 4 + 7 + 9) / 5 - (1 + 3 + 5 + 6 + 8) / 5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            replace(DATA, event=(0.0,) * 5 + DATA.event[5:]), "X has no event", id="no event"
        ),
        pytest.param(replace(DATA, arm=("X",) * 10), "Y has no participant", id="empty arm"),
        pytest.param(replace(DATA, time=(0.0, *DATA.time[1:])), "no time at risk", id="time 0"),
        pytest.param(replace(DATA, event=(3.0, *DATA.event[1:])), "only 0 and 1", id="not binary"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: EventTimes, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_hazard_ratio(data, confidence_level=0.95)


def test_nobody_with_an_event_cannot_be_compared() -> None:
    with pytest.raises(NotEstimableError, match="nobody has the event"):
        compare_survival(replace(DATA, event=(0.0,) * 10))


def test_arms_whose_events_all_come_first_have_no_hazard_ratio() -> None:
    apart = replace(DATA, time=(1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10), event=(1.0,) * 10)

    with pytest.raises(NotEstimableError, match="no finite estimate"):
        estimate_hazard_ratio(apart, confidence_level=0.95)


def test_arms_that_are_never_at_risk_together_cannot_be_compared() -> None:
    apart = replace(
        DATA, time=(1.0,) * 5 + (2.0,) * 5, event=(0.0,) * 5 + (1.0, 0.0, 0.0, 0.0, 0.0)
    )

    with pytest.raises(NotEstimableError, match="never at risk together"):
        compare_survival(apart)


def test_a_horizon_beyond_observation_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="observation of X ends at 9, before 12"):
        estimate_restricted_mean_difference(DATA, 12.0, confidence_level=0.95)


def test_a_data_frame_gives_the_times() -> None:
    frame = pd.DataFrame({"T": [1.0, 2.0, None], "E": [1, 0, 1], "ARM": list("ABA")})
    columns = EventColumns(
        time="T", event="E", comparison=Comparison(column="ARM", first="A", second="B")
    )

    data = event_times(frame, columns)

    assert (data.time, data.event, data.arm) == ((1.0, 2.0), (1.0, 0.0), ("A", "B"))
