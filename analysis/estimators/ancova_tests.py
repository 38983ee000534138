"""Joint tests of an analysis of covariance: are all arms equal, does a covariate matter, does its effect differ between arms.

Each is an F test of linear combinations of coefficients, at the covariate means and averaged over arms with equal weights, which is what
emmeans' `joint_tests` and SAS' type III tests give for models with one arm factor.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    Covariate,
    adjusted_mean_row,
    covariance_of,
)
from analysis.estimators.arrays import FloatArray
from analysis.estimators.design import build_design
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class JointTest:
    """An F test of several differences at once."""

    term: str
    statistic: float
    numerator_df: int
    denominator_df: float
    p: float
    method: str


def compare_all_arms(fit: AncovaFit, kind: CovarianceKind) -> JointTest:
    """Test that all arms have the same adjusted mean."""
    reference, *others = (adjusted_mean_row(fit, count.arm) for count in fit.arms)
    return _joint(fit, kind, "arm", np.array([row - reference for row in others]))


def compare_slope_with_zero(fit: AncovaFit, covariate: str, kind: CovarianceKind) -> JointTest:
    """Test that a numeric covariate has no effect, averaged over arms.

    Raises
    ------
    NotEstimableError
        If the model has no numeric covariate of this name that varies.
    """
    found = [c for c in fit.sample.covariates if c.name == covariate and not c.is_factor]
    if not found or covariate in fit.design.dropped:
        raise NotEstimableError(f"the model has no numeric covariate {covariate} that varies")
    return _joint(fit, kind, covariate, covariate_row(fit, found[0])[None, :])


def covariate_row(fit: AncovaFit, covariate: Covariate) -> FloatArray:
    """Return the weights of the coefficients in the effect of a numeric covariate, averaged over arms."""
    rows = [_slope_row(fit, count.arm, covariate) for count in fit.arms]
    return np.asarray(np.mean(rows, axis=0))


def compare_slopes_between_arms(fit: AncovaFit, covariate: str, kind: CovarianceKind) -> JointTest:
    """Test that the effect of a covariate is the same in every arm.

    Raises
    ------
    NotEstimableError
        If the model has no product of arm and this covariate.
    """
    if covariate not in fit.sample.interactions or covariate in fit.design.dropped:
        raise NotEstimableError(f"the model has no product of arm and {covariate}")
    names = (covariate, f"{covariate}[")
    chosen = [
        index
        for index, column in enumerate(fit.design.columns)
        if column.startswith("arm[")
        and "]:" in column
        and (
            column.partition("]:")[2] == names[0] or column.partition("]:")[2].startswith(names[1])
        )
    ]
    return _joint(fit, kind, f"arm:{covariate}", np.eye(len(fit.coefficients))[chosen])


def _slope_row(fit: AncovaFit, arm: str, covariate: Covariate) -> FloatArray:
    raised = tuple(
        replace(c, values=tuple(np.asarray(c.values, dtype=np.float64) + 1))
        if c.name == covariate.name
        else c
        for c in fit.sample.covariates
    )
    everyone = (arm,) * len(fit.sample.arm)
    names = tuple(count.arm for count in fit.arms)
    moved = build_design(everyone, names, raised, fit.sample.interactions).matrix.mean(axis=0)
    return np.asarray(moved - adjusted_mean_row(fit, arm))


def _joint(fit: AncovaFit, kind: CovarianceKind, term: str, rows: FloatArray) -> JointTest:
    from scipy.stats import f as f_distribution

    values = rows @ fit.coefficients
    spread = rows @ covariance_of(fit, kind) @ rows.T
    statistic = float(values @ np.linalg.solve(spread, values)) / len(rows)
    return JointTest(
        term=term,
        statistic=statistic,
        numerator_df=len(rows),
        denominator_df=float(fit.df),
        p=float(f_distribution.sf(statistic, len(rows), fit.df)),
        method=f"F test, {kind.value} covariance",
    )
