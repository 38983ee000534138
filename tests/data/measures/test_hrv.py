"""Beat policy, grades of a window and resting measures (signals notes 3, 4.1, 5.3)."""

from dataclasses import replace

import numpy as np
import pytest

from data.measures.beat_policy import flag_beats, is_pair_valid
from data.measures.hrv import measure_window, resting_measures
from data.measures.time_domain import (
    FloatArray,
    TooFewIntervalsError,
    mean_heart_rate_bpm,
    nn50,
    pnn50,
    rmssd,
    sd1,
    sd2,
    sdnn,
    sdsd,
)
from data.records.signals import RRSeries, SignalKind, Window, WindowGrade


def rhythm(beats: int, *, mean_ms: float = 800.0, seed: int = 1) -> FloatArray:
    """Return a resting rhythm."""
    chance = np.random.Generator(np.random.PCG64(seed))
    return mean_ms + 25.0 * np.sin(np.arange(beats)) + chance.normal(0.0, 12.0, beats)


def series(rr_ms: FloatArray, *, start_s: float = 0.0) -> RRSeries:
    """Return beats one after the other."""
    times_s = start_s + np.cumsum(rr_ms) / 1000.0
    return RRSeries(
        times_s=tuple(times_s.tolist()), rr_ms=tuple(rr_ms.tolist()), kind=SignalKind.RR
    )


def window(beats: RRSeries, *, age_s: float | None = 0.5) -> Window:
    """Return the last 60 seconds of some beats."""
    end_s = beats.times_s[-1] if beats.times_s else 60.0
    return Window(
        start_s=end_s - 60.0,
        end_s=end_s,
        beats=beats,
        newest_sample_age_s=age_s,
        signal_ok=True,
        signal_reason="",
    )


def minute() -> RRSeries:
    """Return 75 beats: a full minute."""
    return series(rhythm(75))


def without(beats: RRSeries, start_s: float, end_s: float) -> RRSeries:
    """Lose the beats of a stretch."""
    kept = [
        (time_s, rr_ms)
        for time_s, rr_ms in zip(beats.times_s, beats.rr_ms, strict=True)
        if not start_s <= time_s < end_s
    ]
    return replace(
        beats, times_s=tuple(time_s for time_s, _ in kept), rr_ms=tuple(rr for _, rr in kept)
    )


def spoilt(count: int) -> RRSeries:
    """Double a number of intervals of a minute, spread over it."""
    rr_ms = rhythm(75)
    rr_ms[np.linspace(3, 70, count).astype(int)] *= 1.5
    return series(rr_ms)


@pytest.mark.parametrize(
    ("rr_ms", "flagged"),
    [
        pytest.param([299.0] * 12, [True] * 12, id="shorter than 300 ms"),
        pytest.param([300.0] * 12, [False] * 12, id="300 ms is possible"),
        pytest.param([2000.0] * 12, [False] * 12, id="2000 ms is possible"),
        pytest.param([2001.0] * 12, [True] * 12, id="longer than 2000 ms"),
        pytest.param([0.8] * 12, [True] * 12, id="seconds are not milliseconds"),
        pytest.param([-800.0] * 3, [True] * 3, id="negative"),
        pytest.param([float("nan")] * 3, [True] * 3, id="not a number"),
        pytest.param([], [], id="no beats"),
        pytest.param([800.0, 1200.0, 800.0, 810.0], [False, True, False, False], id="few beats"),
    ],
)
def test_intervals_out_of_range_are_flagged(rr_ms: list[float], flagged: list[bool]) -> None:
    assert flag_beats(np.array(rr_ms)).tolist() == flagged


@pytest.mark.parametrize(
    ("interval_ms", "is_flagged"),
    [
        pytest.param(640.0, False, id="exactly 20 % shorter"),
        pytest.param(639.0, True, id="more than 20 % shorter"),
        pytest.param(960.0, False, id="exactly 20 % longer"),
        pytest.param(961.0, True, id="more than 20 % longer"),
    ],
)
@pytest.mark.parametrize("at", [0, 7, 19])
def test_intervals_off_the_local_rhythm_are_flagged(
    interval_ms: float, at: int, *, is_flagged: bool
) -> None:
    rr_ms = np.full(20, 800.0)
    rr_ms[at] = interval_ms

    assert flag_beats(rr_ms)[at] == is_flagged
    assert flag_beats(rr_ms).sum() == is_flagged


