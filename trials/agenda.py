"""What a day asks for: sessions and visits due or overdue, people waiting, alerts open.

Conventions: a session or visit is due while its window is open, overdue when the window has closed
and it is neither done nor missed. Of each participant only the next session is due.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from data.records.participants import Participant, ParticipantState
from data.records.safety import SafetyAlert
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.store import Reading
from trials.safety import open_alerts


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """One day at the sites that the reader may see."""

    day: date
    sessions_due: tuple[PlannedSession, ...]
    sessions_overdue: tuple[PlannedSession, ...]
    visits_due: tuple[PlannedVisit, ...]
    visits_overdue: tuple[PlannedVisit, ...]
    waiting_for_randomization: tuple[Participant, ...]
    in_screening: tuple[Participant, ...]
    """Entered, but without a complete baseline."""
    open_alerts: tuple[SafetyAlert, ...]


def agenda_of(reading: Reading, day: date) -> Today:
    """Return what a day asks for."""
    planned_sessions = reading.find(PlannedSession, state=PlanState.PLANNED)
    planned_visits = reading.find(PlannedVisit, state=PlanState.PLANNED)
    sessions = sorted(planned_sessions, key=lambda row: (row.planned_on, row.id))
    visits = sorted(planned_visits, key=lambda row: (row.planned_on, row.id))
    people = reading.find(Participant)
    early = (
        ParticipantState.PRESCREENED,
        ParticipantState.CONSENTED,
        ParticipantState.ELIGIBLE,
    )
    return Today(
        day=day,
        sessions_due=tuple(_next_of_each(s for s in sessions if s.opens_on <= day <= s.closes_on)),
        sessions_overdue=tuple(s for s in sessions if s.closes_on < day),
        visits_due=tuple(v for v in visits if v.opens_on <= day <= v.closes_on),
        visits_overdue=tuple(v for v in visits if v.closes_on < day),
        waiting_for_randomization=tuple(
            p for p in people if p.state is ParticipantState.BASELINE_COMPLETE
        ),
        in_screening=tuple(p for p in people if p.state in early),
        open_alerts=open_alerts(reading),
    )


def _next_of_each(sessions: Iterable[PlannedSession]) -> Iterator[PlannedSession]:
    seen: set[str] = set()
    for session in sessions:
        if session.participant_id not in seen:
            seen.add(session.participant_id)
            yield session
