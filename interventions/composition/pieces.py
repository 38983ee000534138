"""A programme of human-composed pieces, fixed before the session, and the composer that plays it.

Conventions: a programme is a sequence of passages of about fourteen seconds, cut at bar lines. Pieces follow in an
order drawn by the seed, each round of the repertoire in a new order; a short pause ends every piece. Nothing in the
session changes a programme.

Contents: `Passage`, `Programme`, `ProgrammeEntry`, `schedule_pieces`, `PieceComposer`.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from data.records.music import MusicalParameters, Note, Score
from interventions.composition.composer import CompositionMemory, stream
from interventions.composition.repertoire import Piece, load_piece, piece_ids

PASSAGE_S = 14.0
PAUSE_S = 2.0
"""Pause at the end of a piece; the last sounds ring into it."""
SHORTEST_EXCERPT_S = 25.0
"""Shortest beginning of a piece worth hearing before the session ends; an order that ends in less is drawn again."""
MOST_ATTEMPTS = 50
BRIGHTNESS_OFFSET = -0.15
"""Pieces lie about three semitones above adaptive melodies even when transposed; darker sound makes up for it, so that the
spectral centroid is matched (measured on simulated sessions)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """Some consecutive bars of one piece."""

    piece_id: str
    title: str
    first_bar: int
    """Numbered from 1; a pickup counts as a bar."""
    last_bar: int
    tempo_bpm: float
    mode: str
    root: int
    beats: float
    notes: tuple[Note, ...]
    """Onsets from the passage's beginning; the last notes may ring beyond its end."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.beats * 60.0 / self.tempo_bpm


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeEntry:
    """One piece in a programme."""

    piece_id: str
    onset_s: float
    duration_s: float
    occurrence: int
    """1 for the first time it is heard in this programme."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """What a session of the matched arm plays, in order."""

    seed: int
    entries: tuple[ProgrammeEntry, ...]
    passages: tuple[Passage, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds, at least what was asked for."""
        return sum(passage.duration_s for passage in self.passages)


def schedule_pieces(duration_s: float, seed: int) -> Programme:
    """Return a programme that lasts at least so long, its order drawn by the seed.

    Parameters
    ----------
    duration_s : float
        Length of the session.
    seed : int
        The session's seed.
    """
    for attempt in range(MOST_ATTEMPTS):
        programme = _draw_programme(duration_s, seed, attempt)
        last = programme.entries[-1]
        if len(programme.entries) == 1 or duration_s - last.onset_s >= SHORTEST_EXCERPT_S:
            break
    return programme


def _draw_programme(duration_s: float, seed: int, attempt: int) -> Programme:
    entries: list[ProgrammeEntry] = []
    onset_s = 0.0
    lap = 0
    waiting: list[str] = []
    while onset_s < duration_s or not entries:
        if not waiting:
            waiting = _draw_order(seed, attempt, lap, entries[-1].piece_id if entries else "")
            lap += 1
        piece_id = waiting.pop(0)
        length_s = _length_s(piece_id)
        entries.append(
            ProgrammeEntry(piece_id=piece_id, onset_s=onset_s, duration_s=length_s, occurrence=lap)
        )
        onset_s += length_s
    passages = [passage for entry in entries for passage in passages_of(entry.piece_id)]
    return Programme(seed=seed, entries=tuple(entries), passages=tuple(passages))


def _draw_order(seed: int, attempt: int, lap: int, last: str) -> list[str]:
    """Return the pieces of one round in random order, never beginning with the piece just heard."""
    chance = stream(seed, lap, f"programme {attempt}")
    pieces = [name for name in piece_ids() if lap == 0 or not load_piece(name).once]
    order = sorted(pieces, key=lambda _: chance.random())
    if order[0] == last:
        order.append(order.pop(0))
    return order


def _length_s(piece_id: str) -> float:
    return sum(passage.duration_s for passage in passages_of(piece_id))


