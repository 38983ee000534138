"""Visits: the resting recording, the baseline, later visits done or missed; today and the timeline.

Conventions: a visit is done when every form of the protocol is finished and its resting recording is
on record (also one that cannot be used: then the reason is). Before its window a visit is refused;
after it the visit is taken, and the lateness is recorded as a deviation in the same transaction.
"""

from dataclasses import replace
from datetime import datetime

from data.measures.hrv import resting_measures
from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.records.signals import RRSeries
from data.records.visits import (
    PlannedSession,
    PlannedVisit,
    PlanState,
    RestingBeats,
    RestingMeasurement,
)
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.design import Protocol, Visit
from protocols.questionnaire import load_questionnaire
from trials.agenda import Today, agenda_of
from trials.answers import is_complete
from trials.consent import require_consent
from trials.deviations import note_window
from trials.errors import (
    AlreadyDoneError,
    ReasonMissingError,
    UnknownFormError,
    VisitNotCompleteError,
    VisitOutOfWindowError,
)
from trials.in_force import protocol_in
from trials.local_days import day_at, day_for
from trials.occasions import occasion_of, require_open
from trials.participants import move, require_state
from trials.resting_signals import missing_signals
from trials.schedule import baseline_visit, done_visit, visit_id, visits_after
from trials.timelines import Timeline, timeline_of
from trials.withdrawal import miss_planned_sessions


def record_resting(
    store: Store, actor: Actor, participant_id: str, visit: str, rr: RRSeries
) -> RestingMeasurement:
    """Measure a seated resting recording of a visit; record the result, and the beats as received.

    A recording that gives no lnRMSSD is recorded with its reason and may be repeated once or more;
    one that does is never replaced.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    participant_id, visit : str
        Whose, and at which visit.
    rr : RRSeries
        The beats, unedited.

    Returns
    -------
    RestingMeasurement
        With the values, or with the reason why there are none.

    Raises
    ------
    UnknownFormError
        If the protocol plans no resting recording at this visit.
    AlreadyDoneError
        If a usable measurement is on record.
    """
    with store.writing(actor, Permission.ENTER_DATA, "record_resting") as writing:
        protocol = protocol_in(writing)
        participant = writing.get(Participant, participant_id)
        now = store.clock()
        require_consent(writing, protocol, participant_id)
        occasion = occasion_of(writing, protocol, participant, visit, now)
        require_open(occasion, participant_id)
        if not protocol.visit(visit).resting_recording:
            message = f"The protocol plans no resting recording at {visit}."
            raise UnknownFormError(message)
        measured = _measure(participant_id, visit, rr, now)
        writing.add(_beats(writing, participant_id, visit, rr, now))
        known = writing.first(RestingMeasurement, id=measured.id)
        if known is None:
            writing.add(measured)
        elif known.ln_rmssd is None:
            writing.replace(measured)
        else:
            message = f"The resting recording of {participant_id} at {visit} is on record."
            raise AlreadyDoneError(message)
    return measured


def resting_recording(
    store: Store, actor: Actor, participant_id: str, visit: str
) -> RestingMeasurement | None:
    """Return what the resting recording of a visit gave; None while there is none."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.first(RestingMeasurement, id=visit_id(participant_id, visit))


def complete_baseline(store: Store, actor: Actor, participant_id: str) -> Participant:
    """Finish the baseline: every form and the resting recording are there.

    Returns
    -------
    Participant
        Ready to be randomized, as far as the baseline goes.
    """
    with store.writing(actor, Permission.ENTER_DATA, "complete_baseline") as writing:
        protocol = protocol_in(writing)
        participant = writing.get(Participant, participant_id)
        require_state(participant, ParticipantState.ELIGIBLE)
        require_consent(writing, protocol, participant_id)
        visit = baseline_visit(protocol)
        _require_complete(writing, participant_id, visit)
        now = store.clock()
        on = day_at(writing, participant, now)
        writing.add(done_visit(participant_id, visit.code, on=on, at=now))
        return move(writing, participant_id, ParticipantState.BASELINE_COMPLETE)


def complete_visit(store: Store, actor: Actor, participant_id: str, visit: str) -> PlannedVisit:
    """Finish a visit after randomization.

    The participant has completed the trial when the last visit is done and no earlier one is planned
    any more; sessions that are still planned are then missed.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who finishes it.
    participant_id, visit : str
        Whose, and which.

    Returns
    -------
    PlannedVisit
        Done. A visit after its window leaves a deviation too.

    Raises
    ------
    VisitOutOfWindowError
        If its window has not opened yet.
    """
    with store.writing(actor, Permission.ENTER_DATA, "complete_visit") as writing:
        protocol = protocol_in(writing)
        planned = _planned_visit(writing, protocol, participant_id, visit)
        now = store.clock()
        day = day_for(writing, participant_id, now)
        if day < planned.opens_on:
            message = (
                f"{protocol.visit(visit).label} of {participant_id} opens on "
                f"{planned.opens_on.isoformat()}; today is {day.isoformat()}."
            )
            raise VisitOutOfWindowError(message)
        _require_complete(writing, participant_id, protocol.visit(visit))
        done = replace(planned, state=PlanState.DONE, done_at=now)
        writing.replace(done)
        note_window(
            writing,
            planned,
            category="visit_out_of_window",
            on=day,
            at=now,
            recorded_by=actor.user_id,
        )
        _complete_trial(writing, protocol, participant_id)
    return done


def miss_visit(
    store: Store, actor: Actor, participant_id: str, visit: str, reason: str
) -> PlannedVisit:
    """Record that a visit did not take place, with the reason.

    When the last visit is missed, the participant is closed as lost to follow-up
    (`trials.participants.withdraw`): nothing else is planned then.
    """
    _require_reason(reason)
    with store.writing(actor, Permission.SCHEDULE, "miss_visit", reason) as writing:
        protocol = protocol_in(writing)
        planned = _planned_visit(writing, protocol, participant_id, visit)
        missed = replace(planned, state=PlanState.MISSED)
        writing.replace(missed)
        _complete_trial(writing, protocol, participant_id)
    return missed


def miss_session(
    store: Store, actor: Actor, participant_id: str, number: int, reason: str
) -> PlannedSession:
    """Record that a listening session did not take place, with the reason.

    Raises
    ------
    AlreadyDoneError
        If the session is done or missed.
    """
    _require_reason(reason)
    with store.writing(actor, Permission.SCHEDULE, "miss_session", reason) as writing:
        planned = writing.get(PlannedSession, f"{participant_id}/session-{number}")
        if planned.state is not PlanState.PLANNED:
            message = f"Session {number} of {participant_id} is already {planned.state.value}."
            raise AlreadyDoneError(message)
        missed = replace(planned, state=PlanState.MISSED)
        writing.replace(missed)
    return missed


def today(store: Store, actor: Actor) -> Today:
    """Return what the day asks for at the sites within the actor's reach."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return agenda_of(reading, store.clock(), actor.site_id)


