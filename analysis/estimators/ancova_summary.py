"""Everything of one analysis of covariance at once: coefficients, adjusted means, differences from the reference arm, joint tests.

One call from a data frame with one row a participant; the parts are those of ancova.py, cluster_robust.py, dunnett.py and ancova_tests.py.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    adjusted_mean_row,
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
    covariate_row,
)
from analysis.estimators.arrays import FloatArray
from analysis.estimators.cluster_robust import (
    ClusterCovariance,
    ClusteredRow,
    estimate_clustered_ancova,
    estimate_clustered_row,
)
from analysis.estimators.dunnett import compare_with_control
from analysis.estimators.effect import Effect, arm_sizes
from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


SMALLEST_ERROR = 1e-9
"""Of the coefficient; a smaller error is rounding."""


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
    standard_error: float | None
    """None, with the three below: the clusters say nothing about it, e.g. the coefficient of a cluster itself."""
    df: float | None
    t: float | None
    p: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaSummary:
    """What one analysis of covariance says."""

    fit: AncovaFit
    standard_errors: str
    """``classical``, ``HC3``, ... or, over clusters, ``CR2``."""
    coefficients: tuple[Coefficient, ...]
    means: tuple[ArmEstimate, ...]
    """Adjusted means, the reference arm first."""
    mean_df: tuple[float, ...]
    """Degrees of freedom of each adjusted mean."""
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

    With a cluster column everything has bias-reduced cluster-robust errors (CR2), and degrees of freedom of its own; there is then no
    joint test of more than two arms.

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
    plain = estimate_ancova(fit, _contrasts(columns)[0], kind, confidence_level=confidence_level)
    clusters = data.clusters if columns.cluster is not None else None
    judge = _Judge(fit=fit, kind=kind, clusters=clusters)
    rows = [adjusted_mean_row(fit, mean.arm) for mean in plain.arms]
    found = [judge.row(row) for row in rows]
    return AncovaSummary(
        fit=fit,
        standard_errors=kind.value if clusters is None else ClusterCovariance.CR2.value,
        coefficients=_coefficients(judge, columns.arm),
        means=tuple(
            _with_errors(mean, one, confidence_level)
            for mean, one in zip(plain.arms, found, strict=True)
        ),
        mean_df=tuple(one.df for one in found),
        differences=_differences(data, fit, columns, kind, simultaneous, confidence_level),
        tests=_tests(fit, kind) if clusters is None else _clustered_tests(judge),
        comment=" ".join(part for part in (data.comment, plain.comment) if part),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judge:
    """How linear combinations of the coefficients get their errors."""

    fit: AncovaFit
    kind: CovarianceKind
    clusters: tuple[str, ...] | None

    def row(self, row: FloatArray) -> ClusteredRow:
        if self.clusters is not None:
            return estimate_clustered_row(self.fit, row, self.clusters, ClusterCovariance.CR2)
        variance = float(row @ covariance_of(self.fit, self.kind) @ row)
        return ClusteredRow(
            estimate=float(row @ self.fit.coefficients),
            standard_error=float(np.sqrt(variance)),
            df=float(self.fit.df),
        )


def _with_errors(mean: ArmEstimate, found: ClusteredRow, level: float) -> ArmEstimate:
    return replace(
        mean,
        adjusted_standard_error=found.standard_error,
        interval=t_interval(found.estimate, found.standard_error, found.df, level),
    )


def _clustered_tests(judge: _Judge) -> tuple[JointTest, ...]:
    fit = judge.fit
    rows = {
        c.name: covariate_row(fit, c)
        for c in fit.sample.covariates
        if not c.is_factor and c.name not in fit.design.dropped
    }
    if len(fit.arms) == 2:
        first, second = (adjusted_mean_row(fit, count.arm) for count in fit.arms)
        rows = {"arm": second - first, **rows}
    return tuple(_one_row_test(term, judge.row(row)) for term, row in rows.items())


def _one_row_test(term: str, found: ClusteredRow) -> JointTest:
    t = found.estimate / found.standard_error
    return JointTest(
        term=term,
        statistic=t**2,
        numerator_df=1,
        denominator_df=found.df,
        p=two_sided_p(t, found.df),
        method="t test, squared; CR2 covariance",
    )


def _contrasts(columns: AncovaColumns) -> tuple[Contrast, ...]:
    reference, *others = columns.arms
    return tuple(
        Contrast(first=arm, second=reference, label=f"{arm} − {reference}") for arm in others
    )


def _coefficients(judge: _Judge, arm: str) -> tuple[Coefficient, ...]:
    columns = judge.fit.design.columns
    found = [judge.row(row) for row in np.eye(len(columns))]
    return tuple(
        _coefficient(_as_in_r(name, arm), one) for name, one in zip(columns, found, strict=True)
    )


def _coefficient(name: str, found: ClusteredRow) -> Coefficient:
    if not (found.df > 0 and found.standard_error > SMALLEST_ERROR * abs(found.estimate)):
        return Coefficient(
            name=name, estimate=found.estimate, standard_error=None, df=None, t=None, p=None
        )
    t = found.estimate / found.standard_error
    return Coefficient(
        name=name,
        estimate=found.estimate,
        standard_error=found.standard_error,
        df=found.df,
        t=t,
        p=two_sided_p(t, found.df),
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
