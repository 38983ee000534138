"""Segments become one sound: joins, tails, fades, loudness, limits, in both arms."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyloudnorm
import pytest

from data.records.music import MusicalParameters, Note, Score
from interventions.composition.composer import Composer, opening_memory
from interventions.composition.pieces import PieceComposer, schedule_pieces
from interventions.composition.rules import RuleComposer
from interventions.delivery.features import click_ratio, longest_silence_s, true_peak
from interventions.delivery.loudness import integrated_lufs, step_energies
from interventions.delivery.renderer import (
    CEILING,
    AdditiveRenderer,
    Rendered,
    SilentRenderer,
    empty_tail,
)
from interventions.delivery.synthesis import Samples

RATE = 44100
CALM = MusicalParameters(
    tempo_bpm=62.0,
    note_density_per_s=2.0,
    brightness=0.45,
    register=64.0,
    dynamics=52.0,
    articulation=1.0,
    dissonance=0.1,
    mode="major",
    root=0,
    voices=4,
    loudness_lufs=-23.0,
)
ARMS = ("adaptive", "matched_fixed")
SESSION_S = 1200.0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is measured of a session without keeping its sound."""

    loudness_lufs: float
    worst_click_ratio: float
    peak: float
    longest_silence_s: float
    frames: int


def composer_of(arm: str, duration_s: float) -> Composer:
    if arm == "adaptive":
        return RuleComposer()
    return PieceComposer(programme=schedule_pieces(duration_s, 8))


def play(arm: str, duration_s: float) -> Iterator[tuple[Rendered, Samples]]:
    """Render a session whose arousal falls, as a listener would hear it, fades included.

    Yields
    ------
    tuple
        A segment and its sound.
    """
    composer, renderer = composer_of(arm, duration_s), AdditiveRenderer()
    memory, tail = opening_memory(), empty_tail()
    total = round(duration_s * RATE)
    frame = sequence = 0
    while frame < total:
        fall = frame / total
        wanted = replace(CALM, tempo_bpm=74.0 - 18.0 * fall, note_density_per_s=2.6 - fall)
        score, memory = composer.compose(wanted, memory, sequence=sequence, seed=8, phase="middle")
        frames = min(round(score.duration_s * RATE), total - frame)
        rendered = renderer.render(
            score,
            tail,
            frames=frames,
            fade_in_frames=0 if sequence else 3 * RATE,
            fade_out_frames=3 * RATE if frame + frames == total else 0,
        )
        tail = rendered.tail
        frame += frames
        sequence += 1
        yield rendered, sound_of(rendered)


def sound_of(rendered: Rendered) -> Samples:
    assert rendered.pcm is not None
    return rendered.pcm


@lru_cache(maxsize=2)
def facts_of(arm: str) -> Facts:
    """Measure a session of twenty minutes, segment by segment."""
    energies, clicks, peaks, silences = [], [], [], []
    before: Samples = np.zeros((0, 2), dtype=np.float32)
    frames = 0
    for rendered, sound in play(arm, SESSION_S):
        if len(before):
            clicks.append(click_ratio(np.concatenate([before, sound]), [len(before)], RATE))
        energies.append(step_energies(sound, RATE))
        peaks.append(rendered.peak or 0.0)
        silences.append(longest_silence_s(np.concatenate([before, sound]), RATE))
        before = sound[-5 * RATE :]
        frames += len(sound)
    return Facts(
        loudness_lufs=integrated_lufs(np.concatenate(energies)),
        worst_click_ratio=max(clicks),
        peak=max(peaks),
        longest_silence_s=max(silences),
        frames=frames,
    )


@lru_cache(maxsize=2)
def excerpt_of(arm: str) -> tuple[tuple[Rendered, Samples], ...]:
    """Render two minutes and keep them."""
    return tuple(play(arm, 120.0))


def render(
    score: Score, seconds: float, fade_in_s: float = 0.0, fade_out_s: float = 0.0
) -> Samples:
    return sound_of(
        AdditiveRenderer().render(
            score,
            empty_tail(),
            frames=round(seconds * RATE),
            fade_in_frames=round(fade_in_s * RATE),
            fade_out_frames=round(fade_out_s * RATE),
        )
    )


def score_of(*notes: Note, loudness_lufs: float = -23.0) -> Score:
    return Score(
        sequence=0,
        beats=8.0,
        tempo_bpm=60.0,
        parameters=replace(CALM, loudness_lufs=loudness_lufs),
        composer="test",
        seed=0,
        phase="middle",
        notes=notes,
    )


LONG = Note(onset_beats=0.0, duration_beats=8.0, pitch=57, velocity=64, part="pad")


@pytest.mark.parametrize("arm", ARMS)
def test_a_session_of_twenty_minutes_has_its_loudness_and_its_length(arm: str) -> None:
    facts = facts_of(arm)

    assert facts.loudness_lufs == pytest.approx(-23.0, abs=0.5)
    assert facts.frames == 1200 * RATE


