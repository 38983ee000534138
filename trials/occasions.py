"""Occasions on which questionnaires are answered: visits, around each session, and the arm guess.

Conventions: an occasion is a visit code, ``session-<n>/before``, ``session-<n>/after`` or
``arm-guess/<who guesses>``, which opens when no session is to come any more. It is not yet open, open, or over, and says why. A visit that is late stays open until it is done or marked
missed: a late answer is better than none, and its lateness is a deviation. A session is rated before from the day its
window opens until it plays, and after once it has been held.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.records.participants import Participant, ParticipantState
from data.records.people import Actor, Role
from data.records.sessions import ListeningSession
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.store import Reading
from protocols.arm_guess import OCCASION, Respondent
from protocols.design import Protocol
from protocols.questionnaire import load_questionnaire
from trials.errors import FormNotOpenError, UnknownFormError
from trials.local_days import day_at
from trials.schedule import baseline_visit, screening_visits, visit_id, visits_after

_SESSION = re.compile(r"session-([1-9][0-9]*)/(before|after)")


class Openness(StrEnum):
    """Whether answers are taken."""

    NOT_YET = "not_yet"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One occasion of one participant."""

    code: str
    label: str
    questionnaires: tuple[str, ...]
    openness: Openness
    why: str
    """Why it is not open; empty when it is."""
    respondent: Respondent = Respondent.PARTICIPANT
    """Whose answers are asked for."""

    def asks(self, actor: Actor) -> bool:
        """Whether this person may answer: staff may answer for participants, never the reverse."""
        return actor.role is not Role.PARTICIPANT or self.respondent is Respondent.PARTICIPANT


def occasion_of(
    reading: Reading, protocol: Protocol, participant: Participant, code: str, now: datetime
) -> Occasion:
    """Return one occasion of a participant, as it stands on the day it is at the site.

    Raises
    ------
    UnknownFormError
        If the protocol has no such occasion.
    """
    session = _SESSION.fullmatch(code)
    if session:
        number, side = int(session[1]), session[2]
        return _session_occasion(reading, protocol, participant, number, side, now)
    if is_arm_guess(code):
        return _guess_occasion(reading, protocol, participant, code, now)
    visit = next((visit for visit in protocol.visits if visit.code == code), None)
    if visit is None:
        message = f"The protocol has no occasion {code!r}."
        raise UnknownFormError(message)
    openness, why = _visit_openness(reading, protocol, participant, code, now)
    return Occasion(
        code=code,
        label=visit.label,
        questionnaires=tuple(load_questionnaire(q).id for q in visit.questionnaires),
        openness=openness,
        why=why,
    )


def is_arm_guess(code: str) -> bool:
    """Whether the arm is guessed on this occasion."""
    return code.startswith(OCCASION)


def require_asked(occasion: Occasion, actor: Actor) -> None:
    """Refuse a participant the form that asks somebody else about them.

    Raises
    ------
    UnknownFormError
        If the occasion asks somebody else.
    """
    if not occasion.asks(actor):
        message = f"This question is for the {occasion.respondent.value}."
        raise UnknownFormError(message)


def require_open(occasion: Occasion, participant_id: str) -> None:
    """Refuse an occasion that takes no answers.

    Raises
    ------
    FormNotOpenError
        If it is not yet open, or over.
    """
    if occasion.openness is not Openness.OPEN:
        message = f"{occasion.label} of {participant_id} takes no answers: {occasion.why}."
        raise FormNotOpenError(message)


def open_occasions(
    reading: Reading, protocol: Protocol, participant: Participant, now: datetime
) -> tuple[Occasion, ...]:
    """Return the occasions that ask something of the participant on the day it is at the site."""
    codes = [visit.code for visit in protocol.visits]
    if participant.state is ParticipantState.RANDOMIZED:
        codes += _session_codes(reading, participant, now)
        codes += _guess_codes(protocol)
    found = (occasion_of(reading, protocol, participant, code, now) for code in codes)
    return tuple(occasion for occasion in found if occasion.openness is Openness.OPEN)


def _session_codes(reading: Reading, participant: Participant, now: datetime) -> list[str]:
    planned = reading.find(PlannedSession, participant_id=participant.id)
    held = reading.find(ListeningSession, participant_id=participant.id)
    today = day_at(reading, participant, now)
    ended = {session.number for session in held if session.ended_at is not None}
    due = next(
        (
            row.number
            for row in planned
            if row.state is PlanState.PLANNED and row.opens_on <= today <= row.closes_on
        ),
        None,
    )
    before = [f"session-{due}/before"] if due is not None else []
    return before + [f"session-{number}/after" for number in sorted(ended)]


