"""Which headphones a session is heard by: the calibrated ones of the site, the last used first.

Contents: `choose_headphones`.
"""

from dataclasses import dataclass

import streamlit as st

from data.records.calibrations import HeadphoneCalibration
from screens import frame
from screens.acts import escaped
from screens.headphones import UNCALIBRATED, cap_in_words, cap_of, name_of
from screens.state import key_of, of_screen
from trials.calibrations import calibrations_in_force, last_used
from trials.opening import protocol_in_force

OTHERS = ""
"""In the place of an id: headphones that nobody has measured."""


@dataclass(kw_only=True, slots=True)
class UsedLast:
    """What this tab has looked up once: it does not change while the page stays open."""

    site_id: str = ""
    label: str = ""


def choose_headphones(desk: frame.Desk, participant_id: str) -> HeadphoneCalibration | None:
    """Draw the choice and what follows from it; None: headphones without a calibration."""
    site_id = participant_id.rsplit("-", 1)[0]
    known = calibrations_in_force(desk.store, desk.actor, site_id)
    names = {one.id: name_of(one) for one in known} | {OTHERS: "Other headphones, not calibrated"}
    first = label_used_last(desk, site_id)
    chosen_id = st.selectbox(
        "Headphones",
        list(names),
        index=next((n for n, one in enumerate(known) if one.label == first), 0),
        format_func=names.__getitem__,
        key=key_of("run", f"headphones.{participant_id}"),
    )
    chosen = next((one for one in known if one.id == chosen_id), None)
    cap = cap_in_words(cap_of(protocol_in_force(desk.store, desk.actor), chosen))
    if chosen is None:
        st.warning(UNCALIBRATED.format(cap=cap))
    else:
        st.caption(
            f"Set {escaped(chosen.playing_device)} to volume {escaped(chosen.system_volume)}, as it was "
            f"measured. The player goes up to {cap}."
        )
    return chosen


def label_used_last(desk: frame.Desk, site_id: str) -> str:
    """Return the label of the headphones that the site used last; empty when there are none."""
    remembered = of_screen(UsedLast)
    if remembered.site_id != site_id:
        used = last_used(desk.store, desk.actor, site_id)
        remembered.site_id, remembered.label = site_id, used.label if used else ""
    return remembered.label
