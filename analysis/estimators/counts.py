r"""Counts, e.g. panic attacks a week or sessions attended: negative binomial rates with exposure or dose as offset; Poisson with robust errors.

Negative binomial NB2: variance μ + μ²/θ, by maximum likelihood: Fisher steps on the regression (started from statsmodels' Poisson), Newton
steps on log θ, until both scores are 0. Own code: statsmodels' `NegativeBinomial` reaches the same optimum, but its standard errors are
those of the observed information with θ, and it fails where θ is infinite. Standard errors hold θ fixed: (X' diag(μ / (1 + μ/θ)) X)⁻¹, as R's `glm.nb` and SAS PROC GENMOD's expected information; regression and
θ are orthogonal there. Offset: the logarithm of the exposure. AIC counts θ. When counts are not more spread than Poisson, θ runs to infinity: the
result says so and is that of Poisson.

References
----------
Lawless (1987), Canadian Journal of Statistics 15, 209-225. Keene et al. (2007), Pharmaceutical Statistics 6, 89-97. Zou (2004), AJE 159, 702-706 (Poisson, robust).
"""

import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.design import Covariate, Design, build_design, require_full_rank
from analysis.estimators.effect import ArmSize, Effect, Named, log_normal_effect
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.estimators.negative_binomial import (
    CountData,
    fit_negative_binomial,
    log_likelihood,
    theta_score,
)
from analysis.estimators.separation import find_columns_without_events
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

LEVERAGE_SLACK = 1e-8
EXACT_BELOW = 1e-12
"""A robust variance below this share of the model-based one is 0."""


