"""The numbers of one mixed model: what was measured in whom at which visit, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MixedModelData:
    """Rows of one mixed model, one for each participant and visit with an observed outcome.

    Nothing may be missing; rows without outcome or covariate are left out by the caller. The order of rows does not matter.

    Attributes
    ----------
    outcome : array, shape (rows,)
    design : array, shape (rows, columns)
        Fixed effects; columns that follow from earlier ones are found and left out by the fit.
    columns : tuple of str
        Names of the columns.
    participant : array of int, shape (rows,)
        Participants, numbered from 0 without gaps.
    visit : array of int, shape (rows,)
        Position of the visit in the planned order, from 0.
    n_visits : int
        Planned visits, those that nobody attended included.
    group : array of int or None, shape (rows,)
        Covariance group, numbered from 0; constant within a participant. None: one covariance for all.
    weight : array or None, shape (rows,)
        Positive weights: the variance of a row is divided by its weight.
    coordinates : array or None, shape (rows, dimensions)
        Position of each row in time or space, for spatial covariance structures.

    Raises
    ------
    NotEstimableError
        When the arrays cannot be those of a mixed model: the text says what is wrong.
    """

    outcome: FloatArray
    design: FloatArray
    columns: tuple[str, ...]
    participant: IntArray
    visit: IntArray
    n_visits: int
    group: IntArray | None = None
    weight: FloatArray | None = None
    coordinates: FloatArray | None = None

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_layout(self)

    @property
    def n_participants(self) -> int:
        """Participants with at least one row."""
        return int(self.participant.max()) + 1

    @property
    def n_observations(self) -> int:
        """Rows."""
        return len(self.outcome)

    @property
    def n_groups(self) -> int:
        """Covariance groups."""
        return 1 if self.group is None else int(self.group.max()) + 1

    def without(self, participant: int) -> "MixedModelData":
        """Return the data without one participant; later participants move up by one."""
        kept = self.participant != participant
        numbers = self.participant[kept]
        return MixedModelData(
            outcome=self.outcome[kept],
            design=self.design[kept],
            columns=self.columns,
            participant=numbers - (numbers > participant),
            visit=self.visit[kept],
            n_visits=self.n_visits,
            group=None if self.group is None else self.group[kept],
            weight=None if self.weight is None else self.weight[kept],
            coordinates=None if self.coordinates is None else self.coordinates[kept],
        )


def _check_numbers(data: MixedModelData) -> None:
    rows = data.n_observations
    if rows == 0:
        raise NotEstimableError("no row has both the outcome and every covariate observed")
    if data.design.shape != (rows, len(data.columns)):
        message = f"the design has shape {data.design.shape} for {rows} outcomes and {len(data.columns)} names"
        raise NotEstimableError(message)
    if not np.isfinite(data.outcome).all():
        raise NotEstimableError("the outcome has missing or infinite values")
    if not np.isfinite(data.design).all():
        column = data.columns[int(np.argmin(np.isfinite(data.design).all(axis=0)))]
        message = f"the column {column} of the design has missing or infinite values"
        raise NotEstimableError(message)
    if data.weight is not None and not (np.isfinite(data.weight) & (data.weight > 0)).all():
        raise NotEstimableError("weights must be positive numbers")
    if np.ptp(data.outcome) == 0:
        raise NotEstimableError("the outcome has the same value in every row")


def _check_layout(data: MixedModelData) -> None:
    if data.visit.min() < 0 or data.visit.max() >= data.n_visits:
        message = f"a visit lies outside the {data.n_visits} planned visits"
        raise NotEstimableError(message)
    places = data.participant.astype(np.intp) * data.n_visits + data.visit
    taken = np.bincount(places, minlength=(int(data.participant.max()) + 1) * data.n_visits)
    if taken.max() > 1:
        participant, visit = divmod(int(np.argmax(taken > 1)), data.n_visits)
        message = f"participant number {participant} has {taken.max()} rows at visit number {visit}; one is allowed"
        raise NotEstimableError(message)
    if not taken.reshape(-1, data.n_visits).any(axis=1).all():
        raise NotEstimableError("participants must be numbered from 0 without gaps")
