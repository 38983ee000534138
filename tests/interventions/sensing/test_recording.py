"""A recording as a source: replayed on the session's clock, silent after its end."""

import numpy as np
import pytest

from data.measures.hrv import measure_window
from data.measures.neurokit import simulate_ecg
from data.records.signals import RRSeries, SignalKind, WindowGrade
from interventions.control.expression import neutral_default
from interventions.sensing.recording import RecordedSource
from protocols.document import shipped_protocol

RATE_HZ = 250


def beats(count: int) -> RRSeries:
    """Return a recording of a resting rhythm."""
    rr_ms = 800.0 + 25.0 * np.sin(np.arange(count)) + 10.0 * np.cos(2.3 * np.arange(count))
    return RRSeries(
        times_s=tuple((np.cumsum(rr_ms) / 1000.0).tolist()),
        rr_ms=tuple(rr_ms.tolist()),
        kind=SignalKind.RR,
    )


@pytest.fixture(scope="module")
def ecg() -> np.ndarray:
    """Return two minutes of ECG."""
    return simulate_ecg(duration_s=120.0, sampling_rate_hz=RATE_HZ, heart_rate_bpm=70.0, seed=6)


def test_the_music_begins_where_it_is_told() -> None:
    source = RecordedSource.of_beats("a recording", beats(400), music_starts_s=100.0)

    window = source.window_at(0.0)

    assert source.kind is SignalKind.RR
    assert (window.start_s, window.end_s) == (-60.0, 0.0)
    assert -60.0 < window.beats.times_s[0] < window.beats.times_s[-1] <= 0.0
    assert window.newest_sample_age_s == pytest.approx(-window.beats.times_s[-1])
    assert measure_window(window).grade is WindowGrade.GOOD


def test_what_came_before_the_music_is_the_rest() -> None:
    source = RecordedSource.of_beats("a recording", beats(400), music_starts_s=100.0)

    rest = source.resting_beats()

    assert rest.times_s[0] == pytest.approx(-99.2, abs=0.1)
    assert rest.times_s[-1] < 0.0


def test_the_same_moment_gives_the_same_window() -> None:
    source = RecordedSource.of_beats("a recording", beats(400))

    assert source.window_at(33.0) == source.window_at(33.0)


def test_after_its_end_a_recording_goes_stale() -> None:
    source = RecordedSource.of_beats("a recording", beats(100), music_starts_s=0.0)

    assert measure_window(source.window_at(86.0)).reason == "stale"
    assert measure_window(source.window_at(600.0)).reason == "stale"


def test_before_its_beginning_there_is_no_signal() -> None:
    source = RecordedSource.of_beats("a recording", beats(100), music_starts_s=0.0)

    assert measure_window(source.window_at(0.0)).reason == "no_signal"


def test_beats_of_a_recorded_ecg_are_found_and_judged(ecg: np.ndarray) -> None:
    source = RecordedSource.of_ecg("an ECG", ecg, RATE_HZ)

    measures = measure_window(source.window_at(20.0))

    assert source.kind is SignalKind.ECG
    assert measures.grade is WindowGrade.GOOD
    assert measures.heart_rate_bpm == pytest.approx(70.0, abs=3.0)


def test_a_dropout_of_the_ecg_is_refused_while_it_is_in_the_window(ecg: np.ndarray) -> None:
    dropped = ecg.copy()
    dropped[70 * RATE_HZ : 78 * RATE_HZ] = 0.0
    source = RecordedSource.of_ecg("an ECG", dropped, RATE_HZ)

    reasons = [measure_window(source.window_at(at_s)).reason for at_s in (5.0, 20.0)]

    assert reasons == ["", "gap"]


def test_an_ecg_goes_stale_after_its_end(ecg: np.ndarray) -> None:
    source = RecordedSource.of_ecg("an ECG", ecg, RATE_HZ)

    assert measure_window(source.window_at(70.0)).reason == "stale"


@pytest.mark.parametrize("samples", [0, 5000])
def test_an_ecg_without_signal_is_held(samples: int) -> None:
    source = RecordedSource.of_ecg("nothing", np.zeros(samples), RATE_HZ)

    assert measure_window(source.window_at(0.0)).reason in {"no_signal", "stale"}
    assert source.resting_beats().rr_ms == ()


def test_a_recording_does_not_listen() -> None:
    music = shipped_protocol().music
    source = RecordedSource.of_beats("a recording", beats(400))
    before = source.window_at(20.0)

    source.hear(neutral_default(music, 0), 15.0)
    source.close()

    assert source.window_at(20.0) == before