class CountModel(StrEnum):
    """Which distribution counts are given."""

    NEGATIVE_BINOMIAL = "negative binomial (NB2), standard errors with θ fixed"
    POISSON_ROBUST = "Poisson, HC0 standard errors"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Counts of two arms, one entry a participant."""

    count: tuple[float, ...]
    arm: tuple[str, ...]
    first: str
    second: str
    """Reference arm."""
    exposure: tuple[float, ...] = ()
    """Time at risk or dose, > 0; empty: 1 for everyone."""
    covariates: tuple[Covariate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RateModel:
    """A fitted rate model."""

    rate_ratio: Effect
    columns: tuple[str, ...]
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    theta: float | None
    """None: Poisson."""
    theta_standard_error: float | None
    log_likelihood: float
    aic: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CountColumns:
    """Which column plays which part."""

    count: str
    comparison: Comparison
    exposure: str | None = None
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Data:
    design: Design
    numbers: CountData


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fit:
    coefficients: FloatArray
    theta: float | None
    comment: str = ""


def estimate_rate_ratio(data: Counts, model: CountModel, *, confidence_level: float) -> RateModel:
    """Estimate the ratio of rates, first arm over second.

    `NotEstimableError` if a count is negative or not whole, an arm has no event, an exposure is not positive, or columns depend on each other.
    """
    prepared = _prepare(data)
    poisson = _poisson(prepared.numbers)
    fit = _Fit(coefficients=poisson, theta=None)
    if model is CountModel.NEGATIVE_BINOMIAL:
        fit = _negative_binomial(prepared.numbers, poisson)
    return _described(data, prepared, fit, model, confidence_level)


def estimate_rate_ratio_of_frame(
    frame: "pd.DataFrame", columns: CountColumns, model: CountModel, *, confidence_level: float
) -> RateModel:
    """Estimate the rate ratio from one row a participant; incomplete rows are left out."""
    exposure = () if columns.exposure is None else (columns.exposure,)
    needed = (columns.count, *exposure, *columns.covariates)
    rows = compared_rows(frame, columns.comparison, needed).frame
    data = Counts(
        count=tuple(numbers(rows, columns.count).tolist()),
        arm=labels(rows, columns.comparison.column),
        first=columns.comparison.first,
        second=columns.comparison.second,
        exposure=tuple(numbers(rows, exposure[0]).tolist()) if exposure else (),
        covariates=covariates(rows, columns.covariates),
    )
    return estimate_rate_ratio(data, model, confidence_level=confidence_level)


def _prepare(data: Counts) -> _Data:
    require_equal_lengths(count=data.count, arm=data.arm, exposure=data.exposure or data.count)
    count = require_finite(data.count, "the count")
    if np.any(count < 0) or np.any(count != np.round(count)):
        raise NotEstimableError("a count is negative or not a whole number")
    exposure = require_finite(data.exposure or (1.0,) * len(count), "the exposure")
    if np.any(exposure <= 0):
        raise NotEstimableError(f"{int(np.sum(exposure <= 0))} participants have no exposure")
    for arm in (data.first, data.second):
        here = np.asarray(data.arm) == arm
        if not here.any():
            raise NotEstimableError(f"{arm} has no participant in the analysis set")
        if count[here].sum() == 0:
            raise NotEstimableError(f"{arm} has no event, so no ratio of rates exists")
    design = build_design(data.arm, (data.second, data.first), data.covariates)
    require_full_rank(design)
    guilty = find_columns_without_events(design.matrix, count, design.columns)
    if guilty:
        raise NotEstimableError(
            f"participants marked by {', '.join(guilty)} have no event, so there is no finite estimate"
        )
    return _Data(
        design=design,
        numbers=CountData(count=count, matrix=design.matrix, offset=np.log(exposure)),
    )


def _poisson(data: CountData) -> FloatArray:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    model: Any = GLM(data.count, data.matrix, family=Poisson(), offset=data.offset)
    with warnings.catch_warnings():  # a perfect fit is refused where its errors are computed
        warnings.simplefilter("ignore")
        fitted = model.fit(tol=1e-13, tol_criterion="params", maxiter=200)
    return np.asarray(fitted.params, dtype=np.float64)


def _negative_binomial(data: CountData, start: FloatArray) -> _Fit:
    found = fit_negative_binomial(data, start)
    if found is None:
        comment = "Counts are not more spread than Poisson: θ is infinite, Poisson reported."
        return _Fit(coefficients=start, theta=None, comment=comment)
    return _Fit(coefficients=found.coefficients, theta=found.theta)


def _covariance(
    data: CountData, mean: FloatArray, theta: float | None, model: CountModel
) -> FloatArray:
    weight = mean if theta is None else mean / (1 + mean / theta)
    bread = np.linalg.inv((data.matrix * weight[:, None]).T @ data.matrix)
    if model is CountModel.NEGATIVE_BINOMIAL:
        return np.asarray(bread)
    leverage = weight * np.einsum("ij,jk,ik->i", data.matrix, bread, data.matrix)
    if leverage.max() > 1 - LEVERAGE_SLACK:
        raise NotEstimableError(
            "one participant alone determines a coefficient, so its robust standard error does not exist"
        )
    meat = (data.matrix * (data.count - mean)[:, None] ** 2).T @ data.matrix
    robust = np.asarray(bread @ meat @ bread)
    if not (np.diag(robust) > EXACT_BELOW * np.diag(bread)).all():
        raise NotEstimableError(
            "the model fits an arm or a level exactly, so a robust standard error is 0"
        )
    return robust


def _described(
    data: Counts,
    prepared: _Data,
    fit: _Fit,
    model: CountModel,
    confidence_level: float,
) -> RateModel:
    counted, theta = prepared.numbers, fit.theta
    mean = counted.mean(fit.coefficients)
    errors = np.sqrt(np.diag(_covariance(counted, mean, theta, model)))
    likelihood = log_likelihood(counted.count, mean, theta)
    parameters = len(fit.coefficients) + (theta is not None)
    information = None if theta is None else theta_score(counted.count, mean, theta)[1]
    named = Named(
        quantity=f"rate ratio, {data.first} / {data.second}",
        method=f"{model.value}{'; offset log(exposure)' if data.exposure else ''}",
        arms=tuple(ArmSize(arm=a, n=data.arm.count(a)) for a in (data.first, data.second)),
        comment=fit.comment,
    )
    return RateModel(
        rate_ratio=log_normal_effect(
            named,
            log_estimate=float(fit.coefficients[1]),
            standard_error=float(errors[1]),
            confidence_level=confidence_level,
        ),
        columns=prepared.design.columns,
        coefficients=tuple(fit.coefficients.tolist()),
        standard_errors=tuple(errors.tolist()),
        theta=theta,
        theta_standard_error=None if information is None else information**-0.5,
        log_likelihood=likelihood,
        aic=2 * parameters - 2 * likelihood,
    )
