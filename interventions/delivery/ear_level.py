"""How loud the music is at the ear, and how far the player's volume may go so that it stays below the limit.

Conventions: levels at the ear in dB(A), loudness in LUFS, volumes as a factor on the samples in [0, 1]. A calibration says
which level pink noise at -20 LUFS has at the ear when the player's volume is full. From there levels move as loudness does:
1 LU is 1 dB.

LUFS weighs sound by the K curve and dB(A) by the A curve, which counts low tones for less; so equal LUFS are not equal
dB(A). Measured over 32 whole sessions of both arms of CALM-1 (eight kinds and seeds of listeners, 2826 segments, the louder
channel): against pink noise of the same LUFS, a session has 1.8 to 3 dB(A) less, its loudest segment at most 0.4 dB(A) more,
and its loudest 3 seconds at most 3.4 dB(A) more. In LUFS, segments stay within -0.3 and +0.9 LU of the protocol's loudness.
So `LOUDEST_OVER_LU` above the session's loudness holds for every 3 seconds. One margin for all, rather than a cap for each
segment: a volume that moves with the segments would be heard, and would tell how the arms differ. A single segment that is
louder than the margin is not played at all (`is_too_loud`).

Contents: `gain_cap`, `uncalibrated_gain_cap`, `is_too_loud`, `ear_level_dba`, `Heard`.

References
----------
WHO and ITU (2019), H.870: 80 dB(A) for 40 hours a week, 75 dB(A) for sensitive listeners. EN 50332-1:2013 and EN 62368-1: a
personal music player gives at most 100 dB(A) for programme simulation noise at -10 dBFS.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from protocols.design import SafetyRule

LOUDNESS_CAP = "loudness_cap"
CALIBRATION_LUFS = -20.0
LOUDEST_OVER_LU = 4.0
"""How much louder than the session the loudest 3 seconds may be; measured: 3.4."""
UNCALIBRATED_DBA = 90.0
"""What is assumed of pink noise at -20 LUFS at the ear when nobody has measured. Pink noise at -10 dBFS has -6.3 LUFS
(measured), so a player at its limit of 100 dB(A) gives 86.3 at -20 LUFS; 3.7 dB more for more sensitive headphones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Some music that was heard at one volume."""

    frames: int
    volume: float


def limit_dba(rules: Sequence[SafetyRule]) -> float | None:
    """Return the protocol's highest level at the ear; None when it has no such rule."""
    return next((rule.threshold for rule in rules if rule.code == LOUDNESS_CAP), None)


def gain_cap(limit_dba: float | None, spl_at_minus20_lufs_dba: float, session_lufs: float) -> float:
    """Return the highest volume at which the loudest music stays below the limit.

    Parameters
    ----------
    limit_dba : float or None
        The protocol's limit; None: there is none.
    spl_at_minus20_lufs_dba : float
        The headphones' calibration.
    session_lufs : float
        The protocol's loudness of a session.

    Returns
    -------
    float
        In (0, 1].

    Examples
    --------
    >>> gain_cap(75.0, 70.0, -23.0)
    1.0
    >>> round(gain_cap(75.0, 80.0, -23.0), 3)
    0.501
    """
    if limit_dba is None:
        return 1.0
    loudest_dba = spl_at_minus20_lufs_dba + session_lufs + LOUDEST_OVER_LU - CALIBRATION_LUFS
    return min(1.0, _factor(limit_dba - loudest_dba))


def uncalibrated_gain_cap(limit_dba: float | None, session_lufs: float) -> float:
    """Return the cautious cap for headphones that nobody has measured.

    Parameters
    ----------
    limit_dba : float or None
        The protocol's limit; None: there is none.
    session_lufs : float
        The protocol's loudness of a session.

    Returns
    -------
    float
        In (0, 1]. It cannot know the volume of the playing device: that is why the session is flagged.
    """
    return gain_cap(limit_dba, UNCALIBRATED_DBA, session_lufs)


def is_too_loud(segment_lufs: float | None, session_lufs: float) -> bool:
    """Whether a segment is louder than the cap allows for; one without a loudness is silent."""
    return segment_lufs is not None and segment_lufs > session_lufs + LOUDEST_OVER_LU


def ear_level_dba(
    heard: Sequence[Heard], spl_at_minus20_lufs_dba: float, session_lufs: float
) -> float | None:
    """Estimate the equivalent level at the ear of all that was heard.

    Parameters
    ----------
    heard : sequence of Heard
        What was heard, at which volume.
    spl_at_minus20_lufs_dba : float
        The headphones' calibration.
    session_lufs : float
        The protocol's loudness: the same in every arm, so that the estimate tells none.

    Returns
    -------
    float or None
        In whole dB(A): the measurement behind it is not finer. None when nothing was heard.
    """
    frames = sum(one.frames for one in heard)
    energy = sum(one.frames * one.volume**2 for one in heard)
    if energy <= 0.0:
        return None
    at_full_volume_dba = spl_at_minus20_lufs_dba + session_lufs - CALIBRATION_LUFS
    return float(round(at_full_volume_dba + 10.0 * math.log10(energy / frames)))


def _factor(decibels: float) -> float:
    return float(10.0 ** (decibels / 20.0))
