"""How a trial was allocated, told by columns of its table: strata, factors, successes, order of arrival."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.estimators.allocation_designs import (
    AllocationDesign,
    FixedSizes,
    Imbalance,
    Minimization,
    PermutedBlocks,
    PlayTheWinner,
    SimpleRandomization,
    Urn,
)
from analysis.estimators.frame import ColumnError, Comparison, labels, numbers, require_column
from analysis.estimators.rerandomization import Rerandomization
from analysis.estimators.rerandomization_frame import AllocatedColumns, compare_allocations

if TYPE_CHECKING:
    import pandas as pd


class PlannedAllocation(Protocol):
    """A design whose particulars stand in columns of the table."""

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:
        """Return the design of the participants of a table in order of arrival.

        `ColumnError` if a column that it needs does not exist or has a gap.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Coins:
    """A coin for everybody."""

    share_first: float = 0.5

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:  # noqa: ARG002 - no column
        """Return the design."""
        return SimpleRandomization(share_first=self.share_first)


@dataclass(frozen=True, kw_only=True, slots=True)
class SizesAsTheyAre:
    """As many in each arm as the trial had."""

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:
        """Return the design."""
        return FixedSizes(first=labels(frame, comparison.column).count(comparison.first))


@dataclass(frozen=True, kw_only=True, slots=True)
class BlocksWithin:
    """Permuted blocks within the strata of some columns."""

    strata: tuple[str, ...]
    sizes: tuple[int, ...]
    ratio: tuple[int, int] = (1, 1)

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:  # noqa: ARG002 - whatever the arms
        """Return the design."""
        levels = [_levels(frame, name) for name in self.strata]
        strata = tuple(" / ".join(one) for one in zip(*levels, strict=True))
        return PermutedBlocks(
            stratum=strata or ("all",) * len(frame), sizes=self.sizes, ratio=self.ratio
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MinimizedOn:
    """Minimization on the factors of some columns."""

    factors: tuple[str, ...]
    probability: float
    weights: tuple[float, ...] = ()
    imbalance: Imbalance = Imbalance.RANGE

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:  # noqa: ARG002 - whatever the arms
        """Return the design."""
        return Minimization(
            factors=tuple(_levels(frame, name) for name in self.factors),
            probability=self.probability,
            weights=self.weights,
            imbalance=self.imbalance,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class EveningUrn:
    """An urn that evens out."""

    balls: int = 1
    added: int = 1

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:  # noqa: ARG002 - no column
        """Return the design."""
        return Urn(balls=self.balls, added=self.added)


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningUrn:
    """Randomized play the winner, by the successes of a column."""

    success: str
    """1 success, 0 failure."""
    balls: int = 1
    added: int = 1

    def design(self, frame: "pd.DataFrame", comparison: Comparison) -> AllocationDesign:  # noqa: ARG002 - whatever the arms
        """Return the design.

        Raises
        ------
        ColumnError
            If a value is neither 0 nor 1.
        """
        values = numbers(frame, self.success)
        if not np.all((values == 0) | (values == 1)):
            raise ColumnError(f"column {self.success!r} must hold 0 or 1 for everybody")
        return PlayTheWinner(
            success=tuple(bool(value) for value in values), balls=self.balls, added=self.added
        )


def compare_as_allocated(
    frame: "pd.DataFrame",
    columns: AllocatedColumns,
    planned: PlannedAllocation,
    *,
    order: str | None,
    draws: int,
    generator: np.random.Generator,
    confidence_level: float,
) -> Rerandomization:
    """Compare two arms by drawing the allocation again, as the columns of a table tell it.

    `NotEstimableError` as `compare_allocations`, and if the design cannot be.

    Parameters
    ----------
    frame
        One row a participant of the two arms.
    columns
        Which column plays which part.
    planned
        How participants were allocated.
    order
        Column that sorts participants by arrival; None when the rows stand in that order.

    Raises
    ------
    ColumnError
        If a column does not exist, or one of the design has a gap.
    """
    if order is not None:
        require_column(frame, order)
        if frame[order].isna().any():
            raise ColumnError(f"column {order!r} has a gap; it must order everybody")
        frame = frame.sort_values(order, kind="stable")
    return compare_allocations(
        frame,
        columns,
        planned.design(frame, columns.comparison),
        draws=draws,
        generator=generator,
        confidence_level=confidence_level,
    )


def _levels(frame: "pd.DataFrame", name: str) -> tuple[str, ...]:
    require_column(frame, name)
    if frame[name].isna().any():
        raise ColumnError(f"column {name!r} has a gap; the design needs it for everybody")
    return labels(frame, name)
