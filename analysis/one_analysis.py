"""One analysis looked at closely: its results, its residuals, its adjusted means and its tipping curve.

The same functions carry it out as in the whole plan, so that its numbers are the report's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.analyses import analyse
from analysis.estimators.descriptive import compute_mean, mean_interval
from analysis.exploration import explore, explored, planned_analysis
from analysis.figure_data import VisitMean
from analysis.harms import harms_of
from analysis.hypothesis_results import with_decisions
from analysis.imputed_analysis import ImputedAnalysis, impute_one
from analysis.mixed_model_analysis import fit_planned
from analysis.outcome_values import outcome_values, strategy_effect
from analysis.quantities import COMPARE_MEANS
from analysis.residuals import Residuals, derive_residuals
from analysis.results import NotEstimableError, Result
from analysis.roles import ArmColumn, baseline_visit
from analysis.study import Study
from data.records.explorations import Exploration
from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Visit
from protocols.outcomes import Outcome
from protocols.plan_document import AnalysisDefinition, define


@dataclass(frozen=True, kw_only=True, slots=True)
class OneAnalysis:
    """One analysis and what is looked at before it is believed."""

    definition: AnalysisDefinition
    planned: bool
    """False: exploratory."""
    arms: tuple[ArmColumn, ...]
    masked: bool
    simulated: bool
    locked_at: datetime | None
    results: tuple[Result, ...]
    """The promised one first."""
    means: tuple[VisitMean, ...]
    """By arm: observed at baseline, adjusted at the visits of the model; empty where the outcome has no visit."""
    residuals: Residuals | None
    no_residuals: str
    """Why there are none; empty when there are."""
    imputed: tuple[ImputedAnalysis, ...]


def look_at_planned(study: Study, code: str) -> OneAnalysis:
    """Carry out one analysis of the plan.

    Parameters
    ----------
    study : Study
    code : str
        Of the planned analysis.

    Notes
    -----
    `NotEstimableError` if the plan has no analysis of this code.
    """
    planned = planned_analysis(study.protocol, code)
    imputed = _impute(study, planned)
    harms = harms_of(study)
    results = with_decisions(study, harms, analyse(study, harms, planned, imputed))
    return _look_at(study, planned, results, imputed)


def look_at_exploration(study: Study, exploration: Exploration) -> OneAnalysis:
    """Carry out one analysis outside the plan.

    Notes
    -----
    `NotEstimableError` if the plan has no analysis whose data it could take.
    """
    planned = explored(study.protocol, exploration)
    results = explore(study, harms_of(study), exploration)
    return _look_at(study, planned, results, _impute(study, planned))


def _look_at(
    study: Study,
    planned: PlannedAnalysis,
    results: tuple[Result, ...],
    imputed: tuple[ImputedAnalysis, ...],
) -> OneAnalysis:
    residuals, no_residuals = _residuals(study, planned)
    return OneAnalysis(
        definition=define(study.protocol, planned),
        planned=planned in study.protocol.analysis.analyses,
        arms=study.arms,
        masked=study.records.masked,
        simulated=study.records.simulated,
        locked_at=study.records.locked_at,
        results=results,
        means=_means(study, planned, results),
        residuals=residuals,
        no_residuals=no_residuals,
        imputed=imputed,
    )


def _impute(study: Study, planned: PlannedAnalysis) -> tuple[ImputedAnalysis, ...]:
    if planned.imputation is None or not study.contrasts:
        return ()
    return impute_one(study, planned, planned.imputation)


def _residuals(study: Study, planned: PlannedAnalysis) -> tuple[Residuals | None, str]:
    try:
        return derive_residuals(study, planned), ""
    except NotEstimableError as error:
        return None, str(error)


def _means(
    study: Study, planned: PlannedAnalysis, results: Sequence[Result]
) -> tuple[VisitMean, ...]:
    outcome = study.protocol.outcome(planned.outcome)
    own = next((result for result in results if result.is_estimable), None)
    if outcome.visit is None or own is None or planned.estimator not in COMPARE_MEANS:
        return ()
    first = _observed_at_baseline(study, planned, outcome)
    if planned.mixed_model is None:
        return (*first, *_of_result(study.protocol.visit(outcome.visit), own))
    model = fit_planned(study, planned, planned.mixed_model)
    later = [study.protocol.visit(code) for code in model.visits]
    by_visit = {visit.code: _at_visit(visit, outcome, planned, results) for visit in later}
    return (*first, *(mean for visit in later for mean in by_visit[visit.code]))


def _at_visit(
    visit: Visit, outcome: Outcome, planned: PlannedAnalysis, results: Sequence[Result]
) -> tuple[VisitMean, ...]:
    code = planned.code if visit.code == outcome.visit else f"{planned.code}.{visit.code}"
    found = next((r for r in results if r.id == code or r.id.startswith(f"{code}.")), None)
    return () if found is None else _of_result(visit, found)


def _of_result(visit: Visit, result: Result) -> tuple[VisitMean, ...]:
    return tuple(
        VisitMean(
            arm=arm.arm,
            label=arm.label,
            visit=visit.code,
            visit_label=visit.label,
            day=visit.day,
            n=arm.n_analysed,
            mean=arm.mean if arm.adjusted_mean is None else arm.adjusted_mean,
            interval=arm.interval,
            result_id="" if arm.adjusted_mean is None else result.id,
        )
        for arm in result.arms
    )


def _observed_at_baseline(
    study: Study, planned: PlannedAnalysis, outcome: Outcome
) -> tuple[VisitMean, ...]:
    visit = baseline_visit(study.protocol, outcome.questionnaire)
    if visit is None:
        return ()
    baseline = outcome_values(study, outcome, strategy_effect(study, planned)).baseline
    level = study.protocol.analysis.confidence_level
    means = []
    for arm in study.arms:
        values = [value for who, value in baseline.items() if study.arm_of[who] == arm.arm]
        means.append(
            VisitMean(
                arm=arm.arm,
                label=arm.label,
                visit=visit.code,
                visit_label=visit.label,
                day=visit.day,
                n=len(values),
                mean=compute_mean(values),
                interval=mean_interval(values, level),
                result_id="",
            )
        )
    return tuple(means)
