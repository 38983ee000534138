"""Analyses outside the plan, on record before their numbers are seen: who asked, when, why, and for which call."""

import json
from dataclasses import dataclass

from data.records.explorations import Exploration, RecordedExploration
from data.records.people import Actor
from data.records.trial import AuditEntry
from data.storage.audit import audit_entries
from data.storage.roles import Permission
from data.storage.store import Store
from protocols.canonical import canonical_json
from protocols.check_estimators import faults_of_analysis
from protocols.design import Protocol
from protocols.reading import value_from_json
from trials.errors import NothingToExploreError
from trials.in_force import protocol_in

ACTION = "explore"
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What the audit trail keeps; before reasons were asked for it kept the exploration alone."""

    exploration: Exploration
    reason: str


def record_exploration(store: Store, actor: Actor, exploration: Exploration, reason: str) -> None:
    """Leave on record that somebody analyses outside the plan, and why; the analysis follows.

    Raises
    ------
    NothingToExploreError
        If the plan has no analysis of that code, the choices lack something, or there is no reason.
    """
    with store.writing(actor, Permission.ANALYSE, "explore") as writing:
        _check(protocol_in(writing), exploration)
        if not reason.strip():
            raise NothingToExploreError(
                "Nothing was run: say in a sentence why you analyse outside the plan. It is printed beside the numbers."
            )
        asked = _Asked(exploration=exploration, reason=reason.strip())
        writing.note(ACTION, canonical_json(asked).decode())


def _check(protocol: Protocol, exploration: Exploration) -> None:
    analyses = {planned.code: planned for planned in protocol.analysis.analyses}
    planned = analyses.get(exploration.analysis)
    if planned is None:
        raise NothingToExploreError(
            f"The analysis plan in force has no analysis {exploration.analysis!r}: "
            f"choose one of {', '.join(analyses)}."
        )
    fault = next(faults_of_analysis(protocol, exploration.applied_to(planned)), None)
    if fault is not None:
        raise NothingToExploreError(f"Nothing was run. {fault.what} {fault.mend}")


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
    if "exploration" in json.loads(note):
        asked = value_from_json(_Asked, note)
    else:
        asked = _Asked(exploration=value_from_json(Exploration, note), reason="")
    return RecordedExploration(
        exploration=asked.exploration, by=entry.user_id, at=entry.at, reason=asked.reason
    )
