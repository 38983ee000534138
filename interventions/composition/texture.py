"""What accompanies the melody: a pad that breathes with the chords, a pedal bass, a figuration that sets the pulse.

Conventions: the density of a segment is its number of distinct onset times a second; the figuration fills the grid of
sixteenths in the same metrical order in every bar, so that denser music is the same music with more of its pulse heard.

Contents: `pad_notes`, `bass_notes`, `bell_notes`, `figuration_slots`, `figuration_pitches`.
"""

from interventions.composition.harmony import BEATS_PER_BAR, Chord, nearest_pitch, voice_chord

Sounded = tuple[float, float, int]
"""Onset and length in beats, pitch."""

SLOTS_PER_BAR = 16
_METRICAL_ORDER = (0, 8, 4, 12, 2, 10, 6, 14, 7, 15, 5, 13, 3, 11, 1, 9)
_FIGURES = (
    (0, 1, 2, 3, 2, 1),
    (0, 2, 1, 2),
    (0, 1, 2, 3),
    (0, 2, 3, 2, 1, 2),
    (3, 2, 1, 0, 1, 2),
)
FIGURES = len(_FIGURES)
_BASS_LOWEST = 36
_BASS_HIGHEST = 47


def pad_notes(
    chords: tuple[Chord, ...], previous: tuple[int, ...], centre: int
) -> list[tuple[Chord, tuple[int, ...]]]:
    """Return every chord with its pitches, each led from the one before."""
    voiced = []
    for chord in chords:
        previous = voice_chord(chord.pitch_classes, previous, centre)
        voiced.append((chord, previous))
    return voiced


def bass_notes(chords: tuple[Chord, ...]) -> list[Sounded]:
    """Return the bass: the lowest part of every chord, held while it does not change."""
    notes: list[Sounded] = []
    for chord in chords:
        pitch = _BASS_LOWEST + (chord.bass - _BASS_LOWEST) % 12
        if notes and notes[-1][2] == pitch and chord.onset_beats % BEATS_PER_BAR:
            onset, length, _ = notes[-1]
            notes[-1] = (onset, length + chord.duration_beats, pitch)
        else:
            notes.append((chord.onset_beats, chord.duration_beats, pitch))
    return notes


def bell_notes(chords: tuple[Chord, ...], register: float) -> list[Sounded]:
    """Return one high, long chord tone over the second and the last bar."""
    high = min(96.0, register + 12.0)
    return [
        (chord.onset_beats, 2 * chord.duration_beats, nearest_pitch(high, chord.pitch_classes[:3]))
        for chord in (chords[0], chords[2])
    ]


def figuration_slots(taken: set[float], onsets: int, bars: int) -> list[float]:
    """Return the beats the figuration plays on, so that the segment has so many distinct onsets.

    Parameters
    ----------
    taken : set of float
        Beats on which other parts begin a note.
    onsets : int
        Distinct onset times wanted in the whole segment.
    bars : int
        Length of the segment.
    """
    heard = set(taken)
    slots: list[float] = []
    for position in _METRICAL_ORDER:
        for bar in _spread(bars):
            if len(heard) >= onsets:
                return sorted(slots)
            beat = bar * BEATS_PER_BAR + position / 4
            slots.append(beat)
            heard.add(beat)
    return sorted(slots)


def _spread(bars: int) -> list[int]:
    """Return the bars in the order in which a level of the pulse is filled: weak bars first."""
    return [*range(1, bars, 2), *range(0, bars, 2)]


def figuration_pitches(
    slots: list[float], voiced: list[tuple[Chord, tuple[int, ...]]], figure: int
) -> list[Sounded]:
    """Return the figuration: the tones of the sounding chord and its octave, in the figure's order."""
    pattern = _FIGURES[figure % FIGURES]
    ends = [*slots[1:], voiced[-1][0].onset_beats + voiced[-1][0].duration_beats]
    notes = []
    step = 0
    current = -1
    for slot, end in zip(slots, ends, strict=True):
        index = max(i for i, (chord, _) in enumerate(voiced) if chord.onset_beats <= slot)
        step = 0 if index != current else step + 1
        current = index
        pitches = voiced[index][1]
        tones = (*pitches[:3], pitches[0] + 12)
        notes.append((slot, min(2.0, end - slot), tones[pattern[step % len(pattern)]]))
    return notes
