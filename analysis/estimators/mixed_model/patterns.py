"""Sums over all participants who share a covariance group and a pattern of observed visits.

The likelihood and all its derivatives need no more of a pattern than the cross products of its rows (`StandIns`).

Before summing, the design is made orthonormal (QR decomposition) and the ordinary least squares fit is subtracted from the
outcome: units and offsets of covariates and outcome then cost no digits. Columns of the design that follow from earlier ones
are left out, as R and SAS do.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import FloatArray, IntArray, MixedModelData
from analysis.estimators.mixed_model.stand_ins import StandIns, find_stand_ins
from analysis.results import NotEstimableError

BoolArray = NDArray[np.bool_]
ALIASED_BELOW = 1e-9
"""A column is aliased when less than this share of its length is left after the earlier columns."""


EXPLAINED_BELOW = 1e-12
"""The outcome is explained exactly when the residuals have less than this share of its length."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Basis:
    """From the orthonormal design back to the caller's columns.

    Attributes
    ----------
    kept : array of int
        Columns of the caller that can be estimated; the others follow from earlier ones.
    to_columns : array, shape (kept, kept)
        Maps coefficients of the orthonormal design to coefficients of the kept columns.
    aliased_from : array, shape (kept, aliased)
        The other columns as combinations of the kept ones.
    least_squares : array, shape (kept,)
        Coefficients of the fit that was subtracted from the outcome.
    log_determinant : float
        log|X'X| of the kept, weighted design: what the orthonormal design leaves out of the restricted likelihood.
    """

    kept: IntArray
    to_columns: FloatArray
    aliased_from: FloatArray
    least_squares: FloatArray
    log_determinant: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Patterns:
    """Everything a fit needs from the data.

    Attributes
    ----------
    stand_ins : StandIns
        Participants of each pattern, or those who stand for them.
    observed : array of bool, shape (patterns, visits)
    size : array of int, shape (patterns,)
        Participants of each pattern.
    group : array of int, shape (patterns,)
        Covariance group of each pattern, ascending.
    coordinates : array or None, shape (patterns, visits, dimensions)
    rows : array, shape (participants, visits, columns + 1)
        Orthonormal design and outcome, weighted; 0 where not observed.
    pattern_of : array of int, shape (participants,)
        -1 for a participant that was left out again.
    varies_within : array of bool, shape (columns,)
        Whether any participant has two values of the column.
    is_intercept : array of bool, shape (columns,)
        Whether the column is constant over all rows.
    log_weights : float
        Sum of the logarithms of the weights.
    """

    stand_ins: StandIns
    observed: BoolArray
    size: IntArray
    group: IntArray
    coordinates: FloatArray | None
    rows: FloatArray
    pattern_of: IntArray
    varies_within: BoolArray
    is_intercept: BoolArray
    basis: Basis
    columns: tuple[str, ...]
    aliased: tuple[str, ...]
    log_weights: float

    @property
    def n_visits(self) -> int:
        """Planned visits."""
        return int(self.observed.shape[1])

    @property
    def n_columns(self) -> int:
        """Coefficients that can be estimated."""
        return len(self.columns)

    @property
    def n_groups(self) -> int:
        """Covariance groups."""
        return int(self.group[-1]) + 1

    @property
    def n_participants(self) -> int:
        """Participants that count."""
        return int(self.size.sum())

    @property
    def n_observations(self) -> int:
        """Rows that count."""
        return int(np.dot(self.size, self.observed.sum(axis=1)).item())

    def without(self, participant: int) -> "Patterns":
        """Return the sums without one participant, in time that does not depend on the number of participants.

        Participants keep their numbers: the one left out stays in `rows` and counts for nothing else. `log_weights` and
        `aliased` stay those of all participants, so weighted likelihoods are off by a constant.
        """
        pattern = int(self.pattern_of[participant])
        left = self.stand_ins.without(participant, pattern, self.rows[participant])
        size = self.size.copy()
        size[pattern] -= 1
        pattern_of = self.pattern_of.copy()
        pattern_of[participant] = -1
        return replace(self, stand_ins=left, size=size, pattern_of=pattern_of)


