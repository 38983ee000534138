"""What holds for all music that is composed by rules, whatever the parameters, the seed and the place in the session."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from data.records.music import MusicalParameters, Note, Score
from interventions.composition.composer import (
    CompositionMemory,
    opening_memory,
    score_sha256,
)
from interventions.composition.rules import RuleComposer
from interventions.delivery.timbres import PARTS

PHASES = ("opening", "middle", "closing")


def floats(minimum: float, maximum: float) -> st.SearchStrategy[float]:
    return st.floats(minimum, maximum, allow_nan=False).map(lambda value: round(value, 4))


PARAMETERS = st.builds(
    MusicalParameters,
    tempo_bpm=floats(50.0, 100.0),
    note_density_per_s=floats(0.8, 3.3),
    brightness=floats(0.0, 1.0),
    register=floats(50.0, 78.0),
    dynamics=floats(36.0, 90.0),
    articulation=floats(0.5, 1.05),
    dissonance=floats(0.0, 1.0),
    mode=st.sampled_from(["major", "minor"]),
    root=st.integers(0, 11),
    voices=st.integers(2, 5),
    loudness_lufs=st.just(-23.0),
)


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """Some segments in a row."""

    parameters: tuple[MusicalParameters, ...]
    seed: int

    def scores(self) -> list[Score]:
        """Compose the segments, the first as an opening, the last as a closing."""
        memory: CompositionMemory = opening_memory()
        scores = []
        for sequence, parameters in enumerate(self.parameters):
            phase = "opening" if sequence == 0 else "middle"
            score, memory = RuleComposer().compose(
                parameters, memory, sequence=sequence, seed=self.seed, phase=phase
            )
            scores.append(score)
        return scores


EXCERPTS = st.builds(
    Excerpt,
    parameters=st.lists(PARAMETERS, min_size=1, max_size=4).map(tuple),
    seed=st.integers(0, 2**63 - 1),
)


def part(score: Score, name: str) -> list[Note]:
    return [note for note in score.notes if note.part == name]


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


@settings(max_examples=150, deadline=None)
@given(EXCERPTS)
def test_every_note_is_inside_the_segment_and_can_be_played(excerpt: Excerpt) -> None:
    for score in excerpt.scores():
        for note in score.notes:
            assert 0.0 <= note.onset_beats < score.beats
            assert 0.0 < note.duration_beats <= 8.5
            assert 28 <= note.pitch <= 100
            assert 1 <= note.velocity <= 127
            assert note.part in PARTS


@settings(max_examples=150, deadline=None)
@given(EXCERPTS)
def test_the_density_follows_its_parameter_within_fifteen_percent(excerpt: Excerpt) -> None:
    for score in excerpt.scores():
        onsets = len({note.onset_beats for note in score.notes})
        most = 64 / score.duration_s
        wanted = min(score.parameters.note_density_per_s, most)
        assert onsets / score.duration_s == pytest.approx(wanted, rel=0.15)


@settings(max_examples=150, deadline=None)
@given(EXCERPTS)
def test_the_melody_lies_within_three_semitones_of_its_register(excerpt: Excerpt) -> None:
    for score in excerpt.scores():
        pitch = mean(note.pitch for note in part(score, "melody"))
        assert pitch == pytest.approx(score.parameters.register, abs=3.0)


@settings(max_examples=150, deadline=None)
@given(EXCERPTS)
def test_the_melody_never_leaps_more_than_an_octave(excerpt: Excerpt) -> None:
    for score in excerpt.scores():
        pitches = [note.pitch for note in part(score, "melody")]
        assert all(abs(b - a) <= 12 for a, b in pairwise(pitches))


@settings(max_examples=150, deadline=None)
@given(EXCERPTS)
def test_the_melody_is_on_chord_tones_on_strong_beats(excerpt: Excerpt) -> None:
    on_chord = []
    for score in excerpt.scores():
        pad = part(score, "pad")
        for note in part(score, "melody"):
            if note.onset_beats % 2.0 == 0.0:
                sounding = {
                    other.pitch % 12
                    for other in pad
                    if other.onset_beats
                    <= note.onset_beats
                    < other.onset_beats + other.duration_beats
                }
                on_chord.append(note.pitch % 12 in sounding)
    assert sum(on_chord) >= 0.8 * len(on_chord)


@settings(max_examples=60, deadline=None)
@given(EXCERPTS)
def test_the_same_seed_composes_the_same_music(excerpt: Excerpt) -> None:
    first, second = ([score_sha256(score) for score in replace(excerpt).scores()] for _ in range(2))

    assert first == second


@settings(max_examples=60, deadline=None)
@given(PARAMETERS, st.integers(0, 2**63 - 1), st.sampled_from(PHASES), st.integers(0, 200))
def test_composing_depends_on_nothing_but_its_arguments(
    parameters: MusicalParameters, seed: int, phase: str, sequence: int
) -> None:
    def compose() -> tuple[Score, CompositionMemory]:
        return RuleComposer().compose(
            parameters, opening_memory(), sequence=sequence, seed=seed, phase=phase
        )

    before = compose()
    RuleComposer().compose(parameters, before[1], sequence=0, seed=seed + 1, phase="middle")

    assert compose() == before


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["major", "minor"]), st.integers(0, 11))
def test_more_arousing_parameters_make_more_arousing_scores(
    seed: int, mode: str, root: int
) -> None:
    levels = [step / 8 for step in range(9)]
    scores = [
        RuleComposer().compose(
            MusicalParameters(
                tempo_bpm=50.0 + 50.0 * level,
                note_density_per_s=0.8 + 2.2 * level,
                brightness=0.2 + 0.6 * level,
                register=54.0 + 18.0 * level,
                dynamics=36.0 + 40.0 * level,
                articulation=1.05 - 0.3 * level,
                dissonance=0.35 * level,
                mode=mode,
                root=root,
                voices=4,
                loudness_lufs=-23.0,
            ),
            opening_memory(),
            sequence=1,
            seed=seed,
            phase="middle",
        )[0]
        for level in levels
    ]

    features = {
        "tempo": [score.tempo_bpm for score in scores],
        "onsets": [len({n.onset_beats for n in s.notes}) / s.duration_s for s in scores],
        "velocity": [mean(n.velocity for n in s.notes) for s in scores],
        "pitch": [mean(n.pitch for n in part(s, "melody")) for s in scores],
        "shortness": [-mean(n.duration_beats for n in part(s, "melody")) / 4 for s in scores],
    }
    correlations = {
        name: float(spearmanr(levels, values).statistic) for name, values in features.items()
    }
    assert all(value >= 0.8 for value in correlations.values()), correlations
