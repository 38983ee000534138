"""Analysis datasets as typed rows: one row a participant, one a measurement, one a rated session.

The estimators read these rows; ``adam_frames.py`` exports them with CDISC ADaM names.

Conventions: the baseline is the last visit up to day 0 at which the variable is planned; a value is prorated where missing items
were replaced by the questionnaire's missing-item rule. Which forms count: `analysis/form_scores.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analysis.attendance import Attendance, derive_attendance, is_due
from analysis.form_scores import Form, FormScores, score_forms
from analysis.local_days import LocalDays
from analysis.roles import baseline_visit, measured_visits, stratum_levels
from data.measures.adherence import adherence
from data.measures.questionnaire_scores import QuestionnaireScore
from data.records.bundle import SessionSummary, TrialRecords
from data.records.resting_signals import RestingSignal
from data.records.visits import PlannedSession, RestingMeasurement
from protocols.design import Protocol
from protocols.outcomes import Outcome, OutcomeSource
from protocols.questionnaire import load_questionnaire
from protocols.signal_variables import SIGNAL_VARIABLES

RESTING_PARAMETER = "LNRMSSD"
MEASURED_AT_VISITS = (
    OutcomeSource.QUESTIONNAIRE,
    OutcomeSource.RESTING_HRV,
    OutcomeSource.RESTING_SIGNAL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantRow:
    """One randomized participant: the row of ADSL."""

    participant_id: str
    site_id: str
    age_years: int | None
    sex: str | None
    arm: str
    strata: tuple[tuple[str, str], ...]
    """Factor and level, as they were at randomization."""
    randomized_at: datetime
    randomized_on: date
    """At the site."""
    sessions_planned: int
    sessions_due: int
    """Planned sessions of which it is known what became of them."""
    sessions_attended: int
    sessions_completed: int
    adherence_share: float | None
    """Attended of planned sessions."""
    dose_minutes: float

    @property
    def is_in_treatment(self) -> bool:
        """Whether sessions are still to come, so that adherence and dose are not final."""
        return self.sessions_due < self.sessions_planned

    def level(self, factor: str) -> str:
        """Return the level of a stratification factor; ``unknown`` when the stratum lacks it."""
        return dict(self.strata).get(factor, "unknown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One variable measured at visits."""

    code: str
    """PARAMCD: at most eight upper-case letters and digits."""
    label: str
    unit: str
    questionnaire: str | None
    """None: the resting recording."""
    score: str | None
    variable: str | None = None
    """Code of `protocols.signal_variables`; None: no other signal of the resting recording."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One variable of one participant at one visit: a row of ADQS or ADHRV."""

    participant_id: str
    parameter: str
    visit: str
    visit_number: int
    value: float | None
    baseline: float | None
    n_missing_items: int
    prorated: bool
    reason: str
    """Why there is no value."""
    was_taken: bool
    """Whether the form was begun or the recording made, with or without a usable value."""
    edits: int = 0
    """Of a recording: edits of its beats in force; the value is that of the edited beats."""
    corrected_share: float | None = None
    """Of a recording: share of beats that were left out, added, moved or removed, in [0, 1]; None without one."""

    @property
    def change(self) -> float | None:
        """Value minus baseline, where both are known."""
        if self.value is None or self.baseline is None:
            return None
        return self.value - self.baseline


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRating:
    """State anxiety before and after one listening session: a row of ADVAS."""

    participant_id: str
    number: int
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """After minus before, where both are known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Datasets:
    """Every dataset of one analysis."""

    participants: tuple[ParticipantRow, ...]
    parameters: tuple[Parameter, ...]
    observations: tuple[Observation, ...]
    ratings: tuple[SessionRating, ...]

    def of(self, parameter: str, visit: str) -> dict[str, Observation]:
        """Return the observations of one variable at one visit, by participant."""
        return {
            row.participant_id: row
            for row in self.observations
            if row.parameter == parameter and row.visit == visit
        }

    def parameter(self, code: str) -> Parameter:
        """Return a variable by its code."""
        return next(parameter for parameter in self.parameters if parameter.code == code)


def derive_datasets(protocol: Protocol, records: TrialRecords) -> Datasets:
    """Derive every dataset from the frozen records."""
    parameters = derive_parameters(protocol)
    attendance = derive_attendance(records)
    participants = derive_participants(protocol, records, attendance)
    scores = score_forms(records)
    people = [row.participant_id for row in participants]
    return Datasets(
        participants=participants,
        parameters=parameters,
        observations=tuple(
            row
            for parameter in parameters
            for row in _observations(
                protocol, _Values(records, scores, parameter, attendance), parameter, people
            )
        ),
        ratings=_ratings(protocol, records, scores, people),
    )


def derive_parameters(protocol: Protocol) -> tuple[Parameter, ...]:
    """Return the variables behind the protocol's outcomes, each once, in the protocol's order."""
    outcomes = [outcome for outcome in protocol.outcomes if outcome.source in MEASURED_AT_VISITS]
    return tuple({parameter_code(outcome): _parameter(outcome) for outcome in outcomes}.values())


def parameter_code(outcome: Outcome) -> str:
    """Return the PARAMCD of an outcome measured at visits.

    The name of the score follows only where a questionnaire has several scores.
    """
    if outcome.variable is not None:
        return SIGNAL_VARIABLES[outcome.variable].parameter
    if outcome.questionnaire is None:
        return RESTING_PARAMETER
    scores = load_questionnaire(outcome.questionnaire).scores
    suffix = score_name(outcome)[:4] if len(scores) > 1 else ""
    return "".join(c for c in outcome.questionnaire + suffix if c.isalnum()).upper()[:8]


def score_name(outcome: Outcome) -> str:
    """Return the score an outcome uses: the one it names, or the questionnaire's first."""
    questionnaire = load_questionnaire(outcome.questionnaire or "")
    return outcome.score or questionnaire.scores[0].name


