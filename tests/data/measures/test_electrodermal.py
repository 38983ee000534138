"""Electrodermal activity: levels and responses that are really there, and none that are not."""

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.measures.electrodermal import (
    Electrodermal,
    believe,
    measure_electrodermal,
    resting_level,
)
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality, SignalBaseline, normalize

RATE_HZ = 4.0


def simulated(responses: int, rate_hz: int, seed: int) -> NDArray[np.float64]:
    """Return a minute by NeuroKit2's generator: an independent truth."""
    import neurokit2 as nk  # noqa: PLC0415 - slow to import

    made = nk.eda_simulate(
        duration=60,
        sampling_rate=rate_hz,
        scr_number=responses,
        drift=-0.01,
        noise=0.01,
        random_state=seed,
    )
    return np.asarray(made, dtype=np.float64)


def response(
    at_s: float, amplitude_us: float, rise_s: float = 1.5, length_s: float = 120.0
) -> NDArray[np.float64]:
    """Return a conductance of 2 microsiemens with one response."""
    times_s = np.arange(0.0, length_s, 1.0 / RATE_HZ)
    rising = np.clip((times_s - at_s) / rise_s, 0.0, 1.0)
    falling = np.exp(-np.clip(times_s - at_s - rise_s, 0.0, None) / 4.0)
    return 2.0 + amplitude_us * (1.0 - np.cos(np.pi * rising)) / 2.0 * falling


def values_of(found: Electrodermal) -> list[float | None]:
    return [
        found.level_us.value,
        found.ln_level.value,
        found.responses_per_min.value,
        found.responses_by_hand_per_min.value,
        found.amplitude_us.value,
    ]


@pytest.mark.parametrize("rate_hz", [4, 8, 32, 100])
@pytest.mark.parametrize("responses", [1, 3, 6])
def test_simulated_responses_are_counted_exactly_at_every_rate(
    responses: int, rate_hz: int
) -> None:
    found = measure_electrodermal(simulated(responses, rate_hz, responses + rate_hz), rate_hz)

    assert found.responses_per_min.value == responses
    assert found.quality is Quality.GOOD
    assert found.recipe == "eda-rise-0.01us-v1"
    assert found.sampling_rate_hz == rate_hz


@pytest.mark.parametrize(
    ("amplitude_us", "computer", "hand"),
    [
        pytest.param(0.2, 0.5, 0.5, id="large"),
        pytest.param(0.03, 0.5, 0.0, id="between the thresholds"),
        pytest.param(0.008, 0.0, 0.0, id="below both"),
    ],
)
def test_a_response_counts_by_its_absolute_amplitude(
    amplitude_us: float, computer: float, hand: float
) -> None:
    found = measure_electrodermal(response(30.0, amplitude_us), RATE_HZ)

    assert found.responses_per_min.value == computer
    assert found.responses_by_hand_per_min.value == hand
    if computer:
        assert found.amplitude_us.value == pytest.approx(amplitude_us, rel=0.1)
    else:
        assert found.amplitude_us.reason is NoValueReason.CONSTANT


def test_a_slow_rise_is_a_drift_and_no_response() -> None:
    assert measure_electrodermal(response(20.0, 0.2, rise_s=20.0), RATE_HZ).responses_per_min.value == 0.0  # fmt: skip


def test_a_constant_conductance_has_a_level_and_no_response() -> None:
    found = measure_electrodermal(np.full(1200, 0.5), RATE_HZ)

    assert found.level_us.value == 0.5
    assert found.ln_level.value == pytest.approx(math.log(1.5))
    assert found.responses_per_min.value == 0.0


def test_small_noise_has_no_responses() -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    noisy = 2.0 + chance.normal(0.0, 0.001, 1200)

    assert measure_electrodermal(noisy, RATE_HZ).responses_per_min.value == 0.0