def sum_patterns(data: MixedModelData) -> Patterns:
    """Sum the data of one mixed model over participants.

    `NotEstimableError` says why not, if there are not more rows than coefficients.
    """
    root = np.ones(len(data.outcome)) if data.weight is None else np.sqrt(data.weight)
    design, basis = _orthonormal(data.design * root[:, None], data.outcome * root)
    _check_size(data, len(basis.kept))
    residual = _residual(design, data.outcome * root)
    rows = np.zeros((data.n_participants, data.n_visits, design.shape[1] + 1))
    rows[data.participant, data.visit, :-1] = design
    rows[data.participant, data.visit, -1] = residual
    order, pattern_of, group, observed, coordinates = _find_patterns(data)
    size = np.bincount(pattern_of, minlength=len(group))
    kept = data.design[:, basis.kept]
    members = np.split(order, np.cumsum(size)[:-1])
    return Patterns(
        stand_ins=find_stand_ins(rows, members, observed),
        observed=observed,
        size=size,
        group=group,
        coordinates=coordinates,
        rows=rows,
        pattern_of=pattern_of,
        varies_within=_varies_within(kept, data),
        is_intercept=(kept == kept[0]).all(axis=0),
        basis=basis,
        columns=tuple(data.columns[column] for column in basis.kept),
        aliased=tuple(np.delete(np.asarray(data.columns, dtype=object), basis.kept)),
        log_weights=0.0 if data.weight is None else float(np.log(data.weight).sum()),
    )


def _residual(design: FloatArray, outcome: FloatArray) -> FloatArray:
    residual = outcome - design @ (design.T @ outcome)
    residual -= design @ (design.T @ residual)
    if np.linalg.norm(residual) <= EXPLAINED_BELOW * np.linalg.norm(outcome):
        message = "the model fits every value exactly, so there is no residual variance"
        raise NotEstimableError(message)
    return residual


def _check_size(data: MixedModelData, columns: int) -> None:
    if data.n_observations <= columns:
        message = f"{data.n_observations} observations are too few for {columns} coefficients"
        raise NotEstimableError(message)


def _varies_within(design: FloatArray, data: MixedModelData) -> BoolArray:
    first = np.empty(data.n_participants, dtype=np.intp)
    first[data.participant[::-1]] = np.arange(len(design))[::-1]
    return np.asarray((design != design[first][data.participant]).any(axis=0))


def _orthonormal(design: FloatArray, outcome: FloatArray) -> tuple[FloatArray, Basis]:
    length = np.linalg.norm(design, axis=0)
    kept = np.flatnonzero(length > 0)
    while True:
        scaled = design[:, kept] / length[kept]
        orthonormal, triangle = np.linalg.qr(scaled)
        left = np.abs(np.diag(triangle))
        aliased = np.flatnonzero(left < ALIASED_BELOW)
        if len(left) == len(kept) and not len(aliased):
            break
        kept = np.delete(kept, aliased[0] if len(aliased) else len(left))
    inverse = np.linalg.inv(triangle)
    to_columns = inverse / length[kept][:, None]
    others = np.delete(design, kept, axis=1)
    basis = Basis(
        kept=kept,
        to_columns=to_columns,
        aliased_from=to_columns @ (orthonormal.T @ others),
        least_squares=to_columns @ (orthonormal.T @ outcome),
        log_determinant=2 * float(np.log(left).sum() + np.log(length[kept]).sum()),
    )
    return orthonormal, basis


def _find_patterns(
    data: MixedModelData,
) -> tuple[
    IntArray,
    IntArray,
    IntArray,
    BoolArray,
    FloatArray | None,
]:
    shape = (data.n_participants, data.n_visits)
    key = np.zeros((shape[0], 1 + shape[1]))
    if data.group is not None:
        key[data.participant, 0] = data.group
    key[data.participant, 1 + data.visit] = 1.0
    coordinates = None
    if data.coordinates is not None:
        coordinates = np.zeros((*shape, data.coordinates.shape[1]))
        coordinates[data.participant, data.visit] = data.coordinates
        key = np.column_stack([key, coordinates.reshape(shape[0], -1)])
    order = np.lexsort(key.T[::-1])
    fresh = np.concatenate([[True], (np.diff(key[order], axis=0) != 0).any(axis=1)])
    pattern_of = np.empty(shape[0], dtype=np.intp)
    pattern_of[order] = np.cumsum(fresh) - 1
    first = order[fresh]
    return (
        order,
        pattern_of,
        key[first, 0].astype(np.intp),
        key[first, 1 : 1 + shape[1]] > 0,
        None if coordinates is None else coordinates[first],
    )
