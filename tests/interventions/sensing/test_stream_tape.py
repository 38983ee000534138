"""Samples as they arrive become an even, thinned stretch in which what is missing stays missing."""

import numpy as np
import pytest

from interventions.sensing.stream_tape import StreamTape


def filled(rate_hz: float, lasts_s: float, *, sent_hz: float | None = None) -> StreamTape:
    """Return a tape of a slow sine that was sent at a rate of its own."""
    stamps_s = np.arange(0.0, lasts_s, 1.0 / (sent_hz or rate_hz))
    tape = StreamTape(rate_hz)
    tape.extend(stamps_s.tolist(), np.sin(stamps_s).tolist())
    return tape


@pytest.mark.parametrize("rate_hz", [1.0, 4.0, 8.0, 32.0, 100.0, 250.0])
def test_a_minute_is_a_minute_at_any_rate_and_at_most_about_eight_samples_a_second(
    rate_hz: float,
) -> None:
    stretch = filled(rate_hz, 90.0).stretch(60.0, 100.0)

    assert stretch.refused == ""
    assert stretch.sampling_rate_hz < 16.0
    assert len(stretch.samples) / stretch.sampling_rate_hz == pytest.approx(60.0, abs=0.13)
    assert None not in stretch.samples


@pytest.mark.parametrize("rate_hz", [4.0, 100.0])
def test_samples_keep_their_times(rate_hz: float) -> None:
    stretch = filled(rate_hz, 90.0).stretch(60.0, 100.0)
    times_s = stretch.start_s + np.arange(len(stretch.samples)) / stretch.sampling_rate_hz

    assert np.array(stretch.samples, dtype=np.float64) == pytest.approx(np.sin(times_s), abs=0.01)


def test_what_is_missing_stays_missing() -> None:
    tape = StreamTape(8.0)
    before, after = np.arange(0.0, 40.0, 0.125), np.arange(45.0, 80.0, 0.125)
    for stamps_s in (before, after):
        tape.extend(stamps_s.tolist(), np.ones(stamps_s.size).tolist())

    samples = tape.stretch(60.0, 80.0).samples

    assert samples.count(None) == pytest.approx(5.0 * 8.0, abs=2)
    assert {one for one in samples if one is not None} == {1.0}


def test_jitter_of_time_stamps_leaves_no_holes() -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    stamps_s = np.arange(0.0, 80.0, 0.25) + chance.uniform(0.0, 0.1, 320)
    tape = StreamTape(4.0)
    tape.extend(stamps_s.tolist(), np.ones(stamps_s.size).tolist())

    assert None not in tape.stretch(60.0, 90.0).samples


def test_samples_at_another_rate_than_declared_are_refused() -> None:
    assert filled(4.0, 90.0, sent_hz=5.0).stretch(60.0, 100.0).refused == "wrong_rate"


def test_a_few_seconds_are_too_short_and_nothing_too() -> None:
    assert filled(4.0, 6.0).stretch(60.0, 10.0).refused == "too_short"
    assert StreamTape(4.0).stretch(60.0, 10.0).refused == "too_short"
    assert StreamTape(4.0).newest_s() is None


def test_what_comes_later_is_not_seen() -> None:
    stretch = filled(4.0, 90.0).stretch(20.0, 50.0)

    assert stretch.start_s + (len(stretch.samples) - 1) / 4.0 == pytest.approx(50.0)
