"""Headphones in words: which are calibrated at a site, and how far the player's volume may go with them.

Contents: `show_calibrations`, `name_of`, `cap_in_words`, `UNCALIBRATED`.
"""

import math
from collections.abc import Sequence

import streamlit as st

from data.records.calibrations import HeadphoneCalibration
from interventions.delivery.ear_level import gain_cap, limit_dba, uncalibrated_gain_cap
from protocols.design import Protocol
from screens.acts import escaped

UNCALIBRATED = (
    "**Not calibrated.** Nobody has measured how loud these headphones are, so the player stays at "
    "most at {cap} and the session is flagged on record."
)


def show_calibrations(protocol: Protocol, known: Sequence[HeadphoneCalibration]) -> None:
    """Draw the headphones of a site whose calibration is in force."""
    if not known:
        st.markdown("**No headphones are calibrated here.** Sessions are flagged until some are.")
        return
    rows = [
        {
            "Headphones": escaped(name_of(one)),
            "Played by": escaped(f"{one.playing_device}, volume {one.system_volume}"),
            "Level of the test sound": f"{one.spl_at_minus20_lufs_dba:g} dB(A)",
            "Player's volume": f"up to {cap_in_words(cap_of(protocol, one))}",
            "Measured": escaped(f"{one.measured_on:%d %b %Y}, {one.measured_by}"),
        }
        for one in known
    ]
    st.table(rows, border="horizontal", hide_index=True)


def name_of(calibration: HeadphoneCalibration) -> str:
    """Return a pair of headphones in words."""
    return f"{calibration.label} ({calibration.make} {calibration.model})"


def cap_of(protocol: Protocol, calibration: HeadphoneCalibration | None) -> float:
    """Return the cap of the player's volume with a pair of headphones; None: not calibrated."""
    limit, session_lufs = limit_dba(protocol.safety_rules), protocol.music.loudness_lufs
    if calibration is None:
        return uncalibrated_gain_cap(limit, session_lufs)
    return gain_cap(limit, calibration.spl_at_minus20_lufs_dba, session_lufs)


def cap_in_words(cap: float) -> str:
    """Return a cap as people read it.

    Examples
    --------
    >>> cap_in_words(1.0), cap_in_words(0.158)
    ('full volume', '15 % of full')
    """
    return "full volume" if cap >= 1.0 else f"{math.floor(100 * cap)} % of full"
