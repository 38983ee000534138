"""Harms are asked for after every session: openly, then by a list of music-related harms.

Conventions: every attempt at a session in which any music was heard is asked about once it has ended. A
session stays open until somebody asked, or said why that was not possible; and, when something was told,
until the adverse event is on record. The asking that was stored last counts. Nothing here tells arms apart.

References
----------
Ioannidis et al. 2004 and Junqueira et al. 2023 (CONSORT Harms): say how and when harms were asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.records.harm_askings import HarmAnswer, HarmAsking
from data.records.people import Actor
from data.records.safety import AdverseEvent
from data.records.sessions import ListeningSession, SessionState
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from trials.errors import AlreadyDoneError, ReasonMissingError
from trials.safety import HARM_DOMAINS

LISTED_DOMAINS = tuple(domain for domain in HARM_DOMAINS if domain != "other")
"""The list of music-related harms; what fits none of them is told at the open question."""

_ENDED = (SessionState.COMPLETED, SessionState.STOPPED)


class HarmsLeft(StrEnum):
    """What is left to do about the harms of a session."""

    ASK = "ask"
    """Nobody has asked yet."""
    REPORT = "report"
    """Something was told, and no adverse event of the session is on record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenHarms:
    """A session whose harms are not settled."""

    session_id: str
    participant_id: str
    number: int
    """Of the session."""
    ended_at: datetime
    left: HarmsLeft


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmReply:
    """What a participant said when asked; empty: nothing unwanted happened."""

    told_openly: bool = False
    """Whether something was told at the open question."""
    domains: tuple[str, ...] = ()
    """What was named at the list, of ``LISTED_DOMAINS``."""


def harms_left(store: Store, actor: Actor, participant_id: str) -> tuple[OpenHarms, ...]:
    """Return a participant's sessions whose harms are not settled, in order of time."""
    with store.reading(actor, Permission.MANAGE_SAFETY) as reading:
        return open_harms(reading, participant_id)


def open_harms(reading: Reading, participant_id: str | None = None) -> tuple[OpenHarms, ...]:
    """Return the sessions whose harms are not settled: of one participant, or of everybody in reach."""
    of = {} if participant_id is None else {"participant_id": participant_id}
    answers = {one.session_id: one.answer for one in reading.find(HarmAsking, **of)}
    reported = {one.session_id for one in reading.find(AdverseEvent, **of)}
    found = [
        _open(session, session.ended_at, left)
        for session in reading.find(ListeningSession, **of)
        if is_asked_about(session)
        and session.ended_at is not None
        and (left := _left(answers.get(session.id), reported=session.id in reported)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.ended_at, one.session_id)))


def is_asked_about(session: ListeningSession) -> bool:
    """Tell whether harms are asked for after a session: it has ended, and music was heard."""
    return session.state in _ENDED and session.listened_s > 0


def record_harms(store: Store, actor: Actor, session_id: str, reply: HarmReply) -> HarmAsking:
    """Record that a participant was asked for harms after a session, and what came back.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who asked.
    session_id : str
        After which session.
    reply : HarmReply
        What was told; the adverse event itself is recorded by itself.

    Returns
    -------
    HarmAsking
        The record. A session of which nothing is left to ask is refused.
    """
    told = reply.told_openly or bool(reply.domains)
    answer = HarmAnswer.REPORTED if told else HarmAnswer.NOTHING
    with store.writing(actor, Permission.MANAGE_SAFETY, "ask_harms") as writing:
        return _add(writing, store, actor, session_id, answer, reply=reply)


def record_not_asked(store: Store, actor: Actor, session_id: str, reason: str) -> HarmAsking:
    """Record that it was not possible to ask for harms after a session.

    Raises
    ------
    ReasonMissingError
        If nothing says why.
    """
    if not reason.strip():
        message = "Say why it was not possible to ask."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.MANAGE_SAFETY, "ask_harms", reason) as writing:
        return _add(writing, store, actor, session_id, HarmAnswer.NOT_ASKED, reason=reason.strip())


def _left(answer: HarmAnswer | None, *, reported: bool) -> HarmsLeft | None:
    if answer is None:
        return HarmsLeft.ASK
    return HarmsLeft.REPORT if answer is HarmAnswer.REPORTED and not reported else None


def _open(session: ListeningSession, ended_at: datetime, left: HarmsLeft) -> OpenHarms:
    return OpenHarms(
        session_id=session.id,
        participant_id=session.participant_id,
        number=session.number,
        ended_at=ended_at,
        left=left,
    )


def _add(
    writing: Writing,
    store: Store,
    actor: Actor,
    session_id: str,
    answer: HarmAnswer,
    *,
    reply: HarmReply | None = None,
    reason: str = "",
) -> HarmAsking:
    session = writing.get(ListeningSession, session_id)
    still_open = {one.session_id for one in open_harms(writing, session.participant_id)}
    if session_id not in still_open:
        message = (
            f"Harms after session {session.number} of {session.participant_id} are settled, or the "
            "session has not ended. What becomes known later is reported as an adverse event."
        )
        raise AlreadyDoneError(message)
    said = reply or HarmReply()
    asking = HarmAsking(
        id=f"{session_id}/harms-{writing.count(HarmAsking, session_id=session_id) + 1}",
        participant_id=session.participant_id,
        session_id=session_id,
        answer=answer,
        told_openly=said.told_openly,
        domains=tuple(domain for domain in LISTED_DOMAINS if domain in said.domains),
        reason=reason,
        asked_at=store.clock(),
        asked_by=actor.user_id,
    )
    writing.add(asking)
    return asking