def test_neighbours_of_a_flagged_beat_and_of_a_gap_are_not_differenced() -> None:
    rr_ms = np.array([800.0, 810.0, 805.0, 795.0, 800.0])
    times_s = np.cumsum(rr_ms) / 1000.0
    times_s[3:] += 2.0
    flagged = np.array([True, False, False, False, False])

    assert is_pair_valid(times_s, rr_ms, flagged).tolist() == [False, True, False, True]


def test_a_good_minute_has_both_measures() -> None:
    measures = measure_window(window(minute()))

    assert measures.grade is WindowGrade.GOOD
    assert measures.reason == ""
    assert measures.heart_rate_bpm == pytest.approx(75.0, abs=1.5)
    assert measures.ln_rmssd == pytest.approx(np.log(rmssd(rhythm(75))), abs=1e-5)
    assert measures.covered_share > 0.97
    assert measures.valid_pairs == 74


def test_heart_rate_is_that_of_the_last_fifteen_seconds() -> None:
    rr_ms = np.concatenate([rhythm(60), rhythm(24, mean_ms=700.0)])

    measures = measure_window(window(series(rr_ms)))

    assert measures.heart_rate_bpm == pytest.approx(60_000.0 / 700.0, rel=0.02)


@pytest.mark.parametrize(
    ("beats", "age_s", "grade", "reason"),
    [
        pytest.param(spoilt(3), 0.5, WindowGrade.GOOD, "", id="4 % flagged"),
        pytest.param(spoilt(6), 0.5, WindowGrade.DEGRADED, "artefacts", id="8 % flagged"),
        pytest.param(spoilt(17), 0.5, WindowGrade.HOLD, "artefacts", id="23 % flagged"),
        pytest.param(minute(), 5.0, WindowGrade.GOOD, "", id="5 s old"),
        pytest.param(minute(), 5.1, WindowGrade.HOLD, "stale", id="more than 5 s old"),
        pytest.param(minute(), None, WindowGrade.HOLD, "no_signal", id="nothing ever came"),
        pytest.param(
            without(minute(), 20.0, 29.0), 0.5, WindowGrade.GOOD, "", id="a gap of 9 seconds"
        ),
        pytest.param(
            without(minute(), 20.0, 32.0), 0.5, WindowGrade.HOLD, "gap", id="a gap of 12 seconds"
        ),
        pytest.param(
            without(minute(), 0.0, 15.0), 0.5, WindowGrade.DEGRADED, "coverage", id="75 % covered"
        ),
        pytest.param(
            without(minute(), 40.0, 47.0), 12.0, WindowGrade.HOLD, "stale", id="old and with a gap"
        ),
        pytest.param(
            series(np.full(75, 800.0)), 0.5, WindowGrade.HOLD, "constant", id="constant rhythm"
        ),
        pytest.param(
            series(rhythm(29, mean_ms=1950.0)),
            0.5,
            WindowGrade.DEGRADED,
            "too_short",
            id="28 pairs",
        ),
        pytest.param(series(rhythm(4)), 0.5, WindowGrade.HOLD, "too_short", id="four beats"),
        pytest.param(series(np.empty(0)), 0.5, WindowGrade.HOLD, "too_short", id="no beats"),
        pytest.param(
            series(rhythm(75) / 1000.0), 0.5, WindowGrade.HOLD, "artefacts", id="in seconds"
        ),
    ],
)
def test_a_window_is_graded_by_what_may_be_done_with_it(
    beats: RRSeries, age_s: float | None, grade: WindowGrade, reason: str
) -> None:
    measures = measure_window(window(beats, age_s=age_s))

    assert (measures.grade, measures.reason) == (grade, reason)
    assert (measures.ln_rmssd is not None) == (grade is WindowGrade.GOOD)
    assert (measures.heart_rate_bpm is not None) == (grade is not WindowGrade.HOLD)


@pytest.mark.parametrize("reason", ["template", "gap", "wrong_rate", "no_signal"])
def test_a_refused_waveform_is_held_with_the_reason_of_the_gate(reason: str) -> None:
    refused = replace(window(minute()), signal_ok=False, signal_reason=reason)

    assert measure_window(refused).reason == reason
    assert measure_window(refused).heart_rate_bpm is None


