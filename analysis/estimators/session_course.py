"""All sessions of all participants in one model, to see whether arms drift apart over the course of sessions.

Linear mixed model of the session's outcome: arm, session number (centred at the middle session), their product, and covariates; a random intercept and, if
asked for, a random slope over sessions for each participant. Restricted maximum likelihood (mixed_model/random_effects.py, statsmodels); Wald z tests, which are a little
too liberal with few participants. A fit on the boundary or not converged is told and gives no p value.

Arms are randomized, single sessions are not: the arm effect at a session includes who still attends.

References
----------
Laird & Ware (1982), Biometrics 38, 963-974. Fitzmaurice, Laird & Ware (2011), Applied longitudinal analysis, chapter 8.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.design import Covariate, covariate_columns
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.random_effects import (
    RandomEffectsFit,
    RandomIntercept,
    RandomSlope,
    fit_random_effects,
)
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


class RandomEffects(StrEnum):
    """What differs between participants."""

    INTERCEPT = "random intercept"
    INTERCEPT_AND_SLOPE = "random intercept and slope over sessions"


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionOutcomes:
    """One entry a session."""

    outcome: tuple[float, ...]
    participant: tuple[str, ...]
    session: tuple[float, ...]
    """Number of the session: 1, 2, ..."""
    arm: tuple[str, ...]
    first: str
    second: str
    covariates: tuple[Covariate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionCourse:
    """Arm differences over the course of sessions."""

    at_middle: Effect
    """Difference between arms at the middle session."""
    per_session: Effect
    """How much the difference grows from one session to the next."""
    middle_session: float
    within_variance: float
    between_variance: float
    """Of participants' levels at the middle session."""
    slope_variance: float | None
    n_sessions: int
    n_participants: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionColumns:
    """Which column plays which part."""

    outcome: str
    participant: str
    session: str
    comparison: Comparison
    covariates: tuple[str, ...] = ()


def estimate_session_course(
    data: SessionOutcomes, effects: RandomEffects, *, confidence_level: float
) -> SessionCourse:
    """Fit the session-level model.

    `NotEstimableError` if an arm is empty, there is one session only, participants have one session each, or the fit cannot be trusted.
    """
    matrix, centred, middle = _design(data)
    fitted = _fit(data, matrix, centred, effects)
    people = len(set(data.participant))
    sizes = tuple(
        ArmSize(
            arm=name,
            n=len({p for p, a in zip(data.participant, data.arm, strict=True) if a == name}),
        )
        for name in (data.first, data.second)
    )
    method = f"linear mixed model, {effects.value}, restricted maximum likelihood, Wald z"
    covariance = fitted.effects_covariance

    def effect(quantity: str, index: int) -> Effect:
        return normal_effect(
            Named(quantity=quantity, method=method, arms=sizes),
            estimate=float(fitted.beta[index]),
            standard_error=float(fitted.standard_error[index]),
            confidence_level=confidence_level,
        )

    label = f"{data.first} − {data.second}"
    return SessionCourse(
        at_middle=effect(f"difference at session {middle:g}, {label}", 1),
        per_session=effect(f"growth of the difference per session, {label}", 3),
        middle_session=middle,
        within_variance=fitted.residual_variance,
        between_variance=float(covariance[0, 0]),
        slope_variance=float(covariance[1, 1]) if len(covariance) > 1 else None,
        n_sessions=len(data.outcome),
        n_participants=people,
    )


def session_outcomes(frame: "pd.DataFrame", columns: SessionColumns) -> SessionOutcomes:
    """Read one row a session; incomplete rows are left out."""
    needed = (columns.outcome, columns.participant, columns.session, *columns.covariates)
    rows = compared_rows(frame, columns.comparison, needed).frame
    return SessionOutcomes(
        outcome=tuple(numbers(rows, columns.outcome).tolist()),
        participant=labels(rows, columns.participant),
        session=tuple(numbers(rows, columns.session).tolist()),
        arm=labels(rows, columns.comparison.column),
        first=columns.comparison.first,
        second=columns.comparison.second,
        covariates=covariates(rows, columns.covariates),
    )


def _design(data: SessionOutcomes) -> tuple[FloatArray, FloatArray, float]:
    require_equal_lengths(
        outcome=data.outcome, participant=data.participant, session=data.session, arm=data.arm
    )
    outcome = require_finite(data.outcome, "the outcome")
    session = require_finite(data.session, "the session number")
    for name in (data.first, data.second):
        if name not in data.arm:
            raise NotEstimableError(f"{name} has no session in the analysis set")
    if np.ptp(session) == 0:
        raise NotEstimableError("there is one session only, so no course")
    if len(set(data.participant)) == len(outcome):
        raise NotEstimableError("every participant has one session only")
    if np.ptp(outcome) == 0:
        raise NotEstimableError("the outcome has the same value in every session")
    middle = float((session.min() + session.max()) / 2)
    arm = (np.asarray(data.arm) == data.first).astype(np.float64)
    centred = session - middle
    others = [
        values
        for covariate in data.covariates
        if len(set(covariate.values)) > 1
        for _, values in covariate_columns(covariate)
    ]
    matrix = np.column_stack([np.ones(len(arm)), arm, centred, arm * centred, *others])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise NotEstimableError("arm, session and covariates cannot be told apart")
    return matrix, centred, middle


def _fit(
    data: SessionOutcomes, matrix: FloatArray, centred: FloatArray, effects: RandomEffects
) -> RandomEffectsFit:
    sessions, position = np.unique(centred, return_inverse=True)
    rows = MixedModelData(
        outcome=np.asarray(data.outcome, dtype=np.float64),
        design=matrix,
        columns=tuple(f"column {index}" for index in range(matrix.shape[1])),
        participant=np.unique(np.asarray(data.participant), return_inverse=True)[1],
        visit=position,
        n_visits=len(sessions),
    )
    slope = effects is RandomEffects.INTERCEPT_AND_SLOPE
    return fit_random_effects(rows, RandomSlope(centred) if slope else RandomIntercept())