def _session_occasion(
    reading: Reading,
    protocol: Protocol,
    participant: Participant,
    number: int,
    side: str,
    now: datetime,
) -> Occasion:
    planned = reading.first(PlannedSession, id=f"{participant.id}/session-{number}")
    # an amendment may plan fewer sessions: those that are planned already stay
    if planned is None and number > protocol.sessions.count:
        message = f"The protocol has no listening session {number}."
        raise UnknownFormError(message)
    openness, why = _session_openness(reading, participant, planned, side, now)
    return Occasion(
        code=f"session-{number}/{side}",
        label=f"The rating {side} session {number}",
        questionnaires=(load_questionnaire(protocol.sessions.rating).id,),
        openness=openness,
        why=why,
    )


def _session_openness(
    reading: Reading,
    participant: Participant,
    planned: PlannedSession | None,
    side: str,
    now: datetime,
) -> tuple[Openness, str]:
    if planned is None:
        return Openness.NOT_YET, "randomization comes first"
    if planned.state is PlanState.MISSED:
        return Openness.OVER, "the session was missed"
    if planned.state is PlanState.DONE:
        return (Openness.OPEN, "") if side == "after" else (Openness.OVER, "the session is done")
    attempts = reading.find(ListeningSession, planned_session_id=planned.id)
    if side == "after":
        return _openness_after(attempts)
    if any(attempt.ended_at is None for attempt in attempts):
        return Openness.OVER, "the session is running"
    if day_at(reading, participant, now) < planned.opens_on:
        return Openness.NOT_YET, f"its window opens on {planned.opens_on.isoformat()}"
    return Openness.OPEN, ""


def _openness_after(attempts: Iterable[ListeningSession]) -> tuple[Openness, str]:
    if any(attempt.ended_at is not None for attempt in attempts):
        return Openness.OPEN, ""
    return Openness.NOT_YET, "the session has not been held"


def _guess_codes(protocol: Protocol) -> list[str]:
    guess = protocol.arm_guess
    return [guess.occasion_of(respondent) for respondent in guess.respondents] if guess else []


def _guess_occasion(
    reading: Reading, protocol: Protocol, participant: Participant, code: str, now: datetime
) -> Occasion:
    guess = protocol.arm_guess
    if guess is None or code not in _guess_codes(protocol):
        message = f"The protocol has no occasion {code!r}."
        raise UnknownFormError(message)
    openness, why = _guess_openness(reading, participant, now)
    respondent = next(one for one in guess.respondents if guess.occasion_of(one) == code)
    return Occasion(
        code=code,
        label=f"After the last session, by the {respondent.value}",
        questionnaires=(load_questionnaire(guess.questionnaire).id,),
        openness=openness,
        why=why,
        respondent=respondent,
    )


def _guess_openness(
    reading: Reading, participant: Participant, now: datetime
) -> tuple[Openness, str]:
    planned = reading.find(PlannedSession, participant_id=participant.id)
    if not planned:
        return Openness.NOT_YET, "randomization comes first"
    if participant.state is not ParticipantState.RANDOMIZED:
        return Openness.OVER, "the participation has ended"
    today = day_at(reading, participant, now)
    if any(row.state is PlanState.PLANNED and row.closes_on >= today for row in planned):
        return Openness.NOT_YET, "a session is still to come"
    return Openness.OPEN, ""


def _visit_openness(
    reading: Reading, protocol: Protocol, participant: Participant, code: str, now: datetime
) -> tuple[Openness, str]:
    if code in {visit.code for visit in visits_after(protocol)}:
        return _later_visit_openness(reading, participant, code, now)
    if code == baseline_visit(protocol).code:
        opens_with, before = ParticipantState.ELIGIBLE, "eligibility comes first"
        earlier = {ParticipantState.PRESCREENED, ParticipantState.CONSENTED}
    else:
        opens_with, before = ParticipantState.CONSENTED, "consent comes first"
        earlier = {ParticipantState.PRESCREENED}
        if not screening_visits(protocol):
            return Openness.OVER, "the protocol has no screening visit"
    if participant.state is opens_with:
        return Openness.OPEN, ""
    if participant.state in earlier:
        return Openness.NOT_YET, before
    return Openness.OVER, "it is done"


def _later_visit_openness(
    reading: Reading, participant: Participant, code: str, now: datetime
) -> tuple[Openness, str]:
    planned = reading.first(PlannedVisit, id=visit_id(participant.id, code))
    if planned is None:
        return Openness.NOT_YET, "randomization comes first"
    if planned.state is not PlanState.PLANNED:
        return Openness.OVER, f"the visit is {planned.state.value}"
    if day_at(reading, participant, now) < planned.opens_on:
        return Openness.NOT_YET, f"its window opens on {planned.opens_on.isoformat()}"
    return Openness.OPEN, ""
