"""Consent to be heard or seen by a measure: asked apart from the trial's own consent, and refused as freely.

Contents: `CaptureKind`, `CaptureConsent`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaptureKind(StrEnum):
    """What is captured of a person."""

    VOICE = "voice"
    FACE = "face"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureConsent:
    """What one participant said after reading the notice about one kind of capture; a later one counts instead."""

    id: str
    """``<participant>/<kind>-<number>``, from 1."""
    participant_id: str
    kind: CaptureKind
    agreed: bool
    """False: declined or withdrawn."""
    notice_version: str
    """Which text was shown."""
    said_at: datetime
    recorded_by: str
