"""Completed datasets: the observed values once, the imputed ones for every draw of the parameters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.repeated_outcomes import IntArray, RepeatedOutcomes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingCells:
    """Where values are missing, in the order of participants and then visits."""

    row: IntArray
    """Participant; shape (missing,)."""
    visit: IntArray
    """Visit; shape (missing,)."""

    @property
    def count(self) -> int:
        """Number of missing values."""
        return len(self.row)


def missing_cells(outcomes: RepeatedOutcomes) -> MissingCells:
    """Return where values are missing."""
    row, visit = np.nonzero(~outcomes.observed)
    return MissingCells(row=row, visit=visit)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedOutcomes:
    """All completed datasets of one analysis."""

    outcomes: RepeatedOutcomes
    """As observed."""
    cells: MissingCells
    imputed: FloatArray
    """Shape (datasets, missing)."""
    left_out: IntArray
    """Row of the participant who is not in the dataset, -1 for nobody; shape (datasets,)."""

    @property
    def count(self) -> int:
        """Number of datasets."""
        return len(self.left_out)

    def at_visit(self, visit: int) -> FloatArray:
        """Return the outcomes at a visit; shape (datasets, participants)."""
        values = np.repeat(self.outcomes.outcome[None, :, visit], self.count, axis=0)
        here = self.cells.visit == visit
        values[:, self.cells.row[here]] = self.imputed[:, here]
        return values

    def shifted(self, shift: FloatArray) -> "CompletedOutcomes":
        """Return the datasets with something added to the imputed values; ``shift`` has shape (missing,)."""
        return replace(self, imputed=self.imputed + shift)

    def datasets(self) -> Iterator[RepeatedOutcomes]:
        """Return every dataset, without missing values and without who is left out.

        Yields
        ------
        RepeatedOutcomes
            One completed dataset.
        """
        everyone = range(len(self.outcomes.participants))
        for imputed, left_out in zip(self.imputed, self.left_out, strict=True):
            values = self.outcomes.outcome.copy()
            values[self.cells.row, self.cells.visit] = imputed
            completed = replace(self.outcomes, outcome=values)
            kept = [row for row in everyone if row != left_out]
            yield completed if left_out < 0 else completed.of_participants(kept)
