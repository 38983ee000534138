"""The audit entries of single records, for those who may see the participant they belong to.

Contents: `entries_of`, `VALUE_TABLES`.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from data.records.participants import Participant
from data.records.people import Actor
from data.records.trial import AuditEntry
from data.storage.roles import Permission
from data.storage.store import Store
from data.storage.tables import AUDIT_ENTRY
from protocols.canonical import adapter_of

VALUE_TABLES = frozenset({"item_answer", "resting_measurement"})
"""Tables of values that people gave or measured; nothing in them is sealed or tells arms apart."""


def entries_of(
    store: Store, actor: Actor, participant_id: str, record_ids: Collection[str]
) -> tuple[AuditEntry, ...]:
    """Return the audit entries of a participant's values, oldest first.

    Parameters
    ----------
    store : Store
        The open store.
    actor : Actor
        Who asks; needs SEE_PARTICIPANTS at the participant's site.
    participant_id : str
        Whose values they are.
    record_ids : collection of str
        Ids of answers and resting measurements; records of somebody else have no entry here.

    Returns
    -------
    tuple of AuditEntry
        Only about tables of `VALUE_TABLES`.
    """
    entry = AUDIT_ENTRY.c
    owner = func.json_extract(entry.change, "$.new.participant_id")
    query = (
        select(AUDIT_ENTRY)
        .where(entry.record_id.in_(record_ids), entry.table.in_(VALUE_TABLES))
        .where(owner == participant_id)
        .order_by(entry.sequence)
    )
    with (
        store.reading(actor, Permission.SEE_PARTICIPANTS) as reading,
        store.connection() as connection,
    ):
        reading.get(Participant, participant_id)
        rows = connection.execute(query).mappings().all()
    adapter = adapter_of(AuditEntry)
    return tuple(adapter.validate_python(dict(row)) for row in rows)
