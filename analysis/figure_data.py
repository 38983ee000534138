"""What the figures show, as numbers: computed here, only drawn by ``reports/figures.py``."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.datasets import SessionRating, parameter_code
from analysis.estimators.descriptive import Summary, compute_mean, mean_interval, summarize
from analysis.results import Interval, Result
from analysis.roles import ArmColumn, measured_visits
from analysis.study import Study
from protocols.analysis_plan import AnalysisSet, Estimator
from protocols.design import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitMean:
    """The mean of the primary variable in one arm at one visit."""

    arm: str
    label: str
    visit: str
    visit_label: str
    day: int
    n: int
    mean: float | None
    interval: Interval | None
    result_id: str
    """Result that the adjusted mean belongs to; empty for an observed mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitSpread:
    """The spread of the primary variable in one arm at one visit, as observed."""

    arm: str
    label: str
    visit: str
    visit_label: str
    summary: Summary


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionMean:
    """The mean change of state anxiety in one session of one arm."""

    arm: str
    label: str
    number: int
    n: int
    mean: float | None
    interval: Interval | None


def derive_visit_means(study: Study, results: Sequence[Result]) -> tuple[VisitMean, ...]:
    """Return baseline means as observed, and adjusted means wherever a planned analysis has them."""
    parameter = study.datasets.parameter(parameter_code(study.protocol.primary_outcome))
    visits = measured_visits(study.protocol, parameter.questionnaire)
    return tuple(
        _visit_mean(
            study, parameter.code, arm, visit, _adjusting(study, results, parameter.code, visit)
        )
        for arm in study.arms
        for visit in visits
    )


def _adjusting(
    study: Study, results: Sequence[Result], parameter: str, visit: Visit
) -> Result | None:
    outcomes = {
        outcome.code
        for outcome in study.protocol.outcomes
        if outcome.visit == visit.code and _code_or_none(study, outcome.code) == parameter
    }
    return next(
        (
            result
            for result in results
            if result.outcome in outcomes
            and result.estimator is Estimator.ANCOVA
            and result.analysis_set is not AnalysisSet.PER_PROTOCOL
            and result.planned
            and result.is_estimable
        ),
        None,
    )


def _code_or_none(study: Study, outcome: str) -> str | None:
    found = study.protocol.outcome(outcome)
    return parameter_code(found) if found.questionnaire else None


def _visit_mean(
    study: Study, parameter: str, arm: ArmColumn, visit: Visit, result: Result | None
) -> VisitMean:
    if result is not None:
        estimate = next(found for found in result.arms if found.arm == arm.arm)
        mean, interval, n = estimate.adjusted_mean, estimate.interval, estimate.n_analysed
    else:
        values = _values(study, parameter, arm, visit)
        mean, n = compute_mean(values), len(values)
        interval = mean_interval(values, study.protocol.analysis.confidence_level)
    return VisitMean(
        arm=arm.arm,
        label=arm.label,
        visit=visit.code,
        visit_label=visit.label,
        day=visit.day,
        n=n,
        mean=mean,
        interval=interval,
        result_id="" if result is None else result.id,
    )


def _values(study: Study, parameter: str, arm: ArmColumn, visit: Visit) -> list[float]:
    return [
        row.value
        for person, row in study.datasets.of(parameter, visit.code).items()
        if row.value is not None and study.arm_of[person] == arm.arm
    ]


def derive_visit_spreads(study: Study) -> tuple[VisitSpread, ...]:
    """Return the spread of the primary variable by arm and visit."""
    parameter = study.datasets.parameter(parameter_code(study.protocol.primary_outcome))
    return tuple(
        VisitSpread(
            arm=arm.arm,
            label=arm.label,
            visit=visit.code,
            visit_label=visit.label,
            summary=summarize(_values(study, parameter.code, arm, visit)),
        )
        for arm in study.arms
        for visit in measured_visits(study.protocol, parameter.questionnaire)
    )


def derive_session_means(study: Study) -> tuple[SessionMean, ...]:
    """Return the mean change of state anxiety by arm and session."""
    numbers = sorted({rating.number for rating in study.datasets.ratings})
    return tuple(_session_mean(study, arm, number) for arm in study.arms for number in numbers)


def _session_mean(study: Study, arm: ArmColumn, number: int) -> SessionMean:
    changes = [
        rating.change
        for rating in study.datasets.ratings
        if _belongs(study, rating, arm, number) and rating.change is not None
    ]
    return SessionMean(
        arm=arm.arm,
        label=arm.label,
        number=number,
        n=len(changes),
        mean=compute_mean(changes),
        interval=mean_interval(changes, study.protocol.analysis.confidence_level),
    )


def _belongs(study: Study, rating: SessionRating, arm: ArmColumn, number: int) -> bool:
    return rating.number == number and study.arm_of[rating.participant_id] == arm.arm
