"""Several arms compared with one control, simultaneously (Dunnett), also with covariates: exact multivariate t.

Adjusted p of a comparison: the probability that the largest of all |t| is at least as large when no arm differs. Simultaneous intervals use
the matching quantile. Each agrees with its adjusted p: the interval leaves 0 out exactly when p < 1 − level.

Own code: `scipy.stats.dunnett` takes no covariates; emmeans' default `dunnettx` is an approximation (leprosy data .1438, exact .1397).

References
----------
Dunnett (1955), JASA 50, 1096-1121. Hothorn, Bretz & Westfall (2008), Biometrical Journal 50, 346-363.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.ancova import AncovaFit, CovarianceKind, adjusted_mean_row, covariance_of
from analysis.estimators.arrays import FloatArray
from analysis.estimators.effect import ArmSize, Effect
from analysis.estimators.multivariate_t import probability_within
from analysis.results import Interval, NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyToOne:
    """Comparisons of every arm with the control and the quantile they share."""

    effects: tuple[Effect, ...]
    quantile: float
    """Critical value of |t| for all comparisons together."""
    df: float


def compare_with_control(
    fit: AncovaFit, control: str, kind: CovarianceKind, *, confidence_level: float
) -> ManyToOne:
    """Compare every arm with the control, adjusted for the number of comparisons.

    Raises
    ------
    NotEstimableError
        If the control is no arm of the fit.
    """
    names = tuple(count.arm for count in fit.arms)
    if control not in names:
        raise NotEstimableError(f"there is no arm {control}; there is {', '.join(names)}")
    others = tuple(count for count in fit.arms if count.arm != control)
    reference = adjusted_mean_row(fit, control)
    rows = np.array([adjusted_mean_row(fit, count.arm) - reference for count in others])
    estimates = rows @ fit.coefficients
    spread = rows @ covariance_of(fit, kind) @ rows.T
    errors = np.sqrt(np.diag(spread))
    correlation = spread / np.outer(errors, errors)
    quantile = simultaneous_quantile(correlation, float(fit.df), confidence_level)
    effects = tuple(
        Effect(
            quantity=f"difference in adjusted means, {count.label} − {control}",
            method=f"{fit.formula}; {kind.value} standard errors; Dunnett, exact multivariate t",
            arms=tuple(ArmSize(arm=n, n=len(fit.sample.of_arm(n))) for n in (count.arm, control)),
            estimate=float(estimate),
            standard_error=float(error),
            df=float(fit.df),
            statistic=float(estimate / error),
            interval=Interval(
                lower=float(estimate - quantile * error),
                upper=float(estimate + quantile * error),
                level=confidence_level,
            ),
            p=adjusted_p(float(estimate / error), correlation, float(fit.df)),
        )
        for count, estimate, error in zip(others, estimates, errors, strict=True)
    )
    return ManyToOne(effects=effects, quantile=quantile, df=float(fit.df))


def adjusted_p(statistic: float, correlation: FloatArray, df: float) -> float:
    """Return P(max |T| >= |statistic|) of correlated t statistics."""
    if statistic == 0:
        return 1.0
    return max(0.0, 1 - probability_within(abs(statistic), correlation, df))


def simultaneous_quantile(correlation: FloatArray, df: float, level: float) -> float:
    """Return c with P(max |T| < c) = level.

    Examples
    --------
    >>> round(simultaneous_quantile(np.eye(1), 10.0, 0.95), 4)
    2.2281
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    return float(
        brentq(lambda c: 1 - level - adjusted_p(c, correlation, df), 0.1, 60.0, xtol=1e-10)
    )
