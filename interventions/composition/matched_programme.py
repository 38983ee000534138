"""A programme of human-composed pieces that takes the course of an adaptive session, fixed before the session.

Conventions: the seed draws a course from a frozen pool; nothing that this listener does is in it. Pieces go to the places
of the course where they fit best (assignment on Mahalanobis distance, with a caliper); within the allowed 15 % of its
usual tempo and six semitones of its pitch a piece then follows the course, and its accompaniment, which is ours, is as dense.

Contents: `MatchedPassage`, `MatchedProgramme`, `schedule_matched`, `MatchedPieceComposer`.

References
----------
Stuart, E. A. (2010), Statistical Science 25(1), section 3: nearest neighbours, calipers. Assignment: `scipy.optimize`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle, pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from data.records.music import MusicalParameters, Score
from interventions.composition.composer import CompositionMemory, stream
from interventions.composition.courses import Course, CoursePoint, Moments, load_pool, pool_sha256
from interventions.composition.pieces import PASSAGE_S, PAUSE_S, Passage, cut_at_bars
from interventions.composition.repertoire import (
    LARGEST_TRANSPOSITION,
    TEMPO_TOLERANCE,
    Piece,
    load_piece,
    piece_ids,
)
from interventions.composition.rules import pad_centre
from interventions.composition.texture import FIGURES
from interventions.composition.tune_arrangement import (
    Tune,
    Wanted,
    arrange_tune,
    tune_of,
)
from protocols.music import MusicEdition

NAME = "pieces-2"
POOL = "adaptive-1"
PIECE_S = 72.0
"""About the length of a piece with its pause: how many places a course has."""
CALIPER = 2.0
"""Mahalanobis distance beyond which a piece does not belong to a place, unless nothing else is left."""
BEYOND_CALIPER = 50.0
SPARE = 1.15
"""Places beyond the session's end, for pieces that are shorter than most."""
OCTAVE = 12
AGAIN = 200.0
"""What it costs to hear a piece a second time."""
JITTER = 0.5
"""Largest random share in a distance, so that the same course is not always played by the same pieces."""
DISTANCE_DIGITS = 6
BRIGHTNESS_CENTRE = 0.498
TUNE_BRIGHTNESS = 0.403
BRIGHTNESS_SLOPE = 1.5
"""Tunes sound brighter than composed music at the same setting, and answer it less; this line makes the spectral centroid
the same, in mean and in spread (measured on simulated sessions of both)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedPassage:
    """Some consecutive bars of one piece, arranged, and how bright they are played."""

    passage: Passage
    brightness: float
    transposition: int
    """Semitones from the written pitch."""
    share: float
    """Share of the session that has passed when they begin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedProgramme:
    """What a session plays, in order."""

    seed: int
    course: int
    """Which course of the pool."""
    pool_sha256: str
    passages: tuple[MatchedPassage, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds, at least what was asked for."""
        return sum(entry.passage.duration_s for entry in self.passages)


@lru_cache(maxsize=64)
def schedule_matched(duration_s: float, seed: int) -> MatchedProgramme:
    """Return the programme of a session.

    Parameters
    ----------
    duration_s : float
        Length of the session; the programme lasts at least so long.
    seed : int
        The session's seed; it draws the course, evenly from the pool.
    """
    pool = load_pool(POOL)
    index = seed % len(pool.courses)
    course = pool.courses[index]
    moments = Moments(values=course.as_array())
    passages: list[MatchedPassage] = []
    start_s = 0.0
    for place, tune in enumerate(cycle(_assigned(course, duration_s, seed))):
        if start_s >= duration_s:
            break
        figure = stream(seed, place, NAME).randrange(FIGURES)
        for entry in _arranged(tune, moments, start_s, duration_s, figure):
            passages.append(entry)
            start_s += entry.passage.duration_s
    return MatchedProgramme(
        seed=seed, course=index, pool_sha256=pool_sha256(POOL), passages=tuple(passages)
    )


@lru_cache(maxsize=2)
def eligible_tunes(mode: str) -> tuple[Tune, ...]:
    """Return the tunes of the second edition in a mode, alphabetically: the pieces whose accompaniment is ours."""
    pieces = (load_piece(piece_id) for piece_id in piece_ids(MusicEdition.SECOND))
    return tuple(tune_of(piece) for piece in pieces if piece.chords and piece.mode == mode)


def _assigned(course: Course, duration_s: float, seed: int) -> list[Tune]:
    """Give every place of the course its tune; places beyond the session's end take what fits nowhere."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import, needed here only

    tunes = eligible_tunes(course.mode)
    places = ceil(duration_s / PIECE_S * SPARE) + 1
    laps = ceil(places / len(tunes))
    moments = Moments(values=course.as_array())
    shares = (np.arange(places) + 0.5) * PIECE_S / duration_s
    distances = np.array([_distances(tunes, moments.at(share)) for share in shares])
    distances *= (shares < 1.0)[:, None]
    costs = np.concatenate([distances + AGAIN * lap for lap in range(laps)], axis=1)
    chance = np.random.Generator(np.random.PCG64(seed))
    costs += chance.uniform(0.0, JITTER, size=costs.shape)
    _, chosen = linear_sum_assignment(np.round(costs, DISTANCE_DIGITS))
    return _apart([tunes[column % len(tunes)] for column in chosen])


def _apart(order: list[Tune]) -> list[Tune]:
    """Let no tune follow itself: the second goes one place later."""
    order = list(order)
    for first in range(len(order) - 2):
        if order[first] is order[first + 1]:
            order[first + 1], order[first + 2] = order[first + 2], order[first + 1]
    return order


@lru_cache(maxsize=4)
def _spread_inverse(pool: str) -> NDArray[np.float64]:
    """Return the inverse covariance of tempo, density and register over all moments of a pool's courses."""
    moments = np.concatenate([course.as_array()[:, :3] for course in load_pool(pool).courses])
    inverse: NDArray[np.float64] = np.linalg.inv(np.cov(moments, rowvar=False))
    return inverse


def _distances(tunes: tuple[Tune, ...], point: CoursePoint) -> NDArray[np.float64]:
    """Return the Mahalanobis distances from the music wanted to the nearest that each tune can be."""
    misses = np.array([_miss(tune, point) for tune in tunes])
    distances: NDArray[np.float64] = np.sqrt(
        np.einsum("ij,jk,ik->i", misses, _spread_inverse(POOL), misses)
    )
    distances[distances > CALIPER] += BEYOND_CALIPER
    return distances


def _miss(tune: Tune, point: CoursePoint) -> tuple[float, float, float]:
    tempo_bpm = _nearest_tempo(tune.piece, point.tempo_bpm)
    return (
        tempo_bpm - point.tempo_bpm,
        max(0.0, tune.density_per_s(tempo_bpm) - point.note_density_per_s),
        tune.register + _nearest_transposition(tune.register, point.register) - point.register,
    )


def _nearest_tempo(piece: Piece, tempo_bpm: float) -> float:
    slowest = piece.tempo_usual_bpm * (1.0 - TEMPO_TOLERANCE)
    fastest = piece.tempo_usual_bpm * (1.0 + TEMPO_TOLERANCE)
    return round(min(fastest, max(slowest, tempo_bpm)), 4)


def _nearest_transposition(tune_register: float, register: float) -> int:
    """Return the semitones that bring a tune nearest: six at most in its own octave or the one below."""
    wanted = round(register - tune_register)
    return min(LARGEST_TRANSPOSITION, max(-LARGEST_TRANSPOSITION - OCTAVE, wanted))


def _arranged(
    tune: Tune, moments: Moments, start_s: float, duration_s: float, figure: int
) -> Iterator[MatchedPassage]:
    """Arrange a tune as the course wants it.

    Yields
    ------
    MatchedPassage
        In order; the last has the pause after the piece.
    """
    piece = tune.piece
    tempo_bpm = _nearest_tempo(piece, moments.at(start_s / duration_s).tempo_bpm)
    middle = moments.at((start_s + piece.beats * 30.0 / tempo_bpm) / duration_s)
    transposition = _nearest_transposition(tune.register, middle.register)
    onsets = (*piece.bar_onsets, piece.beats)
    pad: tuple[int, ...] = ()
    count = max(1, round(piece.beats * 60.0 / tempo_bpm / PASSAGE_S))
    for first, last in pairwise(cut_at_bars(piece, count)):
        share = start_s / duration_s
        point = moments.at(share)
        tempo_bpm = _nearest_tempo(piece, point.tempo_bpm)
        pause_beats = PAUSE_S * tempo_bpm / 60.0 if last == len(piece.bar_onsets) else 0.0
        beats = onsets[last] - onsets[first] + pause_beats
        seconds = beats * 60.0 / tempo_bpm
        wanted = Wanted(
            tempo_bpm=tempo_bpm,
            onsets=round(point.note_density_per_s * seconds),
            transposition=transposition,
            dynamics=point.dynamics,
            articulation=point.articulation,
            pad_centre=pad_centre(point.register),
            figure=figure,
        )
        notes, pad = arrange_tune(piece, onsets[first], onsets[last], wanted, pad)
        yield MatchedPassage(
            passage=Passage(
                piece_id=piece.id,
                title=piece.title,
                first_bar=first + 1,
                last_bar=last,
                tempo_bpm=tempo_bpm,
                mode=piece.mode,
                root=(piece.root - piece.transposition + transposition) % 12,
                beats=beats,
                notes=notes,
            ),
            brightness=_tune_brightness(point.brightness),
            transposition=transposition,
            share=share,
        )
        start_s += seconds


def _tune_brightness(brightness: float) -> float:
    wanted = TUNE_BRIGHTNESS + BRIGHTNESS_SLOPE * (brightness - BRIGHTNESS_CENTRE)
    return round(min(1.0, max(0.0, wanted)), 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedPieceComposer:
    """Plays a matched programme passage by passage; nothing that is decided in the session is heard."""

    programme: MatchedProgramme

    @property
    def name(self) -> str:
        """Name and version, recorded by the loop."""
        return NAME

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
            Dissonance and loudness are taken from it; the rest describes the passage.
        memory : CompositionMemory
            Returned as it is.
        sequence : int
            Number of the segment, from 0.
        seed : int
            Recorded in the score; the programme was made before.
        phase : str
            Not used.
        """
        passages = self.programme.passages
        entry = passages[sequence % len(passages)]
        passage = entry.passage
        score = Score(
            sequence=sequence,
            beats=passage.beats,
            tempo_bpm=passage.tempo_bpm,
            parameters=_described(entry, parameters),
            composer=f"{self.name}/{passage.piece_id}",
            seed=seed,
            phase=passage.title,
            notes=passage.notes,
        )
        return score, memory


def _described(entry: MatchedPassage, parameters: MusicalParameters) -> MusicalParameters:
    notes = entry.passage.notes
    melody = [note.pitch for note in notes if note.part == "melody"]
    heard = melody or [note.pitch for note in notes]
    onsets = len({note.onset_beats for note in notes})
    return replace(
        parameters,
        tempo_bpm=entry.passage.tempo_bpm,
        note_density_per_s=round(onsets / entry.passage.duration_s, 4),
        register=round(sum(heard) / len(heard), 4),
        brightness=entry.brightness,
        dynamics=round(sum(note.velocity for note in notes) / len(notes), 4),
        articulation=1.0,
        mode=entry.passage.mode,
        root=entry.passage.root,
        voices=len({note.part for note in notes}),
    )
