"""Everything of one analysis of covariance at once: coefficients, adjusted means, differences from the reference arm, joint tests.

One call from a data frame with one row a participant; the parts are those of ancova.py, cluster_robust.py, dunnett.py and ancova_tests.py.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    covariance_of,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.ancova_frame import AncovaColumns, AncovaData, ancova_data
from analysis.estimators.ancova_tests import (
    JointTest,
    compare_all_arms,
    compare_slope_with_zero,
    compare_slopes_between_arms,
)
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.dunnett import compare_with_control
from analysis.estimators.effect import Effect, arm_sizes
from analysis.estimators.student_t import two_sided_p
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


class Simultaneous(StrEnum):
    """Whether p values and intervals count for each comparison alone or for all together."""

    EACH_ALONE = "none"
    DUNNETT = "dunnett"


@dataclass(frozen=True, kw_only=True, slots=True)
class Coefficient:
    """One coefficient of the linear model."""

    name: str
    """As in R: ``(Intercept)``, ``armMUSIC``, ``siteB``, ``armMUSIC:baseline``."""
    estimate: float
    standard_error: float
    df: float
    t: float
    p: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaSummary:
    """What one analysis of covariance says."""

    fit: AncovaFit
    kind: CovarianceKind
    coefficients: tuple[Coefficient, ...]
    means: tuple[ArmEstimate, ...]
    """Adjusted means, the reference arm first."""
    differences: tuple[Effect, ...]
    """Every other arm minus the reference arm."""
    tests: tuple[JointTest, ...]
    comment: str


def summarise_ancova(
    frame: "pd.DataFrame",
    columns: AncovaColumns,
    kind: CovarianceKind = CovarianceKind.CLASSICAL,
    simultaneous: Simultaneous = Simultaneous.EACH_ALONE,
    *,
    confidence_level: float = 0.95,
) -> AncovaSummary:
    """Analyse a data frame by covariance.

    With a cluster column, differences have bias-reduced cluster-robust errors (CR2); coefficients, means and tests keep ``kind``.

    Parameters
    ----------
    frame
        One row a participant; rows with a missing value in a column that takes part are left out and counted.
    columns
        Which column plays which part; the first arm is the reference.
    kind
        Covariance of the coefficients.
    simultaneous
        Dunnett's adjustment for several arms, or none.

    Raises
    ------
    NotEstimableError
        If clusters and a simultaneous adjustment are asked for together; what else cannot be estimated says so.
    """
    if columns.cluster is not None and simultaneous is Simultaneous.DUNNETT:
        raise NotEstimableError("Dunnett’s adjustment is not available with clusters; choose one")
    data = ancova_data(frame, columns)
    fit = fit_ancova(data.sample, data.arms)
    estimates = [
        estimate_ancova(fit, contrast, kind, confidence_level=confidence_level)
        for contrast in _contrasts(columns)
    ]
    return AncovaSummary(
        fit=fit,
        kind=kind,
        coefficients=_coefficients(fit, kind, columns.arm),
        means=estimates[0].arms,
        differences=_differences(data, fit, columns, kind, simultaneous, confidence_level),
        tests=_tests(fit, kind),
        comment=" ".join(part for part in (data.comment, estimates[0].comment) if part),
    )


def _contrasts(columns: AncovaColumns) -> tuple[Contrast, ...]:
    reference, *others = columns.arms
    return tuple(
        Contrast(first=arm, second=reference, label=f"{arm} − {reference}") for arm in others
    )


def _coefficients(fit: AncovaFit, kind: CovarianceKind, arm: str) -> tuple[Coefficient, ...]:
    errors = np.sqrt(np.diag(covariance_of(fit, kind)))
    return tuple(
        Coefficient(
            name=_as_in_r(name, arm),
            estimate=float(estimate),
            standard_error=float(error),
            df=float(fit.df),
            t=float(estimate / error),
            p=two_sided_p(float(estimate / error), fit.df),
        )
        for name, estimate, error in zip(fit.design.columns, fit.coefficients, errors, strict=True)
    )


def _as_in_r(column: str, arm: str) -> str:
    if column == "Intercept":
        return "(Intercept)"
    named = re.sub(r"^arm\[", lambda _: f"{arm}[", column)
    return re.sub(r"\[(.*?)\](?=:|$)", r"\1", named)


def _differences(
    data: AncovaData,
    fit: AncovaFit,
    columns: AncovaColumns,
    kind: CovarianceKind,
    simultaneous: Simultaneous,
    level: float,
) -> tuple[Effect, ...]:
    contrasts = _contrasts(columns)
    if simultaneous is Simultaneous.DUNNETT:
        return compare_with_control(fit, columns.arms[0], kind, confidence_level=level).effects
    if columns.cluster is not None:
        return tuple(
            estimate_clustered_ancova(
                fit, contrast, data.clusters, ClusterCovariance.CR2, confidence_level=level
            )
            for contrast in contrasts
        )
    return tuple(
        _effect(fit, contrast, estimate_ancova(fit, contrast, kind, confidence_level=level))
        for contrast in contrasts
    )


def _effect(fit: AncovaFit, contrast: Contrast, found: Estimate) -> Effect:
    estimate, error = found.estimate, found.standard_error
    return Effect(
        quantity=f"difference in adjusted means, {contrast.label}",
        method=found.model,
        arms=arm_sizes(fit.sample.arm),
        estimate=estimate,
        standard_error=error,
        df=found.df,
        statistic=None if estimate is None or error is None else estimate / error,
        interval=found.interval,
        p=found.p,
    )


def _tests(fit: AncovaFit, kind: CovarianceKind) -> tuple[JointTest, ...]:
    kept = [c for c in fit.sample.covariates if c.name not in fit.design.dropped]
    return (
        compare_all_arms(fit, kind),
        *(compare_slope_with_zero(fit, c.name, kind) for c in kept if not c.is_factor),
        *(
            compare_slopes_between_arms(fit, c.name, kind)
            for c in kept
            if c.name in fit.sample.interactions
        ),
    )
