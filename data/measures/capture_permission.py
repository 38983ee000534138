"""Nothing is measured of a voice or a face unless the participant was told and agreed, on record.

Contents: `CapturePermission`, `permission_for`, `CaptureNotPermittedError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from data.records.capture_consents import CaptureConsent, CaptureKind


class CaptureNotPermittedError(RuntimeError):
    """There is no consent on record; the message says whose and to what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturePermission:
    """Which consent permits a measure; made by `permission_for`."""

    consent: CaptureConsent


def permission_for(
    consents: Iterable[CaptureConsent], participant_id: str, kind: CaptureKind
) -> CapturePermission:
    """Return the permission that a participant's latest answer gives.

    Parameters
    ----------
    consents : iterable of CaptureConsent
        Everything on record, of anybody.
    participant_id : str
        Who is to be measured.
    kind : CaptureKind
        What of them.

    Returns
    -------
    CapturePermission
        With the consent that it rests on.

    Raises
    ------
    CaptureNotPermittedError
        If nothing is on record, or the latest answer is no.
    """
    said = [one for one in consents if (one.participant_id, one.kind) == (participant_id, kind)]
    latest = max(said, key=lambda one: one.said_at, default=None)
    if latest is None:
        message = (
            f"{participant_id} has no consent on record to measures of the {kind.value}: "
            "show the notice and record the answer first."
        )
        raise CaptureNotPermittedError(message)
    if not latest.agreed:
        message = f"{participant_id} does not agree to measures of the {kind.value}."
        raise CaptureNotPermittedError(message)
    return CapturePermission(consent=latest)


def require_kind(permission: CapturePermission, kind: CaptureKind) -> None:
    """Refuse a permission for something else, or one that says no.

    Raises
    ------
    CaptureNotPermittedError
        If it is about another kind of capture, or is no consent.
    """
    consent = permission.consent
    if consent.kind is not kind or not consent.agreed:
        message = f"The consent {consent.id} does not permit measures of the {kind.value}."
        raise CaptureNotPermittedError(message)
