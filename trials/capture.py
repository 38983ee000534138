"""Whether a participant's voice or face may be measured: asked, recorded, and asked again before each measure.

Contents: `record_capture_consent`, `capture_permission`, `capture_consents`.
"""

from data.measures.capture_permission import CapturePermission, permission_for
from data.records.capture_consents import CaptureConsent, CaptureKind
from data.records.participants import Participant
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Store
from trials.errors import ReasonMissingError


def record_capture_consent(
    store: Store,
    actor: Actor,
    participant_id: str,
    kind: CaptureKind,
    *,
    agreed: bool,
    notice_version: str,
) -> CaptureConsent:
    """Record what a participant said after reading the notice; a later answer counts instead.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who asked.
    participant_id : str
        Who answered.
    kind : CaptureKind
        Voice or face.
    agreed : bool
        False: declined, or withdrawn.
    notice_version : str
        Which text was shown.

    Returns
    -------
    CaptureConsent
        As recorded.

    Raises
    ------
    ReasonMissingError
        If no version of the notice is named.
    """
    if not notice_version.strip():
        message = "Name the version of the notice that was shown."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.ENTER_DATA, "record_capture_consent") as writing:
        writing.get(Participant, participant_id)
        answers = writing.find(CaptureConsent, participant_id=participant_id)
        before = sum(one.kind is kind for one in answers)
        said = CaptureConsent(
            id=f"{participant_id}/{kind.value}-{before + 1}",
            participant_id=participant_id,
            kind=kind,
            agreed=agreed,
            notice_version=notice_version.strip(),
            said_at=store.clock(),
            recorded_by=actor.user_id,
        )
        writing.add(said)
    return said


def capture_consents(store: Store, actor: Actor, participant_id: str) -> tuple[CaptureConsent, ...]:
    """Return every answer of a participant, in the order in which they were given."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.find(CaptureConsent, participant_id=participant_id)


def capture_permission(
    store: Store, actor: Actor, participant_id: str, kind: CaptureKind
) -> CapturePermission:
    """Return the permission to measure a voice or a face; without a yes on record there is none.

    It is refused (`data.measures.capture_permission.CaptureNotPermittedError`) unless the latest answer is yes.
    """
    return permission_for(capture_consents(store, actor, participant_id), participant_id, kind)
