"""One call from a plain table to estimates with the missing values imputed as planned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.missing_data.analysis_step import AnalysisStep
from analysis.missing_data.ancova_by_visit import AncovaByVisit
from analysis.missing_data.frame import EventStrategy, ImputationColumns, read_outcomes
from analysis.missing_data.imputation import (
    Imputation,
    ImputationPlan,
    estimate_from_imputation,
    impute_outcomes,
)
from analysis.missing_data.pooling import PooledEstimate, VarianceKind
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.missing_data.strategies import ImputationStrategy
from analysis.results import Contrast

NOT_THE_OTHER_VARIANCE = {
    VarianceKind.JACKKNIFE: (
        "Standard errors are by the jackknife: what the estimate varies by over repeated trials. Those of Rubin's "
        "rules would be larger under a reference-based strategy."
    ),
    VarianceKind.RUBIN: (
        "Standard errors are by Rubin's rules. Under a reference-based strategy they are larger than what the estimate "
        "varies by over repeated trials, which the jackknife would give."
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitCount:
    """How many values of an arm at a visit were observed and imputed."""

    arm: str
    visit: str
    observed: int
    imputed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyCount:
    """How many participants have an intercurrent event with a strategy."""

    arm: str
    strategy: ImputationStrategy
    participants: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationResult:
    """Estimates from imputed data, with everything that is needed to judge them."""

    outcome: str
    variance: VarianceKind
    """The variance that was planned; no other is computed."""
    variance_note: str
    reference_arm: str
    visits: tuple[str, ...]
    n_participants: int
    n_datasets: int
    """Completed datasets; for the jackknife one with everyone and one without each participant."""
    counts: tuple[VisitCount, ...]
    strategies: tuple[StrategyCount, ...]
    model: str
    """The imputation model in words."""
    log_likelihood: float
    """Restricted, of the imputation model."""
    gradient_max: float
    """Largest element of the gradient of the log-likelihood; a fit that has not converged is refused."""
    estimates: tuple[PooledEstimate, ...]
    imputation: Imputation
    """The completed datasets, for delta adjustment and further analyses."""


def impute(
    frame: pd.DataFrame,
    columns: ImputationColumns,
    after_event: EventStrategy,
    plan: ImputationPlan,
    *,
    visits: Sequence[str] | None = None,
    step: AnalysisStep | None = None,
    generator: np.random.Generator | None = None,
) -> ImputationResult:
    """Impute an outcome and estimate what the arms differ by at every visit.

    `ColumnError` says in one sentence what of the table cannot be used, `NotEstimableError` what cannot be estimated.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a participant and visit after baseline, e.g. from a CSV file.
    columns : ImputationColumns
        Which column plays which part.
    after_event : EventStrategy
        What stands for values missing after an intercurrent event.
    plan : ImputationPlan
        Imputation model, and jackknife or Rubin's rules.
    visits : sequence of str, optional
        The visits in the order of time; by default in the order of the numbers in their names.
    step : AnalysisStep, optional
        Analysis of the completed datasets; by default an analysis of covariance at every visit, on arm and covariates, that
        compares every arm with the reference arm.
    generator : numpy.random.Generator, optional
        Source of chance for Rubin's rules.

    Returns
    -------
    ImputationResult
        Estimates in the order of the visits.
    """
    outcomes = read_outcomes(frame, columns, after_event, visits)
    imputation = impute_outcomes(outcomes, plan, generator)
    chosen = step or compare_with_reference(outcomes)
    variance = plan.variance.kind
    fit = imputation.fit.fit
    return ImputationResult(
        outcome=outcomes.outcome_name,
        variance=variance,
        variance_note=NOT_THE_OTHER_VARIANCE[variance],
        reference_arm=after_event.reference_arm,
        visits=outcomes.visits,
        n_participants=len(outcomes.participants),
        n_datasets=imputation.completed.count,
        counts=_visit_counts(outcomes),
        strategies=_strategy_counts(outcomes),
        model=_model_in_words(outcomes, plan),
        log_likelihood=fit.log_likelihood,
        gradient_max=fit.gradient_max,
        estimates=estimate_from_imputation(imputation, chosen),
        imputation=imputation,
    )


def compare_with_reference(outcomes: RepeatedOutcomes) -> AncovaByVisit:
    """Return the standard analysis: every arm less the last one, which is the reference arm of a table that was read."""
    *others, reference = outcomes.arms
    return AncovaByVisit(
        contrasts=tuple(
            Contrast(first=arm, second=reference, label=f"{arm} − {reference}") for arm in others
        )
    )


def _visit_counts(outcomes: RepeatedOutcomes) -> tuple[VisitCount, ...]:
    arm = np.asarray(outcomes.arm)
    return tuple(
        VisitCount(
            arm=name,
            visit=visit,
            observed=int(outcomes.observed[arm == name, column].sum()),
            imputed=int((~outcomes.observed[arm == name, column]).sum()),
        )
        for column, visit in enumerate(outcomes.visits)
        for name in outcomes.arms
    )


def _strategy_counts(outcomes: RepeatedOutcomes) -> tuple[StrategyCount, ...]:
    pairs = list(zip(outcomes.arm, outcomes.interruptions, strict=True))
    counts = (
        StrategyCount(
            arm=arm,
            strategy=strategy,
            participants=sum(
                own == arm and event is not None and event.strategy is strategy
                for own, event in pairs
            ),
        )
        for arm in outcomes.arms
        for strategy in ImputationStrategy
    )
    return tuple(count for count in counts if count.participants)


def _model_in_words(outcomes: RepeatedOutcomes, plan: ImputationPlan) -> str:
    terms = ["arm * visit"]
    terms += [
        name if name in plan.constant_effects else f"{name} * visit"
        for name in (covariate.name for covariate in outcomes.covariates)
    ]
    return (
        f"{outcomes.outcome_name} ~ {' + '.join(terms)}; unstructured covariance over {len(outcomes.visits)} visits, "
        f"{plan.sharing.value}; restricted maximum likelihood"
    )