def test_beats_without_a_time_are_left_out() -> None:
    beats = minute()
    spoilt_times = replace(beats, times_s=(float("nan"), *beats.times_s[1:]))

    measures = measure_window(window(spoilt_times))

    assert measures.grade is WindowGrade.GOOD
    assert measures.valid_pairs == 73


def test_a_missed_beat_does_not_move_rmssd() -> None:
    rr_ms = rhythm(75)
    missed = np.concatenate([rr_ms[:30], [rr_ms[30] + rr_ms[31]], rr_ms[32:]])

    clean = measure_window(window(series(rr_ms))).ln_rmssd
    measured = measure_window(window(series(missed))).ln_rmssd

    assert measured == pytest.approx(clean, abs=0.05)
    assert rmssd(missed) > 3.0 * rmssd(rr_ms)


def test_five_minutes_at_rest_are_measured() -> None:
    rr_ms = rhythm(380)

    resting = resting_measures(series(rr_ms))

    assert resting.recipe == "rmssd-median11-20pct-v1"
    assert resting.reason == ""
    assert resting.ln_rmssd == pytest.approx(np.log(rmssd(rr_ms)), abs=1e-5)
    assert resting.heart_rate_bpm == pytest.approx(mean_heart_rate_bpm(rr_ms), abs=1e-3)
    assert resting.heart_rate_mad_bpm is not None
    assert resting.ln_rmssd_mad is not None


@pytest.mark.parametrize(
    ("beats", "reason"),
    [
        pytest.param(series(np.empty(0)), "no_signal", id="nothing recorded"),
        pytest.param(series(rhythm(200)), "too_short", id="less than three minutes"),
        pytest.param(series(np.tile([800.0, 1300.0, 810.0], 120)), "artefacts", id="artefacts"),
        pytest.param(series(np.full(380, 800.0)), "constant", id="constant rhythm"),
        pytest.param(
            without(series(rhythm(380)), 60.0, 130.0), "coverage", id="a quarter is missing"
        ),
    ],
)
def test_a_poor_resting_recording_has_a_reason_instead_of_a_value(
    beats: RRSeries, reason: str
) -> None:
    resting = resting_measures(beats)

    assert resting.reason == reason
    assert resting.ln_rmssd is None
    assert resting.heart_rate_bpm is None


def test_some_artefacts_leave_a_value_with_a_remark() -> None:
    rr_ms = rhythm(380)
    rr_ms[10:370:12] *= 1.5

    resting = resting_measures(series(rr_ms))

    assert resting.reason == "artefacts"
    assert resting.ln_rmssd == pytest.approx(np.log(rmssd(rhythm(380))), abs=0.1)


@pytest.mark.parametrize("measure", [rmssd, sdnn, sdsd, nn50, pnn50, sd1, sd2])
def test_one_interval_is_too_few(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(TooFewIntervalsError, match="1 intervals"):
        measure(np.array([800.0]))


def test_a_heart_rate_needs_an_interval() -> None:
    with pytest.raises(TooFewIntervalsError, match="at least one"):
        mean_heart_rate_bpm(np.empty(0))


def test_times_that_do_not_fit_the_intervals_leave_a_reason_instead_of_a_value() -> None:
    rr_ms = rhythm(300, mean_ms=880.0)
    times_s = tuple(float(second) for second in range(1, 301))

    resting = resting_measures(replace(series(rr_ms), times_s=times_s))

    assert (resting.ln_rmssd, resting.reason) == (None, "too_short")


@pytest.mark.parametrize(
    "broken",
    [
        replace(series(rhythm(400)), times_s=(float("nan"), *series(rhythm(400)).times_s[1:])),
        replace(series(rhythm(400)), rr_ms=(float("nan"), *series(rhythm(400)).rr_ms[1:])),
    ],
    ids=["time", "interval"],
)
def test_a_first_beat_that_is_no_number_does_not_count(broken: RRSeries) -> None:
    resting = resting_measures(broken)

    whole = resting_measures(series(rhythm(400)))
    assert resting.ln_rmssd == pytest.approx(whole.ln_rmssd, abs=0.05)
    assert 0.99 < resting.covered_share <= 1.0
