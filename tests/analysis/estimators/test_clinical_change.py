"""Change of one participant: reliable, significant, and in which direction."""

import pytest

from analysis.estimators.clinical_change import (
    ChangeClass,
    Measurement,
    classify_change,
    count_changes,
    measure_reliable_change,
)
from analysis.estimators.equivalence import Better
from analysis.estimators.responder_curve import trace_responders
from analysis.estimators.two_means import TwoSamples
from analysis.results import NotEstimableError

# standard error of a difference: sqrt(2) x 5 x sqrt(1 - 0.5) = 5; smallest reliable change 9.8
ANXIETY = Measurement(standard_deviation=5.0, reliability=0.5, better=Better.LOWER)


def test_every_class_of_change_is_told_apart() -> None:
    changes = classify_change(
        pre=(30.0, 30.0, 30.0, 30.0, 8.0),
        post=(9.0, 19.0, 21.0, 41.0, -3.0),
        measurement=ANXIETY,
        threshold=10.0,
    )

    assert [change.change for change in changes] == [
        ChangeClass.RECOVERED,
        ChangeClass.IMPROVED,
        ChangeClass.UNCHANGED,
        ChangeClass.DETERIORATED,
        ChangeClass.IMPROVED,  # was in the range before
    ]
    assert changes[0].reliable_change_index == pytest.approx(-21 / 5)


def test_where_higher_is_better_the_same_numbers_mean_the_opposite() -> None:
    wellbeing = Measurement(standard_deviation=5.0, reliability=0.5, better=Better.HIGHER)

    (change,) = classify_change((30.0,), (41.0,), wellbeing, threshold=40.0)

    assert change.change is ChangeClass.RECOVERED


def test_every_participant_is_counted_once() -> None:
    changes = classify_change((30.0, 30.0, 30.0), (9.0, 9.0, 30.0), ANXIETY, threshold=10.0)

    counts = {count.change: count.n for count in count_changes(changes)}

    assert counts == {
        ChangeClass.RECOVERED: 2,
        ChangeClass.IMPROVED: 0,
        ChangeClass.UNCHANGED: 1,
        ChangeClass.DETERIORATED: 0,
    }


@pytest.mark.parametrize(
    ("spread", "reliability", "reason"),
    [(0.0, 0.8, "must be positive"), (5.0, 1.0, "not in"), (5.0, -0.1, "not in")],
)
def test_a_measurement_that_is_none_has_a_reason(
    spread: float, reliability: float, reason: str
) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        measure_reliable_change(
            Measurement(standard_deviation=spread, reliability=reliability, better=Better.LOWER)
        )


def test_the_curve_of_responders_counts_at_every_threshold() -> None:
    change = TwoSamples(first=(-8.0, -4.0, 0.0, -6.0), second=(-2.0, 0.0, 3.0))

    curve = trace_responders(change, Better.LOWER, confidence_level=0.95, thresholds=(1.0, 5.0))

    assert [(p.threshold, p.share_first, p.share_second) for p in curve] == [
        (1.0, 0.75, pytest.approx(1 / 3)),
        (5.0, 0.5, 0.0),
    ]
    assert curve[1].difference.estimate == 0.5


def test_the_curve_takes_every_change_that_occurs_by_default() -> None:
    change = TwoSamples(first=(1.0, 2.0), second=(2.0, 3.0))

    curve = trace_responders(change, Better.HIGHER, confidence_level=0.95)

    assert [point.threshold for point in curve] == [1.0, 2.0, 3.0]
    assert [point.share_first for point in curve] == [1.0, 0.5, 0.0]