def _parameter(outcome: Outcome) -> Parameter:
    if outcome.variable is not None:
        variable = SIGNAL_VARIABLES[outcome.variable]
        return Parameter(
            code=variable.parameter,
            label=f"{variable.label}, at rest",
            unit=variable.unit,
            questionnaire=None,
            score=None,
            variable=variable.code,
        )
    if outcome.questionnaire is None:
        return Parameter(
            code=RESTING_PARAMETER,
            label="Resting lnRMSSD",
            unit=outcome.unit,
            questionnaire=None,
            score=None,
        )
    name = score_name(outcome)
    questionnaire = load_questionnaire(outcome.questionnaire)
    several = len(questionnaire.scores) > 1
    return Parameter(
        code=parameter_code(outcome),
        label=f"{questionnaire.title}, {name}" if several else questionnaire.title,
        unit=outcome.unit,
        questionnaire=outcome.questionnaire,
        score=name,
    )


def derive_participants(
    protocol: Protocol, records: TrialRecords, attendance: Attendance
) -> tuple[ParticipantRow, ...]:
    """Return one row for each randomized participant, in order of id."""
    people = {participant.id: participant for participant in records.participants}
    days = LocalDays.of(records)
    planned, held = _sessions_by_participant(records)
    rows = []
    for allocated in records.arms:
        person = people[allocated.participant_id]
        dose = adherence(planned[person.id], held[person.id], protocol.sessions.attended_share)
        rows.append(
            ParticipantRow(
                participant_id=person.id,
                site_id=person.site_id,
                age_years=person.age_years,
                sex=person.sex,
                arm=allocated.arm,
                strata=tuple(sorted(stratum_levels(allocated.stratum).items())),
                randomized_at=allocated.randomized_at,
                randomized_on=days.day(person.id, allocated.randomized_at),
                sessions_planned=dose.planned,
                sessions_due=sum(is_due(row, attendance.ends_on) for row in planned[person.id]),
                sessions_attended=dose.attended,
                sessions_completed=dose.completed,
                adherence_share=dose.share,
                dose_minutes=dose.dose_minutes,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.participant_id))


def _sessions_by_participant(
    records: TrialRecords,
) -> tuple[Mapping[str, list[PlannedSession]], Mapping[str, list[SessionSummary]]]:
    planned: defaultdict[str, list[PlannedSession]] = defaultdict(list)
    held: defaultdict[str, list[SessionSummary]] = defaultdict(list)
    for row in records.sessions_planned:
        planned[row.participant_id].append(row)
    for session in records.sessions:
        held[session.participant_id].append(session)
    return planned, held


