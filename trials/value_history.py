"""What became of a participant's values: the old one, the new one, who changed it, when and why.

Conventions: a value that was given once has no history. What a participant changes before a form is
finished needs no reason; what is corrected afterwards has one (21 CFR 11.10(e), ICH E6(R3) annex 1, 4.2.2).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from data.records.answers import ItemAnswer
from data.records.people import Actor
from data.records.trial import AuditEntry
from data.records.visits import RestingMeasurement
from data.storage.roles import Permission
from data.storage.store import Store
from data.storage.value_history import entries_of
from protocols.questionnaire import load_questionnaire

DECLINED = "preferred not to answer"
NO_VALUE = "no value"
_MEASURES = {"ln_rmssd": "lnRMSSD", "heart_rate_bpm": "heart rate, bpm"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueChange:
    """One change of one value."""

    at: datetime
    what: str
    """Which value, in words."""
    before: str
    after: str
    by: str
    """Account, or id of the participant."""
    reason: str
    """Empty when none was asked for."""


def value_history(store: Store, actor: Actor, participant_id: str) -> tuple[ValueChange, ...]:
    """Return every change of a participant's answers and resting measurements, newest first.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who asks.
    participant_id : str
        Whose values.

    Returns
    -------
    tuple of ValueChange
        Empty when no value was changed.
    """
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        answers = reading.find(ItemAnswer, participant_id=participant_id)
        resting = reading.find(RestingMeasurement, participant_id=participant_id)
    changed = tuple(_changed(answers))
    ids = {after.id for _, after in changed} | {one.id for one in resting}
    entries = entries_of(store, actor, participant_id, ids)
    reasons = {entry.record_id: entry.reason for entry in entries if entry.table == "item_answer"}
    found = [_of_answer(before, after, reasons[after.id]) for before, after in changed]
    found += [change for entry in entries for change in _of_measurement(entry)]
    return tuple(sorted(found, key=attrgetter("at"), reverse=True))


def _changed(answers: Sequence[ItemAnswer]) -> Iterator[tuple[ItemAnswer, ItemAnswer]]:
    last: dict[tuple[str, str, str], ItemAnswer] = {}
    for answer in answers:
        place = (answer.occasion, answer.questionnaire, answer.item)
        before = last.get(place)
        if before is not None and before.value != answer.value:
            yield before, answer
        last[place] = answer


def _of_answer(before: ItemAnswer, after: ItemAnswer, reason: str) -> ValueChange:
    title = load_questionnaire(after.questionnaire).title
    return ValueChange(
        at=after.answered_at,
        what=f"{title}, item {after.item} ({after.occasion})",
        before=_shown(before.value, DECLINED),
        after=_shown(after.value, DECLINED),
        by=after.recorded_by,
        reason=reason,
    )


def _of_measurement(entry: AuditEntry) -> Iterator[ValueChange]:
    change = json.loads(entry.change)
    old, new = change["old"], change["new"]
    if entry.table != "resting_measurement" or old is None:
        return
    for column, words in _MEASURES.items():
        if old[column] != new[column]:
            yield ValueChange(
                at=entry.at,
                what=f"Resting recording, {words} ({new['visit']})",
                before=_shown(old[column], NO_VALUE),
                after=_shown(new[column], NO_VALUE),
                by=entry.user_id,
                reason=entry.reason or (old["reason"] and f"Recorded again: {old['reason']}"),
            )


def _shown(value: float | None, missing: str) -> str:
    return missing if value is None else f"{value:.4g}"
