"""Respiration: the rate of breaths that are there, and none of noise."""

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality, SignalBaseline
from data.measures.respiration import (
    RespirationSource,
    measure_respiration,
    measure_respiration_of_beats,
    resting_rate,
)

RATE_HZ = 25.0


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def belt(rate_per_min: float, length_s: float = 60.0, depth: float = 1.0) -> NDArray[np.float64]:
    times_s = np.arange(0.0, length_s, 1.0 / RATE_HZ)
    return depth / 2.0 * np.sin(2.0 * np.pi * rate_per_min / 60.0 * times_s)


@pytest.mark.parametrize("rate_hz", [10, 25, 100])
@pytest.mark.parametrize(("rate_per_min", "within"), [(6, 0.6), (12, 0.6), (18, 0.6), (30, 1.5)])
def test_simulated_breathing_has_its_rate(rate_per_min: int, within: float, rate_hz: int) -> None:
    """NeuroKit2's generator as an independent truth."""
    import neurokit2 as nk  # noqa: PLC0415 - slow to import

    made = nk.rsp_simulate(
        duration=60,
        sampling_rate=rate_hz,
        respiratory_rate=rate_per_min,
        noise=0.05,
        random_state=1,
    )

    found = measure_respiration(np.asarray(made, dtype=np.float64), rate_hz)

    assert found.rate_per_min.value == pytest.approx(rate_per_min, abs=within)
    assert found.source is RespirationSource.BELT


def test_regular_breathing_has_its_rate_its_depth_and_no_variability() -> None:
    found = measure_respiration(belt(15.0, depth=3.0), RATE_HZ, start_s=30.0)

    assert found.rate_per_min.value == pytest.approx(15.0, abs=0.1)
    assert found.depth.value == pytest.approx(3.0, rel=0.05)
    assert found.duration_sd_s.value == pytest.approx(0.0, abs=0.1)
    assert (found.start_s, found.end_s) == (30.0, 90.0)
    assert found.quality is Quality.GOOD


def test_a_drift_of_the_belt_does_not_matter() -> None:
    signal = belt(12.0) + np.linspace(0.0, 2.0, round(60 * RATE_HZ))

    assert measure_respiration(signal, RATE_HZ).rate_per_min.value == pytest.approx(12.0, abs=0.3)


def test_noise_has_no_rate() -> None:
    draw = chance()

    found = [measure_respiration(draw.normal(size=1500), RATE_HZ) for _ in range(100)]

    assert {one.rate_per_min.reason for one in found} == {NoValueReason.UNCLEAR_BREATHING}


def test_a_wandering_belt_hardly_ever_has_a_rate() -> None:
    draw = chance()

    found = [
        measure_respiration(np.cumsum(draw.normal(size=1500)), RATE_HZ).rate_per_min.value
        for _ in range(100)
    ]

    assert sum(one is not None for one in found) <= 2


@pytest.mark.parametrize(
    ("signal", "rate_hz", "reason"),
    [
        pytest.param(np.full(1500, 2.0), 25.0, "no_signal", id="flat"),
        pytest.param(np.full(1500, np.nan), 25.0, "no_signal", id="all missing"),
        pytest.param(np.full(1500, np.inf), 25.0, "no_signal", id="all infinite"),
        pytest.param(belt(15.0, 5.0), 25.0, "too_short", id="five seconds"),
        pytest.param(np.empty(0), 25.0, "too_short", id="nothing"),
        pytest.param(belt(15.0), 0.0, "wrong_rate", id="no rate"),
        pytest.param(belt(15.0), math.nan, "wrong_rate", id="rate is not a number"),
        pytest.param(belt(15.0), 1.0, "wrong_rate", id="too slow"),
        pytest.param(
            np.where(np.abs(np.arange(1500) - 700) < 40, np.nan, belt(15.0)), 25.0, "gap", id="gap"
        ),
        pytest.param(
            np.where(np.arange(1500) < 100, np.nan, belt(15.0)), 25.0, "gap", id="starts late"
        ),
    ],
)
def test_bad_input_gives_a_reason_and_no_number(
    signal: NDArray[np.float64], rate_hz: float, reason: str
) -> None:
    found = measure_respiration(signal, rate_hz)

    assert found.rate_per_min.reason == reason
    assert [found.rate_per_min.value, found.duration_sd_s.value, found.depth.value] == [None] * 3
    assert found.quality is Quality.HOLD


