"""The port of every composer: parameters and a memory in, a score and the next memory out.

Conventions: a composer is pure; what it remembers travels in a frozen value, and all chance derives from
the session's seed and the number of the segment. The same seed, sequence, parameters and memory give the same score.

Contents: `Composer` (the port), `CompositionMemory` and `opening_memory`, `stream` (the segment's random
numbers), `score_sha256` (the identity of a score).
"""

import hashlib
import random
from dataclasses import dataclass
from typing import Protocol

from data.records.music import MusicalParameters, Note, Score


@dataclass(frozen=True, kw_only=True, slots=True)
class CompositionMemory:
    """What a composer carries from one segment to the next."""

    motif_steps: tuple[int, ...]
    """Scale steps of the motif, relative to its first note; empty before the first segment."""
    motif_rhythm: float
    """Which of the rhythmic cells of a given length the motif uses, in [0, 1)."""
    figure: int
    """Which figuration the accompaniment plays."""
    pad: tuple[int, ...]
    """Pitches of the last chord, for voice leading."""
    melody: int | None
    """Last pitch of the melody."""


def opening_memory() -> CompositionMemory:
    """Return the memory of a composer that has not played yet."""
    return CompositionMemory(motif_steps=(), motif_rhythm=0.0, figure=0, pad=(), melody=None)


class Composer(Protocol):
    """Turns musical parameters into the score of one segment."""

    @property
    def name(self) -> str:
        """Name and version, recorded in every score."""

    def compose(
        self,
        parameters: MusicalParameters,
        memory: CompositionMemory,
        *,
        sequence: int,
        seed: int,
        phase: str,
    ) -> tuple[Score, CompositionMemory]:
        """Return the score of segment ``sequence`` and the memory for the next one."""


def stream(seed: int, sequence: int, purpose: str) -> random.Random:
    """Return the random numbers of one segment; the purpose keeps two streams of a segment apart."""
    digest = hashlib.sha256(f"{purpose}/{seed}/{sequence}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8]))  # noqa: S311 - music, not cryptography


def score_sha256(score: Score) -> str:
    """Return the SHA-256 of what is heard of a score: its length, its tempo and its notes in order.

    Notes
    -----
    The text hashed is one line ``beats tempo_bpm`` and one line a note
    ``onset_beats duration_beats pitch velocity part``, numbers in their shortest exact decimal form.
    """
    lines = [f"{score.beats!r} {score.tempo_bpm!r}"]
    lines += [_line(note) for note in score.notes]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(note: Note) -> str:
    return f"{note.onset_beats!r} {note.duration_beats!r} {note.pitch} {note.velocity} {note.part}"
