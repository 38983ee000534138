"""Departures from the protocol: recorded by a person, or by the software when a window is missed.

A deviation that the software finds counts as not important until a person judges it: whether it
matters for the per-protocol set is a clinical judgement (ICH E3, 10.2).
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from data.records.participants import Participant, ProtocolDeviation
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Store, Writing
from trials.errors import ReasonMissingError

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "visit_out_of_window": "Visit outside its window",
        "session_out_of_window": "Session outside its window",
        "session_duration": "Session shorter or longer than planned",
        "ineligible_randomized": "Randomized although not eligible",
        "other_treatment": "Another treatment that could change the outcome",
        "unblinded": "The participant or an assessor learnt the arm",
        "procedure": "A procedure was not followed",
        "other": "Something else",
    }
)
"""The categories people are offered, with their names; intercurrent events have the event's code."""


class Windowed(Protocol):
    """A planned visit or session: anything with a window."""

    @property
    def participant_id(self) -> str:
        """Whose it is."""

    @property
    def opens_on(self) -> date:
        """First day of the window."""

    @property
    def closes_on(self) -> date:
        """Last day of the window."""


def record_deviation(
    store: Store,
    actor: Actor,
    participant_id: str,
    *,
    category: str,
    description: str,
    important: bool,
) -> ProtocolDeviation:
    """Record a departure from the protocol.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    participant_id : str
        Whom it concerns.
    category : str
        One of ``CATEGORIES``, or another short name.
    description : str
        What happened.
    important : bool
        Whether it may exclude from the per-protocol set (ICH E3).

    Returns
    -------
    ProtocolDeviation
        The record.

    Raises
    ------
    ReasonMissingError
        If nothing is described.
    """
    if not description.strip() or not category.strip():
        message = "A deviation needs a category and a description."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.ENTER_DATA, "record_deviation", description) as writing:
        writing.get(Participant, participant_id)
        return add_deviation(
            writing,
            participant_id=participant_id,
            category=category.strip(),
            description=description.strip(),
            important=important,
            at=store.clock(),
            recorded_by=actor.user_id,
        )


def deviations(store: Store, actor: Actor) -> tuple[ProtocolDeviation, ...]:
    """Return every deviation the actor may see, in order of entry."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.find(ProtocolDeviation)


def add_deviation(
    writing: Writing,
    *,
    participant_id: str,
    category: str,
    description: str,
    important: bool,
    at: datetime,
    recorded_by: str,
) -> ProtocolDeviation:
    """Add a deviation to a transaction that is under way."""
    number = writing.count(ProtocolDeviation, participant_id=participant_id) + 1
    deviation = ProtocolDeviation(
        id=f"{participant_id}/deviation-{number}",
        participant_id=participant_id,
        category=category,
        description=description,
        important=important,
        at=at,
        recorded_by=recorded_by,
    )
    writing.add(deviation)
    return deviation


def note_window(
    writing: Writing, planned: Windowed, *, category: str, on: date, at: datetime, recorded_by: str
) -> ProtocolDeviation | None:
    """Record, in the same transaction, that something happened outside its window: on a day at its site."""
    if planned.opens_on <= on <= planned.closes_on:
        return None
    description = (
        f"Took place on {on.isoformat()}; the window was "
        f"{planned.opens_on.isoformat()} to {planned.closes_on.isoformat()}."
    )
    return add_deviation(
        writing,
        participant_id=planned.participant_id,
        category=category,
        description=description,
        important=False,
        at=at,
        recorded_by=recorded_by,
    )
