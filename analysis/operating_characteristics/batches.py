"""Simulated trials, many at a time, and what an analysis finds in each of them.

A difference is first arm minus second arm. Shapes: trials first, then participants, then visits.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ArmVisits:
    """One arm of many trials, its participants in the order of entry."""

    baseline: FloatArray
    """Shape (trials, participants)."""
    outcomes: FloatArray
    """Shape (trials, participants, visits after baseline); NaN where not observed."""
    cluster: IntArray
    """Therapist or group of each participant, shape (participants,)."""

    def up_to(self, participants: int) -> "ArmVisits":
        """Return the participants who entered first."""
        return replace(
            self,
            baseline=self.baseline[:, :participants],
            outcomes=self.outcomes[:, :participants],
            cluster=self.cluster[:participants],
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VisitsBatch:
    """Trials with a baseline and one or more visits after it."""

    first: ArmVisits
    second: ArmVisits

    @property
    def trials(self) -> int:
        """How many trials."""
        return len(self.first.baseline)

    def share(self, fraction: float) -> "VisitsBatch":
        """Return the trials as they were when this share of each arm had entered and finished."""
        sizes = (round(fraction * arm.baseline.shape[1]) for arm in (self.first, self.second))
        return VisitsBatch(
            first=self.first.up_to(next(sizes)), second=self.second.up_to(next(sizes))
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventsBatch:
    """Trials with one event or none for each participant."""

    first: IntArray
    """Events of the first arm, shape (trials,)."""
    second: IntArray
    participants: tuple[int, int]

    @property
    def trials(self) -> int:
        """How many trials."""
        return len(self.first)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BatchEstimates:
    """What an analysis found, one element a trial; NaN where there is no number."""

    estimate: FloatArray
    standard_error: FloatArray
    """NaN for an interval without one."""
    df: FloatArray
    """Of the t statistic; NaN where there is none."""
    lower: FloatArray
    upper: FloatArray
    is_shown: BoolArray
    """Whether the analysis claims what the trial set out to show; never where there is no number."""
    participants: FloatArray
    """Randomized by the time the trial stopped, both arms."""
