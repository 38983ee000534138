"""The melody: motif, repetition, variation, cadence."""

from itertools import pairwise

from interventions.composition.composer import CompositionMemory, opening_memory, stream
from interventions.composition.harmony import Chord, plan_chords
from interventions.composition.melody import (
    MOTIF_REACH,
    MOTIF_STEPS,
    Line,
    compose_melody,
    first_motif,
    vary_motif,
)


def chords_of(role: str) -> tuple[Chord, ...]:
    return plan_chords(mode="major", root=0, role=role, choice=0, richness=0, suspended="plain")


def phrase(
    role: str, memory: CompositionMemory, notes_per_bar: int = 3
) -> list[tuple[float, float, int]]:
    line = Line(role=role, register=67.0, root=0, notes_per_bar=notes_per_bar)
    return compose_melody(line, chords_of(role), memory, stream(1, 0, "test"))


def with_motif(seed: int = 4) -> CompositionMemory:
    return vary_motif(opening_memory(), "opening", stream(seed, 0, "test"))


def test_a_motif_moves_by_step_and_stays_near_its_first_note() -> None:
    motifs = [first_motif(stream(seed, 0, "test"))[0] for seed in range(200)]

    steps = [abs(b - a) for motif in motifs for a, b in pairwise(motif)]
    assert {len(motif) for motif in motifs} == {MOTIF_STEPS}
    assert set(steps) <= {1, 2}
    assert sum(step == 1 for step in steps) / len(steps) > 0.9
    assert max(abs(step) for motif in motifs for step in motif) <= MOTIF_REACH


def test_the_first_phrase_invents_a_motif() -> None:
    assert with_motif().motif_steps != ()


def test_an_answer_keeps_the_motif_of_the_statement() -> None:
    memory = with_motif()

    assert vary_motif(memory, "answer", stream(2, 0, "test")) == memory


def test_a_contrast_turns_the_motif_upside_down_and_the_return_turns_it_back() -> None:
    memory = with_motif()

    contrast = vary_motif(memory, "contrast", stream(2, 0, "test"))
    returned = vary_motif(contrast, "return", stream(2, 0, "test"))

    assert contrast.motif_steps == tuple(-step for step in memory.motif_steps)
    assert returned.motif_steps == memory.motif_steps


def test_the_second_bar_repeats_the_rhythm_of_the_first() -> None:
    notes = phrase("statement", with_motif())

    first, second = (
        [(onset - 4 * bar, length) for onset, length, _ in notes if 4 * bar <= onset < 4 * bar + 4]
        for bar in (0, 1)
    )
    assert first == second


def test_the_melody_rests_before_the_next_phrase() -> None:
    endings = [
        max(onset + length for onset, length, _ in phrase("answer", with_motif(seed)))
        for seed in range(10)
    ]

    assert max(endings) <= 15.0


def test_a_closed_phrase_ends_on_the_keynote() -> None:
    assert phrase("answer", with_motif())[-1][2] % 12 == 0


def test_the_melody_has_more_notes_when_more_are_asked_for() -> None:
    counts = [len(phrase("statement", with_motif(), notes)) for notes in range(1, 7)]

    assert counts == sorted(set(counts))
