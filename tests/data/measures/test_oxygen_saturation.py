"""Oxygen saturation: per cent in, per cent out, and nothing from what is no saturation."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from data.measures.measured_values import NoValueReason
from data.measures.oxygen_saturation import measure_oxygen_saturation, resting_saturation
from data.measures.physiology import Quality, SignalBaseline


def test_a_short_fall_is_told_by_its_depth_and_its_length() -> None:
    samples = np.full(300, 97.0)
    samples[100:130] = [*np.linspace(97, 86, 10), *np.full(10, 86.0), *np.linspace(86, 97, 10)]

    found = measure_oxygen_saturation(samples, 1.0, start_s=10.0)

    assert found.mean_percent.value == pytest.approx(samples.mean())
    assert found.lowest_percent.value == 86.0
    assert found.below_90_percent.value == pytest.approx(100.0 * np.mean(samples < 90.0))
    assert (found.start_s, found.end_s) == (10.0, 310.0)
    assert found.quality is Quality.GOOD


@pytest.mark.parametrize(
    ("samples", "rate_hz", "reason"),
    [
        pytest.param(np.full(300, np.nan), 1.0, "no_signal", id="all missing"),
        pytest.param(np.full(300, 0.97), 1.0, "out_of_range", id="a fraction"),
        pytest.param(np.full(300, 127.0), 1.0, "out_of_range", id="the sensor's own no value"),
        pytest.param(np.zeros(300), 1.0, "out_of_range", id="off the finger"),
        pytest.param(np.full(20, 97.0), 1.0, "too_short", id="20 seconds"),
        pytest.param(np.empty(0), 1.0, "too_short", id="nothing"),
        pytest.param(np.full(300, 97.0), 0.0, "wrong_rate", id="no rate"),
        pytest.param(np.full(300, 97.0), math.nan, "wrong_rate", id="rate is not a number"),
        pytest.param(np.tile([97.0, 80.0], 150), 1.0, "artefacts", id="jumps"),
    ],
)
def test_bad_input_gives_a_reason_and_no_number(
    samples: NDArray[np.float64], rate_hz: float, reason: str
) -> None:
    found = measure_oxygen_saturation(samples, rate_hz)

    assert found.mean_percent.reason == reason
    assert [found.mean_percent.value, found.lowest_percent.value] == [None, None]
    assert found.below_90_percent.value is None
    assert found.quality is Quality.HOLD


def test_a_lost_finger_is_left_out_and_degrades_the_window() -> None:
    samples = np.full(300, 97.0)
    samples[100:130] = 0.0

    found = measure_oxygen_saturation(samples, 1.0)

    assert found.lowest_percent.value == 97.0
    assert found.quality is Quality.DEGRADED


def test_the_saturation_is_normalized_by_the_persons_own_rest() -> None:
    baseline = resting_saturation(np.full(240, 97.0), 1.0)

    assert isinstance(baseline, SignalBaseline)
    assert baseline.median == 97.0
    assert baseline.scale == pytest.approx(0.7413)
    assert resting_saturation(np.full(170, 97.0), 1.0) is NoValueReason.TOO_SHORT
