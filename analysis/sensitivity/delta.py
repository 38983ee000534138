"""Delta adjustment: how many deltas are added to each imputed value of chosen arms.

Conventions: observed values are never touched; a delta has the unit of the outcome; the visits of an intercurrent event begin with
the first visit after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.completed_outcomes import CompletedOutcomes
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


class DeltaRule(Protocol):
    """Which imputed values a delta is added to, and how many times."""

    @property
    def description(self) -> str:
        """The rule in words."""
        ...

    def weights(self, completed: CompletedOutcomes) -> FloatArray:
        """Return how many deltas are added to each missing value; shape (missing,)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ConstantDelta:
    """The same delta for every imputed value of some arms."""

    arms: tuple[str, ...]

    @property
    def description(self) -> str:
        """The rule in words."""
        return f"added to every imputed value of {_listed(self.arms)}"

    def weights(self, completed: CompletedOutcomes) -> FloatArray:
        """Return 1 for the missing values of the arms, 0 for others."""
        return _is_in(completed, self.arms)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaByVisit:
    """A delta multiplied by a number of its own at each visit."""

    arms: tuple[str, ...]
    multiples: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Of each visit; 0 for a visit that is not named."""

    @property
    def description(self) -> str:
        """The rule in words."""
        times = ", ".join(
            f"{number:g} times at {visit}" for visit, number in self.multiples.items()
        )
        return f"added to the imputed values of {_listed(self.arms)}: {times}"

    def weights(self, completed: CompletedOutcomes) -> FloatArray:
        """Return the multiple of the visit for the missing values of the arms.

        Raises
        ------
        NotEstimableError
            If a visit does not exist.
        """
        visits = completed.outcomes.visits
        for visit in self.multiples:
            if visit not in visits:
                raise NotEstimableError(
                    f"there is no visit {visit} to add a delta at; there are {_listed(visits)}"
                )
        multiples = np.array([self.multiples.get(visit, 0.0) for visit in visits])
        return np.asarray(_is_in(completed, self.arms) * multiples[completed.cells.visit])


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowingDelta:
    """One delta more at each visit after the intercurrent event; nothing for values missing without one."""

    arms: tuple[str, ...]

    @property
    def description(self) -> str:
        """The rule in words."""
        return (
            f"added to the imputed values of {_listed(self.arms)} after the intercurrent event, "
            "once at the first visit after it, twice at the second, and so on"
        )

    def weights(self, completed: CompletedOutcomes) -> FloatArray:
        """Return the number of visits since the event for the missing values of the arms."""
        events = completed.outcomes.interruptions
        n_visits = len(completed.outcomes.visits)
        first = np.array([n_visits if one is None else one.first_visit for one in events])
        since = completed.cells.visit - first[completed.cells.row] + 1
        return np.asarray(_is_in(completed, self.arms) * np.maximum(since, 0))


def _is_in(completed: CompletedOutcomes, arms: tuple[str, ...]) -> FloatArray:
    known = completed.outcomes.arms
    for arm in arms:
        if arm not in known:
            raise NotEstimableError(
                f"there is no arm {arm} to add a delta to; there are {_listed(known)}"
            )
    own = np.asarray(completed.outcomes.arm)[completed.cells.row]
    return np.isin(own, arms).astype(np.float64)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
