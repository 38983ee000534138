"""Residuals of an analysis, standardized, with what a plot of them needs: whether the model holds.

Conventions: of an analysis of covariance they are studentized internally; of a mixed model normalized, so that they are independent
with variance 1 when the model holds. Normal quantiles are Blom's (i - 3/8) / (n + 1/4).

References
----------
Cook & Weisberg (1982), Residuals and Influence in Regression, section 2.2 (internally studentized residuals).
Blom (1958), Statistical Estimates and Transformed Beta-Variables.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from analysis.estimators.ancova import fit_ancova
from analysis.estimators.arrays import FloatArray
from analysis.estimators.descriptive import compute_mean, compute_standard_deviation
from analysis.estimators.mixed_model.residuals import ResidualKind, compute_residuals
from analysis.mixed_model_analysis import FittedModel, fit_planned
from analysis.outcome_values import select_cases
from analysis.quantities import COMPARE_MEANS
from analysis.result_rows import arm_counts, build_sample
from analysis.results import NotEstimableError
from analysis.roles import ArmColumn
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.outcomes import OutcomeSource

LARGE = 3.0
"""A standardized residual beyond this is named: of 1000 that are normal, 3 are."""
_WITHOUT_MODEL = frozenset(
    {Estimator.SESSION_CHANGE, Estimator.DIFFERENCE_IN_MEANS, Estimator.DESCRIPTIVE}
)
"""Unless they have covariates."""
NO_MODEL = "This analysis fits no model with residuals."
IMPUTED = (
    "Residuals belong to each completed dataset; look at those of the analysis without imputation."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidualPoint:
    """One residual."""

    participant: str
    arm: str
    visit: str
    """Label of the visit; empty where there is one value a participant."""
    fitted: float
    residual: float
    normal_quantile: float
    """Where it would lie among as many standard normal ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidualSpread:
    """The residuals of one arm at one visit."""

    label: str
    arm: str
    n: int
    mean: float | None
    standard_deviation: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Residuals:
    """The residuals of one fit."""

    kind: str
    points: tuple[ResidualPoint, ...]
    """In the order of participant and visit."""
    spreads: tuple[ResidualSpread, ...]
    large: tuple[ResidualPoint, ...]
    """Beyond `LARGE`, the largest first."""


def derive_residuals(study: Study, planned: PlannedAnalysis) -> Residuals:
    """Fit an analysis and return its residuals.

    Raises
    ------
    NotEstimableError
        With the reason, if there is no model with residuals or it cannot be fitted.
    """
    if planned.imputation is not None:
        raise NotEstimableError(IMPUTED)
    if planned.mixed_model is not None:
        return _of_mixed_model(fit_planned(study, planned, planned.mixed_model))
    if planned.estimator not in COMPARE_MEANS:
        raise NotEstimableError(NO_MODEL)
    is_linear = planned.estimator not in _WITHOUT_MODEL or planned.covariates
    source = study.protocol.outcome(planned.outcome).source
    if not is_linear or source is OutcomeSource.ADVERSE_EVENTS:
        raise NotEstimableError(NO_MODEL)
    return _of_linear_model(study, planned)


def _of_linear_model(study: Study, planned: PlannedAnalysis) -> Residuals:
    cases = select_cases(study, planned)
    fit = fit_ancova(build_sample(study, planned, cases), arm_counts(study, cases))
    leverage = (np.linalg.qr(fit.design.matrix)[0] ** 2).sum(axis=1)
    variance = float(fit.residuals @ fit.residuals) / fit.df
    free = 1 - leverage
    scaled = np.divide(
        fit.residuals,
        np.sqrt(variance * np.maximum(free, 0.0)),
        out=np.zeros_like(fit.residuals),
        where=free > 1e-10,  # somebody who alone determines a coefficient is fitted exactly
    )
    return _arrange(
        study,
        "internally studentized residuals",
        participants=tuple(cases.values),
        visits=("",) * len(scaled),
        fitted=fit.design.matrix @ fit.coefficients,
        residuals=scaled,
    )


def _of_mixed_model(model: FittedModel) -> Residuals:
    fitted, data = model.fitted, model.fitted.table.data
    scaled = compute_residuals(fitted.fit, data, ResidualKind.NORMALIZED)
    raw = compute_residuals(fitted.fit, data, ResidualKind.RAW)
    table, protocol = fitted.table, model.study.protocol
    return _arrange(
        model.study,
        "normalized residuals",
        participants=tuple(table.participants[number] for number in data.participant),
        visits=tuple(protocol.visit(table.visits[number]).label for number in data.visit),
        fitted=data.outcome - raw,
        residuals=scaled,
    )


def _arrange(
    study: Study,
    kind: str,
    *,
    participants: Sequence[str],
    visits: Sequence[str],
    fitted: FloatArray,
    residuals: FloatArray,
) -> Residuals:
    points = tuple(
        ResidualPoint(
            participant=participant,
            arm=study.arm_of[participant],
            visit=visit,
            fitted=float(at),
            residual=float(residual),
            normal_quantile=float(quantile),
        )
        for participant, visit, at, residual, quantile in zip(
            participants, visits, fitted, residuals, _normal_quantiles(residuals), strict=True
        )
    )
    large = sorted((p for p in points if abs(p.residual) > LARGE), key=lambda p: -abs(p.residual))
    return Residuals(
        kind=kind,
        points=points,
        spreads=tuple(
            _spread(points, arm, visit) for visit in dict.fromkeys(visits) for arm in study.arms
        ),
        large=tuple(large),
    )


def _spread(points: Sequence[ResidualPoint], arm: ArmColumn, visit: str) -> ResidualSpread:
    values = [p.residual for p in points if p.arm == arm.arm and p.visit == visit]
    return ResidualSpread(
        label=f"{arm.label}, {visit}" if visit else arm.label,
        arm=arm.arm,
        n=len(values),
        mean=compute_mean(values),
        standard_deviation=compute_standard_deviation(values),
    )


def _normal_quantiles(values: FloatArray) -> FloatArray:
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") + 1
    return np.asarray(ndtri((ranks - 0.375) / (len(values) + 0.25)))
