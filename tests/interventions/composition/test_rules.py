"""Composition by rules follows its parameters (what holds for all of them: tests/laws/test_music.py)."""

from dataclasses import replace

import pytest

from data.records.music import MusicalParameters, Score
from interventions.composition.composer import opening_memory, score_sha256
from interventions.composition.rules import RuleComposer

CALM = MusicalParameters(
    tempo_bpm=60.0,
    note_density_per_s=1.8,
    brightness=0.4,
    register=64.0,
    dynamics=50.0,
    articulation=1.0,
    dissonance=0.0,
    mode="major",
    root=0,
    voices=4,
    loudness_lufs=-23.0,
)


def compose(parameters: MusicalParameters, segments: int = 4, seed: int = 11) -> list[Score]:
    memory = opening_memory()
    scores = []
    for sequence in range(segments):
        score, memory = RuleComposer().compose(
            parameters, memory, sequence=sequence, seed=seed, phase="middle"
        )
        scores.append(score)
    return scores


def test_a_segment_is_four_bars_of_four_beats_at_the_decided_tempo() -> None:
    (score,) = compose(CALM, segments=1)

    assert (score.beats, score.tempo_bpm, score.duration_s) == (16.0, 60.0, 16.0)
    assert (score.composer, score.parameters) == ("rules-1", CALM)


@pytest.mark.parametrize("voices", range(1, 6))
def test_as_many_parts_play_as_there_are_voices(voices: int) -> None:
    parts = [{note.part for note in score.notes} for score in compose(replace(CALM, voices=voices))]

    assert {len(names) for names in parts} == {voices}


def test_another_seed_composes_other_music() -> None:
    hashes = {tuple(map(score_sha256, compose(CALM, seed=seed))) for seed in range(20)}

    assert len(hashes) == 20


def test_segments_of_a_section_differ() -> None:
    assert len({score_sha256(score) for score in compose(CALM, segments=16)}) == 16


def test_the_mean_velocity_follows_the_dynamics() -> None:
    for dynamics in (40.0, 56.0, 72.0):
        for score in compose(replace(CALM, dynamics=dynamics)):
            velocities = [note.velocity for note in score.notes]
            assert sum(velocities) / len(velocities) == pytest.approx(dynamics, abs=3.0)


def test_detached_playing_shortens_melody_notes() -> None:
    legato, detached = (
        [
            note.duration_beats
            for note in compose(replace(CALM, articulation=share))[0].notes
            if note.part == "melody"
        ]
        for share in (1.0, 0.5)
    )

    assert detached == [pytest.approx(length / 2) for length in legato]


def test_the_figuration_is_kept_through_a_section() -> None:
    memory = opening_memory()
    figures = []
    for sequence in range(4):
        _, memory = RuleComposer().compose(CALM, memory, sequence=sequence, seed=3, phase="middle")
        figures.append(memory.figure)

    assert len(set(figures)) == 1


def test_the_lowest_density_still_moves_with_the_harmony() -> None:
    for score in compose(replace(CALM, note_density_per_s=0.1)):
        assert len({note.onset_beats for note in score.notes}) >= 4
