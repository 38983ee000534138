r"""Responders adjusted for covariates: logistic model and g-computation to the unconditional risk difference and ratio.

Everyone is predicted as if in the one arm, then as if in the other; p_a is the mean prediction. Standard errors by the delta method, g'Vg with
g = mean p(1 − p)x, covariates held as observed; V model-based, HC0, or HC3 (residual / (1 − leverage)). The risk ratio's interval is on the log
scale. The odds ratio of the coefficient is *conditional* on the covariates and not comparable between models: it is always named so.

Separation has a reason, no number. Fit: statsmodels' binomial GLM.

References
----------
Ge et al. (2011), Drug Information Journal 45, 481-493. FDA (2023), Adjusting for covariates in randomized clinical trials.
Hauck & Donner (1977), JASA 72, 851-853 (why the Wald statistic of a logistic coefficient can fail).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from analysis.estimators.arrays import FloatArray, require_binary, require_equal_lengths
from analysis.estimators.design import Covariate, Design, build_design, require_full_rank
from analysis.estimators.effect import (
    ArmSize,
    Effect,
    Named,
    log_normal_effect,
    normal_effect,
)
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.estimators.separation import find_separating_columns
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-13


class LogisticCovariance(StrEnum):
    """How the covariance of the logistic coefficients is estimated."""

    MODEL = "model-based"
    HC0 = "HC0"
    HC3 = "HC3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Responders:
    """Responses (0 or 1) of two arms with covariates, one entry a participant."""

    response: tuple[float, ...]
    arm: tuple[str, ...]
    first: str
    second: str
    """Reference arm."""
    covariates: tuple[Covariate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardizedRisks:
    """Unconditional risks of both arms and what compares them."""

    risk_first: Effect
    risk_second: Effect
    difference: Effect
    ratio: Effect
    conditional_odds_ratio: Effect
    columns: tuple[str, ...]
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    dropped: tuple[str, ...]
    """Covariates that do not vary."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponderColumns:
    """Which column plays which part."""

    response: str
    comparison: Comparison
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fit:
    design: Design
    coefficients: FloatArray
    covariance: FloatArray


def standardize_risks(
    sample: Responders, kind: LogisticCovariance, *, confidence_level: float
) -> StandardizedRisks:
    """Estimate the unconditional risks of two arms, their difference and their ratio.

    `NotEstimableError` if an arm is empty, the response does not vary, columns depend on each other, or arms or covariates separate the responses.
    """
    require_equal_lengths(response=sample.response, arm=sample.arm)
    fit = _fit(sample, kind)
    risks = [_risk(sample, fit, arm) for arm in (sample.first, sample.second)]
    (p1, g1), (p2, g2) = risks
    label = f"{sample.first} − {sample.second}"
    method = f"logistic model and g-computation; {kind.value} standard errors, delta method"
    both = _sizes(sample)

    def error(gradient: FloatArray) -> float:
        return sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0))

    def risk_of(index: int, arm: str) -> Effect:
        named = Named(quantity=f"risk, {arm}", method=method, arms=(both[index],))
        p, gradient = risks[index]
        return normal_effect(
            named, estimate=p, standard_error=error(gradient), confidence_level=confidence_level
        )

    return StandardizedRisks(
        risk_first=risk_of(0, sample.first),
        risk_second=risk_of(1, sample.second),
        difference=normal_effect(
            Named(quantity=f"risk difference, {label}", method=method, arms=both),
            estimate=p1 - p2,
            standard_error=error(g1 - g2),
            confidence_level=confidence_level,
        ),
        ratio=log_normal_effect(
            Named(
                quantity=f"risk ratio, {sample.first} / {sample.second}",
                method=f"{method}, of the logarithm",
                arms=both,
            ),
            log_estimate=float(np.log(p1 / p2)),
            standard_error=error(g1 / p1 - g2 / p2),
            confidence_level=confidence_level,
        ),
        conditional_odds_ratio=_conditional(sample, fit, kind, both, confidence_level),
        columns=fit.design.columns,
        coefficients=tuple(fit.coefficients.tolist()),
        standard_errors=tuple(np.sqrt(np.maximum(np.diag(fit.covariance), 0.0)).tolist()),
        dropped=fit.design.dropped,
    )


