"""All sessions of all participants in one model, to see whether arms drift apart over the course of sessions.

Linear mixed model of the session's outcome: arm, session number (centred at the middle session), their product, and covariates; a random intercept and, if
asked for, a random slope over sessions for each participant. Restricted maximum likelihood (mixed_model/random_effects.py, statsmodels); Wald z tests, which are a little
too liberal with few participants. A fit on the boundary or not converged is told and gives no p value. Where participants differ no more than their own
sessions do, compound symmetry is the choice: it holds the random intercept and allows its variance to be zero or less (mixed_model/, Kenward and Roger).

Arms are randomized, single sessions are not: the arm effect at a session includes who still attends.

References
----------
Laird & Ware (1982), Biometrics 38, 963-974. Fitzmaurice, Laird & Ware (2011), Applied longitudinal analysis, chapter 8.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.design import Covariate, covariate_columns
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect, t_effect
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.estimators.mixed_model.covariance.patterned import compound_symmetry
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fallback import fit_in_order
from analysis.estimators.mixed_model.inference import Method, infer
from analysis.estimators.mixed_model.random_effects import (
    RandomIntercept,
    RandomSlope,
    fit_random_effects,
)
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


COEFFICIENTS = (1, 3)
"""Columns of the design: arm at the middle session, and arm by session."""


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
class _Fitted:
    effects: tuple[Effect, ...]
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
    method = f"linear mixed model, {effects.value}, restricted maximum likelihood"
    named = tuple(
        Named(quantity=f"{quantity}, {label}", method=method, arms=sizes)
        for quantity in (
            f"difference at session {middle:g}",
            "growth of the difference per session",
        )
    )
    found = (
        _exchangeable(rows, named, confidence_level)
        if effects is RandomEffects.COMPOUND_SYMMETRY
        else _random(rows, centred, effects, named, confidence_level)
    )
    return SessionCourse(
        at_middle=found.effects[0],
        per_session=found.effects[1],
        middle_session=middle,
        within_variance=found.within_variance,
        between_variance=found.between_variance,
        slope_variance=found.slope_variance,
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


def _random(
    rows: MixedModelData,
    centred: FloatArray,
    effects: RandomEffects,
    named: tuple[Named, ...],
    confidence_level: float,
) -> _Fitted:
    slope = effects is RandomEffects.INTERCEPT_AND_SLOPE
    fitted = fit_random_effects(rows, RandomSlope(centred) if slope else RandomIntercept())
    covariance = fitted.effects_covariance
    return _Fitted(
        effects=tuple(
            normal_effect(
                replace(one, method=f"{one.method}, Wald z"),
                estimate=float(fitted.beta[index]),
                standard_error=float(fitted.standard_error[index]),
                confidence_level=confidence_level,
            )
            for one, index in zip(named, COEFFICIENTS, strict=True)
        ),
        within_variance=fitted.residual_variance,
        between_variance=float(covariance[0, 0]),
        slope_variance=float(covariance[1, 1]) if slope else None,
    )


def _exchangeable(
    rows: MixedModelData, named: tuple[Named, ...], confidence_level: float
) -> _Fitted:
    fit = fit_in_order(rows, (compound_symmetry(),)).fit
    chosen = np.eye(rows.design.shape[1])[list(COEFFICIENTS)]
    linear = infer(fit, Method.KENWARD_ROGER_LINEAR).estimate(chosen, confidence_level)
    shared = float(fit.sigma[0, 0, 1])
    return _Fitted(
        effects=tuple(
            t_effect(
                replace(one, method=f"{one.method}, Kenward and Roger"),
                estimate=float(linear.estimate[index]),
                standard_error=float(linear.standard_error[index]),
                df=float(linear.df[index]),
                confidence_level=confidence_level,
            )
            for index, one in enumerate(named)
        ),
        within_variance=float(fit.sigma[0, 0, 0]) - shared,
        between_variance=shared,
        slope_variance=None,
    )
