"""The whole analysis plan carried out on frozen records: one call, one frozen report.

The report holds data only; ``reports/`` turns it into tables, figures and documents and computes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.alert_times import RuleAlerts, describe_alerts
from analysis.analyses import analyse
from analysis.analysis_sets import Membership, members_of
from analysis.arm_guesses import RespondentGuesses, describe_arm_guesses
from analysis.baseline import BaselineTable, describe_baseline
from analysis.code_breaks import ArmCodeBreaks, describe_code_breaks
from analysis.datasets import Datasets, parameter_code
from analysis.delivery import ArmDelivery, describe_delivery
from analysis.figure_data import (
    SessionMean,
    VisitMean,
    VisitSpread,
    derive_session_means,
    derive_visit_means,
    derive_visit_spreads,
)
from analysis.graph_reporting import GraphItem, fill_graph
from analysis.harm_askings import ArmAskings, describe_harm_askings
from analysis.harms import Harms, describe_harms
from analysis.hypothesis_tests import decide_hypotheses, with_tests
from analysis.imputed_analysis import ImputedAnalysis, impute_planned
from analysis.intercurrent_events import EventRow, tabulate_events
from analysis.local_days import LocalDays
from analysis.mediation_analysis import PlannedSensitivity, explore_planned_mediation
from analysis.missing_data.description import MissingData, describe_missing_data
from analysis.outcome_values import counted_until, select_cases
from analysis.participant_flow import (
    FlowImbalance,
    ParticipantFlow,
    check_conservation,
    derive_flow,
)
from analysis.planned_looks import LooksOfPlan, judge_planned_looks
from analysis.planned_tests import PlannedTests
from analysis.results import Contrast, NotEstimableError, Provenance, Result
from analysis.roles import ArmColumn
from analysis.signal_quality import SignalQuality, describe_signal_quality
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.participants import ProtocolDeviation
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol
from protocols.outcomes import OutcomeRole


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviationCount:
    """Deviations of one category: participants and deviations, in the order of the arms."""

    category: str
    participants: tuple[int, ...]
    deviations: tuple[int, ...]
    important: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimandEvents:
    """The intercurrent events of one estimand."""

    estimand: str
    rows: tuple[EventRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialDates:
    """First and last day of what happened; None when it did not (CONSORT 2025 item 23a)."""

    first_screened: str | None
    last_screened: str | None
    first_randomized: str | None
    last_randomized: str | None
    last_visit: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisReport:
    """Everything that a report says, as data."""

    protocol: Protocol
    records: TrialRecords
    """The records as analysed, without the time at which they were extracted."""
    masked: bool
    simulated: bool
    locked_at: datetime | None
    arms: tuple[ArmColumn, ...]
    contrasts: tuple[Contrast, ...]
    dates: TrialDates
    flow: ParticipantFlow
    imbalances: tuple[FlowImbalance, ...]
    memberships: tuple[Membership, ...]
    baseline: BaselineTable
    delivery: tuple[ArmDelivery, ...]
    quality: SignalQuality
    """Of every recording of a signal."""
    graph: tuple[GraphItem, ...]
    """What a paper reports of heart rate variability; empty when no outcome is of it."""
    guesses: tuple[RespondentGuesses, ...]
    """What people guessed the arm to be; empty when the protocol asks nobody."""
    code_breaks: tuple[ArmCodeBreaks, ...]
    results: tuple[Result, ...]
    visit_means: tuple[VisitMean, ...]
    visit_spreads: tuple[VisitSpread, ...]
    session_means: tuple[SessionMean, ...]
    harms: Harms
    harm_askings: tuple[ArmAskings, ...]
    alerts: tuple[RuleAlerts, ...]
    deviations: tuple[DeviationCount, ...]
    deviation_listing: tuple[ProtocolDeviation, ...]
    events: tuple[EstimandEvents, ...]
    missing: MissingData
    imputed: tuple[ImputedAnalysis, ...]
    """Analyses with imputed values, and their tipping curves."""
    mediation: tuple[PlannedSensitivity, ...]
    """How strong a hidden cause would undo each planned indirect effect."""
    tests: PlannedTests | None
    """The hypotheses of the plan, tested together; None when it promises no such thing."""
    looks: LooksOfPlan | None
    """Bounds of the planned looks; None when the plan promises none."""
    datasets: Datasets
    provenance: Provenance

    def result(self, result_id: str) -> Result:
        """Return the result with this id.

        Raises
        ------
        KeyError
            If the plan has no such result.
        """
        for result in self.results:
            if result.id == result_id:
                return result
        message = f"There is no result {result_id!r}."
        raise KeyError(message)

    @property
    def primary(self) -> Result:
        """The result of the plan's first analysis of the primary outcome."""
        return _primary_result(self.protocol, self.results)

    def results_of(self, role: OutcomeRole) -> tuple[Result, ...]:
        """Return the results of all outcomes of one rank."""
        return tuple(r for r in self.results if self.protocol.outcome(r.outcome).role is role)


