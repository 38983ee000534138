"""What the composers share: memory, random numbers, the identity of a score."""

from dataclasses import replace

from data.records.music import MusicalParameters, Note, Score
from interventions.composition.composer import opening_memory, score_sha256, stream

PARAMETERS = MusicalParameters(
    tempo_bpm=66.0,
    note_density_per_s=2.0,
    brightness=0.5,
    register=64.0,
    dynamics=56.0,
    articulation=1.0,
    dissonance=0.1,
    mode="major",
    root=0,
    voices=4,
    loudness_lufs=-23.0,
)
NOTE = Note(onset_beats=0.0, duration_beats=1.0, pitch=60, velocity=60, part="melody")
SCORE = Score(
    sequence=0,
    beats=16.0,
    tempo_bpm=66.0,
    parameters=PARAMETERS,
    composer="rules-1",
    seed=1,
    phase="middle",
    notes=(NOTE,),
)


def test_a_composer_begins_without_a_motif_and_without_a_chord() -> None:
    memory = opening_memory()

    assert (memory.motif_steps, memory.pad, memory.melody) == ((), (), None)


def test_random_numbers_depend_on_seed_segment_and_purpose_only() -> None:
    drawn = {
        stream(seed, sequence, purpose).random()
        for seed in (1, 2)
        for sequence in (0, 1)
        for purpose in ("rules", "programme")
    }

    assert len(drawn) == 8
    assert stream(1, 0, "rules").random() == stream(1, 0, "rules").random()


def test_the_hash_of_a_score_is_of_its_notes_as_they_are_documented() -> None:
    assert score_sha256(SCORE) == "6464560a61f70860da2dcf7fbbc167bf70739d098c7f020be6b0b3e80bc06981"


def test_the_hash_of_a_score_changes_with_any_note_and_with_the_tempo() -> None:
    changed = [
        replace(SCORE, notes=(replace(NOTE, pitch=61),)),
        replace(SCORE, notes=(replace(NOTE, velocity=61),)),
        replace(SCORE, notes=(replace(NOTE, onset_beats=0.5),)),
        replace(SCORE, notes=(replace(NOTE, part="pad"),)),
        replace(SCORE, tempo_bpm=67.0),
        replace(SCORE, beats=12.0),
    ]

    assert len({score_sha256(score) for score in (SCORE, *changed)}) == 7


def test_the_hash_of_a_score_is_blind_to_who_composed_it() -> None:
    assert score_sha256(SCORE) == score_sha256(replace(SCORE, composer="another", seed=9))