def timeline(store: Store, actor: Actor, participant_id: str) -> Timeline:
    """Return what happened to a participant, what is planned, and the next permitted action."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return timeline_of(reading, protocol_in(reading), participant_id, store.clock())


def missing_at_visit(reading: Reading, participant_id: str, visit: Visit) -> tuple[str, ...]:
    """Return, in words, what a visit still lacks."""
    forms = [
        load_questionnaire(questionnaire).title
        for questionnaire in visit.questionnaires
        if not is_complete(reading, participant_id, visit.code, questionnaire)
    ]
    measured = reading.first(RestingMeasurement, id=visit_id(participant_id, visit.code))
    resting = ["the resting recording"] if visit.resting_recording and measured is None else []
    signals = missing_signals(reading, participant_id, visit.code)
    return (*forms, *resting, *(f"the {one.value.replace('_', ' ')} recording" for one in signals))


def _require_complete(reading: Reading, participant_id: str, visit: Visit) -> None:
    missing = missing_at_visit(reading, participant_id, visit)
    if missing:
        message = f"{visit.label} of {participant_id} still lacks: {', '.join(missing)}."
        raise VisitNotCompleteError(message)


def _complete_trial(writing: Writing, protocol: Protocol, participant_id: str) -> None:
    after = {visit.code for visit in visits_after(protocol)}
    visits = writing.find(PlannedVisit, participant_id=participant_id)
    states = {row.visit: row.state for row in visits if row.visit in after}
    last = visits_after(protocol)[-1].code
    if states.get(last) is PlanState.DONE and PlanState.PLANNED not in states.values():
        move(writing, participant_id, ParticipantState.COMPLETED)
        miss_planned_sessions(writing, participant_id)


def _planned_visit(
    writing: Writing, protocol: Protocol, participant_id: str, visit: str
) -> PlannedVisit:
    require_state(writing.get(Participant, participant_id), ParticipantState.RANDOMIZED)
    planned = writing.first(PlannedVisit, id=visit_id(participant_id, visit))
    if planned is None or visit not in {v.code for v in visits_after(protocol)}:
        message = f"{participant_id} has no planned visit {visit!r}."
        raise UnknownFormError(message)
    if planned.state is not PlanState.PLANNED:
        message = f"The visit {visit} of {participant_id} is already {planned.state.value}."
        raise AlreadyDoneError(message)
    return planned


def _measure(participant_id: str, visit: str, rr: RRSeries, now: datetime) -> RestingMeasurement:
    measures = resting_measures(rr)
    return RestingMeasurement(
        id=visit_id(participant_id, visit),
        participant_id=participant_id,
        visit=visit,
        recipe=measures.recipe,
        ln_rmssd=measures.ln_rmssd,
        heart_rate_bpm=measures.heart_rate_bpm,
        flagged_share=measures.flagged_share,
        covered_share=measures.covered_share,
        valid_pairs=measures.valid_pairs,
        reason=measures.reason,
        source=rr.kind.value,
        measured_at=now,
        ln_rmssd_mad=measures.ln_rmssd_mad,
        heart_rate_mad_bpm=measures.heart_rate_mad_bpm,
    )


def _beats(
    reading: Reading, participant_id: str, visit: str, rr: RRSeries, now: datetime
) -> RestingBeats:
    number = reading.count(RestingBeats, participant_id=participant_id, visit=visit) + 1
    return RestingBeats(
        id=f"{visit_id(participant_id, visit)}/beats-{number}",
        participant_id=participant_id,
        visit=visit,
        kind=rr.kind,
        rr_times_s=rr.times_s,
        rr_ms=rr.rr_ms,
        recorded_at=now,
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        message = "What did not take place needs its reason."
        raise ReasonMissingError(message)
