"""Phrases that ask and answer, and chords that move by small steps."""

import pytest

from interventions.composition.harmony import (
    SCALES,
    Chord,
    nearest_pitch,
    phrase_role,
    plan_chords,
    scale_pitches,
    step_from,
    voice_chord,
)

OPEN = ("statement", "contrast")
CLOSED = ("answer", "return", "closing")


def plan(
    role: str, mode: str = "major", richness: int = 0, choice: int = 0, root: int = 0
) -> tuple[Chord, ...]:
    return plan_chords(
        mode=mode, root=root, role=role, choice=choice, richness=richness, suspended="plain"
    )


def test_four_phrases_make_a_section() -> None:
    roles = [phrase_role(sequence, "middle") for sequence in range(5)]

    assert roles == ["statement", "answer", "contrast", "return", "statement"]


def test_the_first_and_the_last_phrase_have_their_own_role() -> None:
    assert [phrase_role(2, phase) for phase in ("opening", "closing")] == ["opening", "closing"]


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("choice", range(4))
@pytest.mark.parametrize("role", OPEN)
def test_an_open_phrase_ends_on_the_dominant(role: str, choice: int, mode: str) -> None:
    assert plan(role, mode, choice=choice)[-1].pitch_classes[0] == 7


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("choice", range(4))
@pytest.mark.parametrize("role", CLOSED)
def test_a_closed_phrase_ends_on_the_tonic(role: str, choice: int, mode: str) -> None:
    assert plan(role, mode, choice=choice)[-1].pitch_classes[0] == 0


def test_the_minor_dominant_has_its_leading_tone() -> None:
    dominant = plan("statement", "minor")[-1]

    assert (dominant.scale, 11 in dominant.pitch_classes) == ("harmonic minor", True)


def test_richer_chords_have_more_tones() -> None:
    sizes = [
        sum(len(chord.pitch_classes) for chord in plan("statement", richness=r)) for r in range(4)
    ]

    assert sizes == sorted(set(sizes))


def test_a_suspension_delays_the_third_of_the_dominant_by_half_a_bar() -> None:
    chords = plan_chords(
        mode="major", root=0, role="statement", choice=0, richness=0, suspended="suspended"
    )

    held, resolved = chords[-2:]
    assert (held.onset_beats, resolved.onset_beats) == (12.0, 14.0)
    assert (set(held.pitch_classes), set(resolved.pitch_classes)) == ({7, 0, 2}, {7, 11, 2})


def test_the_bass_of_the_opening_stays_on_the_tonic_until_its_last_bar() -> None:
    assert [chord.bass for chord in plan("opening", root=2)][:3] == [2, 2, 2]


@pytest.mark.parametrize("scale", sorted(SCALES))
def test_a_scale_has_seven_pitches_an_octave(scale: str) -> None:
    assert sum(60 <= pitch < 72 for pitch in scale_pitches(scale, 0)) == 7


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(60.4, 60, id="the tone itself"),
        pytest.param(62.0, 60, id="the lower of two equally near"),
        pytest.param(70.9, 72, id="across the octave"),
    ],
)
def test_the_nearest_chord_tone_is_found(target: float, expected: int) -> None:
    assert nearest_pitch(target, (0, 4, 7)) == expected


def test_steps_are_counted_along_the_scale() -> None:
    c_major = scale_pitches("major", 0)

    assert [step_from(c_major, 60, steps) for steps in (-1, 0, 2)] == [59, 60, 64]
    assert step_from(c_major, 61, 1) == 62


def test_common_tones_stay_where_they_are() -> None:
    c_major = voice_chord((0, 4, 7), (), 60)

    a_minor = voice_chord((9, 0, 4), c_major, 60)

    assert len(set(c_major) & set(a_minor)) == 2


def test_voices_move_by_small_steps_through_a_whole_section() -> None:
    previous: tuple[int, ...] = ()
    moves = []
    for role in ("statement", "answer", "contrast", "return"):
        for chord in plan(role):
            voiced = voice_chord(chord.pitch_classes, previous, 57)
            moves += [min(abs(p - q) for q in previous) for p in voiced if previous]
            previous = voiced

    assert max(moves) <= 4
