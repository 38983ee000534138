"""The values of one outcome, and who of them is analysed: complete cases of the plan, named as such."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.analysis_sets import members_of
from analysis.datasets import MEASURED_AT_VISITS, ParticipantRow, parameter_code
from analysis.estimators.session_change import (
    mean_before_by_participant,
    mean_change_by_participant,
)
from analysis.intercurrent_events import StrategyEffect, apply_strategies
from analysis.local_days import LocalDays
from analysis.results import NotEstimableError
from analysis.roles import baseline_visit
from analysis.study import Study
from protocols.analysis_plan import MissingItems, PlannedAnalysis
from protocols.estimator_needs import carried_out
from protocols.outcomes import Outcome, OutcomeSource

BASELINE = "baseline"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeValues:
    """What was observed of one outcome among the randomized."""

    values: Mapping[str, float]
    baseline: Mapping[str, float]
    reasons: Mapping[str, str]
    """Why a participant has no value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cases:
    """Whose values an analysis uses."""

    values: Mapping[str, float]
    """Outcome of those analysed, in order of participant."""
    baseline: Mapping[str, float]
    available: frozenset[str]
    """Randomized participants with the outcome observed."""
    excluded: Mapping[str, str]
    """Reason by participant for every randomized participant who is not analysed."""


def select_cases(study: Study, planned: PlannedAnalysis) -> Cases:
    """Return the complete cases of one planned analysis.

    Raises
    ------
    NotEstimableError
        If an intercurrent event happened whose strategy this program does not carry out.
    """
    outcome = study.protocol.outcome(planned.outcome)
    effect = strategy_effect(study, planned)
    if effect.refused:
        message = f"strategy not carried out by this program: {'; '.join(effect.refused)}"
        raise NotEstimableError(message)
    found = outcome_values(study, outcome, effect)
    prorated = _prorated(study, outcome)
    excluded = {
        person: reason
        for person in study.arm_of
        if (reason := _exclusion(study, planned, effect, found, prorated, person))
    }
    kept = [person for person in study.arm_of if person not in excluded]
    return Cases(
        values={person: found.values[person] for person in kept},
        baseline={person: found.baseline[person] for person in kept if person in found.baseline},
        available=frozenset(found.values),
        excluded=excluded,
    )


def strategy_effect(study: Study, planned: PlannedAnalysis) -> StrategyEffect:
    """Say whose data of the outcome count under the analysis's estimand."""
    estimand = None if planned.estimand is None else study.protocol.estimand(planned.estimand)
    outcome = study.protocol.outcome(planned.outcome)
    return apply_strategies(
        study.protocol,
        estimand,
        study.occurrences,
        counted_until(study, outcome),
        carried_out(planned.estimator, outcome.source),
    )


def counted_until(study: Study, outcome: Outcome) -> dict[str, datetime]:
    """Return until when events count for an outcome, by participant.

    Until it was measured or, for those never measured, until its window closed; of an outcome over the sessions, until
    the window of the last planned session closed.
    """
    days = LocalDays.of(study.records)
    if outcome.visit is None:
        last = sorted(study.records.sessions_planned, key=lambda row: row.closes_on)
        return {row.participant_id: days.end(row.participant_id, row.closes_on) for row in last}
    return {
        row.participant_id: row.done_at or days.end(row.participant_id, row.closes_on)
        for row in study.records.visits
        if row.visit == outcome.visit
    }


def _exclusion(
    study: Study,
    planned: PlannedAnalysis,
    effect: StrategyEffect,
    found: OutcomeValues,
    prorated: frozenset[str],
    person: str,
) -> str:
    if person not in members_of(study.memberships, planned.analysis_set):
        return f"Not in the {planned.analysis_set.value.replace('_', ' ')} set"
    if person not in found.values:
        return found.reasons.get(person, "Outcome not observed")
    if person in effect.set_aside:
        return "Value set aside after an intercurrent event (hypothetical strategy)"
    if planned.missing_items is MissingItems.COMPLETE and person in prorated:
        return "Questionnaire not fully answered"
    if BASELINE in planned.covariates and person not in found.baseline:
        return "Baseline value missing"
    return ""


def _prorated(study: Study, outcome: Outcome) -> frozenset[str]:
    """Everyone with a prorated value of the outcome, or of its baseline."""
    if outcome.source not in MEASURED_AT_VISITS:
        return frozenset()
    baseline = baseline_visit(study.protocol, outcome.questionnaire)
    visits = {outcome.visit, None if baseline is None else baseline.code}
    code = parameter_code(outcome)
    return frozenset(
        row.participant_id
        for row in study.datasets.observations
        if row.parameter == code and row.visit in visits and row.prorated
    )


def outcome_values(study: Study, outcome: Outcome, effect: StrategyEffect) -> OutcomeValues:
    """Return the values of an outcome, whatever it is derived from."""
    if outcome.source in MEASURED_AT_VISITS:
        return _visit_values(study, outcome)
    if outcome.source is OutcomeSource.SESSION_RATING:
        return _session_values(study, effect)
    return _participant_values(study, _OF_PARTICIPANT[outcome.source])


def _visit_values(study: Study, outcome: Outcome) -> OutcomeValues:
    rows = study.datasets.of(parameter_code(outcome), outcome.visit or "")
    return OutcomeValues(
        values={p: row.value for p, row in rows.items() if row.value is not None},
        baseline={p: row.baseline for p, row in rows.items() if row.baseline is not None},
        reasons={
            p: f"Outcome has no value: {row.reason.rstrip('.')}"
            if row.was_taken
            else f"Outcome not observed: {row.reason}"
            for p, row in rows.items()
            if row.value is None
        },
    )


def _session_values(study: Study, effect: StrategyEffect) -> OutcomeValues:
    ratings = [
        row
        for row in study.datasets.ratings
        if (row.participant_id, row.number) not in effect.sessions_set_aside
    ]
    return OutcomeValues(
        values=mean_change_by_participant(ratings),
        baseline=mean_before_by_participant(ratings),
        reasons=dict.fromkeys(study.arm_of, "No session rated before and after"),
    )


def _participant_values(
    study: Study, value: Callable[[ParticipantRow], float | None]
) -> OutcomeValues:
    rows = {row.participant_id: row for row in study.datasets.participants}
    found = {person: value(row) for person, row in rows.items() if not row.is_in_treatment}
    return OutcomeValues(
        values={person: number for person, number in found.items() if number is not None},
        baseline={},
        reasons={
            person: "Sessions not yet due" if row.is_in_treatment else "Nothing was planned"
            for person, row in rows.items()
        },
    )


_OF_PARTICIPANT: Mapping[OutcomeSource, Callable[[ParticipantRow], float | None]] = {
    OutcomeSource.ADHERENCE: lambda row: row.adherence_share,
    OutcomeSource.DOSE: lambda row: row.dose_minutes,
}
