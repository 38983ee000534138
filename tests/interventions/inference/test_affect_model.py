"""The arithmetic of the model against conditioning all observations at once, as a Gaussian process."""

import math

import numpy as np
import pytest

from interventions.inference.affect_model import (
    AROUSAL_TIME_CONSTANT_S,
    AROUSAL_VARIANCE,
    SOURCES,
    Observed,
    Source,
    at_rest,
    observe,
    predict,
)

SEEN = [
    (0.0, Source.HEART_RATE, 1.4, 0.1),
    (0.0, Source.LN_RMSSD, -0.3, 0.1),
    (14.0, Source.HEART_RATE, 0.9, 4.1),
    (14.0, Source.SKIN_LEVEL, 2.2, 0.1),
    (31.0, Source.RESPIRATION_RATE, -0.5, 0.25),
    (31.0, Source.HEART_RATE, 0.2, 0.1),
    (90.0, Source.SELF_REPORT, 1.0, 0.16),
    (90.0, Source.SKIN_LEVEL, 1.1, 0.1),
]
"""Time in seconds, source, z, variance of the error."""


def at_once(until_s: float) -> tuple[float, float]:
    """Return mean and variance of arousal at a time, given all observations."""

    def kernel(apart_s: float, variance: float, constant_s: float) -> float:
        return variance * math.exp(-abs(apart_s) / constant_s)

    size = len(SEEN)
    among, with_now = np.zeros((size, size)), np.zeros(size)
    for row, (at_s, source, _, error) in enumerate(SEEN):
        one = SOURCES[source]
        arousal = kernel(until_s - at_s, AROUSAL_VARIANCE, AROUSAL_TIME_CONSTANT_S)
        with_now[row] = one.sign * arousal
        for column, (other_s, other, _, _) in enumerate(SEEN):
            shared = kernel(at_s - other_s, AROUSAL_VARIANCE, AROUSAL_TIME_CONSTANT_S)
            among[row, column] = one.sign * SOURCES[other].sign * shared
            if other is source:
                among[row, column] += kernel(at_s - other_s, one.variance, one.time_constant_s)
        among[row, row] += error
    weights = np.linalg.solve(among, with_now)
    values = np.array([z for _, _, z, _ in SEEN])
    return float(weights @ values), float(AROUSAL_VARIANCE - weights @ with_now)


@pytest.mark.parametrize("until_s", [90.0, 150.0, 3600.0])
def test_one_observation_after_the_other_gives_what_all_at_once_give(until_s: float) -> None:
    state, now_s = at_rest(), 0.0
    for at_s, source, z, error in SEEN:
        state = predict(state, at_s - now_s)
        state, now_s = observe(state, Observed(source=source, z=z, error_variance=error)), at_s
    state = predict(state, until_s - now_s)

    mean, variance = at_once(until_s)

    assert state.arousal == pytest.approx(mean, abs=1e-6)
    assert state.variance == pytest.approx(variance, abs=1e-6)


def test_an_old_report_says_what_was_true_then() -> None:
    fresh = observe(at_rest(), Observed(source=Source.SELF_REPORT, z=1.0, error_variance=0.16))
    waited = predict(fresh, 300.0)
    old = observe(
        at_rest(), Observed(source=Source.SELF_REPORT, z=1.0, error_variance=0.16, age_s=300.0)
    )

    assert old.arousal == pytest.approx(waited.arousal, abs=1e-6)
    assert old.variance == pytest.approx(waited.variance, abs=1e-6)


def test_a_source_that_was_never_observed_costs_nothing() -> None:
    state = observe(at_rest(), Observed(source=Source.HEART_RATE, z=1.0, error_variance=0.1))

    assert state.sources == (Source.HEART_RATE,)
    assert len(state.means) == 2
