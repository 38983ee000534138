r"""Analysis of covariance: adjusted means and their difference from one linear model.

Model: outcome on arm, numeric covariates and factors, ordinary least squares (statsmodels); the effect of a covariate may differ between
arms. Adjusted means are taken at the mean of every covariate over all participants analysed; a factor counts with the shares of its levels
(proportional weights). Standard errors are classical, HC0 (White 1980), HC2 or HC3 (MacKinnon & White 1985), always with n - p degrees of
freedom. Clusters: cluster_robust.py; several arms at once: dunnett.py; joint tests: ancova_tests.py.

Only complete cases enter: the caller hands in no missing values. What cannot be estimated raises NotEstimableError.

References
----------
Senn (2006), Statistics in Medicine 25, 4334-4344 (change from baseline and analysis of covariance).
White (1980), Econometrica 48, 817-838 (HC0). MacKinnon & White (1985), Journal of Econometrics 29, 305-325 (HC2, HC3).
Lin (2013), Annals of Applied Statistics 7, 295-318 (arm by covariate with robust errors).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from analysis.estimators.arrays import FloatArray
from analysis.estimators.descriptive import compute_mean, compute_standard_deviation
from analysis.estimators.design import (
    Covariate,
    Design,
    build_design,
    covariate_columns,
    require_full_rank,
)
from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError

__all__ = [
    "AncovaFit",
    "ArmCount",
    "CovarianceKind",
    "Covariate",
    "Sample",
    "adjusted_mean_row",
    "covariance_of",
    "covariate_columns",
    "estimate_ancova",
    "fit_ancova",
]
MINIMUM_PER_ARM = 2


class CovarianceKind(StrEnum):
    """How the covariance of the coefficients is estimated."""

    CLASSICAL = "classical"
    HC0 = "HC0"
    HC2 = "HC2"
    HC3 = "HC3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Complete cases of one analysis; every tuple in the same order of participants."""

    outcome_name: str
    outcome: tuple[float, ...]
    arm: tuple[str, ...]
    covariates: tuple[Covariate, ...] = ()
    interactions: tuple[str, ...] = ()
    """Names of covariates whose effect may differ between arms."""

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
class AncovaFit:
    """A fitted model, asked for estimates."""

    formula: str
    coefficients: FloatArray
    covariance: FloatArray
    """Classical; `covariance_of` has the robust ones."""
    residuals: FloatArray
    df: int
    design: Design
    sample: Sample
    arms: tuple[ArmCount, ...]


def fit_ancova(sample: Sample, arms: Sequence[ArmCount]) -> AncovaFit:
    """Fit the linear model of the outcome on arm and covariates.

    `NotEstimableError` says why not, if an arm has too few participants, the design is singular, or the outcome does not vary.
    """
    from statsmodels.regression.linear_model import OLS

    _check_arms(sample, arms)
    names = tuple(arm.arm for arm in arms)
    design = build_design(sample.arm, names, sample.covariates, sample.interactions)
    outcome = np.asarray(sample.outcome, dtype=np.float64)
    _check_design(design, outcome)
    model: Any = OLS(outcome, design.matrix).fit()
    _check_residuals(model, outcome)
    return AncovaFit(
        formula=_formula(sample, design),
        coefficients=np.asarray(model.params),
        covariance=np.asarray(model.cov_params()),
        residuals=np.asarray(model.resid),
        df=int(model.df_resid),
        design=design,
        sample=sample,
        arms=tuple(arms),
    )


def estimate_ancova(
    fit: AncovaFit, contrast: Contrast, kind: CovarianceKind, *, confidence_level: float
) -> Estimate:
    """Estimate the difference in adjusted means between two arms.

    `NotEstimableError` says why not, if HC2 or HC3 is asked for and one participant alone determines a coefficient.
    """
    row = adjusted_mean_row(fit, contrast.first) - adjusted_mean_row(fit, contrast.second)
    covariance = covariance_of(fit, kind)
    estimate, error = _linear(fit, row, covariance)
    return Estimate(
        estimate=estimate,
        standard_error=error,
        df=float(fit.df),
        interval=t_interval(estimate, error, fit.df, confidence_level),
        p=two_sided_p(estimate / error, fit.df),
        arms=tuple(_arm_estimate(fit, arm, covariance, confidence_level) for arm in fit.arms),
        model=f"{fit.formula}; {kind.value} standard errors",
        comment=_comment(fit.design),
    )


def _check_arms(sample: Sample, arms: Sequence[ArmCount]) -> None:
    for arm in arms:
        analysed = len(sample.of_arm(arm.arm))
        if analysed < MINIMUM_PER_ARM:
            message = f"{arm.label} has {analysed} participants with complete data; at least {MINIMUM_PER_ARM} are needed"
            raise NotEstimableError(message)


def _check_design(design: Design, outcome: FloatArray) -> None:
    require_full_rank(design)
    if not np.isfinite(outcome).all():
        raise NotEstimableError("the outcome has missing or infinite values")
    if np.ptp(outcome) == 0:
        raise NotEstimableError("the outcome has the same value in every participant")


def _check_residuals(model: Any, outcome: FloatArray) -> None:  # noqa: ANN401 - statsmodels ships no types
    if float(model.ssr) <= 1e-18 * float(np.sum(outcome**2)):
        raise NotEstimableError(
            "the model fits every value exactly, so there is no residual variance"
        )


def covariance_of(fit: AncovaFit, kind: CovarianceKind) -> FloatArray:
    """Return the covariance of the coefficients.

    Raises
    ------
    NotEstimableError
        If HC2 or HC3 is asked for and one participant alone determines a coefficient.
    """
    if kind is CovarianceKind.CLASSICAL:
        return fit.covariance
    from statsmodels.regression.linear_model import OLS

    model: Any = OLS(np.asarray(fit.sample.outcome, dtype=np.float64), fit.design.matrix).fit()
    leverage = np.asarray(model.get_influence().hat_matrix_diag)
    if kind is not CovarianceKind.HC0 and np.any(leverage > 1 - 1e-10):
        raise NotEstimableError(
            f"one participant alone determines a coefficient, so {kind.value} does not exist"
        )
    return np.asarray(getattr(model, f"cov_{kind.value}"))


def adjusted_mean_row(fit: AncovaFit, arm: str) -> FloatArray:
    """Return the weights of the coefficients in the adjusted mean of an arm: every participant as if in that arm."""
    everyone = (arm,) * len(fit.sample.arm)
    names = tuple(count.arm for count in fit.arms)
    design = build_design(everyone, names, fit.sample.covariates, fit.sample.interactions)
    return np.asarray(design.matrix.mean(axis=0))


def _linear(fit: AncovaFit, row: FloatArray, covariance: FloatArray) -> tuple[float, float]:
    variance = float(row @ covariance @ row)
    if not variance > 0:
        raise NotEstimableError("the residuals leave nothing to judge the adjusted means by")
    return float(row @ fit.coefficients), variance**0.5


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


def _formula(sample: Sample, design: Design) -> str:
    kept = [c.name for c in sample.covariates if c.name not in design.dropped]
    products = [f"arm:{name}" for name in sample.interactions if name in kept]
    terms = " + ".join(["arm", *kept, *products])
    return f"{sample.outcome_name} ~ {terms}; ordinary least squares"


def _comment(design: Design) -> str:
    if not design.dropped:
        return ""
    return f"Left out of the model because it does not vary: {', '.join(design.dropped)}."
