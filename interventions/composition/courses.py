"""The courses that adaptive sessions take, frozen before a trial, for programmes that are to be like them.

Conventions: a course is what was applied, not what was heard, averaged over twenty equal parts of a session; between their
middles it moves in straight lines. A pool of courses is a file that never changes; another policy gets another pool.

Contents: `CoursePoint`, `Course`, `Moments`, `CoursePool`, `load_pool`, `pool_sha256`, `course_of_session`.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protocols.canonical import adapter_of, hash_of

FOLDER = Path(__file__).parent / "course_pools"
PARTS = 20
DIGITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePoint:
    """The music of one moment, in the features that matching holds equal."""

    tempo_bpm: float
    note_density_per_s: float
    """Distinct onsets a second."""
    register: float
    """Mean MIDI pitch of the melody."""
    dynamics: float
    """Mean velocity."""
    articulation: float
    """Mean share of the time to the part's next onset that a note sounds."""
    brightness: float
    """As the renderer is told, in [0, 1]."""


FEATURES = tuple(field.name for field in fields(CoursePoint))


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """The course of one session."""

    mode: str
    """``major`` or ``minor``."""
    points: tuple[CoursePoint, ...]
    """One for each of the equal parts."""

    def as_array(self) -> NDArray[np.float64]:
        """Return the points as rows, the features as columns in the order of `FEATURES`."""
        return np.array([astuple(point) for point in self.points])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Moments:
    """A course between its points."""

    values: NDArray[np.float64]
    """Shape (points, features)."""

    def at(self, share: float) -> CoursePoint:
        """Return the music wanted when this share of the session has passed.

        Parameters
        ----------
        share : float
            In [0, 1]; beyond the middles of the first and last part the course stands still.
        """
        position = min(len(self.values) - 1.0, max(0.0, share * len(self.values) - 0.5))
        before = int(position)
        after = min(before + 1, len(self.values) - 1)
        weight = position - before
        row = (1.0 - weight) * self.values[before] + weight * self.values[after]
        return CoursePoint(
            **{name: round(float(value), DIGITS) for name, value in zip(FEATURES, row, strict=True)}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePool:
    """Courses of one preset's sessions."""

    preset: str
    """Name of the policy and the arm's definition that they come from."""
    made_from: str
    """Which listeners, real or simulated, and how many."""
    courses: tuple[Course, ...]


@lru_cache(maxsize=8)
def load_pool(name: str) -> CoursePool:
    """Read a pool of this program.

    Parameters
    ----------
    name : str
        Name of its file, without the ending.
    """
    found: CoursePool = adapter_of(CoursePool).validate_python(
        json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    )
    return found


@lru_cache(maxsize=8)
def pool_sha256(name: str) -> str:
    """Return the hash of a pool of this program."""
    return hash_of(load_pool(name))


def course_of_session(
    points: Sequence[CoursePoint], durations_s: Sequence[float], mode: str
) -> Course:
    """Return the course of a session from its segments.

    Parameters
    ----------
    points : sequence of CoursePoint
        One a segment, in order.
    durations_s : sequence of float
        The segments' lengths, as many.
    mode : str
        Of the session.

    Returns
    -------
    Course
        Each part is the mean of the segments that it touches, weighted by the time that they share.
    """
    values = np.array([astuple(point) for point in points])
    ends = np.cumsum(durations_s)
    starts = ends - np.asarray(durations_s)
    edges = np.linspace(0.0, ends[-1], PARTS + 1)
    means = [
        np.average(
            values, axis=0, weights=np.clip(np.minimum(ends, b) - np.maximum(starts, a), 0.0, None)
        )
        for a, b in pairwise(edges)
    ]
    return Course(
        mode=mode,
        points=tuple(
            CoursePoint(**dict(zip(FEATURES, np.round(row, DIGITS).tolist(), strict=True)))
            for row in means
        ),
    )