def run_analysis_plan(
    protocol: Protocol, records: TrialRecords, code_version: str
) -> AnalysisReport:
    """Carry out every analysis of the protocol on frozen records.

    Parameters
    ----------
    protocol : Protocol
        The protocol in force.
    records : TrialRecords
        The frozen records; arms are X and Y until unblinding, and then so are all results.
    code_version : str
        Version of the program, printed with every result.

    Returns
    -------
    AnalysisReport
        The same for the same arguments, whenever the records were extracted.
    """
    study = derive_study(protocol, records, code_version)
    safety_set = members_of(study.memberships, AnalysisSet.SAFETY)
    harms = describe_harms(protocol, records, study.datasets, safety_set, study.arms)
    imputed = impute_planned(study)
    results = tuple(
        result
        for planned in protocol.analysis.analyses
        for result in analyse(study, harms, planned, imputed)
    )
    judged = judge_planned_looks(protocol, results, records)
    tests = decide_hypotheses(protocol, results, records, judged)
    results = with_tests(results, tests, judged)
    flow = _flow(study)
    quality = describe_signal_quality(records, study.arms)
    return AnalysisReport(
        protocol=protocol,
        records=study.records,
        masked=records.masked,
        simulated=records.simulated,
        locked_at=records.locked_at,
        arms=study.arms,
        contrasts=study.contrasts,
        dates=_dates(records),
        flow=flow,
        imbalances=check_conservation(flow),
        memberships=study.memberships,
        baseline=describe_baseline(protocol, study.datasets, study.arms),
        delivery=describe_delivery(records, study.datasets, study.arms),
        quality=quality,
        graph=fill_graph(study, quality),
        guesses=describe_arm_guesses(study),
        code_breaks=describe_code_breaks(study),
        results=results,
        visit_means=derive_visit_means(study, results),
        visit_spreads=derive_visit_spreads(study),
        session_means=derive_session_means(study),
        harms=harms,
        harm_askings=describe_harm_askings(records, study.datasets, study.arms),
        alerts=describe_alerts(protocol, records, study.datasets, study.arms),
        deviations=_deviations(study),
        deviation_listing=records.deviations,
        events=_events(study),
        missing=describe_missing_data(
            protocol, study.datasets, study.arm_order, parameter_code(protocol.primary_outcome)
        ),
        imputed=imputed,
        mediation=explore_planned_mediation(study),
        tests=tests,
        looks=None if judged is None else judged.looks,
        datasets=study.datasets,
        provenance=study.provenance,
    )


def _primary_result(protocol: Protocol, results: Sequence[Result]) -> Result:
    outcome = protocol.primary_outcome.code
    return next(result for result in results if result.outcome == outcome)


def _flow(study: Study) -> ParticipantFlow:
    outcome = study.protocol.primary_outcome
    return derive_flow(
        study.protocol,
        study.records,
        study.datasets,
        study.arms,
        study.datasets.of(parameter_code(outcome), outcome.visit or ""),
        _reasons_not_analysed(study),
    )


def _reasons_not_analysed(study: Study) -> dict[str, str]:
    try:
        excluded = select_cases(study, study.protocol.primary_analysis).excluded
    except NotEstimableError as error:
        return dict.fromkeys(study.arm_of, str(error))
    return {person: excluded.get(person, "") for person in study.arm_of}


def _dates(records: TrialRecords) -> TrialDates:
    screened = [person.screened_on.isoformat() for person in records.participants]
    days = LocalDays.of(records)
    randomized = [
        days.day(arm.participant_id, arm.randomized_at).isoformat() for arm in records.arms
    ]
    visits = [
        days.day(v.participant_id, v.done_at).isoformat() for v in records.visits if v.done_at
    ]
    return TrialDates(
        first_screened=min(screened, default=None),
        last_screened=max(screened, default=None),
        first_randomized=min(randomized, default=None),
        last_randomized=max(randomized, default=None),
        last_visit=max(visits, default=None),
    )


def _deviations(study: Study) -> tuple[DeviationCount, ...]:
    found = [d for d in study.records.deviations if d.participant_id in study.arm_of]
    return tuple(
        _deviation_count(study, category, [d for d in found if d.category == category])
        for category in sorted({deviation.category for deviation in found})
    )


def _deviation_count(
    study: Study, category: str, deviations: Sequence[ProtocolDeviation]
) -> DeviationCount:
    people = {deviation.participant_id for deviation in deviations}
    important = [d.participant_id for d in deviations if d.important]
    return DeviationCount(
        category=category,
        participants=_by_arm(study, people),
        deviations=_by_arm(study, [d.participant_id for d in deviations]),
        important=_by_arm(study, important),
    )


def _by_arm(study: Study, people: Iterable[str]) -> tuple[int, ...]:
    counts = Counter(study.arm_of[person] for person in people)
    return tuple(counts[arm] for arm in study.arm_order)


def _events(study: Study) -> tuple[EstimandEvents, ...]:
    return tuple(
        EstimandEvents(
            estimand=estimand.code,
            rows=tabulate_events(
                study.protocol,
                estimand,
                study.records,
                study.occurrences,
                counted_until(study, study.protocol.outcome(estimand.outcome)),
                lambda people: _by_arm(study, people),
                _observed(study, estimand.outcome),
            ),
        )
        for estimand in study.protocol.estimands
    )


def _observed(study: Study, outcome_code: str) -> frozenset[str]:
    outcome = study.protocol.outcome(outcome_code)
    if outcome.visit is None:
        return frozenset(
            row.participant_id for row in study.datasets.ratings if row.change is not None
        )
    rows = study.datasets.of(parameter_code(outcome), outcome.visit)
    return frozenset(person for person, row in rows.items() if row.value is not None)
