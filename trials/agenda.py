"""What a day asks for: sessions and visits due or overdue, people waiting, alerts open, arms to be guessed.

Conventions: a session or visit is due while its window is open, overdue when the window has closed
and it is neither done nor missed. Of each participant only the next session is due.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from data.records.answers import QuestionnaireCompletion
from data.records.local_days import local_day
from data.records.participants import Participant, ParticipantState
from data.records.safety import SafetyAlert
from data.records.trial import Site
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.store import Reading
from protocols.arm_guess import Respondent
from trials.harm_asking import OpenHarms, open_harms
from trials.in_force import protocol_in
from trials.safety import open_alerts


@dataclass(frozen=True, kw_only=True, slots=True)
class DueGuess:
    """A participant after the last session, of whom somebody has not guessed the arm yet."""

    participant_id: str
    respondents: tuple[Respondent, ...]
    """Who is still to guess."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """One day at the sites that the reader may see."""

    day: date
    """At the reader's own site; for who sees every site, the latest that it is at one of them."""
    sessions_due: tuple[PlannedSession, ...]
    sessions_overdue: tuple[PlannedSession, ...]
    visits_due: tuple[PlannedVisit, ...]
    visits_overdue: tuple[PlannedVisit, ...]
    waiting_for_randomization: tuple[Participant, ...]
    in_screening: tuple[Participant, ...]
    """Entered, but without a complete baseline."""
    open_alerts: tuple[SafetyAlert, ...]
    harms_left: tuple[OpenHarms, ...]
    """Sessions after which harms are still to be asked for, or to be reported."""
    guesses_due: tuple[DueGuess, ...]


def agenda_of(reading: Reading, now: datetime, site_id: str | None) -> Today:
    """Return what the day asks for, for each participant the day it is at their site.

    Parameters
    ----------
    reading : Reading
        Within reach of who asks.
    now : datetime
        The time; aware.
    site_id : str or None
        The site of who asks; None: every site.
    """
    days = {site.id: local_day(site, now) for site in reading.find(Site)}
    people = reading.find(Participant)
    today = {person.id: days[person.site_id] for person in people}
    planned_sessions = reading.find(PlannedSession, state=PlanState.PLANNED)
    planned_visits = reading.find(PlannedVisit, state=PlanState.PLANNED)
    sessions = sorted(planned_sessions, key=lambda row: (row.planned_on, row.id))
    visits = sorted(planned_visits, key=lambda row: (row.planned_on, row.id))
    early = (
        ParticipantState.PRESCREENED,
        ParticipantState.CONSENTED,
        ParticipantState.ELIGIBLE,
    )
    return Today(
        day=days.get(site_id or "") or max(days.values(), default=now.date()),
        sessions_due=tuple(_next_of_each(s for s in sessions if _is_due(s, today))),
        sessions_overdue=tuple(s for s in sessions if s.closes_on < today[s.participant_id]),
        visits_due=tuple(v for v in visits if _is_due(v, today)),
        visits_overdue=tuple(v for v in visits if v.closes_on < today[v.participant_id]),
        waiting_for_randomization=tuple(
            p for p in people if p.state is ParticipantState.BASELINE_COMPLETE
        ),
        in_screening=tuple(p for p in people if p.state in early),
        open_alerts=open_alerts(reading),
        harms_left=open_harms(reading),
        guesses_due=tuple(_due_guesses(reading, people, sessions, today)),
    )


def _due_guesses(
    reading: Reading,
    people: Iterable[Participant],
    sessions: Iterable[PlannedSession],
    today: Mapping[str, date],
) -> Iterator[DueGuess]:
    # as `trials.occasions` opens the form: when no session is to come any more
    guess = protocol_in(reading).arm_guess
    if guess is None:
        return
    given = {
        (form.participant_id, respondent)
        for respondent in guess.respondents
        for form in reading.find(QuestionnaireCompletion, occasion=guess.occasion_of(respondent))
    }
    to_come = {s.participant_id for s in sessions if s.closes_on >= today[s.participant_id]}
    for person in people:
        left = tuple(one for one in guess.respondents if (person.id, one) not in given)
        is_after = person.state is ParticipantState.RANDOMIZED and person.id not in to_come
        if left and is_after:
            yield DueGuess(participant_id=person.id, respondents=left)


def _is_due(row: PlannedSession | PlannedVisit, today: Mapping[str, date]) -> bool:
    return row.opens_on <= today[row.participant_id] <= row.closes_on


def _next_of_each(sessions: Iterable[PlannedSession]) -> Iterator[PlannedSession]:
    seen: set[str] = set()
    for session in sessions:
        if session.participant_id not in seen:
            seen.add(session.participant_id)
            yield session
