"""The plan of visits and listening sessions that randomization writes down.

Conventions: days are those of the calendar at the site; day 0 is the day of randomization. Visits up to day 0 belong to screening and baseline
and are done before; the last of them is the baseline. Sessions are spread evenly over the weeks of
the protocol, from day 1. Rows are made once, so that adherence has a denominator that does not
depend on what happened (conduct: C5).
"""

from datetime import date, datetime, timedelta

from data.records.visits import PlannedSession, PlannedVisit, PlanState
from protocols.design import Protocol, Visit


def visits_before(protocol: Protocol) -> tuple[Visit, ...]:
    """Return the visits before randomization, in order."""
    return tuple(sorted((v for v in protocol.visits if v.day <= 0), key=lambda v: v.day))


def visits_after(protocol: Protocol) -> tuple[Visit, ...]:
    """Return the visits after randomization, in order."""
    return tuple(sorted((v for v in protocol.visits if v.day > 0), key=lambda v: v.day))


def screening_visits(protocol: Protocol) -> tuple[Visit, ...]:
    """Return the visits that eligibility is assessed on."""
    return visits_before(protocol)[:-1]


def baseline_visit(protocol: Protocol) -> Visit:
    """Return the last visit before randomization."""
    return visits_before(protocol)[-1]


def visit_id(participant_id: str, visit: str) -> str:
    """Return the id of a participant's visit."""
    return f"{participant_id}/{visit}"


def done_visit(participant_id: str, visit: str, *, on: date, at: datetime) -> PlannedVisit:
    """Return the row of a visit before randomization: it is planned when it is done."""
    return PlannedVisit(
        id=visit_id(participant_id, visit),
        participant_id=participant_id,
        visit=visit,
        planned_on=on,
        opens_on=on,
        closes_on=on,
        state=PlanState.DONE,
        done_at=at,
    )


def plan_visits(
    protocol: Protocol, participant_id: str, randomized_on: date
) -> tuple[PlannedVisit, ...]:
    """Return the rows of every visit after randomization."""
    return tuple(
        PlannedVisit(
            id=visit_id(participant_id, visit.code),
            participant_id=participant_id,
            visit=visit.code,
            planned_on=randomized_on + timedelta(days=visit.day),
            opens_on=randomized_on + timedelta(days=visit.day - visit.window_before_days),
            closes_on=randomized_on + timedelta(days=visit.day + visit.window_after_days),
            state=PlanState.PLANNED,
        )
        for visit in visits_after(protocol)
    )


def plan_sessions(
    protocol: Protocol, participant_id: str, randomized_on: date
) -> tuple[PlannedSession, ...]:
    """Return the rows of every listening session."""
    window = timedelta(days=protocol.sessions.window_days)
    planned = [
        (number, randomized_on + timedelta(days=day))
        for number, day in enumerate(session_days(protocol), start=1)
    ]
    return tuple(
        PlannedSession(
            id=f"{participant_id}/session-{number}",
            participant_id=participant_id,
            number=number,
            planned_on=day,
            opens_on=max(randomized_on, day - window),
            closes_on=day + window,
            state=PlanState.PLANNED,
        )
        for number, day in planned
    )


def session_days(protocol: Protocol) -> tuple[int, ...]:
    """Return the planned day of every session, counted from randomization."""
    days = protocol.sessions.weeks * 7
    return tuple(1 + days * i // protocol.sessions.count for i in range(protocol.sessions.count))
