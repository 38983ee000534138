"""A small deterministic trial as records: 60 randomized of 75 screened, with drop-outs, gaps and harms.

Drawn by a seeded generator from the shipped protocol; every value is made up. Nothing here knows how the analysis works.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.bundle import AllocatedArm, SessionSummary, TrialRecords
from data.records.participants import (
    Consent,
    CriterionAnswer,
    EligibilityAssessment,
    Participant,
    ParticipantState,
    ProtocolDeviation,
    Withdrawal,
    WithdrawalKind,
)
from data.records.safety import AdverseEvent, Causality
from data.records.sessions import StopCause
from data.records.visits import PlannedSession, PlannedVisit, PlanState, RestingMeasurement
from protocols.canonical import hash_of
from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.questionnaire import load_questionnaire

SCREENED = 75
RANDOMIZED = 60
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SITES = ("LEI", "GRA")
LOST_BEFORE_WEEK_4 = (7, 23, 41)
LOST_BEFORE_WEEK_12 = (12, 35)
WITHDREW_FROM_TRIAL = (18,)
STOPPED_LISTENING = (5, 30, 52)
NEVER_LISTENED = (41,)
SKIPS_ITEMS = (3, 9, 27)
SKIPS_TOO_MANY = (14,)
BARELY_READABLE = (11, 44)
UNCALIBRATED = ((6, 2), (7, 1), (33, 3))
"""Number of the participant and of the session."""


@dataclass
class _Trial:
    protocol: Protocol
    arms: tuple[str, str]
    generator: np.random.Generator
    lists: dict[str, list[object]] = field(default_factory=dict)

    def add(self, record: object) -> None:
        self.lists.setdefault(type(record).__name__, []).append(record)

    def of(self, kind: type) -> tuple[object, ...]:
        return tuple(sorted(self.lists.get(kind.__name__, []), key=_order))


def _order(record: object) -> tuple[object, ...]:
    if isinstance(record, ItemAnswer):
        return (record.answered_at, record.id)
    return (getattr(record, "id", getattr(record, "participant_id", "")),)


def example_protocol() -> Protocol:
    """Return the protocol of the example trial."""
    return shipped_protocol()


def example_records(
    *,
    seed: int = 20260105,
    arms: tuple[str, str] = ("X", "Y"),
    extracted_at: datetime = datetime(2026, 10, 1, tzinfo=UTC),
) -> TrialRecords:
    """Make the records of the example trial; arms other than X and Y make them unmasked."""
    generator = np.random.default_rng(seed)
    trial = _Trial(protocol=example_protocol(), arms=arms, generator=generator)
    for number in range(1, SCREENED + 1):
        _participant(trial, number)
    return TrialRecords(
        study_id=trial.protocol.study_id,
        protocol_sha256=hash_of(trial.protocol),
        masked=set(arms) <= {"X", "Y"},
        simulated=True,
        locked_at=None,
        extracted_at=extracted_at,
        participants=trial.of(Participant),  # type: ignore[arg-type]
        consents=trial.of(Consent),  # type: ignore[arg-type]
        assessments=trial.of(EligibilityAssessment),  # type: ignore[arg-type]
        arms=trial.of(AllocatedArm),  # type: ignore[arg-type]
        visits=trial.of(PlannedVisit),  # type: ignore[arg-type]
        sessions_planned=trial.of(PlannedSession),  # type: ignore[arg-type]
        sessions=trial.of(SessionSummary),  # type: ignore[arg-type]
        resting=trial.of(RestingMeasurement),  # type: ignore[arg-type]
        answers=trial.of(ItemAnswer),  # type: ignore[arg-type]
        completions=trial.of(QuestionnaireCompletion),  # type: ignore[arg-type]
        withdrawals=trial.of(Withdrawal),  # type: ignore[arg-type]
        deviations=trial.of(ProtocolDeviation),  # type: ignore[arg-type]
        adverse_events=trial.of(AdverseEvent),  # type: ignore[arg-type]
    )


def until(records: TrialRecords, last_day: date) -> TrialRecords:
    """Return the same trial as it stood at the end of a day: later things have not happened yet."""
    arms = tuple(arm for arm in records.arms if arm.randomized_at.date() <= last_day)
    people = {arm.participant_id for arm in arms}

    def known(at: datetime | None, participant_id: str) -> bool:
        return at is not None and at.date() <= last_day and participant_id in people

    visits = tuple(
        v
        if known(v.done_at, v.participant_id) or v.closes_on < last_day
        else replace(v, state=PlanState.PLANNED, done_at=None)
        for v in records.visits
        if v.participant_id in people
    )
    return replace(
        records,
        participants=tuple(p for p in records.participants if p.id in people),
        assessments=tuple(a for a in records.assessments if a.participant_id in people),
        arms=arms,
        visits=visits,
        sessions_planned=tuple(
            s
            if s.closes_on < last_day or (s.state is PlanState.DONE and s.planned_on <= last_day)
            else replace(s, state=PlanState.PLANNED)
            for s in records.sessions_planned
            if s.participant_id in people
        ),
        sessions=tuple(s for s in records.sessions if known(s.started_at, s.participant_id)),
        resting=tuple(r for r in records.resting if known(r.measured_at, r.participant_id)),
        answers=tuple(a for a in records.answers if known(a.answered_at, a.participant_id)),
        completions=tuple(
            c for c in records.completions if known(c.completed_at, c.participant_id)
        ),
        withdrawals=tuple(w for w in records.withdrawals if known(w.at, w.participant_id)),
        deviations=tuple(d for d in records.deviations if known(d.at, d.participant_id)),
        adverse_events=tuple(
            e for e in records.adverse_events if known(e.aware_at, e.participant_id)
        ),
    )


def _participant(trial: _Trial, number: int) -> None:
    person = f"{SITES[number % 2]}-{number:03d}"
    day_0 = START + timedelta(days=2 * number)
    trial.add(
        Participant(
            id=person,
            site_id=person[:3],
            state=ParticipantState.RANDOMIZED,
            screened_on=(day_0 - timedelta(days=7)).date(),
            age_years=int(trial.generator.integers(19, 68)),
            sex=("female", "male", "female", "other")[int(trial.generator.integers(0, 4))],
            simulated=True,
        )
    )
    if number > RANDOMIZED:
        _screen_failure(trial, person, number, day_0)
    else:
        _follow(trial, person, number, day_0)


def _screen_failure(trial: _Trial, person: str, number: int, at: datetime) -> None:
    reason = ("anxiety_moderate", "declined", "usable_heart_signal", "treatment_changed")[
        number % 4
    ]
    _assess(trial, person, at, (reason,))


def _assess(trial: _Trial, person: str, at: datetime, reasons: tuple[str, ...]) -> None:
    trial.add(
        EligibilityAssessment(
            id=f"{person}/eligibility",
            participant_id=person,
            answers=tuple(
                CriterionAnswer(
                    criterion=c.code, met=(c.kind == "inclusion") != (c.code in reasons)
                )
                for c in trial.protocol.criteria
            ),
            eligible=not reasons,
            reasons=reasons,
            assessed_at=at,
            assessed_by="coordinator",
        )
    )


def _follow(trial: _Trial, person: str, number: int, day_0: datetime) -> None:
    arm = trial.arms[(number // 2 + number // 7) % 2]
    benefit = 0.35 if arm == trial.arms[0] else 0.25
    severity = float(trial.generator.uniform(1.5, 2.7))
    _assess(trial, person, day_0, ())
    level = "severe" if severity > 2.1 else "moderate"
    trial.add(
        AllocatedArm(
            participant_id=person,
            arm=arm,
            stratum=f"severity={level}|site={person[:3]}",
            randomized_at=day_0,
        )
    )
    _withdrawals(trial, person, number, day_0)
    _sessions(trial, person, number, day_0, benefit)
    _visits(trial, person, number, day_0, severity, benefit)
    _harms(trial, person, number, day_0)


def _withdrawals(trial: _Trial, person: str, number: int, day_0: datetime) -> None:
    kinds = (
        (LOST_BEFORE_WEEK_4, WithdrawalKind.LOST_TO_FOLLOW_UP, 20, "did not answer calls"),
        (LOST_BEFORE_WEEK_12, WithdrawalKind.LOST_TO_FOLLOW_UP, 60, "moved away"),
        (WITHDREW_FROM_TRIAL, WithdrawalKind.TRIAL, 15, "no time"),
        (STOPPED_LISTENING, WithdrawalKind.INTERVENTION_ONLY, 12, "did not like the music"),
    )
    for numbers, kind, day, reason in kinds:
        if number in numbers:
            trial.add(
                Withdrawal(
                    id=f"{person}/withdrawal",
                    participant_id=person,
                    kind=kind,
                    reason=reason,
                    at=day_0 + timedelta(days=day),
                    recorded_by="coordinator",
                )
            )


def _sessions_held(number: int) -> int:
    if number in NEVER_LISTENED:
        return 0
    if number in STOPPED_LISTENING or number in WITHDREW_FROM_TRIAL:
        return 3
    if number in LOST_BEFORE_WEEK_4:
        return 5
    return 8 - (number % 5 == 0)


def _sessions(trial: _Trial, person: str, number: int, day_0: datetime, benefit: float) -> None:
    held = _sessions_held(number)
    for session in range(1, 9):
        on = (day_0 + timedelta(days=3 * session)).date()
        trial.add(
            PlannedSession(
                id=f"{person}/session-{session}",
                participant_id=person,
                number=session,
                planned_on=on,
                opens_on=on - timedelta(days=2),
                closes_on=on + timedelta(days=2),
                state=PlanState.DONE if session <= held else PlanState.MISSED,
            )
        )
        if session <= held:
            _session(trial, person, number, session, day_0 + timedelta(days=3 * session), benefit)


def _session(
    trial: _Trial, person: str, number: int, session: int, at: datetime, benefit: float
) -> None:
    failed = number == 20 and session == 4
    stopped = number % 17 == 0 and session == 2
    listened_s = 412.0 if failed or stopped else 1200.0
    trial.add(
        SessionSummary(
            id=f"{person}/session-{session}/attempt-1",
            participant_id=person,
            number=session,
            state="stopped" if failed or stopped else "completed",
            started_at=at,
            planned_duration_s=1200.0,
            listened_s=listened_s,
            stop_reason="Sensor fell off" if failed else "Wanted to stop" if stopped else "",
            stop_cause=_stop_cause(failed=failed, stopped=stopped),
            calibrated=(number, session) not in UNCALIBRATED,
            ear_level_dba=None if (number, session) in UNCALIBRATED else 66.0 + session % 3,
            steps=int(listened_s // 15),
            good_share=round(float(trial.generator.uniform(0.82, 1.0)), 3),
            mean_heart_rate_bpm=round(float(trial.generator.normal(72, 7)), 1),
            mean_ln_rmssd=round(float(trial.generator.normal(3.4, 0.4)), 3),
        )
    )
    before = float(np.clip(trial.generator.normal(58, 12), 0, 100))
    change = float(trial.generator.normal(-14 * (benefit / 0.3), 9))
    _answers(trial, person, f"session-{session}/before", "vas_state_anxiety", at, [round(before)])
    if not failed and (number + session) % 23 != 0:
        after = [round(float(np.clip(before + change, 0, 100)))]
        later = at + timedelta(minutes=25)
        _answers(trial, person, f"session-{session}/after", "vas_state_anxiety", later, after)


def _stop_cause(*, failed: bool, stopped: bool) -> StopCause:
    if failed:
        return StopCause.EQUIPMENT
    return StopCause.PARTICIPANT if stopped else StopCause.NONE


def _visits(
    trial: _Trial, person: str, number: int, day_0: datetime, severity: float, benefit: float
) -> None:
    for visit in trial.protocol.visits:
        done = _attends(number, visit.code)
        at = day_0 + timedelta(days=visit.day, minutes=-30)
        trial.add(
            PlannedVisit(
                id=f"{person}/{visit.code}",
                participant_id=person,
                visit=visit.code,
                planned_on=at.date(),
                opens_on=at.date() - timedelta(days=visit.window_before_days),
                closes_on=at.date() + timedelta(days=visit.window_after_days),
                state=PlanState.DONE if done else PlanState.MISSED,
                done_at=at if done else None,
            )
        )
        if done:
            level = severity - (benefit * severity if visit.day > 0 else 0.0)
            _forms(trial, person, number, visit.code, visit.questionnaires, at, level)
            if visit.resting_recording:
                _resting(trial, person, number, visit.code, at, benefit if visit.day > 0 else 0.0)


def _attends(number: int, visit: str) -> bool:
    if visit in {"screening", "baseline"}:
        return True
    if number in LOST_BEFORE_WEEK_4 or number in WITHDREW_FROM_TRIAL:
        return False
    return visit == "week_4" or number not in LOST_BEFORE_WEEK_12


def _forms(
    trial: _Trial,
    person: str,
    number: int,
    visit: str,
    questionnaires: tuple[str, ...],
    at: datetime,
    level: float,
) -> None:
    for questionnaire in questionnaires:
        items = load_questionnaire(questionnaire).items
        share = level / 3 if questionnaire != "who5" else 1 - level / 3
        values: list[float | None] = [
            float(np.clip(round(trial.generator.normal(share * i.maximum, 0.6)), 0, i.maximum))
            for i in items
        ]
        if number in SKIPS_ITEMS and visit == "week_4":
            values[1] = None
        if number in SKIPS_TOO_MANY and visit == "week_4":
            values[:4] = [None] * 4
        _answers(trial, person, visit, questionnaire, at, values)


def _answers(
    trial: _Trial,
    person: str,
    occasion: str,
    questionnaire: str,
    at: datetime,
    values: "list[float | None] | list[int]",
) -> None:
    definition = load_questionnaire(questionnaire)
    for position, (item, value) in enumerate(zip(definition.items, values, strict=True)):
        trial.add(
            ItemAnswer(
                id=f"{person}/{occasion}/{questionnaire}/{item.code}",
                participant_id=person,
                occasion=occasion,
                questionnaire=questionnaire,
                questionnaire_version=definition.version,
                item=item.code,
                value=None if value is None else float(value),
                answered_at=at + timedelta(seconds=8 * position),
                recorded_by=person,
            )
        )
    trial.add(
        QuestionnaireCompletion(
            id=f"{person}/{occasion}/{questionnaire}",
            participant_id=person,
            occasion=occasion,
            questionnaire=questionnaire,
            completed_at=at + timedelta(minutes=3),
        )
    )


def _resting(
    trial: _Trial, person: str, number: int, visit: str, at: datetime, benefit: float
) -> None:
    unreadable = number in BARELY_READABLE and visit == "week_4"
    value = round(float(trial.generator.normal(3.3 + 0.4 * benefit, 0.35)), 3)
    trial.add(
        RestingMeasurement(
            id=f"{person}/{visit}",
            participant_id=person,
            visit=visit,
            recipe="rmssd-median11-20pct-v1",
            ln_rmssd=None if unreadable else value,
            heart_rate_bpm=None if unreadable else 71.0,
            flagged_share=0.34 if unreadable else 0.01,
            covered_share=0.6 if unreadable else 0.99,
            valid_pairs=40 if unreadable else 330,
            reason="more than 20 percent of beats flagged" if unreadable else "",
            source="simulated",
            measured_at=at,
        )
    )


def _harms(trial: _Trial, person: str, number: int, day_0: datetime) -> None:
    for event in _events_of(person, number, day_0):
        trial.add(event)
    if number == 26:
        _deviation(
            trial, person, "visit_out_of_window", "Week 4 visit nine days late", 37, day_0, 0
        )
    if number == 33:
        _deviation(trial, person, "session_duration", "Session 3 was repeated at once", 9, day_0, 1)
    if number == 48:
        _deviation(trial, person, "other_treatment", "Began an SSRI", 18, day_0, 0)


def _deviation(
    trial: _Trial, person: str, category: str, words: str, day: int, day_0: datetime, important: int
) -> None:
    trial.add(
        ProtocolDeviation(
            id=f"{person}/{category}",
            participant_id=person,
            category=category,
            description=words,
            important=bool(important),
            at=day_0 + timedelta(days=day),
            recorded_by="coordinator",
        )
    )


def _events_of(person: str, number: int, day_0: datetime) -> Iterator[AdverseEvent]:
    if number % 9 == 0:
        yield _event(person, 1, "Headache after session", "physical", day_0 + timedelta(days=6))
    if number in {18, 36}:
        yield _event(person, 2, "Sad memories during music", "affective", day_0 + timedelta(days=9))
    if number == 50:
        yield _event(
            person, 3, "Appendicitis", "other", day_0 + timedelta(days=30), grade=3, serious=True
        )


def _event(
    person: str,
    running: int,
    term: str,
    domain: str,
    at: datetime,
    *,
    grade: int = 1,
    serious: bool = False,
) -> AdverseEvent:
    return AdverseEvent(
        id=f"{person}/event-{running}",
        participant_id=person,
        term=term,
        domain=domain,
        grade=grade,
        serious=serious,
        seriousness="admission to hospital" if serious else "",
        causality=Causality.NOT_RELATED if serious else Causality.POSSIBLE,
        expected=not serious,
        outcome="recovered",
        action="none",
        session_id=None,
        started_at=at,
        aware_at=at + timedelta(hours=3),
        recorded_by="coordinator",
    )
