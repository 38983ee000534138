"""Participants of a pattern of visits, or fewer who stand for all of them.

The likelihood and all its derivatives need the data only through the cross products z_a z_b' of the rows z = (x, y) of visits
a and b, summed within a pattern. Where a pattern has more participants than a participant has numbers, the triangle of a QR
decomposition has the same cross products in fewer rows. So one evaluation costs what the patterns cost, however many
participants there are; and where a pattern has few participants, it costs no more than these.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import FloatArray, IntArray

WORTH_REPLACING = 2
"""A pattern is replaced when it has so many times more participants than would stand for them."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StandIns:
    """Participants, real or standing for others, pattern after pattern.

    Attributes
    ----------
    rows : array, shape (stand-ins, visits, columns + 1)
        Orthonormal design and outcome, weighted; 0 where not observed.
    sign : array, shape (stand-ins,)
        1; 0 for one that was left out again, -1 for one that takes away a participant that others stand for.
    pattern : array of int, shape (stand-ins,)
        Ascending.
    start : array of int, shape (patterns,)
        First stand-in of each pattern.
    place_of : array of int, shape (participants,)
        The stand-in that a participant is; -1 where others stand for the participant.
    """

    rows: FloatArray
    sign: FloatArray
    pattern: IntArray
    start: IntArray
    place_of: IntArray

    @property
    def signed(self) -> FloatArray:
        """Rows of one visit of one stand-in, times its sign, shape (stand-ins * visits, columns + 1)."""
        signed = self.rows if (self.sign == 1).all() else self.sign[:, None, None] * self.rows
        return signed.reshape(-1, self.rows.shape[2])

    def inside(self, patterns: slice) -> slice:
        """Return the stand-ins of some patterns."""
        first, end = np.searchsorted(self.pattern, (patterns.start, patterns.stop))
        return slice(int(first), int(end))

    def without(self, participant: int, pattern: int, rows: FloatArray) -> "StandIns":
        """Return the stand-ins without one participant.

        Parameters
        ----------
        participant : int
        pattern : int
            Of the participant.
        rows : array, shape (visits, columns + 1)
            Of the participant.
        """
        place = int(self.place_of[participant])
        if place >= 0:
            sign = self.sign.copy()
            sign[place] = 0.0
            return replace(self, sign=sign)
        at = int(self.start[pattern])
        return StandIns(
            rows=np.insert(self.rows, at, rows, axis=0),
            sign=np.insert(self.sign, at, -1.0),
            pattern=np.insert(self.pattern, at, pattern),
            start=self.start + (np.arange(len(self.start)) > pattern),
            place_of=np.where(self.place_of >= at, self.place_of + 1, self.place_of),
        )


def find_stand_ins(
    rows: FloatArray, members: list[IntArray], observed: NDArray[np.bool_]
) -> StandIns:
    """Return who stands for the participants of each pattern.

    Parameters
    ----------
    rows : array, shape (participants, visits, columns + 1)
    members : list of array of int
        Participants of each pattern, none empty.
    observed : array of bool, shape (patterns, visits)
    """
    place_of = np.full(len(rows), -1, dtype=np.intp)
    parts: list[FloatArray] = []
    start = np.zeros(len(members), dtype=np.intp)
    end = 0
    for number, own in enumerate(members):
        start[number] = end
        visits = np.flatnonzero(observed[number])
        if len(own) > WORTH_REPLACING * len(visits) * rows.shape[2]:
            parts.append(_fewer(rows[own], visits))
        else:
            place_of[own] = np.arange(end, end + len(own))
            parts.append(rows[own])
        end += len(parts[-1])
    lengths = np.array([len(part) for part in parts])
    return StandIns(
        rows=np.concatenate(parts),
        sign=np.ones(end),
        pattern=np.repeat(np.arange(len(parts)), lengths),
        start=start,
        place_of=place_of,
    )


def _fewer(rows: FloatArray, visits: IntArray) -> FloatArray:
    """Return as many participants as there are numbers in the rows of one, with the same cross products."""
    seen = rows[:, visits]
    triangle = np.asarray(np.linalg.qr(seen.reshape(len(rows), -1), mode="r"))
    fewer = np.zeros((len(triangle), *rows.shape[1:]))
    fewer[:, visits] = triangle.reshape(-1, len(visits), rows.shape[2])
    return fewer