@lru_cache(maxsize=64)
def passages_of(piece_id: str) -> tuple[Passage, ...]:
    """Return a piece as passages of nearly equal length, the last with the pause after the piece."""
    piece = load_piece(piece_id)
    count = max(1, round(piece.duration_s / PASSAGE_S))
    cuts = cut_at_bars(piece, count)
    passages = [_passage(piece, first, last) for first, last in pairwise(cuts)]
    pause_beats = PAUSE_S * piece.tempo_bpm / 60.0
    passages[-1] = replace(passages[-1], beats=passages[-1].beats + pause_beats)
    return tuple(passages)


def cut_at_bars(piece: Piece, count: int) -> list[int]:
    """Return the indices of the bars at which the passages begin, and the number of bars last."""
    wanted = [piece.beats * index / count for index in range(1, count)]
    bars = range(len(piece.bar_onsets))
    inner = [min(bars, key=lambda bar: abs(piece.bar_onsets[bar] - beat)) for beat in wanted]
    return [0, *inner, len(piece.bar_onsets)]


def _passage(piece: Piece, first: int, last: int) -> Passage:
    onsets = (*piece.bar_onsets, piece.beats)
    start, end = onsets[first], onsets[last]
    return Passage(
        piece_id=piece.id,
        title=piece.title,
        first_bar=first + 1,
        last_bar=last,
        tempo_bpm=piece.tempo_bpm,
        mode=piece.mode,
        root=piece.root,
        beats=end - start,
        notes=tuple(
            replace(note, onset_beats=round(note.onset_beats - start, 6))
            for note in piece.notes
            if start <= note.onset_beats < end
        ),
    )


@lru_cache(maxsize=512)
def describe_passage(passage: Passage, parameters: MusicalParameters) -> MusicalParameters:
    """Return the passage's own parameters: brightness as given and moved to match, dissonance and loudness as given."""
    notes = passage.notes
    melody = [note.pitch for note in notes if note.part == "melody"]
    heard = melody or [note.pitch for note in notes]
    onsets = len({note.onset_beats for note in notes})
    return replace(
        parameters,
        tempo_bpm=passage.tempo_bpm,
        note_density_per_s=round(onsets / passage.duration_s, 4),
        register=round(sum(heard) / max(1, len(heard)), 4),
        brightness=max(0.0, round(parameters.brightness + BRIGHTNESS_OFFSET, 4)),
        dynamics=round(sum(note.velocity for note in notes) / max(1, len(notes)), 4),
        articulation=1.0,
        mode=passage.mode,
        root=passage.root,
        voices=len({note.part for note in notes}),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PieceComposer:
    """Plays a programme passage by passage; what is decided in the session changes only the sound's settings."""

    programme: Programme

    @property
    def name(self) -> str:
        """Name and version, recorded by the loop."""
        return "pieces-1"

    def compose(
        self,
        parameters: MusicalParameters,
        memory: CompositionMemory,
        *,
        sequence: int,
        seed: int,
        phase: str,  # noqa: ARG002 - the port's signature; a piece has its own form
    ) -> tuple[Score, CompositionMemory]:
        """Return passage ``sequence`` of the programme; after its end it begins again.

        Parameters
        ----------
        parameters : MusicalParameters
            Brightness (moved to match), dissonance and loudness are taken from it; the rest describes the passage.
        memory : CompositionMemory
            Returned as it is.
        sequence : int
            Number of the segment, from 0.
        seed : int
            Recorded in the score; the programme's order was drawn before.
        phase : str
            Not used.
        """
        passages = self.programme.passages
        passage = passages[sequence % len(passages)]
        score = Score(
            sequence=sequence,
            beats=passage.beats,
            tempo_bpm=passage.tempo_bpm,
            parameters=describe_passage(passage, parameters),
            composer=f"{self.name}/{passage.piece_id}",
            seed=seed,
            phase=passage.title,
            notes=passage.notes,
        )
        return score, memory