@pytest.mark.parametrize("arm", ARMS)
def test_no_join_of_a_session_can_be_heard(arm: str) -> None:
    assert facts_of(arm).worst_click_ratio <= 1.0


@pytest.mark.parametrize("arm", ARMS)
def test_no_session_is_silent_for_four_seconds_or_peaks_above_minus_three_decibels(
    arm: str,
) -> None:
    facts = facts_of(arm)

    assert facts.longest_silence_s < 4.0
    assert facts.peak <= 10 ** (-3 / 20)


@pytest.mark.parametrize("arm", ARMS)
def test_no_true_peak_is_above_minus_three_decibels(arm: str) -> None:
    assert max(true_peak(sound) for _, sound in excerpt_of(arm)) <= 10 ** (-3 / 20)


@pytest.mark.parametrize("arm", ARMS)
def test_loudness_of_a_segment_is_reported_as_pyloudnorm_measures_it(arm: str) -> None:
    for rendered, sound in excerpt_of(arm)[1:-1]:
        measured = pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64))
        assert rendered.loudness_lufs == pytest.approx(measured, abs=0.1)


def test_two_halves_sound_like_the_whole() -> None:
    score = score_of(
        replace(LONG, duration_beats=12.0),
        replace(LONG, onset_beats=3.5, duration_beats=4.0, pitch=69, part="melody"),
    )
    whole = render(score, 12.0)

    first = AdditiveRenderer().render(
        score, empty_tail(), frames=6 * RATE, fade_in_frames=0, fade_out_frames=0
    )
    second = AdditiveRenderer().render(
        score_of(), first.tail, frames=6 * RATE, fade_in_frames=0, fade_out_frames=0
    )

    glide = 3 * RATE
    assert likeness(sound_of(first), whole[: 6 * RATE]) > 0.999999
    assert likeness(sound_of(second)[glide:], whole[6 * RATE + glide :]) > 0.999999


def test_the_first_segment_of_a_session_is_at_its_loudness_at_once() -> None:
    for wanted in (-26.0, -23.0, -20.0):
        sound = render(score_of(LONG, loudness_lufs=wanted), 8.0)
        measured = pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64))
        assert measured == pytest.approx(wanted, abs=0.1)


def test_fades_begin_and_end_in_silence_and_leave_the_middle_alone() -> None:
    plain = render(score_of(LONG), 8.0)

    faded = render(score_of(LONG), 8.0, fade_in_s=2.0, fade_out_s=2.0)

    assert np.abs(faded[:20]).max() < 1e-4
    assert np.abs(faded[-20:]).max() < 1e-4
    assert np.array_equal(faded[2 * RATE : 6 * RATE], plain[2 * RATE : 6 * RATE])


def test_a_segment_has_exactly_the_frames_asked_for() -> None:
    for frames in (1, 4410, 44101, 9 * RATE):
        rendered = AdditiveRenderer().render(
            score_of(LONG), empty_tail(), frames=frames, fade_in_frames=0, fade_out_frames=0
        )
        assert sound_of(rendered).shape == (frames, 2)


def test_a_segment_without_notes_and_without_a_tail_is_silent() -> None:
    rendered = AdditiveRenderer().render(
        score_of(), empty_tail(), frames=RATE, fade_in_frames=0, fade_out_frames=0
    )

    assert (rendered.peak, rendered.loudness_lufs) == (0.0, None)


def test_very_loud_music_is_bent_below_the_ceiling_not_clipped() -> None:
    pulses = [
        Note(onset_beats=float(beat), duration_beats=0.2, pitch=40, velocity=127, part="bass")
        for beat in range(8)
    ]

    sound = render(score_of(*pulses, loudness_lufs=-8.0), 8.0)

    assert 0.6 < np.abs(sound).max() <= CEILING
    assert true_peak(sound) <= 10 ** (-3 / 20)


def test_the_same_score_gives_the_same_sound_and_hash() -> None:
    first, second = (
        AdditiveRenderer().render(
            score_of(LONG), empty_tail(), frames=RATE, fade_in_frames=0, fade_out_frames=0
        )
        for _ in range(2)
    )

    assert first.audio_sha256 == second.audio_sha256
    assert len(first.audio_sha256) == 64


def test_the_silent_renderer_counts_frames_and_makes_no_sound() -> None:
    tail = empty_tail()

    rendered = SilentRenderer().render(
        score_of(LONG), tail, frames=RATE, fade_in_frames=10, fade_out_frames=10
    )

    assert (rendered.pcm, rendered.frames, rendered.audio_sha256) == (None, RATE, "")
    assert rendered.tail is tail


def likeness(a: Samples, b: Samples) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
