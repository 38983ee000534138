"""Breathing rate, and variability without what breathing explains (signals notes 4.3, 5.3, 6)."""

import numpy as np
import pytest

from data.measures.breathing import (
    adjust_for_breathing,
    breathing_band,
    estimate_breathing,
    estimate_breathing_from_beats,
)
from data.measures.measured_values import NoValueReason
from data.measures.time_domain import FloatArray

RATE_HZ = 25.0


def belt(breaths_per_min: float, *, length_s: float = 60.0) -> FloatArray:
    """Return a belt that follows breathing, with some noise and drift."""
    times_s = np.arange(0.0, length_s, 1.0 / RATE_HZ)
    noise = np.random.Generator(np.random.PCG64(3)).normal(0.0, 0.3, times_s.size)
    return np.sin(2.0 * np.pi * breaths_per_min / 60.0 * times_s) + noise + 0.003 * times_s


@pytest.mark.parametrize("breaths_per_min", [5.0, 6.0, 12.0, 18.0, 30.0])
def test_the_rate_of_a_belt_is_found(breaths_per_min: float) -> None:
    found = estimate_breathing(belt(breaths_per_min), RATE_HZ)

    assert found.reason is None
    assert found.rate_per_min == pytest.approx(breaths_per_min, abs=0.6)


@pytest.mark.parametrize(
    ("samples", "rate_hz", "reason"),
    [
        pytest.param(np.zeros(1500), RATE_HZ, NoValueReason.NO_SIGNAL, id="flat"),
        pytest.param(np.full(1500, np.nan), RATE_HZ, NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(belt(12.0, length_s=5.0), RATE_HZ, NoValueReason.TOO_SHORT, id="5 seconds"),
        pytest.param(belt(12.0), 1.0, NoValueReason.WRONG_RATE, id="one sample a second"),
        pytest.param(belt(12.0), 0.0, NoValueReason.WRONG_RATE, id="no rate"),
        pytest.param(
            np.random.Generator(np.random.PCG64(1)).normal(0.0, 1.0, 1500),
            RATE_HZ,
            NoValueReason.UNCLEAR_BREATHING,
            id="noise",
        ),
        pytest.param(
            np.random.Generator(np.random.PCG64(1)).normal(0.0, 1.0, 1500).cumsum(),
            RATE_HZ,
            NoValueReason.UNCLEAR_BREATHING,
            id="drift",
        ),
    ],
)
def test_what_does_not_breathe_has_no_rate(
    samples: FloatArray, rate_hz: float, reason: NoValueReason
) -> None:
    found = estimate_breathing(samples, rate_hz)

    assert (found.rate_per_min, found.reason) == (None, reason)


def test_ten_missing_seconds_of_a_belt_are_a_gap() -> None:
    samples = belt(12.0)
    samples[500:750] = np.nan

    assert estimate_breathing(samples, RATE_HZ).reason is NoValueReason.GAP


def test_the_height_of_r_peaks_tells_the_rate() -> None:
    times_s = np.arange(0.0, 60.0, 0.8)
    heights = 1.0 + 0.1 * np.sin(2.0 * np.pi * 0.25 * times_s)

    assert estimate_breathing_from_beats(times_s, heights).rate_per_min == pytest.approx(
        15, abs=0.3
    )
    assert estimate_breathing_from_beats(times_s[:20], heights[:20]).reason == "too_short"


def test_the_band_follows_the_rate() -> None:
    assert breathing_band(6.0).low_hz == pytest.approx(0.05)
    assert breathing_band(6.0).high_hz == pytest.approx(0.15)


def test_what_breathing_explains_is_removed() -> None:
    rates = np.array([6.0, 8.0, 10.0, 12.0, 14.0] * 3)
    own = np.linspace(-0.1, 0.1, 15) * np.array([1.0, -1.0, 0.0, -1.0, 1.0] * 3)
    raw = 3.5 - 0.08 * (rates - 10.0) + own

    adjusted = adjust_for_breathing(raw, rates)

    assert not isinstance(adjusted, NoValueReason)
    assert adjusted == pytest.approx(3.5 + own, abs=0.02)
    assert abs(np.corrcoef(adjusted, rates)[0, 1]) < 1e-9


@pytest.mark.parametrize(
    ("rates", "reason"),
    [
        pytest.param(np.full(12, np.nan), NoValueReason.NO_BREATHING, id="never recorded"),
        pytest.param(np.arange(9.0), NoValueReason.TOO_SHORT, id="nine windows"),
        pytest.param(np.full(12, 12.0), NoValueReason.CONSTANT, id="always the same rate"),
    ],
)
def test_an_adjustment_that_cannot_be_made_has_a_reason(
    rates: FloatArray, reason: NoValueReason
) -> None:
    assert adjust_for_breathing(np.linspace(3.0, 4.0, rates.size), rates) is reason


def test_windows_without_a_rate_stay_without_a_value() -> None:
    rates = np.append(np.arange(8.0, 20.0), np.nan)

    adjusted = adjust_for_breathing(np.full(13, 3.0), rates)

    assert not isinstance(adjusted, NoValueReason)
    assert np.isfinite(adjusted).tolist() == [True] * 12 + [False]
