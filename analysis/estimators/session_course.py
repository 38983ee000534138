"""All sessions of all participants in one model, to see whether arms drift apart over the course of sessions.

Linear mixed model of the session's outcome: arm, session number (centred at the middle session), their product, and covariates; a random intercept and, if
asked for, a random slope over sessions for each participant. Restricted maximum likelihood at its exact optimum, Kenward and Roger's errors and degrees of freedom
(mixed_model/covariance/random_coefficients.py: statsmodels' search stops early and took a fit on the boundary for a proper one). A fit on
the boundary or not converged is told and gives no p value. Where participants differ no more than their own sessions do, compound symmetry is the choice: it holds
the random intercept and allows its variance to be zero or less.

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
from analysis.estimators.effect import ArmSize, Effect, Named, t_effect
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.estimators.mixed_model.covariance.patterned import compound_symmetry
from analysis.estimators.mixed_model.covariance.random_coefficients import RandomCoefficients
from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fallback import fit_in_order
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.inference import Method, infer
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


COEFFICIENTS = (1, 3)
"""Columns of the design: arm at the middle session, and arm by session."""
SMALLEST_SHARE = 1e-6
"""Of the variance within participants: a random effect with less is on the boundary."""


class RandomEffects(StrEnum):
    """What differs between participants."""

    INTERCEPT = "random intercept"
    INTERCEPT_AND_SLOPE = "random intercept and slope over sessions"
    COMPOUND_SYMMETRY = "compound symmetry"
    """Any two sessions of a participant are correlated alike, not necessarily above zero."""


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
    """Of participants' levels at the middle session; of compound symmetry the covariance of two sessions, which can be negative."""
    slope_variance: float | None
    n_sessions: int
    n_participants: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    within_variance: float
    between_variance: float
    slope_variance: float | None


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
    rows = _rows(data, matrix, centred)
    sizes = tuple(
        ArmSize(
            arm=name,
            n=len({p for p, a in zip(data.participant, data.arm, strict=True) if a == name}),
        )
        for name in (data.first, data.second)
    )
    label = f"{data.first} − {data.second}"
    method = (
        f"linear mixed model, {effects.value}, restricted maximum likelihood, Kenward and Roger"
    )
    named = tuple(
        Named(quantity=f"{quantity}, {label}", method=method, arms=sizes)
        for quantity in (
            f"difference at session {middle:g}",
            "growth of the difference per session",
        )
    )
    fit = fit_in_order(rows, (_structure(effects, centred),)).fit
    found = _effects(fit, named, confidence_level)
    parts = _parts(fit)
    return SessionCourse(
        at_middle=found[0],
        per_session=found[1],
        middle_session=middle,
        within_variance=parts.within_variance,
        between_variance=parts.between_variance,
        slope_variance=parts.slope_variance,
        n_sessions=len(data.outcome),
        n_participants=len(set(data.participant)),
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


def _rows(data: SessionOutcomes, matrix: FloatArray, centred: FloatArray) -> MixedModelData:
    sessions, position = np.unique(centred, return_inverse=True)
    return MixedModelData(
        outcome=np.asarray(data.outcome, dtype=np.float64),
        design=matrix,
        columns=tuple(f"column {index}" for index in range(matrix.shape[1])),
        participant=np.unique(np.asarray(data.participant), return_inverse=True)[1],
        visit=position,
        n_visits=len(sessions),
    )


def _structure(effects: RandomEffects, centred: FloatArray) -> CovarianceStructure:
    match effects:
        case RandomEffects.INTERCEPT:
            return RandomCoefficients()
        case RandomEffects.INTERCEPT_AND_SLOPE:
            return RandomCoefficients(tuple(np.unique(centred).tolist()))
        case RandomEffects.COMPOUND_SYMMETRY:
            return compound_symmetry()


def _effects(
    fit: MixedModelFit, named: tuple[Named, ...], confidence_level: float
) -> tuple[Effect, ...]:
    chosen = np.eye(len(fit.columns))[list(COEFFICIENTS)]
    linear = infer(fit, Method.KENWARD_ROGER_LINEAR).estimate(chosen, confidence_level)
    return tuple(
        t_effect(
            one,
            estimate=float(linear.estimate[index]),
            standard_error=float(linear.standard_error[index]),
            df=float(linear.df[index]),
            confidence_level=confidence_level,
        )
        for index, one in enumerate(named)
    )


def _parts(fit: MixedModelFit) -> _Parts:
    if not isinstance(fit.structure, RandomCoefficients):
        shared = float(fit.sigma[0, 0, 1])
        within = float(fit.sigma[0, 0, 0]) - shared
        return _Parts(within_variance=within, between_variance=shared, slope_variance=None)
    covariance = fit.structure.coefficients_covariance(fit.theta)
    within = float(np.exp(fit.theta[-1]))
    _require_proper(covariance, within, fit.structure.times)
    return _Parts(
        within_variance=within,
        between_variance=float(covariance[0, 0]),
        slope_variance=float(covariance[1, 1]) if len(covariance) > 1 else None,
    )


def _require_proper(covariance: FloatArray, within: float, times: tuple[float, ...] | None) -> None:
    """Refuse random effects on the boundary.

    Raises
    ------
    NotEstimableError
        If they have no share of the variance of a session, or the slopes follow from the levels.
    """
    size = [1.0] if times is None else [1.0, float(np.sqrt(np.mean(np.square(times))))]
    if np.linalg.eigvalsh(covariance * np.outer(size, size))[0] > SMALLEST_SHARE * within:
        return
    remedy = (
        "let only the level differ, or take compound symmetry"
        if times is not None
        else "take compound symmetry"
    )
    raise NotEstimableError(f"the random effects have no proper covariance: {remedy}")
