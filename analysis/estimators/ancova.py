r"""Analysis of covariance: adjusted means and their difference from one linear model.

Model: outcome on arm, numeric covariates and factors, ordinary least squares (statsmodels). Adjusted means are taken at
the mean of every covariate over all participants analysed; a factor counts with the shares of its levels (proportional
weights). Standard errors are classical or HC3 (MacKinnon & White 1985), in both cases with n - p degrees of freedom.

Only complete cases enter: the caller hands in no missing values. What cannot be estimated raises NotEstimableError.

References
----------
Senn (2006), Statistics in Medicine 25, 4334-4344 (change from baseline and analysis of covariance).
MacKinnon & White (1985), Journal of Econometrics 29, 305-325 (HC3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.descriptive import compute_mean, compute_standard_deviation
from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError

FloatArray = NDArray[np.float64]
MINIMUM_PER_ARM = 2


class CovarianceKind(StrEnum):
    """How the covariance of the coefficients is estimated."""

    CLASSICAL = "classical"
    HC3 = "HC3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Covariate:
    """One covariate: numbers, or the levels of a factor (text), one for each participant."""

    name: str
    values: tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Complete cases of one analysis; every tuple in the same order of participants."""

    outcome_name: str
    outcome: tuple[float, ...]
    arm: tuple[str, ...]
    covariates: tuple[Covariate, ...] = ()

    def of_arm(self, arm: str) -> tuple[float, ...]:
        """Return the outcome values of one arm."""
        return tuple(
            y for y, allocated in zip(self.outcome, self.arm, strict=True) if allocated == arm
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmCount:
    """One arm of an analysis and how many of it had the outcome observed."""

    arm: str
    label: str
    n_available: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Design:
    columns: tuple[str, ...]
    matrix: FloatArray
    arms: tuple[str, ...]
    """Arms with an indicator column; the first arm of the analysis is the intercept."""
    dropped: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaFit:
    """A fitted model, asked for estimates."""

    formula: str
    coefficients: FloatArray
    covariance: FloatArray
    robust_covariance: FloatArray | None
    """HC3; None when one participant alone determines a coefficient."""
    df: int
    design: _Design
    sample: Sample
    arms: tuple[ArmCount, ...]


def fit_ancova(sample: Sample, arms: Sequence[ArmCount]) -> AncovaFit:
    """Fit the linear model of the outcome on arm and covariates.

    `NotEstimableError` says why not, if an arm has too few participants, the design is singular, or the outcome does not vary.
    """
    from statsmodels.regression.linear_model import OLS

    _check_arms(sample, arms)
    design = _design(sample, tuple(arm.arm for arm in arms))
    outcome = np.asarray(sample.outcome, dtype=np.float64)
    _check_design(design, outcome)
    model: Any = OLS(outcome, design.matrix).fit()
    _check_residuals(model, outcome)
    return AncovaFit(
        formula=_formula(sample, design),
        coefficients=np.asarray(model.params),
        covariance=np.asarray(model.cov_params()),
        robust_covariance=_hc3(model),
        df=int(model.df_resid),
        design=design,
        sample=sample,
        arms=tuple(arms),
    )


def estimate_ancova(
    fit: AncovaFit, contrast: Contrast, kind: CovarianceKind, *, confidence_level: float
) -> Estimate:
    """Estimate the difference in adjusted means between two arms.

    `NotEstimableError` says why not, if HC3 is asked for and one participant alone determines a coefficient.
    """
    row = adjusted_mean_row(fit, contrast.first) - adjusted_mean_row(fit, contrast.second)
    covariance = _covariance(fit, kind)
    estimate, error = _linear(fit, row, covariance)
    return Estimate(
        estimate=estimate,
        standard_error=error,
        df=float(fit.df),
        interval=t_interval(estimate, error, fit.df, confidence_level),
        p=two_sided_p(estimate / error, fit.df),
        arms=tuple(_arm_estimate(fit, arm, covariance, confidence_level) for arm in fit.arms),
        model=f"{fit.formula}; {_errors_of(kind)}",
        comment=_comment(fit.design),
    )


def _errors_of(kind: CovarianceKind) -> str:
    return (
        "classical standard errors" if kind is CovarianceKind.CLASSICAL else "HC3 standard errors"
    )


def _check_arms(sample: Sample, arms: Sequence[ArmCount]) -> None:
    for arm in arms:
        analysed = len(sample.of_arm(arm.arm))
        if analysed < MINIMUM_PER_ARM:
            message = f"{arm.label} has {analysed} participants with complete data; at least {MINIMUM_PER_ARM} are needed"
            raise NotEstimableError(message)


def _check_design(design: _Design, outcome: FloatArray) -> None:
    rows, columns = design.matrix.shape
    if rows <= columns:
        message = f"{rows} participants are too few for {columns} coefficients"
        raise NotEstimableError(message)
    scaled = design.matrix / np.linalg.norm(design.matrix, axis=0)
    if np.linalg.matrix_rank(scaled) < columns:
        message = "arm and covariates cannot be told apart (singular design)"
        raise NotEstimableError(message)
    if np.ptp(outcome) == 0:
        raise NotEstimableError("the outcome has the same value in every participant")


def _check_residuals(model: Any, outcome: FloatArray) -> None:  # noqa: ANN401 - statsmodels ships no types
    if float(model.ssr) <= 1e-18 * float(np.sum(outcome**2)):
        raise NotEstimableError(
            "the model fits every value exactly, so there is no residual variance"
        )


def _design(sample: Sample, arms: tuple[str, ...]) -> _Design:
    allocated = np.asarray(sample.arm)
    columns: list[tuple[str, FloatArray]] = [("Intercept", np.ones(len(sample.outcome)))]
    columns += [(f"arm[{arm}]", (allocated == arm).astype(np.float64)) for arm in arms[1:]]
    dropped = []
    for covariate in sample.covariates:
        if len(set(covariate.values)) < 2:
            dropped.append(covariate.name)
        else:
            columns += covariate_columns(covariate)
    return _Design(
        columns=tuple(name for name, _ in columns),
        matrix=np.column_stack([values for _, values in columns]),
        arms=arms[1:],
        dropped=tuple(dropped),
    )


def covariate_columns(covariate: Covariate) -> list[tuple[str, FloatArray]]:
    """Return the design columns of a covariate: its numbers, or an indicator of every level but the first."""
    if all(isinstance(value, str) for value in covariate.values):
        values = np.asarray(covariate.values)
        levels = sorted(set(covariate.values), key=str)[1:]
        return [
            (f"{covariate.name}[{level}]", (values == level).astype(np.float64)) for level in levels
        ]
    return [(covariate.name, np.asarray(covariate.values, dtype=np.float64))]


def _hc3(model: Any) -> FloatArray | None:  # noqa: ANN401 - statsmodels ships no types
    leverage = np.sum(model.model.exog * (model.model.exog @ model.normalized_cov_params), axis=1)
    return None if np.any(leverage > 1 - 1e-10) else np.asarray(model.cov_HC3)


def _covariance(fit: AncovaFit, kind: CovarianceKind) -> FloatArray:
    if kind is CovarianceKind.CLASSICAL:
        return fit.covariance
    if fit.robust_covariance is None:
        raise NotEstimableError(
            "one participant alone determines a coefficient, so HC3 does not exist"
        )
    return fit.robust_covariance


def adjusted_mean_row(fit: AncovaFit, arm: str) -> FloatArray:
    """Return the weights of the coefficients in the adjusted mean of an arm."""
    row = fit.design.matrix.mean(axis=0)
    row[1 : 1 + len(fit.design.arms)] = [float(arm == other) for other in fit.design.arms]
    return np.asarray(row)


def _linear(fit: AncovaFit, row: FloatArray, covariance: FloatArray) -> tuple[float, float]:
    return float(row @ fit.coefficients), float(np.sqrt(row @ covariance @ row))


def _arm_estimate(
    fit: AncovaFit, arm: ArmCount, covariance: FloatArray, level: float
) -> ArmEstimate:
    mean, error = _linear(fit, adjusted_mean_row(fit, arm.arm), covariance)
    values = fit.sample.of_arm(arm.arm)
    return ArmEstimate(
        arm=arm.arm,
        label=arm.label,
        n_available=arm.n_available,
        n_analysed=len(values),
        mean=compute_mean(values),
        standard_deviation=compute_standard_deviation(values),
        adjusted_mean=mean,
        adjusted_standard_error=error,
        interval=t_interval(mean, error, fit.df, level),
    )


def _formula(sample: Sample, design: _Design) -> str:
    kept = [c.name for c in sample.covariates if c.name not in design.dropped]
    return f"{sample.outcome_name} ~ {' + '.join(['arm', *kept])}; ordinary least squares"


def _comment(design: _Design) -> str:
    if not design.dropped:
        return ""
    return f"Left out of the model because it does not vary: {', '.join(design.dropped)}."
