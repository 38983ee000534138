"""How a recording is cut and measured: what each value carries, and when there is none (signals notes 3, 4)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from data.measures.heart_recordings import (
    BreathingSignal,
    HeartRecording,
    heart_recording_of_beats,
    heart_recording_of_ecg,
)
from data.measures.hrv import resting_measures
from data.measures.hrv_windows import HrvWindow, measure_windows
from data.measures.measured_values import DEFINITIONS, HrvName, NoValueReason
from data.measures.neurokit import simulate_ecg
from data.measures.time_domain import FloatArray, pnn50, rmssd, sd1, sd2, sdnn, sdsd
from data.measures.window_plan import WindowPlan, WindowPlanError
from data.records.signals import RRSeries, SignalKind, WindowGrade


def rhythm(length_s: float, *, breaths_per_min: float = 15.0, seed: int = 1) -> FloatArray:
    """Return intervals of about 800 ms that follow breathing."""
    beats = int(length_s / 0.8)
    chance = np.random.Generator(np.random.PCG64(seed))
    breath: FloatArray = np.sin(2.0 * np.pi * breaths_per_min / 60.0 * 0.8 * np.arange(beats))
    return 800.0 + 30.0 * breath + chance.normal(0.0, 8.0, beats)


def series(rr_ms: FloatArray) -> RRSeries:
    """Return beats one after the other."""
    times_s = np.cumsum(rr_ms) / 1000.0
    return RRSeries(
        times_s=tuple(times_s.tolist()), rr_ms=tuple(rr_ms.tolist()), kind=SignalKind.RR
    )


def of(rr_ms: FloatArray) -> HeartRecording:
    """Return a recording of intervals."""
    return heart_recording_of_beats(series(rr_ms))


def without(recording: HeartRecording, start_s: float, end_s: float) -> HeartRecording:
    """Lose the beats of a stretch."""
    beats = recording.beats
    kept = [i for i, time_s in enumerate(beats.times_s) if not start_s <= time_s < end_s]
    return replace(
        recording,
        beats=replace(
            beats,
            times_s=tuple(beats.times_s[i] for i in kept),
            rr_ms=tuple(beats.rr_ms[i] for i in kept),
        ),
    )


def reason(window: HrvWindow, name: HrvName) -> NoValueReason | None:
    """Return why a measure has no value."""
    return window.measure(name).reason


def test_five_clean_minutes_have_every_short_term_measure() -> None:
    nn_ms = rhythm(300.0)

    (window,) = measure_windows(of(nn_ms))

    found = {one.name: one.value for one in window.measures if one.value is not None}
    assert window.grade is WindowGrade.GOOD
    assert found[HrvName.RMSSD_MS] == pytest.approx(rmssd(nn_ms))
    assert found[HrvName.LN_RMSSD] == pytest.approx(math.log(rmssd(nn_ms)))
    assert found[HrvName.SDNN_MS] == pytest.approx(sdnn(nn_ms))
    assert found[HrvName.SDSD_MS] == pytest.approx(sdsd(nn_ms))
    assert found[HrvName.PNN50_PERCENT] == pytest.approx(pnn50(nn_ms))
    assert found[HrvName.SD1_MS] == pytest.approx(sd1(nn_ms))
    assert found[HrvName.SD2_MS] == pytest.approx(sd2(nn_ms))
    assert found[HrvName.HF_POWER_MS2] > 10.0 * found[HrvName.LF_POWER_MS2]
    assert found[HrvName.LF_NORMALIZED_PERCENT] + found[HrvName.HF_NORMALIZED_PERCENT] == (
        pytest.approx(100.0)
    )


def test_the_outcome_and_the_windows_are_one_definition() -> None:
    beats = series(rhythm(300.0))

    (window,) = measure_windows(heart_recording_of_beats(beats))

    resting = resting_measures(beats)
    assert window.measure(HrvName.LN_RMSSD).value == pytest.approx(resting.ln_rmssd, abs=1e-6)
    assert window.measure(HrvName.HEART_RATE_BPM).value == pytest.approx(
        resting.heart_rate_bpm, abs=1e-4
    )
    assert window.measure(HrvName.LN_RMSSD).recipe == resting.recipe


def test_every_value_carries_what_it_takes_to_judge_it() -> None:
    rr_ms = rhythm(300.0)
    rr_ms[100] *= 1.6

    (window,) = measure_windows(of(rr_ms))

    assert [one.name for one in window.measures] == list(HrvName)
    for one in window.measures:
        assert (one.value is None) != (one.reason is None)
        assert one.recipe
        assert one.unit == DEFINITIONS[one.name].unit
        assert one.stretch.flagged_share == pytest.approx(1.0 / rr_ms.size, abs=1e-6)
        assert one.stretch.kind is SignalKind.RR
        assert one.stretch.sampling_rate_hz is None


@pytest.mark.parametrize(
    ("length_s", "name", "is_there"),
    [
        pytest.param(59.0, HrvName.HF_POWER_MS2, True, id="HF in a minute"),
        pytest.param(55.0, HrvName.HF_POWER_MS2, False, id="no HF below"),
        pytest.param(120.0, HrvName.LF_HF_RATIO, True, id="LF in two minutes"),
        pytest.param(110.0, HrvName.LF_POWER_MS2, False, id="no LF below"),
        pytest.param(110.0, HrvName.LF_NORMALIZED_PERCENT, False, id="no normalized LF below"),
        pytest.param(300.0, HrvName.VLF_POWER_MS2, True, id="VLF in five minutes"),
        pytest.param(290.0, HrvName.VLF_POWER_MS2, False, id="no VLF below"),
        pytest.param(290.0, HrvName.TOTAL_POWER_MS2, False, id="no total power without VLF"),
        pytest.param(1200.0, HrvName.HRV_TRIANGULAR_INDEX, True, id="index in 20 minutes"),
        pytest.param(1100.0, HrvName.TINN_MS, False, id="no TINN below"),
        pytest.param(1800.0, HrvName.SDANN_MS, True, id="SDANN in half an hour"),
        pytest.param(1500.0, HrvName.SDANN_MS, False, id="no SDANN below"),
    ],
)
def test_a_measure_needs_its_time(length_s: float, name: HrvName, *, is_there: bool) -> None:
    (window,) = measure_windows(of(rhythm(length_s)))

    assert reason(window, name) is (None if is_there else NoValueReason.TOO_SHORT)


def test_windows_slide_and_leave_out_what_is_not_complete() -> None:
    windows = measure_windows(of(rhythm(630.0)), WindowPlan(length_s=300.0, step_s=60.0))

    assert [window.stretch.start_s for window in windows] == [0.0, 60.0, 120.0, 180.0, 240.0, 300.0]
    assert {round(window.stretch.end_s - window.stretch.start_s, 6) for window in windows} == {
        300.0
    }


def test_a_window_of_a_recording_is_that_of_its_beats_alone() -> None:
    rr_ms = rhythm(900.0)
    times_s = np.cumsum(rr_ms) / 1000.0

    window = measure_windows(of(rr_ms), WindowPlan(length_s=300.0))[1]

    nn_ms = rr_ms[(times_s > 300.0) & (times_s <= 600.0)]
    assert window.stretch.beats == nn_ms.size
    assert window.measure(HrvName.RMSSD_MS).value == pytest.approx(rmssd(nn_ms))


def test_a_window_longer_than_the_recording_has_no_value() -> None:
    (window,) = measure_windows(of(rhythm(200.0)), WindowPlan(length_s=300.0))

    assert {one.reason for one in window.measures} == {NoValueReason.TOO_SHORT}


@pytest.mark.parametrize(
    ("length_s", "step_s", "sentence"),
    [
        pytest.param(0.0, None, "A window of 0 s", id="no length"),
        pytest.param(60.0, -5.0, "A step of -5 s", id="backwards"),
        pytest.param(float("nan"), None, "A window of nan s", id="no number"),
        pytest.param(None, 5.0, "A step needs a window", id="a step alone"),
    ],
)
def test_windows_that_cannot_be_cut_are_refused(
    length_s: float | None, step_s: float | None, sentence: str
) -> None:
    with pytest.raises(WindowPlanError, match=sentence):
        WindowPlan(length_s=length_s, step_s=step_s)


def test_too_many_windows_are_refused() -> None:
    with pytest.raises(WindowPlanError, match="more than 200000 windows"):
        WindowPlan(length_s=60.0, step_s=1e-3).spans_s(0.0, 3600.0)


def test_between_five_and_twenty_percent_flagged_there_is_no_spectrum() -> None:
    rr_ms = rhythm(300.0)
    rr_ms[10::12] *= 1.4

    (window,) = measure_windows(of(rr_ms))

    assert window.grade is WindowGrade.DEGRADED
    assert window.measure(HrvName.RMSSD_MS).value is not None
    assert reason(window, HrvName.HF_POWER_MS2) is NoValueReason.ARTEFACTS


def test_above_twenty_percent_flagged_there_is_nothing() -> None:
    rr_ms = rhythm(300.0)
    rr_ms[3::4] *= 1.4

    (window,) = measure_windows(of(rr_ms))

    assert window.grade is WindowGrade.HOLD
    assert {one.reason for one in window.measures} == {NoValueReason.ARTEFACTS}


def test_four_seconds_without_beats_have_no_spectrum_and_no_difference_across() -> None:
    whole = of(rhythm(300.0))

    (window,) = measure_windows(without(whole, 100.0, 104.0))

    assert reason(window, HrvName.HF_POWER_MS2) is NoValueReason.GAP
    assert window.measure(HrvName.RMSSD_MS).value == pytest.approx(
        measure_windows(whole)[0].measure(HrvName.RMSSD_MS).value, rel=0.05
    )


def test_twelve_seconds_without_beats_leave_five_minutes_without_a_value() -> None:
    (window,) = measure_windows(without(of(rhythm(300.0)), 100.0, 112.0))

    assert {one.reason for one in window.measures} == {NoValueReason.GAP}


def test_hours_of_wear_may_have_gaps() -> None:
    worn = without(of(rhythm(1800.0)), 600.0, 1000.0)

    (window,) = measure_windows(worn)

    assert window.grade is WindowGrade.DEGRADED
    assert window.measure(HrvName.RMSSD_MS).value is not None
    assert window.measure(HrvName.HF_POWER_MS2).value is not None


def test_beats_that_overlap_are_flagged() -> None:
    beats = series(rhythm(300.0))
    times_s = list(beats.times_s)
    times_s[200] = times_s[199] + 0.1

    (window,) = measure_windows(heart_recording_of_beats(replace(beats, times_s=tuple(times_s))))

    assert window.stretch.flagged_share == pytest.approx(1.0 / len(times_s), abs=1e-6)
    assert window.measure(HrvName.HF_POWER_MS2).value is not None


def test_beats_out_of_order_are_put_in_order() -> None:
    beats = series(rhythm(300.0))
    turned = replace(beats, times_s=beats.times_s[::-1], rr_ms=beats.rr_ms[::-1])

    (window,) = measure_windows(heart_recording_of_beats(turned))

    assert window.measure(HrvName.RMSSD_MS).value == pytest.approx(
        measure_windows(heart_recording_of_beats(beats))[0].measure(HrvName.RMSSD_MS).value
    )


def test_a_belt_gives_the_power_around_the_breathing_rate() -> None:
    slow = series(rhythm(300.0, breaths_per_min=6.0))
    belt = BreathingSignal(
        samples=np.sin(2.0 * np.pi * 0.1 * np.arange(0.0, 300.0, 0.1)), sampling_rate_hz=10.0
    )

    (window,) = measure_windows(heart_recording_of_beats(slow, belt))

    power, hf = (
        window.measure(name).value
        for name in (HrvName.BREATHING_BAND_POWER_MS2, HrvName.HF_POWER_MS2)
    )
    assert power is not None
    assert hf is not None
    assert window.measure(HrvName.BREATHING_RATE_PER_MIN).value == pytest.approx(6.0, abs=0.2)
    assert power == pytest.approx(30.0**2 / 2.0, rel=0.2)
    assert hf < 0.2 * power


def test_adjusted_values_need_windows_in_which_breathing_differs() -> None:
    pieces = [rhythm(120.0, breaths_per_min=rate, seed=rate) for rate in range(8, 20)]
    rr_ms = np.concatenate(pieces)
    times_s = np.arange(0.0, rr_ms.sum() / 1000.0, 0.25)
    frequency_hz = np.repeat(np.arange(8.0, 20.0) / 60.0, 480)
    phase = np.cumsum(frequency_hz) * 0.25
    length = min(phase.size, times_s.size)
    belt = BreathingSignal(samples=np.sin(2.0 * np.pi * phase[:length]), sampling_rate_hz=4.0)
    recording = heart_recording_of_beats(series(rr_ms), belt)

    windows = measure_windows(recording, WindowPlan(length_s=60.0))

    raw, adjusted = (
        np.array([window.measure(name).value for window in windows], dtype=np.float64)
        for name in (HrvName.LN_RMSSD, HrvName.LN_RMSSD_BREATHING_ADJUSTED)
    )
    both = np.isfinite(adjusted)
    rates = np.array([window.measure(HrvName.BREATHING_RATE_PER_MIN).value for window in windows])
    assert both.sum() >= 15
    assert abs(np.corrcoef(raw[both], rates[both].astype(np.float64))[0, 1]) > 0.8
    assert adjusted[both].std() < 0.6 * raw[both].std()


def test_the_gate_judges_long_recordings_minute_by_minute() -> None:
    ecg = np.tile(
        simulate_ecg(duration_s=60.0, sampling_rate_hz=125, heart_rate_bpm=70.0, seed=2), 8
    )
    noise = np.random.Generator(np.random.PCG64(1)).normal(0.0, 1.0, ecg.size)
    spoilt = np.where(np.arange(ecg.size) // (125 * 60) == 3, noise, ecg)
    recording = heart_recording_of_ecg(spoilt, 125.0)

    whole = measure_windows(recording)[0]
    fourth = measure_windows(recording, WindowPlan(length_s=60.0))[3]

    clean = measure_windows(heart_recording_of_ecg(ecg, 125.0))[0]
    assert whole.stretch.covered_share == pytest.approx(7 / 8, abs=0.02)
    assert whole.measure(HrvName.RMSSD_MS).value == pytest.approx(
        clean.measure(HrvName.RMSSD_MS).value, rel=0.1
    )
    assert whole.stretch.sampling_rate_hz == 125.0
    assert fourth.grade is WindowGrade.HOLD
    assert {one.value for one in fourth.measures} == {None}