def test_a_declared_rate_that_is_not_that_of_the_time_stamps_is_refused() -> None:
    stamps_s = np.arange(1500) / RATE_HZ

    found = measure_respiration(belt(15.0), 50.0, time_stamps_s=stamps_s)

    assert found.rate_per_min.reason is NoValueReason.WRONG_RATE


def test_a_few_missing_samples_are_bridged() -> None:
    signal = belt(15.0)
    signal[700:715] = np.nan

    found = measure_respiration(signal, RATE_HZ)

    assert found.rate_per_min.value == pytest.approx(15.0, abs=0.2)
    assert found.usable_share == pytest.approx(0.99)


@pytest.mark.parametrize("rate_per_min", [8.0, 12.0, 16.0, 20.0])
def test_breathing_is_seen_in_the_heights_of_r_peaks(rate_per_min: float) -> None:
    draw = chance(2)
    times_s = np.cumsum(draw.normal(0.8, 0.03, 90))
    heights = 1.0 + 0.1 * np.sin(2 * np.pi * rate_per_min / 60 * times_s)
    heights += draw.normal(0.0, 0.01, 90)

    found = measure_respiration_of_beats(times_s, heights)

    assert found.rate_per_min.value == pytest.approx(rate_per_min, abs=0.7)
    assert found.depth.reason is NoValueReason.NO_BREATHING
    assert found.source is RespirationSource.ECG


@pytest.mark.parametrize(
    ("times_s", "heights", "reason"),
    [
        pytest.param(np.empty(0), np.empty(0), "too_short", id="nothing"),
        pytest.param(np.arange(30) * 0.8, np.ones(30), "too_short", id="24 seconds"),
        pytest.param(np.arange(60) * 0.8, np.ones(60), "no_signal", id="all alike"),
        pytest.param(
            np.arange(60) * 0.8 + 9.0 * (np.arange(60) > 30), np.arange(60.0), "gap", id="gap"
        ),
        pytest.param(
            np.arange(60) * 0.8, np.where(np.arange(60) == 9, np.nan, 1.0), "gap", id="missing"
        ),
        pytest.param(
            np.arange(90) * 0.8, chance(3).normal(size=90), "unclear_breathing", id="noise"
        ),
    ],
)
def test_beats_without_breathing_give_a_reason(
    times_s: NDArray[np.float64], heights: NDArray[np.float64], reason: str
) -> None:
    found = measure_respiration_of_beats(times_s, heights)

    assert found.rate_per_min.reason == reason
    assert found.rate_per_min.value is None


def test_the_rate_is_normalized_by_the_persons_own_rest() -> None:
    rest = np.concatenate([belt(14.0, 120.0), belt(16.0, 120.0)])

    baseline = resting_rate(rest, RATE_HZ)

    assert isinstance(baseline, SignalBaseline)
    assert baseline.median == pytest.approx(15.0, abs=0.5)
    assert baseline.scale == pytest.approx(1.4826, rel=0.2)


def test_less_than_three_minutes_of_rest_are_no_baseline() -> None:
    assert resting_rate(belt(15.0, 170.0), RATE_HZ) is NoValueReason.TOO_SHORT


@pytest.mark.reference
def test_a_belt_with_breaths_from_one_to_six_seconds_has_no_rate(reference: Path) -> None:
    """NeuroKit2 finds breaths of .9 to 5.9 s in this minute: no rate describes it."""
    signal = np.loadtxt(reference / "signals" / "biosppy_1000hz" / "resp.txt")

    assert (
        measure_respiration(signal, 1000.0).rate_per_min.reason is NoValueReason.UNCLEAR_BREATHING
    )
