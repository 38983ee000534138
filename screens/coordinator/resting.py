"""The seated resting recording of a visit: taken, judged in words, and put on record.

Contents: `record_resting_here`.
"""

import streamlit as st

from data.records.people import Actor
from data.records.visits import RestingMeasurement
from data.storage.store import Store
from screens.coordinator.acting import attempt
from screens.coordinator.signal_sources import choose_source, opened
from screens.state import key_of
from trials.opening import current_trial, protocol_in_force
from trials.visits import record_resting, resting_recording


def record_resting_here(store: Store, actor: Actor, participant_id: str, visit: str) -> None:
    """Draw how to take the recording; afterwards its quality in words."""
    place = f"{participant_id}/{visit}"
    taken = resting_recording(store, actor, participant_id, visit)
    if taken is not None:
        show_quality(taken)
        if taken.ln_rmssd is not None:
            return
    minutes = protocol_in_force(store, actor).sessions.resting_minutes
    st.markdown(f"Seated, without music, {minutes:g} minutes.")
    opening = choose_source(place, training=current_trial(store, actor).simulated)
    pressed = st.button(
        "Take the resting recording",
        key=key_of("resting", place),
        disabled=opening is None,
    )
    if pressed and opening is not None:
        source = opened(opening)
        if source is None:
            return
        beats = source.resting_beats()
        source.close()
        if attempt(lambda: record_resting(store, actor, participant_id, visit, beats)) is not None:
            st.rerun()


def show_quality(measured: RestingMeasurement) -> None:
    """Draw what a recording gave, in words."""
    usable = 1.0 - measured.flagged_share
    if measured.ln_rmssd is None:
        st.warning(
            f"The recording cannot be used: {measured.reason}. Check the sensor and take it again."
        )
        return
    rate = f"{measured.heart_rate_bpm:.0f} beats a minute" if measured.heart_rate_bpm else "unknown"
    st.success(
        f"The recording is good: {usable:.0%} of the beats are usable, heart rate {rate}, "
        f"lnRMSSD {measured.ln_rmssd:.2f}."
    )
