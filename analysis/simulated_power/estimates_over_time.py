"""Estimators of repeated outcomes and of what happened on the way, applied to the table of one simulated trial."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.complier_effect import (
    ComplierCovariance,
    UptakeColumns,
    estimate_complier_effect_of_frame,
)
from analysis.estimators.crossover import CrossoverColumns, estimate_crossover, two_by_two
from analysis.estimators.crossover_many_periods import (
    CarryOver,
    PeriodColumns,
    estimate_treatments,
    period_records,
)
from analysis.estimators.dose_response import dose_outcomes, estimate_dose_response
from analysis.estimators.frame import Comparison
from analysis.estimators.mediation import (
    MediationColumns,
    PathVariance,
    ProductError,
    estimate_mediation,
    mediation_data,
)
from analysis.estimators.session_course import (
    RandomEffects,
    SessionColumns,
    SessionCourse,
    estimate_session_course,
    session_outcomes,
)
from analysis.missing_data.analysis_step import Quantity
from analysis.missing_data.frame import EventStrategy, ImputationColumns
from analysis.missing_data.imputation import ImputationPlan, Jackknife, RubinsRules
from analysis.missing_data.impute import impute
from analysis.missing_data.posterior import Chain
from analysis.missing_data.strategies import ImputationStrategy
from analysis.operating_characteristics.each_trial import SimulatedTrial
from analysis.operating_characteristics.mixed_model import MixedModelAtLastVisit
from analysis.simulated_power.estimates_of_numbers import by_ancova
from analysis.simulated_power.finding import Finding, finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.simulated_power.world import World

ARMS = Comparison(column="arm", first="first", second="second")
IMPUTATIONS = 50
MONTE_CARLO_DRAWS = 10_000


def by_mixed_model(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: mixed model for repeated measures, unstructured, Kenward-Roger, at the last visit."""
    visits = int(table["visit"].max())
    once = table.iloc[::visits]
    found = MixedModelAtLastVisit(confidence_level=level)(
        SimulatedTrial(
            is_first_arm=(once["arm"] == ARMS.first).to_numpy().astype(np.int64),
            baseline=once["baseline"].to_numpy(),
            outcomes=table["outcome"].to_numpy().reshape(-1, visits),
            cluster=once["cluster"].to_numpy(),
        )
    )
    return Finding(
        estimate=found.estimate,
        standard_error=found.standard_error,
        lower=found.lower,
        upper=found.upper,
    )


def by_imputation_at_random(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: multiple imputation at random, 50 draws, Rubin's rules."""
    return _by_imputation(table, ImputationStrategy.MISSING_AT_RANDOM, _rubin(level), level)


def by_jump_to_reference(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: jump to reference, 50 draws, Rubin's rules."""
    return _by_imputation(table, ImputationStrategy.JUMP_TO_REFERENCE, _rubin(level), level)


def by_copy_reference(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: copy reference, 50 draws, Rubin's rules."""
    return _by_imputation(table, ImputationStrategy.COPY_REFERENCE, _rubin(level), level)


def by_copy_increments(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: copy increments in reference, 50 draws, Rubin's rules."""
    strategy = ImputationStrategy.COPY_INCREMENTS_IN_REFERENCE
    return _by_imputation(table, strategy, _rubin(level), level)


def by_jackknifed_jump(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: jump to reference, conditional means, jackknife."""
    plan = ImputationPlan(variance=Jackknife(), confidence_level=level)
    return _by_imputation(table, ImputationStrategy.JUMP_TO_REFERENCE, plan, level)


def by_session_course(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: all sessions in one model, the difference at the middle one."""
    return finding(_session_course(table, level).at_middle)


def by_session_slope(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: all sessions in one model, the change of the difference from session to session."""
    return finding(_session_course(table, level).per_session)


def by_session_means(world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: analysis of covariance of each participant's mean over the sessions attended."""
    means = table.groupby("participant", as_index=False).agg(
        {"arm": "first", "cluster": "first", "baseline": "first", "outcome": "mean"}
    )
    return by_ancova(world, means, level)


def by_crossover(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: two treatments in two periods."""
    columns = CrossoverColumns(
        outcome="outcome",
        participant="participant",
        period="period",
        treatment="treatment",
        first=ARMS.first,
        second=ARMS.second,
    )
    read = two_by_two(table, columns)
    return finding(estimate_crossover(read, confidence_level=level).treatment)


def by_many_periods(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: several treatments in several periods: the first against the last."""
    columns = PeriodColumns(
        outcome="outcome", participant="participant", period="period", treatment="treatment"
    )
    seen = table.loc[table["outcome"].notna()]
    found = estimate_treatments(
        period_records(seen, columns),
        str(table["treatment"].max()),
        CarryOver.LEFT_OUT,
        confidence_level=level,
    )
    return finding(found.effects[0])


def by_two_stages(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: complier average causal effect by two-stage least squares, with the baseline."""
    columns = UptakeColumns(
        outcome="outcome", assigned="assigned", received="received", covariates=("baseline",)
    )
    found = estimate_complier_effect_of_frame(
        table, columns, ComplierCovariance.HC1, confidence_level=level
    )
    return finding(found.effect)


def by_dose_contrasts(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: multiple contrast test of the doses; the effect of the largest dose by the shape that fits best."""
    found = estimate_dose_response(dose_outcomes(table, "outcome", "dose"), confidence_level=level)
    largest = found.doses[-1]
    if largest.interval is None:
        return Finding()
    return Finding(
        estimate=largest.effect,
        lower=largest.interval.lower,
        upper=largest.interval.upper,
        p=found.p,
    )


def by_mediation(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: indirect effect with its Monte Carlo interval, 10,000 draws."""
    columns = MediationColumns(
        outcome="outcome", mediator="mediator", comparison=ARMS, covariates=("baseline",)
    )
    found = estimate_mediation(
        mediation_data(table, columns),
        PathVariance.LEAST_SQUARES,
        ProductError.SOBEL,
        generator=_generator(table),
        confidence_level=level,
        draws=MONTE_CARLO_DRAWS,
    )
    return finding(replace(found.indirect, interval=found.monte_carlo))


def _session_course(table: "pd.DataFrame", level: float) -> SessionCourse:
    columns = SessionColumns(
        outcome="outcome",
        participant="participant",
        session="session",
        comparison=ARMS,
        covariates=("baseline",),
    )
    data = session_outcomes(table, columns)
    return estimate_session_course(data, RandomEffects.COMPOUND_SYMMETRY, confidence_level=level)


def _by_imputation(
    table: "pd.DataFrame", strategy: ImputationStrategy, plan: ImputationPlan, level: float
) -> Finding:
    columns = ImputationColumns(
        participant="participant",
        visit="visit",
        arm="arm",
        outcome="outcome",
        covariates=("baseline",),
    )
    found = impute(
        table,
        columns,
        EventStrategy(strategy=strategy, reference_arm=ARMS.second),
        replace(plan, confidence_level=level),
        generator=_generator(table),
    )
    visit = found.visits[-1]
    last = next(
        one
        for one in found.estimates
        if one.target.visit == visit and one.target.quantity is Quantity.DIFFERENCE
    )
    return finding(last)


def _rubin(level: float) -> ImputationPlan:
    chain = Chain(draws=IMPUTATIONS)
    return ImputationPlan(variance=RubinsRules(chain=chain), confidence_level=level)


def _generator(table: "pd.DataFrame") -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(int(table["seed"].iloc[0])))
