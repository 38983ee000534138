"""Music as values: parameters, notes, scores.

Conventions: pitch is MIDI 0-127 (60 = C4), velocity 1-127, onsets and durations in beats of the
score's tempo, tempo in quarter notes a minute, loudness in LUFS.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class MusicalParameters:
    """What the control stage decides; every arm has them, decided or fixed."""

    tempo_bpm: float
    note_density_per_s: float
    """Onsets a second."""
    brightness: float
    """In [0, 1]."""
    register: float
    """Mean MIDI pitch of the melody."""
    dynamics: float
    """Mean velocity, 1-127."""
    articulation: float
    """Sounding share of a note's written length: 1.05 legato, 0.55 detached."""
    dissonance: float
    """In [0, 1]."""
    mode: str
    """``major`` or ``minor``."""
    root: int
    """Pitch class of the tonic, 0-11."""
    voices: int
    """Number of parts, 1-5."""
    loudness_lufs: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One note."""

    onset_beats: float
    duration_beats: float
    pitch: int
    velocity: int
    part: str
    """Part name, which is also the timbre: ``melody``, ``pad``, ``bass``, ``arpeggio``, ``bell``, ``piano``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """The notes of one segment (4 bars of 4/4, or a passage of a piece)."""

    sequence: int
    """Number of the segment, from 0."""
    beats: float
    """Length; the segment lasts ``beats * 60 / tempo_bpm`` seconds."""
    tempo_bpm: float
    parameters: MusicalParameters
    composer: str
    """Name and version of the composer, or the id of the piece."""
    seed: int
    phase: str
    """``opening``, ``middle``, ``closing`` or the piece's title."""
    notes: tuple[Note, ...]

    @property
    def duration_s(self) -> float:
        """Length of the segment in seconds."""
        return self.beats * 60.0 / self.tempo_bpm