def standardize_risks_of_frame(
    frame: "pd.DataFrame",
    columns: ResponderColumns,
    kind: LogisticCovariance,
    *,
    confidence_level: float,
) -> StandardizedRisks:
    """Estimate the unconditional risks from a data frame with one row a participant; incomplete rows are left out."""
    rows = compared_rows(frame, columns.comparison, (columns.response, *columns.covariates))
    sample = Responders(
        response=tuple(numbers(rows.frame, columns.response).tolist()),
        arm=labels(rows.frame, columns.comparison.column),
        first=columns.comparison.first,
        second=columns.comparison.second,
        covariates=covariates(rows.frame, columns.covariates),
    )
    return standardize_risks(sample, kind, confidence_level=confidence_level)


def _fit(sample: Responders, kind: LogisticCovariance) -> _Fit:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    response = require_binary(sample.response, "the response")
    for arm in (sample.first, sample.second):
        if arm not in sample.arm:
            raise NotEstimableError(f"{arm} has no participant in the analysis set")
    if np.ptp(response) == 0:
        raise NotEstimableError("all participants have the same response")
    design = build_design(sample.arm, (sample.second, sample.first), sample.covariates)
    require_full_rank(design)
    guilty = find_separating_columns(design.matrix, response, design.columns)
    if guilty:
        raise NotEstimableError(
            f"the responses are separated by {', '.join(guilty)}, so the model has no finite estimate"
        )
    model: Any = GLM(response, design.matrix, family=Binomial())
    fitted = model.fit(method="IRLS", tol=TOLERANCE, tol_criterion="params", maxiter=200)
    coefficients = np.asarray(fitted.params)
    return _Fit(
        design=design,
        coefficients=coefficients,
        covariance=_covariance(design.matrix, response, coefficients, kind),
    )


def _covariance(
    matrix: FloatArray, response: FloatArray, coefficients: FloatArray, kind: LogisticCovariance
) -> FloatArray:
    p = expit(matrix @ coefficients)
    weight = p * (1 - p)
    bread = np.linalg.inv((matrix * weight[:, None]).T @ matrix)
    if kind is LogisticCovariance.MODEL:
        return np.asarray(bread)
    residual = response - p
    if kind is LogisticCovariance.HC3:
        residual /= 1 - weight * np.einsum("ij,jk,ik->i", matrix, bread, matrix)
    return np.asarray(bread @ ((matrix * residual[:, None] ** 2).T @ matrix) @ bread)


def _risk(sample: Responders, fit: _Fit, arm: str) -> tuple[float, FloatArray]:
    everyone = (arm,) * len(sample.arm)
    design = build_design(everyone, (sample.second, sample.first), sample.covariates)
    p = expit(design.matrix @ fit.coefficients)
    gradient = ((p * (1 - p))[:, None] * design.matrix).mean(axis=0)
    return float(p.mean()), np.asarray(gradient)


def _conditional(
    sample: Responders,
    fit: _Fit,
    kind: LogisticCovariance,
    both: tuple[ArmSize, ...],
    confidence_level: float,
) -> Effect:
    named = Named(
        quantity=f"conditional odds ratio, {sample.first} / {sample.second}",
        method=f"logistic model; {kind.value} standard error of the logarithm",
        arms=both,
        comment="Conditional on the covariates: not comparable with models that have others.",
    )
    return log_normal_effect(
        named,
        log_estimate=float(fit.coefficients[1]),
        standard_error=max(float(fit.covariance[1, 1]), 0.0) ** 0.5,
        confidence_level=confidence_level,
    )


def _sizes(sample: Responders) -> tuple[ArmSize, ...]:
    return tuple(ArmSize(arm=arm, n=sample.arm.count(arm)) for arm in (sample.first, sample.second))
