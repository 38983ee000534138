"""What every page says about the trial: which one, under which protocol version, locked or not.

Contents: `Overview`, `overview`, `on_call_of`.
"""

from dataclasses import dataclass
from datetime import datetime

from data.records.participants import Participant
from data.records.people import Actor
from data.records.trial import DatabaseLock, ProtocolVersion, Site, Trial
from data.storage.roles import Permission
from data.storage.store import Store
from trials.in_force import protocol_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The trial in one line."""

    study_id: str
    title: str
    version: str
    protocol_sha256: str
    simulated: bool
    locked_at: datetime | None


def overview(store: Store, actor: Actor) -> Overview | None:
    """Return the trial in one line; None while no trial is open in this store."""
    with store.reading(actor, Permission.SIGN_IN) as reading:
        trial = reading.first(Trial)
        if trial is None:
            return None
        version = reading.get(ProtocolVersion, trial.protocol_version_id)
        lock = reading.first(DatabaseLock)
        return Overview(
            study_id=trial.id,
            title=protocol_of(version).short_title,
            version=version.version,
            protocol_sha256=version.sha256,
            simulated=trial.simulated,
            locked_at=lock.locked_at if lock else None,
        )


def on_call_of(store: Store, actor: Actor, participant_id: str) -> str:
    """Return whom a participant can call at once: the on-call person of their site."""
    with store.reading(actor, Permission.ANSWER) as reading:
        participant = reading.get(Participant, participant_id)
        return reading.get(Site, participant.site_id).on_call
