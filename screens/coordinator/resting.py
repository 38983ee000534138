"""The seated resting recording of a visit: taken, judged in words, and put on record.

Contents: `record_resting_here`, `check_signal_here`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from data.measures.hrv import RestingMeasures, resting_measures
from data.records.people import Actor
from data.records.visits import RestingMeasurement
from data.storage.store import Store
from interventions.sensing.contact import say_state
from interventions.sensing.live_source import LiveSource
from interventions.sensing.source import SignalSource
from screens import frame
from screens.acts import attempt
from screens.coordinator.memory import memory
from screens.coordinator.signal_sources import SourceChoice, choose_source, opened
from screens.coordinator.wording import in_minutes
from screens.state import key_of
from trials.opening import current_trial, protocol_in_force
from trials.visits import record_resting, resting_recording

LOOK_EVERY_S = 2
CHECK_S = 120.0
"""Length of a trial of the sensor."""


def record_resting_here(store: Store, actor: Actor, participant_id: str, visit: str) -> None:
    """Draw how to take the recording; afterwards its quality in words."""
    place = f"{participant_id}/{visit}"
    taken = resting_recording(store, actor, participant_id, visit)
    if taken is not None:
        show_quality(taken)
        if taken.ln_rmssd is not None:
            return
    length_s = protocol_in_force(store, actor).sessions.resting_minutes * 60.0
    st.markdown(f"Seated, without music, {in_minutes(length_s)} minutes.")
    if place in memory().live_rests:
        watch_rest(place, length_s, partial(put_on_record, participant_id, visit))
        return
    chosen = choose_source(place, training=current_trial(store, actor).simulated)
    pressed = st.button(
        "Take the resting recording", key=key_of("resting", place), disabled=chosen is None
    )
    source = opened(chosen, length_s) if pressed and chosen is not None else None
    if source is None or chosen is None:
        return
    if chosen.choice is SourceChoice.LIVE:
        memory().live_rests[place] = (source, store.clock())
        st.rerun()
    elif put_on_record(participant_id, visit, source):
        st.rerun()


@st.fragment(run_every=LOOK_EVERY_S)
def watch_rest(place: str, length_s: float, finish: Callable[[SignalSource], object]) -> None:
    """Draw how long a live rest has lasted, and finish it when it is long enough."""
    source, began_at = memory().live_rests[place]
    rested_s = seconds_since(began_at, frame.watching_desk().store.clock())
    beats = source.resting_beats()
    st.progress(
        min(rested_s / length_s, 1.0),
        text=f"{in_minutes(rested_s)} of {in_minutes(length_s)} minutes, "
        f"{len(beats.rr_ms)} heart beats so far",
    )
    if isinstance(source, LiveSource) and (words := say_state(source.watch().state)):
        st.warning(words)
    is_ended = st.button("End the recording now", key=key_of("resting", f"end.{place}"))
    if is_ended or rested_s >= length_s:
        del memory().live_rests[place]
        finish(source)
        st.rerun(scope="app")


def seconds_since(began_at: datetime, now: datetime) -> float:
    """Return how long something has lasted."""
    return (now - began_at).total_seconds()


def put_on_record(participant_id: str, visit: str, source: SignalSource) -> bool:
    """Record what a source gave at rest; say whether that was accepted."""
    desk = frame.watching_desk()
    beats = source.resting_beats()
    source.close()
    measured = attempt(lambda: record_resting(desk.store, desk.actor, participant_id, visit, beats))
    return measured is not None


def check_signal_here(store: Store, actor: Actor, name: str) -> None:
    """Draw a trial of the sensor: its quality in words; nothing is put on record."""
    place = f"check/{name}"
    checked = memory().checks.get(place)
    if checked is not None:
        show_check(checked)
    if place in memory().live_rests:
        watch_rest(place, CHECK_S, partial(keep_check, place))
        return
    chosen = choose_source(place, training=current_trial(store, actor).simulated)
    pressed = st.button("Check the signal", key=key_of("resting", place), disabled=chosen is None)
    source = opened(chosen, CHECK_S) if pressed and chosen is not None else None
    if source is None or chosen is None:
        return
    if chosen.choice is SourceChoice.LIVE:
        memory().live_rests[place] = (source, store.clock())
    else:
        keep_check(place, source)
    st.rerun()


def keep_check(place: str, source: SignalSource) -> None:
    """Remember what a trial of the sensor gave."""
    memory().checks[place] = resting_measures(source.resting_beats())
    source.close()


def show_check(checked: RestingMeasures) -> None:
    """Draw what a trial of the sensor gave, in words."""
    if checked.reason == "no_signal":
        st.warning("No heart beat was found. Check the sensor.")
    else:
        st.info(f"{1.0 - checked.flagged_share:.0%} of the heart beats are usable.")


def show_quality(measured: RestingMeasurement) -> None:
    """Draw what a recording gave, in words."""
    usable = f"{1.0 - measured.flagged_share:.0%} of the beats are usable"
    if measured.ln_rmssd is None or measured.heart_rate_bpm is None:
        reason = measured.reason.replace("_", " ")
        st.warning(f"The recording cannot be used: {reason}. Check the sensor and take it again.")
        return
    st.success(
        f"The recording is good: {usable}, heart rate {measured.heart_rate_bpm:.0f} beats a "
        f"minute, lnRMSSD {measured.ln_rmssd:.2f}."
    )
