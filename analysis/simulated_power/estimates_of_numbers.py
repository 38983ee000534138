"""Estimators of one number for each participant, applied to the table of one simulated trial."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from analysis.estimators.ancova import CovarianceKind, estimate_ancova, fit_ancova
from analysis.estimators.ancova_frame import AncovaColumns, ancova_data
from analysis.estimators.clinical_change import ChangeClass, Measurement, classify_change
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.donors import DonorColumns, compare_with_donors_of_frame
from analysis.estimators.equivalence import Better
from analysis.estimators.frame import Comparison
from analysis.estimators.proportions import Share
from analysis.estimators.rank import RankDistribution, estimate_shift
from analysis.estimators.rerandomization import Redraw, compare_frame_by_rerandomization
from analysis.estimators.subgroup_frame import compare_subgroups_of_frame
from analysis.estimators.two_means import (
    VarianceAssumption,
    estimate_difference_in_means,
    samples_of_frame,
)
from analysis.estimators.two_proportions import DifferenceInterval, estimate_difference
from analysis.results import Contrast
from analysis.simulated_power.finding import Finding, finding
from analysis.simulated_power.numeric_outcomes import BeforeAndAfter

if TYPE_CHECKING:
    import pandas as pd

    from analysis.simulated_power.world import World

ARMS = Comparison(column="arm", first="first", second="second")
CONTRAST = Contrast(first="first", second="second", label="first − second")
REDRAWS = 999


def by_t_test(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: Student's t test, without the baseline."""
    samples = samples_of_frame(table, "outcome", ARMS)
    found = estimate_difference_in_means(samples, VarianceAssumption.EQUAL, confidence_level=level)
    return finding(found)


def by_welch(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: Welch's t test, without the baseline."""
    samples = samples_of_frame(table, "outcome", ARMS)
    found = estimate_difference_in_means(
        samples, VarianceAssumption.UNEQUAL, confidence_level=level
    )
    return finding(found)


def by_ranks(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: Hodges and Lehmann's shift, claimed by the rank test."""
    samples = samples_of_frame(table, "outcome", ARMS)
    return finding(
        estimate_shift(samples, RankDistribution.NORMAL_CONTINUITY, confidence_level=level)
    )


def by_ancova(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: analysis of covariance on the baseline."""
    columns = AncovaColumns(
        outcome="outcome", arm="arm", arms=("second", "first"), covariates=("baseline",)
    )
    data = ancova_data(table, columns)
    fit = fit_ancova(data.sample, data.arms)
    return finding(estimate_ancova(fit, CONTRAST, CovarianceKind.CLASSICAL, confidence_level=level))


def by_equivalence(world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: analysis of covariance with the interval of two one-sided tests."""
    return by_ancova(world, table, 2 * level - 1)


def by_clustered_ancova(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: analysis of covariance with CR2 standard errors over therapists or groups."""
    columns = AncovaColumns(
        outcome="outcome",
        arm="arm",
        arms=("second", "first"),
        covariates=("baseline",),
        cluster="cluster",
    )
    data = ancova_data(table, columns)
    found = estimate_clustered_ancova(
        fit_ancova(data.sample, data.arms),
        CONTRAST,
        data.clusters,
        ClusterCovariance.CR2,
        confidence_level=level,
    )
    return finding(found)


def by_redrawing(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: re-randomization test of the means, 999 allocations."""
    seen = table.loc[table["outcome"].notna()].reset_index(drop=True)
    arms = seen["arm"].to_numpy()
    generator = np.random.Generator(np.random.PCG64(int(table["seed"].iloc[0])))
    found = compare_frame_by_rerandomization(
        seen,
        "outcome",
        ARMS,
        Redraw(draw=lambda draw: draw.permutation(arms).tolist(), draws=REDRAWS),
        generator=generator,
        confidence_level=level,
    )
    return finding(found.effect)


def by_interaction(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: difference of the effects in two subgroups."""
    columns = AncovaColumns(
        outcome="outcome", arm="arm", arms=("second", "first"), covariates=("baseline",)
    )
    found = compare_subgroups_of_frame(
        table, columns, "subgroup", CovarianceKind.CLASSICAL, confidence_level=level
    )
    effects = {one.name: one.own for one in found.compared.subgroups}
    first, second = (effects[name] for name in sorted(effects))
    if first.estimate is None or second.estimate is None:
        return Finding()
    gap = first.estimate - second.estimate
    error = float(np.hypot(first.standard_error or np.nan, second.standard_error or np.nan))
    half = float(ndtri((1 + level) / 2)) * error
    return Finding(
        estimate=gap,
        standard_error=error,
        lower=gap - half,
        upper=gap + half,
        p=found.compared.p_interaction,
    )


def by_reliable_change(world: BeforeAndAfter, table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: difference of the shares that improve reliably, Miettinen and Nurminen's interval."""
    seen = table.loc[table["post"].notna()]
    changes = classify_change(
        seen["pre"].tolist(),
        seen["post"].tolist(),
        Measurement(
            standard_deviation=world.standard_deviation,
            reliability=world.reliability,
            better=Better.LOWER,
        ),
        0.0,
    )
    better = np.asarray(
        [one.change in {ChangeClass.RECOVERED, ChangeClass.IMPROVED} for one in changes]
    )
    arms = seen["arm"].to_numpy()
    first, second = (
        Share(arm=arm, label=arm, events=int(better[arms == arm].sum()), n=int((arms == arm).sum()))
        for arm in (ARMS.first, ARMS.second)
    )
    kind = DifferenceInterval.MIETTINEN_NURMINEN
    return finding(estimate_difference(first, second, kind, confidence_level=level))


def by_donors(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: paired difference of donors and listeners."""
    columns = DonorColumns(outcome="outcome", comparison=ARMS, donor="donor")
    return finding(
        compare_with_donors_of_frame(table, columns, confidence_level=level).mean_difference
    )
