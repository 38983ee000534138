"""The imputation model: the mean of each visit from arm and covariates, and a covariance without structure over the visits.

Mean: intercept, arm, visit, covariates, covariates by visit, arm by visit, in treatment coding with the first arm, the first visit
and the first level of a factor as reference. A covariate may be given one effect at all visits instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.design import Covariate, covariate_columns
from analysis.missing_data.repeated_outcomes import BoolArray, IntArray, RepeatedOutcomes
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


class CovarianceSharing(StrEnum):
    """Which arms have one covariance over the visits."""

    COMMON = "one covariance for all arms"
    BY_ARM = "one covariance for each arm"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationModel:
    """Design and data of the imputation model."""

    columns: tuple[str, ...]
    design: FloatArray
    """With everyone in each arm in turn; shape (arms, participants, visits, columns)."""
    arm: IntArray
    """Own arm of each participant."""
    group: IntArray
    """Which covariance each arm has; shape (arms,)."""
    outcome: FloatArray
    """Shape (participants, visits); NaN where missing."""
    counted: BoolArray
    """Which values enter the fit; shape (participants, visits)."""

    @property
    def own_design(self) -> FloatArray:
        """Design with everyone in the own arm; shape (participants, visits, columns)."""
        return self.design[self.arm, np.arange(len(self.arm))]

    @property
    def n_groups(self) -> int:
        """Number of covariances."""
        return int(self.group.max()) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterDraws:
    """Parameters of the imputation model, once for every completed dataset."""

    coefficients: FloatArray
    """Shape (draws, columns)."""
    covariances: FloatArray
    """Shape (draws, groups, visits, visits)."""
    left_out: IntArray
    """Row of the participant without whom the draw was made, -1 for nobody; shape (draws,)."""
    deviates: FloatArray | None
    """Standard normal deviates of the missing values, in the order of participants and visits; shape (draws, missing).

    None: conditional means are imputed.
    """


def build_imputation_model(
    outcomes: RepeatedOutcomes, constant_effects: Sequence[str], sharing: CovarianceSharing
) -> ImputationModel:
    """Build the design of the imputation model.

    `NotEstimableError` says why not, if an arm has no value at a visit, two visits have too few participants in common, or
    the design is singular.

    Parameters
    ----------
    outcomes : RepeatedOutcomes
        Outcomes with missing values.
    constant_effects : sequence of str
        Covariates with the same effect at every visit.
    sharing : CovarianceSharing
        Whether the arms share one covariance.

    Returns
    -------
    ImputationModel
        The design, checked: every coefficient and every covariance can be estimated.
    """
    _check_names(outcomes, constant_effects)
    n_arms, n_visits = len(outcomes.arms), len(outcomes.visits)
    terms = _covariate_terms(outcomes.covariates, constant_effects)
    columns = _column_names(outcomes, terms)
    design = np.empty((n_arms, len(outcomes.participants), n_visits, len(columns)))
    for arm in range(n_arms):
        for visit in range(n_visits):
            design[arm, :, visit] = _rows(outcomes, terms, arm, visit)
    alone = sharing is CovarianceSharing.BY_ARM
    model = ImputationModel(
        columns=columns,
        design=design,
        arm=outcomes.arm_index,
        group=np.arange(n_arms) if alone else np.zeros(n_arms, dtype=np.int64),
        outcome=outcomes.outcome,
        counted=outcomes.counted,
    )
    _check_arms(outcomes, model)
    _check_pairs_of_visits(outcomes, model)
    _check_rank(model)
    return model


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    name: str
    values: FloatArray
    by_visit: bool


def _covariate_terms(covariates: Sequence[Covariate], constant: Sequence[str]) -> list[_Term]:
    return [
        _Term(name=name, values=values, by_visit=covariate.name not in constant)
        for covariate in covariates
        for name, values in covariate_columns(covariate)
    ]


def _column_names(outcomes: RepeatedOutcomes, terms: Sequence[_Term]) -> tuple[str, ...]:
    later = outcomes.visits[1:]
    names = ["Intercept", *(f"arm[{arm}]" for arm in outcomes.arms[1:])]
    names += [f"visit[{visit}]" for visit in later]
    names += [term.name for term in terms]
    names += [f"visit[{visit}]:{term.name}" for term in terms if term.by_visit for visit in later]
    names += [f"arm[{arm}]:visit[{visit}]" for arm in outcomes.arms[1:] for visit in later]
    return tuple(names)


def _rows(outcomes: RepeatedOutcomes, terms: Sequence[_Term], arm: int, visit: int) -> FloatArray:
    count = len(outcomes.participants)
    in_arm = [float(arm == other) for other in range(1, len(outcomes.arms))]
    at_visit = [float(visit == other) for other in range(1, len(outcomes.visits))]
    values = [np.ones(count), *(np.full(count, x) for x in (*in_arm, *at_visit))]
    values += [term.values for term in terms]
    values += [term.values * here for term in terms if term.by_visit for here in at_visit]
    values += [np.full(count, x * here) for x in in_arm for here in at_visit]
    return np.column_stack(values)


def _check_names(outcomes: RepeatedOutcomes, constant_effects: Sequence[str]) -> None:
    known = [covariate.name for covariate in outcomes.covariates]
    for name in constant_effects:
        if name not in known:
            raise NotEstimableError(
                f"there is no covariate {name} to have one effect at all visits; there are {', '.join(known) or 'none'}"
            )


def _check_arms(outcomes: RepeatedOutcomes, model: ImputationModel) -> None:
    for index, arm in enumerate(outcomes.arms):
        found = model.counted[model.arm == index].sum(axis=0)
        for visit, count in zip(outcomes.visits, found, strict=True):
            if count == 0:
                raise NotEstimableError(
                    f"nobody of arm {arm} has a value of {outcomes.outcome_name} at visit {visit} that "
                    "counts, so its mean there cannot be estimated; leave the visit out"
                )


def _check_pairs_of_visits(outcomes: RepeatedOutcomes, model: ImputationModel) -> None:
    # a covariance needs more participants than the mean of a visit has coefficients: one more for each visit
    n_visits = len(outcomes.visits)
    of_one_visit = 1 + (len(model.columns) - n_visits) // n_visits
    for group in range(model.n_groups):
        members = model.counted[model.group[model.arm] == group].astype(np.int64)
        together = members.T @ members
        first, second = divmod(int(np.argmin(together)), n_visits)
        if together[first, second] <= of_one_visit + n_visits - 1:
            names = " and ".join(dict.fromkeys([outcomes.visits[first], outcomes.visits[second]]))
            raise NotEstimableError(
                f"only {together[first, second]} participants have values of {outcomes.outcome_name} at {names}: "
                f"too few for a covariance over {n_visits} visits (at least {of_one_visit + n_visits} are needed)"
            )


def _check_rank(model: ImputationModel) -> None:
    rows = model.own_design[model.counted]
    scale = np.linalg.norm(rows, axis=0)
    empty = [name for name, size in zip(model.columns, scale, strict=True) if size == 0]
    if empty:
        raise NotEstimableError(
            f"no observed value depends on {empty[0]} of the imputation model; leave it out"
        )
    if np.linalg.matrix_rank(rows / scale) < len(model.columns):
        raise NotEstimableError(
            "arms, visits and covariates of the imputation model cannot be told apart (singular design)"
        )
