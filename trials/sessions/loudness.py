"""How loud a session may be, and how loud it was: the headphones' calibration and the player's reports together.

Conventions: a session without a calibration has an empty ``calibration_id``, a cautious cap, and no estimated level.

Contents: `with_headphones`, `without_headphones`, `level_of`, `is_flagged`, `is_above_cap`,
`NOT_CALIBRATED`.
"""

from collections.abc import Sequence
from dataclasses import replace

from data.records.calibrations import HeadphoneCalibration
from data.records.sessions import ListeningSession
from data.storage.store import Reading
from interventions.delivery.ear_level import (
    LOUDNESS_CAP,
    Heard,
    ear_level_dba,
    gain_cap,
    limit_dba,
    uncalibrated_gain_cap,
)
from protocols.design import Protocol
from trials.calibrations import calibration_of
from trials.in_force import protocol_of_session

NOT_CALIBRATED = "headphones_not_calibrated"
"""Category of the deviation that flags a session."""
TOO_LOUD = "The player reported a volume above the cap for the safe loudness."
_ROUNDING = 1e-9


def with_headphones(
    reading: Reading, protocol: Protocol, session: ListeningSession, calibration_id: str
) -> ListeningSession:
    """Return a session with the headphones that it begins with, and the cap of its volume.

    Parameters
    ----------
    reading : Reading
        Within reach of the site.
    protocol : Protocol
        The protocol in force.
    session : ListeningSession
        A session that is about to begin.
    calibration_id : str
        The calibration of the headphones; empty: they are not calibrated.

    Returns
    -------
    ListeningSession
        Refused with `CalibrationNotInForceError` when the calibration was replaced or ended.
    """
    if not calibration_id:
        return without_headphones(protocol, session)
    site_id = session.participant_id.rsplit("-", 1)[0]
    calibration = calibration_of(reading, site_id, calibration_id)
    cap = gain_cap(
        limit_dba(protocol.safety_rules),
        calibration.spl_at_minus20_lufs_dba,
        protocol.music.loudness_lufs,
    )
    return replace(session, calibration_id=calibration.id, gain_cap=cap)


def without_headphones(protocol: Protocol, session: ListeningSession) -> ListeningSession:
    """Return a session whose headphones nobody has measured, with the cautious cap."""
    cap = uncalibrated_gain_cap(limit_dba(protocol.safety_rules), protocol.music.loudness_lufs)
    return replace(session, calibration_id="", gain_cap=cap)


def level_of(reading: Reading, session: ListeningSession, heard: Sequence[Heard]) -> float | None:
    """Estimate the level at the ear of a session; None without a calibration, or when nothing was heard."""
    if not session.calibration_id:
        return None
    calibration = reading.get(HeadphoneCalibration, session.calibration_id)
    music = protocol_of_session(reading, session).music
    return ear_level_dba(heard, calibration.spl_at_minus20_lufs_dba, music.loudness_lufs)


def is_flagged(protocol: Protocol, session: ListeningSession) -> bool:
    """Whether the protocol caps the loudness and nobody has measured the headphones."""
    capped = any(rule.code == LOUDNESS_CAP for rule in protocol.safety_rules)
    return capped and not session.calibration_id


def is_above_cap(session: ListeningSession, volume: float) -> bool:
    """Whether a player that reports this volume did not keep to the cap."""
    return volume > session.gain_cap + _ROUNDING