@pytest.mark.parametrize(
    ("conductance", "rate_hz", "reason"),
    [
        pytest.param(np.full(400, np.nan), 4.0, "no_signal", id="all missing"),
        pytest.param(np.full(400, np.inf), 4.0, "no_signal", id="all infinite"),
        pytest.param(np.zeros(400), 4.0, "no_signal", id="flat at zero"),
        pytest.param(np.linspace(300.0, 900.0, 400), 4.0, "out_of_range", id="ADC counts"),
        pytest.param(np.linspace(0.001, 0.04, 400), 4.0, "out_of_range", id="dry electrode"),
        pytest.param(np.full(20, 2.0), 4.0, "too_short", id="five seconds"),
        pytest.param(np.empty(0), 4.0, "too_short", id="nothing"),
        pytest.param(np.full(1200, 2.0), 1000.0, "too_short", id="4 Hz told 1000, no time stamps"),
        pytest.param(np.full(400, 2.0), 1.0, "wrong_rate", id="too slow"),
        pytest.param(np.full(400, 2.0), 0.0, "wrong_rate", id="no rate"),
        pytest.param(np.full(400, 2.0), math.nan, "wrong_rate", id="rate is not a number"),
        pytest.param(np.where(np.arange(400) % 50 == 0, 30.0, 2.0), 4.0, "artefacts", id="jumps"),
        pytest.param(np.where(np.arange(400) < 200, np.nan, 2.0), 4.0, "gap", id="half is missing"),
    ],
)
def test_bad_input_gives_a_reason_and_no_number(
    conductance: NDArray[np.float64], rate_hz: float, reason: str
) -> None:
    found = measure_electrodermal(conductance, rate_hz)

    assert values_of(found) == [None] * 5
    assert found.level_us.reason == reason
    assert found.quality is Quality.HOLD


def test_a_declared_rate_that_is_not_that_of_the_time_stamps_is_refused() -> None:
    stamps_s = np.arange(1200) / 4.0

    wrong = measure_electrodermal(np.full(1200, 2.0), 8.0, time_stamps_s=stamps_s)
    right = measure_electrodermal(np.full(1200, 2.0), 4.0, time_stamps_s=stamps_s)

    assert wrong.level_us.reason is NoValueReason.WRONG_RATE
    assert right.level_us.value == 2.0


def test_half_a_minute_has_a_level_but_no_rate_of_responses() -> None:
    found = measure_electrodermal(response(10.0, 0.2, length_s=30.0), RATE_HZ, start_s=90.0)

    assert (found.start_s, found.end_s) == (90.0, 120.0)
    assert found.level_us.value is not None
    assert found.responses_per_min.reason is NoValueReason.TOO_SHORT


def test_what_lies_within_five_seconds_of_an_artefact_is_not_believed() -> None:
    samples = np.full(400, 2.0)
    samples[200] = 30.0

    usable = believe(samples, RATE_HZ)

    assert np.flatnonzero(~usable).tolist() == list(range(180, 222))


def test_no_response_is_found_across_a_gap() -> None:
    samples = np.full(1200, 2.0)
    samples[600:] = 2.5
    samples[590:610] = np.nan

    found = measure_electrodermal(samples, RATE_HZ)

    assert found.responses_per_min.value == 0.0
    assert found.usable_share == pytest.approx(0.95)


def test_five_to_twenty_percent_unbelievable_is_degraded() -> None:
    samples = np.full(1200, 2.0)
    samples[600:660] = np.nan

    assert measure_electrodermal(samples, RATE_HZ).quality is Quality.DEGRADED


def test_the_level_is_normalized_by_the_persons_own_rest() -> None:
    rest = np.repeat(np.linspace(1.9, 2.1, 18), 40)

    baseline = resting_level(rest, RATE_HZ)

    assert isinstance(baseline, SignalBaseline)
    assert baseline.median == pytest.approx(2.0)
    assert baseline.scale == pytest.approx(0.14826)
    assert normalize(2.14826, baseline) == pytest.approx(1.0)
    assert normalize(99.0, baseline) == 4.0
    assert normalize(0.1, baseline) == -4.0


def test_less_than_three_minutes_of_rest_are_no_baseline() -> None:
    assert resting_level(np.full(4 * 170, 2.0), RATE_HZ) is NoValueReason.TOO_SHORT


@pytest.mark.reference
def test_a_wristband_has_few_small_responses_and_no_large_ones(reference: Path) -> None:
    """Empatica E4: eight consecutive five-minute windows from 60 s; NeuroKit2 finds 43-221 in each."""
    lines = (reference / "signals" / "empatica_e4" / "EDA.csv").read_text().splitlines()
    conductance = np.array([float(line) for line in lines[2:]])
    windows = [conductance[first : first + 1200] for first in range(240, 240 + 8 * 1200, 1200)]

    found = [measure_electrodermal(one, RATE_HZ) for one in windows]
    counts = [round((one.responses_per_min.value or 0.0) * one.usable_share * 5.0) for one in found]

    assert counts == [2, 0, 5, 0, 1, 4, 4, 1]
    assert float(np.median(counts)) <= 5
    assert max(counts) <= 10
    assert {one.responses_by_hand_per_min.value for one in found} == {0.0}
    assert all(one.level_us.value is not None for one in found)


@pytest.mark.reference
def test_converter_counts_are_no_conductance(reference: Path) -> None:
    counts = np.loadtxt(reference / "signals" / "biosppy_1000hz" / "eda.txt")[:60_000]

    assert measure_electrodermal(counts, 1000.0).level_us.reason is NoValueReason.OUT_OF_RANGE