def _observations(
    protocol: Protocol, values: "_Values", parameter: Parameter, people: Sequence[str]
) -> Iterable[Observation]:
    baseline = baseline_visit(protocol, parameter.questionnaire)
    for number, visit in enumerate(measured_visits(protocol, parameter.questionnaire)):
        for person in people:
            now = values.at(person, visit.code)
            before = None if baseline is None else values.at(person, baseline.code).value
            yield Observation(
                participant_id=person,
                parameter=parameter.code,
                visit=visit.code,
                visit_number=number,
                value=now.value,
                baseline=before,
                n_missing_items=now.n_missing_items,
                prorated=now.value is not None and now.n_missing_items > 0,
                reason=now.reason,
                was_taken=now.was_taken,
                edits=now.edits,
                corrected_share=now.corrected_share,
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Value:
    value: float | None
    n_missing_items: int
    reason: str
    was_taken: bool
    edits: int = 0
    corrected_share: float | None = None


class _Values:
    """Values of one variable by participant and visit, with missing items and the reason."""

    def __init__(
        self,
        records: TrialRecords,
        scores: FormScores,
        parameter: Parameter,
        attendance: Attendance,
    ) -> None:
        self._attendance = attendance
        self._scores = scores
        self._parameter = parameter
        self._resting = {(row.participant_id, row.visit): row for row in records.resting}
        self._signals = {
            (row.participant_id, row.visit): row
            for row in records.resting_signals
            if row.variable == parameter.variable
        }

    def at(self, participant_id: str, visit: str) -> _Value:
        found = self._found_at(participant_id, visit)
        return found or _Value(
            value=None,
            n_missing_items=0,
            reason=self._attendance.absence(participant_id, visit).value,
            was_taken=False,
        )

    def _found_at(self, participant_id: str, visit: str) -> _Value | None:
        if self._parameter.questionnaire is not None:
            return self._score_at((participant_id, visit, self._parameter.questionnaire))
        if self._parameter.variable is not None:
            return _signal_value(self._signals.get((participant_id, visit)))
        return _resting_value(self._resting.get((participant_id, visit)))

    def _score_at(self, form: Form) -> _Value | None:
        left_open = self._scores.left_open.get(form, 0)
        if left_open:
            return _Value(
                value=None,
                n_missing_items=left_open,
                reason=f"the form was broken off: {left_open} not answered",
                was_taken=True,
            )
        return _score_value(self._scores.score(form, self._parameter.score or ""))


def _resting_value(found: RestingMeasurement | None) -> _Value | None:
    if found is None:
        return None
    corrected = found.corrected_share if found.edits else found.flagged_share
    return _Value(
        value=found.ln_rmssd,
        n_missing_items=0,
        reason=found.reason,
        was_taken=True,
        edits=found.edits,
        corrected_share=corrected,
    )


def _signal_value(found: RestingSignal | None) -> _Value | None:
    if found is None:
        return None
    return _Value(value=found.value, n_missing_items=0, reason=found.reason, was_taken=True)


def _score_value(found: QuestionnaireScore | None) -> _Value | None:
    if found is None:
        return None
    return _Value(
        value=found.value, n_missing_items=found.n_missing, reason=found.reason, was_taken=True
    )


def _ratings(
    protocol: Protocol, records: TrialRecords, scores: FormScores, people: Sequence[str]
) -> tuple[SessionRating, ...]:
    rating = protocol.sessions.rating
    name = load_questionnaire(rating).scores[0].name

    def value(person: str, number: int, moment: str) -> float | None:
        score = scores.score((person, f"session-{number}/{moment}", rating), name)
        return None if score is None else score.value

    numbers = sorted({session.number for session in records.sessions_planned})
    rows = (
        SessionRating(
            participant_id=person,
            number=number,
            before=value(person, number, "before"),
            after=value(person, number, "after"),
        )
        for person in people
        for number in numbers
    )
    return tuple(row for row in rows if row.before is not None or row.after is not None)
