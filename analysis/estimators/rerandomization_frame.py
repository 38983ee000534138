"""The re-randomization test of a table in order of arrival, whose design is known.

Everybody is allocated again, also those without an outcome; the arms are compared in those who have one. Under the
hypothesis of the test neither the outcome nor whether it is there depends on the arm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.allocation_designs import AllocationDesign, BoolArray
from analysis.estimators.arrays import FloatArray
from analysis.estimators.design import Covariate, covariate_columns
from analysis.estimators.frame import (
    ColumnError,
    Comparison,
    covariates,
    labels,
    numbers,
    require_column,
)
from analysis.estimators.rerandomization import (
    Redraw,
    Rerandomization,
    Statistic,
    compare_by_rerandomization,
    difference_in_means,
)
from analysis.results import Contrast, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

MOST_ROUNDS = 20
"""Of drawing again where an arm was empty."""
SMALLEST = 1e-10
"""Size of a direction of the covariates, beside the largest, below which it is another's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AllocatedColumns:
    """Which column plays which part."""

    outcome: str
    comparison: Comparison
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AdjustedDifference:
    """The difference between arms, adjusted for covariates by least squares; linear in the outcomes."""

    basis: FloatArray
    """Orthonormal columns that span intercept and covariates; shape (participants, columns)."""

    def __call__(self, outcome: FloatArray, first: BoolArray) -> float:
        """Return the coefficient of the first arm."""
        arm = first.astype(np.float64)
        left = arm - self.basis @ (self.basis.T @ arm)
        return float(left @ outcome / (left @ arm))


def compare_allocations(
    frame: "pd.DataFrame",
    columns: AllocatedColumns,
    design: AllocationDesign,
    *,
    draws: int,
    generator: np.random.Generator,
    confidence_level: float,
) -> Rerandomization:
    """Compare two arms by drawing the allocation again as designed.

    Parameters
    ----------
    frame
        One row a participant of the two arms, in order of arrival, whether the outcome is there or not.
    columns
        Which column plays which part.
    design
        How the participants were allocated.
    draws
        Allocations drawn.

    `NotEstimableError` if the outcome does not vary, an arm is empty, or covariates are too many.

    Raises
    ------
    ColumnError
        If somebody has another arm, or no row is complete.
    """
    comparison = columns.comparison
    arm = np.asarray(labels(frame, comparison.column))
    strange = sorted({str(name) for name in arm} - {comparison.first, comparison.second})
    if strange:
        raise ColumnError(
            f"column {comparison.column!r} has {', '.join(strange)} beside {comparison.first} and "
            f"{comparison.second}; the design allocates two arms: take only their rows"
        )
    outcome = numbers(frame, columns.outcome)
    for name in columns.covariates:
        require_column(frame, name)
    seen = np.isfinite(outcome) & frame[list(columns.covariates)].notna().all(axis=1).to_numpy()
    if not seen.any():
        raise ColumnError(
            f"no row has a value in all of {', '.join((columns.outcome, *columns.covariates))}"
        )
    return compare_by_rerandomization(
        outcome[seen].tolist(),
        arm[seen].tolist(),
        Contrast(first=comparison.first, second=comparison.second, label=comparison.label),
        Redraw(
            draw=_Replay(rows=_drawn(design, seen, draws, generator), comparison=comparison).next,
            draws=draws,
            statistic=_statistic(
                covariates(frame.loc[seen], columns.covariates), int(np.sum(seen))
            ),
        ),
        generator=generator,
        confidence_level=confidence_level,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Replay:
    """Hands out allocations that were drawn together, one at a time."""

    rows: Iterator[BoolArray]
    comparison: Comparison

    def next(self, generator: np.random.Generator) -> list[str]:  # noqa: ARG002 - they are drawn already
        names = np.where(next(self.rows), self.comparison.first, self.comparison.second)
        return [str(name) for name in names]


def _drawn(
    design: AllocationDesign, seen: BoolArray, draws: int, generator: np.random.Generator
) -> Iterator[BoolArray]:
    """Draw allocations of everybody and keep those with an outcome; drawn again where an arm is empty.

    Raises
    ------
    NotEstimableError
        If nearly every allocation leaves an arm empty.
    """
    kept: list[BoolArray] = []
    for _ in range(MOST_ROUNDS):
        rows = design.draw(len(seen), draws - len(kept), generator)[:, seen]
        kept += list(rows[rows.any(axis=1) & ~rows.all(axis=1)])
        if len(kept) == draws:
            return iter(kept)
    message = f"{design.description}: nearly every allocation leaves an arm empty"
    raise NotEstimableError(message)


def _statistic(adjusted: tuple[Covariate, ...], count: int) -> Statistic:
    if not adjusted:
        return difference_in_means
    columns = [values for one in adjusted for _, values in covariate_columns(one)]
    matrix = np.column_stack([np.ones(count), *columns])
    if count <= matrix.shape[1] + 1:
        raise NotEstimableError(f"{count} participants are too few for these covariates")
    left, sizes, _ = np.linalg.svd(matrix, full_matrices=False)
    return AdjustedDifference(basis=left[:, sizes > sizes[0] * SMALLEST])
