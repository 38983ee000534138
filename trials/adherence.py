"""How much of the planned listening took place, from the planned rows and the sessions held."""

from data.measures.adherence import Adherence, adherence
from data.records.participants import Participant
from data.records.people import Actor
from data.records.sessions import ListeningSession
from data.records.visits import PlannedSession
from data.storage.roles import Permission
from data.storage.store import Store
from trials.in_force import protocol_in


def participant_adherence(store: Store, actor: Actor, participant_id: str) -> Adherence:
    """Return the adherence and dose of one participant so far."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        reading.get(Participant, participant_id)
        return adherence(
            reading.find(PlannedSession, participant_id=participant_id),
            reading.find(ListeningSession, participant_id=participant_id),
            protocol_in(reading).sessions.attended_share,
        )
