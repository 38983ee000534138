"""Pad, bass, bell and figuration."""

from interventions.composition.harmony import plan_chords
from interventions.composition.texture import (
    bass_notes,
    bell_notes,
    figuration_pitches,
    figuration_slots,
    pad_notes,
)

CHORDS = plan_chords(
    mode="major", root=0, role="statement", choice=0, richness=0, suspended="suspended"
)


def test_the_bass_lies_between_c2_and_b2_and_holds_through_a_suspension() -> None:
    notes = bass_notes(CHORDS)

    assert [onset for onset, _, _ in notes] == [0.0, 4.0, 8.0, 12.0]
    assert all(36 <= pitch <= 47 for _, _, pitch in notes)


def test_every_chord_tone_is_in_the_pad() -> None:
    for chord, pitches in pad_notes(CHORDS, (), 57):
        assert {pitch % 12 for pitch in pitches} == set(chord.pitch_classes)


def test_the_bell_rings_above_the_melody_in_the_first_and_third_bar() -> None:
    notes = bell_notes(CHORDS, 66.0)

    assert [onset for onset, _, _ in notes] == [0.0, 8.0]
    assert all(pitch >= 72 for _, _, pitch in notes)


def test_the_figuration_brings_the_segment_to_the_wanted_number_of_onsets() -> None:
    taken = {0.0, 1.5, 4.0, 8.0, 12.0}

    for onsets in range(5, 65):
        slots = figuration_slots(taken, onsets, 4)
        assert len(taken | set(slots)) == onsets


def test_the_figuration_fills_beats_before_it_divides_them() -> None:
    slots = figuration_slots(set(), 16, 4)

    assert slots == [float(beat) for beat in range(16)]


def test_the_figuration_plays_tones_of_the_sounding_chord() -> None:
    voiced = pad_notes(CHORDS, (), 57)
    slots = [beat / 2 for beat in range(32)]

    for onset, _, pitch in figuration_pitches(slots, voiced, 0):
        chord = next(c for c, _ in reversed(voiced) if c.onset_beats <= onset)
        assert pitch % 12 in chord.pitch_classes
