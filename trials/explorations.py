"""Analyses outside the plan, on record before their numbers are seen: who asked, when, and for which call."""

import json

from data.records.explorations import Exploration, RecordedExploration
from data.records.people import Actor
from data.records.trial import AuditEntry
from data.storage.audit import audit_entries
from data.storage.roles import Permission
from data.storage.store import Store
from protocols.canonical import canonical_json
from protocols.reading import value_from_json
from trials.errors import NothingToExploreError
from trials.in_force import protocol_in

ACTION = "explore"
_AT_ONCE = 500


def record_exploration(store: Store, actor: Actor, exploration: Exploration) -> None:
    """Leave on record that somebody analyses outside the plan; the analysis follows.

    Raises
    ------
    NothingToExploreError
        If the plan has no analysis of that code.
    """
    with store.writing(actor, Permission.ANALYSE, "explore") as writing:
        codes = [planned.code for planned in protocol_in(writing).analysis.analyses]
        if exploration.analysis not in codes:
            message = (
                f"The analysis plan in force has no analysis {exploration.analysis!r}: "
                f"choose one of {', '.join(codes)}."
            )
            raise NothingToExploreError(message)
        writing.note(ACTION, canonical_json(exploration).decode())


def recorded_explorations(store: Store, actor: Actor) -> tuple[RecordedExploration, ...]:
    """Return every exploration of this trial, whoever asked, the first one first."""
    found: list[RecordedExploration] = []
    number, pages = 1, 1
    while number <= pages:
        page = audit_entries(store, actor, action=ACTION, page=number, per_page=_AT_ONCE)
        found += [_read(entry) for entry in page.entries if not entry.table]
        number, pages = number + 1, page.pages
    return tuple(reversed(found))


def _read(entry: AuditEntry) -> RecordedExploration:
    note = json.loads(entry.change)["note"]
    return RecordedExploration(
        exploration=value_from_json(Exploration, note), by=entry.user_id, at=entry.at
    )
