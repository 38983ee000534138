r"""Subgroups: the effect in each, the test that effects differ, and the effects shrunk towards their mean.

Effects of disjoint subgroups are independent. Interaction: Cochran's Q = Σ w (d − d̄)² on k − 1 degrees of freedom, w = 1/s². The heterogeneity τ² is
Paule and Mandel's; each effect is then an average of its own estimate and the overall mean, with weight τ² / (τ² + s²) on its own:
what looks striking in a small subgroup is mostly chance. With τ² = 0 all subgroups get the overall effect. Intervals of shrunken effects include the uncertainty
of the mean, not that of τ².

A subgroup effect is credible when the subgroup was named before unblinding, the interaction is tested, and few were looked at.

References
----------
Paule & Mandel (1982), Journal of Research of the National Bureau of Standards 87, 377-385. Jones et al. (2011), Clinical Trials 8, 129-143 (shrinkage).
Sun et al. (2010), BMJ 340, c117 (credibility). Wang et al. (2007), NEJM 357, 2189-2194.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from analysis.estimators.arrays import FloatArray
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class SubgroupEffect:
    """Effect in one subgroup, on a scale where the interval is symmetric (of a ratio: its logarithm)."""

    name: str
    estimate: float
    standard_error: float
    arms: tuple[ArmSize, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ShrunkenSubgroup:
    """One subgroup before and after shrinkage."""

    name: str
    own: Effect
    shrunken: Effect
    weight_on_own: float
    """0: the overall effect; 1: its own estimate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subgroups:
    """All subgroups of one factor."""

    subgroups: tuple[ShrunkenSubgroup, ...]
    overall: Effect
    interaction_statistic: float
    interaction_df: int
    p_interaction: float
    heterogeneity: float
    """τ, in the unit of the effects."""


def compare_subgroups(effects: Sequence[SubgroupEffect], *, confidence_level: float) -> Subgroups:
    """Test the interaction and shrink the effects.

    Raises
    ------
    NotEstimableError
        If there are fewer than 2 subgroups or a standard error is not positive.
    """
    if len(effects) < 2:
        raise NotEstimableError(f"{len(effects)} subgroup has an effect; at least 2 are needed")
    bad = [effect.name for effect in effects if not 0 < effect.standard_error < np.inf]
    if bad:
        raise NotEstimableError(f"the effect in {bad[0]} has no standard error")
    values = np.array([effect.estimate for effect in effects])
    variances = np.array([effect.standard_error**2 for effect in effects])
    q = _spread(values, variances, 0.0)
    heterogeneity = _paule_mandel(values, variances)
    weights = 1 / (variances + heterogeneity)
    mean, mean_variance = float(weights @ values / weights.sum()), float(1 / weights.sum())
    df = len(effects) - 1
    return Subgroups(
        subgroups=tuple(
            _shrunken(effect, heterogeneity, mean, mean_variance, confidence_level)
            for effect in effects
        ),
        overall=normal_effect(
            Named(
                quantity="overall effect",
                method="random effects over subgroups, Paule–Mandel heterogeneity",
                arms=(),
            ),
            estimate=mean,
            standard_error=float(np.sqrt(mean_variance)),
            confidence_level=confidence_level,
        ),
        interaction_statistic=q,
        interaction_df=df,
        p_interaction=float(chdtrc(df, q)),
        heterogeneity=float(np.sqrt(heterogeneity)),
    )


def _shrunken(
    effect: SubgroupEffect, heterogeneity: float, mean: float, mean_variance: float, level: float
) -> ShrunkenSubgroup:
    own_variance = effect.standard_error**2
    weight = heterogeneity / (heterogeneity + own_variance)
    variance = weight * own_variance + (1 - weight) ** 2 * mean_variance
    return ShrunkenSubgroup(
        name=effect.name,
        own=normal_effect(
            Named(quantity=f"effect in {effect.name}", method="as estimated", arms=effect.arms),
            estimate=effect.estimate,
            standard_error=effect.standard_error,
            confidence_level=level,
        ),
        shrunken=normal_effect(
            Named(
                quantity=f"effect in {effect.name}",
                method="shrunk towards the mean of all subgroups (empirical Bayes)",
                arms=effect.arms,
            ),
            estimate=weight * effect.estimate + (1 - weight) * mean,
            standard_error=float(np.sqrt(variance)),
            confidence_level=level,
        ),
        weight_on_own=weight,
    )


def _spread(values: FloatArray, variances: FloatArray, heterogeneity: float) -> float:
    weights = 1 / (variances + heterogeneity)
    mean = weights @ values / weights.sum()
    return float(weights @ (values - mean) ** 2)


def _paule_mandel(values: FloatArray, variances: FloatArray) -> float:
    """Return τ² at which the spread equals its degrees of freedom; 0 if it is smaller from the start."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    df = len(values) - 1
    if _spread(values, variances, 0.0) <= df:
        return 0.0
    high = float(np.ptp(values) ** 2 + variances.max())
    return float(brentq(lambda t: _spread(values, variances, t) - df, 0.0, high, xtol=1e-14 * high))
