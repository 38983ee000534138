"""One note, and many, as sound."""

import numpy as np
import pytest

from data.records.music import Note
from interventions.delivery.synthesis import frequency_hz, mix_notes, synthesize
from interventions.delivery.timbres import PARTS, timbre_of

RATE = 44100


def spectrum_peak_hz(sound: np.ndarray) -> float:
    magnitude = np.abs(np.fft.rfft(sound.sum(axis=1) * np.hanning(len(sound))))
    return float(np.argmax(magnitude) * RATE / len(sound))


@pytest.mark.parametrize(
    ("pitch", "hertz"), [(69, 440.0), (57, 220.0), (60, pytest.approx(261.626, abs=1e-3))]
)
def test_pitches_are_in_equal_temperament(pitch: int, hertz: float) -> None:
    assert frequency_hz(pitch) == hertz


@pytest.mark.parametrize("part", PARTS)
def test_a_note_sounds_at_its_pitch(part: str) -> None:
    sound = synthesize(part, 69, 80, RATE, 0.5, RATE)

    assert spectrum_peak_hz(sound) == pytest.approx(440.0, abs=1.5)


@pytest.mark.parametrize("part", PARTS)
def test_a_note_begins_and_ends_at_zero_and_rings_after_its_end(part: str) -> None:
    sound = synthesize(part, 60, 80, RATE, 0.5, RATE)

    assert np.abs(sound[:2]).max() < 1e-4
    assert np.abs(sound[-2:]).max() < 1e-4
    assert len(sound) == RATE + round(timbre_of(part).release_s * RATE)


def test_the_sum_of_partials_is_what_the_definition_says() -> None:
    timbre = timbre_of("bell")
    sound = synthesize("bell", 69, 127, RATE, 1.0, RATE)
    frame = np.arange(RATE // 2, RATE // 2 + 200)

    seconds = frame / RATE
    expected = sum(
        amplitude
        * np.exp(-timbre.decay_per_s * k * seconds)
        * np.sin(2 * np.pi * 440.0 * k * seconds)
        for k, amplitude in enumerate(timbre.partials, start=1)
    )
    left = timbre.gain * 0.2 * np.cos((timbre.pan + 1) * np.pi / 4) * expected
    assert np.allclose(sound[frame, 0], left, atol=1e-5)


def test_a_louder_note_is_louder_by_the_power_of_one_and_a_half() -> None:
    soft, loud = (
        np.abs(synthesize("bass", 48, velocity, RATE, 1.0, RATE)).max() for velocity in (50, 100)
    )

    assert loud / soft == pytest.approx(2**1.5, rel=0.05)


def test_brightness_raises_the_upper_partials() -> None:
    def share_above_1000_hz(brightness: float) -> float:
        power = np.abs(np.fft.rfft(synthesize("melody", 69, 80, RATE, brightness, RATE)[:, 0])) ** 2
        hertz = np.arange(len(power)) * RATE / (2 * (len(power) - 1))
        return float(power[hertz > 1000].sum() / power.sum())

    shares = [share_above_1000_hz(brightness) for brightness in (0.2, 0.5, 0.8)]
    assert shares == sorted(shares)
    assert shares[0] < shares[2] / 2


def test_no_partial_reaches_nine_kilohertz() -> None:
    sound = synthesize("piano", 96, 127, RATE, 1.0, RATE)

    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    hertz = np.arange(len(power)) * RATE / (2 * (len(power) - 1))
    assert power[hertz > 9500].sum() / power.sum() < 1e-6


def test_wide_sounds_are_the_same_in_mono() -> None:
    sound = synthesize("pad", 60, 80, 4 * RATE, 0.5, RATE)

    middle = np.abs(sound.sum(axis=1))[RATE : 4 * RATE].reshape(30, -1).max(axis=1)
    assert np.abs(sound[:, 0] - sound[:, 1]).max() > 0.01
    assert middle.min() / middle.max() > 0.95


def test_notes_are_placed_on_their_frames() -> None:
    notes = [
        Note(onset_beats=beat, duration_beats=0.5, pitch=60, velocity=80, part="arpeggio")
        for beat in (0.0, 2.0)
    ]

    mix = mix_notes(notes, tempo_bpm=60.0, brightness=0.5, frames=4 * RATE, sampling_rate_hz=RATE)

    assert np.array_equal(mix[:RATE], mix[2 * RATE : 3 * RATE])
    assert np.abs(mix[RATE : 2 * RATE]).max() == 0.0


def test_notes_beyond_the_segment_are_left_out() -> None:
    late = Note(onset_beats=8.0, duration_beats=1.0, pitch=60, velocity=80, part="pad")

    mix = mix_notes([late], tempo_bpm=60.0, brightness=0.5, frames=RATE, sampling_rate_hz=RATE)

    assert (mix.shape, float(np.abs(mix).max())) == ((RATE, 2), 0.0)
