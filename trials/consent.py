"""Consent to the version of the information in force, with the notice about sensing.

When an amendment brings a new consent version, earlier consents stay on record, but randomization
and the next listening session wait until the participant has consented again (conduct: C2).
"""

from datetime import datetime

from data.records.participants import Consent, Participant, ParticipantState
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from protocols.design import Protocol
from trials.errors import AlreadyDoneError, ConsentMissingError, ImplausibleReportError
from trials.in_force import protocol_in
from trials.participants import move, require_state


def consent_in_force(reading: Reading, protocol: Protocol, participant_id: str) -> Consent | None:
    """Return the participant's consent to the version in force, or None."""
    return reading.first(
        Consent, participant_id=participant_id, consent_version=protocol.consent_version
    )


def require_consent(reading: Reading, protocol: Protocol, participant_id: str) -> Consent:
    """Return the consent in force.

    Raises
    ------
    ConsentMissingError
        If the participant has not consented to the version in force.
    """
    consent = consent_in_force(reading, protocol, participant_id)
    if consent is None:
        message = (
            f"{participant_id} has not consented to version {protocol.consent_version}, "
            "which is now in force."
        )
        raise ConsentMissingError(message)
    return consent


def record_consent(
    store: Store,
    actor: Actor,
    participant_id: str,
    *,
    sensing_notice_shown_at: datetime | None = None,
) -> Consent:
    """Record that a participant signed the information in force; the first time is a step.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who took the consent.
    participant_id : str
        Who consented.
    sensing_notice_shown_at : datetime or None
        When the notice of what the software infers was shown (AI Act article 50(3)); None: now.

    Returns
    -------
    Consent
        The record.

    Raises
    ------
    AlreadyDoneError
        If this version is already signed.
    ImplausibleReportError
        If the notice is said to be shown after the signature.
    """
    with store.writing(actor, Permission.ENROL, "record_consent") as writing:
        now = store.clock()
        shown_at = sensing_notice_shown_at or now
        if shown_at > now:
            message = "The notice about sensing comes before the signature, not after it."
            raise ImplausibleReportError(message)
        protocol = protocol_in(writing)
        if consent_in_force(writing, protocol, participant_id) is not None:
            message = (
                f"{participant_id} has already consented to version {protocol.consent_version}."
            )
            raise AlreadyDoneError(message)
        participant = writing.get(Participant, participant_id)
        if participant.state is ParticipantState.PRESCREENED:
            move(writing, participant_id, ParticipantState.CONSENTED)
        else:
            # C2: a new version is signed again without a step
            require_state(
                participant,
                ParticipantState.CONSENTED,
                ParticipantState.ELIGIBLE,
                ParticipantState.BASELINE_COMPLETE,
                ParticipantState.RANDOMIZED,
            )
        consent = Consent(
            id=f"{participant_id}/consent-{protocol.consent_version}",
            participant_id=participant_id,
            consent_version=protocol.consent_version,
            signed_at=now,
            sensing_notice_shown_at=shown_at,
            recorded_by=actor.user_id,
        )
        writing.add(consent)
    return consent
