"""The trial of this store and the protocol version that binds it now."""

from functools import lru_cache

from data.records.sessions import ListeningSession
from data.records.trial import ProtocolState, ProtocolVersion, Trial
from data.storage.store import Reading
from protocols.design import Protocol
from protocols.document import protocol_from_canonical
from trials.errors import TrialNotOpenError


def trial_in(reading: Reading) -> Trial:
    """Return the one trial of the store.

    Raises
    ------
    TrialNotOpenError
        If no trial was opened yet.
    """
    trial = reading.first(Trial)
    if trial is None:
        message = "No trial is open in this store: an administrator opens one first."
        raise TrialNotOpenError(message)
    return trial


def version_in_force(reading: Reading) -> ProtocolVersion:
    """Return the frozen protocol version that binds the trial now."""
    return reading.get(ProtocolVersion, trial_in(reading).protocol_version_id)


def protocol_of(version: ProtocolVersion) -> Protocol:
    """Return the protocol of a version."""
    return _parse(version.document)


def protocol_in(reading: Reading) -> Protocol:
    """Return the protocol in force."""
    return protocol_of(version_in_force(reading))


def protocol_of_session(reading: Reading, session: ListeningSession) -> Protocol:
    """Return the protocol that was in force when a session began; now, when it does not say."""
    if not session.protocol_version_id:
        return protocol_in(reading)
    return protocol_of(reading.get(ProtocolVersion, session.protocol_version_id))


def sealed_protocol_in(reading: Reading, protocol_hash: str) -> Protocol:
    """Return the frozen version that the sealed lists were drawn for.

    Raises
    ------
    TrialNotOpenError
        If no frozen version has this hash.
    """
    for version in reading.find(ProtocolVersion, sha256=protocol_hash):
        if version.state is not ProtocolState.DRAFT:
            return protocol_of(version)
    message = "The protocol version that the lists were sealed for is not in this store."
    raise TrialNotOpenError(message)


@lru_cache(maxsize=8)
def _parse(document: str) -> Protocol:
    return protocol_from_canonical(document)
