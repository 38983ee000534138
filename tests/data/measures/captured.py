"""Made-up consents, voices and pictures for the measures of voice and face."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from data.measures.capture_permission import CapturePermission
from data.measures.time_domain import FloatArray
from data.records.capture_consents import CaptureConsent, CaptureKind

SOUND_HZ = 16000.0


def consent(
    kind: CaptureKind, *, agreed: bool = True, day: int = 1, participant_id: str = "LEI-001"
) -> CaptureConsent:
    """Return an answer to the notice."""
    return CaptureConsent(
        id=f"{participant_id}/{kind.value}-{day}",
        participant_id=participant_id,
        kind=kind,
        agreed=agreed,
        notice_version="1.0",
        said_at=datetime(2026, 11, day, 9, tzinfo=UTC),
        recorded_by="coordinator",
    )


def permission(kind: CaptureKind) -> CapturePermission:
    """Return a permission."""
    return CapturePermission(consent=consent(kind))


def speech(pitch_hz: float, swing_semitones: float = 0.0, length_s: float = 10.0) -> FloatArray:
    """Return a harmonic sound, 1.4 s of every 2 s, its pitch swinging twice a second."""
    times_s = np.arange(round(length_s * SOUND_HZ)) / SOUND_HZ
    swing = swing_semitones / 12.0 * np.sin(2.0 * np.pi * 0.5 * times_s)
    phase = np.cumsum(pitch_hz * 2.0**swing) / SOUND_HZ
    sound = sum(np.sin(2.0 * np.pi * number * phase) / number for number in range(1, 12))
    hiss = np.random.Generator(np.random.PCG64(1)).normal(0.0, 1e-4, times_s.size)
    return np.asarray(0.1 * sound * (times_s % 2.0 < 1.4) + hiss, dtype=np.float64)


def picture(grey: int, chance: np.random.Generator) -> NDArray[np.uint8]:
    """Return a small picture with some texture around a grey level."""
    return np.clip(chance.normal(grey, 20.0, (8, 8, 3)), 0, 255).astype(np.uint8)
