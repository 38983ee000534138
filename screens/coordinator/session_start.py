"""What comes before the music of a session: the rating, the heart signal, the start.

Contents: `prepare`.
"""

from datetime import date

import streamlit as st

from data.records.calibrations import HeadphoneCalibration
from data.records.people import Actor
from data.storage.store import Store
from interventions.sensing.recording import BEFORE_MUSIC_S
from screens import frame
from screens.acts import attempt, say
from screens.coordinator.choose_headphones import choose_headphones
from screens.coordinator.due_forms import show_due_forms
from screens.coordinator.further_sensors import with_further_sensors
from screens.coordinator.signal_sources import ChosenSource, choose_source, opened
from screens.coordinator.wording import in_day
from screens.state import key_of
from trials.forms import DueForm, FormState
from trials.local_days import today_of
from trials.opening import current_trial, protocol_in_force
from trials.timelines import TimelineEntry

TRAINING_MINUTES = (2, 5)


def prepare(
    desk: frame.Desk, participant_id: str, planned: list[TimelineEntry], due: tuple[DueForm, ...]
) -> None:
    """Draw what comes before the music: which session, the rating, the source, the start."""
    today = today_of(desk.store, desk.actor, participant_id)
    entry = st.selectbox(
        "Session",
        planned,
        index=first_choice(planned, today),
        format_func=lambda one: f"{one.title}, planned {in_day(one.on)}",
        key=key_of("run", f"planned.{participant_id}"),
    )
    occasion = f"{entry.record_id.removeprefix(f'{participant_id}/')}/before"
    ratings = [form for form in due if form.occasion == occasion]
    st.header("1. Rating before the music")
    if ratings:
        show_due_forms(desk.store, desk.actor, participant_id, ratings)
    else:
        st.markdown(why_no_rating(desk, entry, today))
    st.header("2. Signals")
    training = current_trial(desk.store, desk.actor).simulated
    chosen = with_further_sensors(
        entry.record_id, choose_source(entry.record_id, training=training)
    )
    st.header("3. Music")
    headphones = choose_headphones(desk, participant_id)
    duration_s = choose_length(desk.store, desk.actor, training=training)
    is_rated = all(form.state is FormState.COMPLETE for form in ratings)
    pressed = st.button(
        "Start the session",
        key=key_of("run", "start"),
        type="primary",
        disabled=chosen is None or not is_rated,
    )
    if not is_rated or chosen is None:
        after = " after the rating," if ratings else ""
        st.caption(f"The session can start{after} with a heart signal.")
    elif pressed:
        start(desk, entry.record_id, chosen, duration_s, headphones)


def why_no_rating(desk: frame.Desk, entry: TimelineEntry, today: date) -> str:
    """Return why a session asks for no rating before, and what follows when it is held."""
    window_days = protocol_in_force(desk.store, desk.actor).sessions.window_days
    if abs((today - entry.on).days) <= window_days:
        return "Another session is due before this one: here no rating is asked for."
    return (
        f"Today is outside the window of this session ({in_day(entry.on)}, give or take "
        f"{window_days} days). If you hold it all the same, no rating before is asked for, and a "
        "protocol deviation is noted."
    )


def first_choice(planned: list[TimelineEntry], today: date) -> int:
    """Return the session that the page's address names, else the one planned nearest to today."""
    named = st.query_params.get("session", "")
    return min(
        range(len(planned)),
        key=lambda index: (
            planned[index].record_id != named,
            abs((planned[index].on - today).days),
        ),
    )


def choose_length(store: Store, actor: Actor, *, training: bool) -> float | None:
    """Draw the length; only training may be shorter. None: as long as the protocol says."""
    minutes = protocol_in_force(store, actor).sessions.duration_minutes
    if not training:
        st.markdown(f"{minutes:g} minutes, as the protocol says.")
        return None
    chosen = st.radio(
        "Length",
        [None, *TRAINING_MINUTES],
        format_func=lambda one: f"{one or minutes:g} minutes" + (" (training)" if one else ""),
        horizontal=True,
        key=key_of("run", "length"),
    )
    return None if chosen is None else chosen * 60.0


def start(
    desk: frame.Desk,
    planned_id: str,
    chosen: ChosenSource,
    duration_s: float | None,
    headphones: HeadphoneCalibration | None,
) -> None:
    """Open the source and put the session on the air."""
    from interventions.delivery.renderer import AdditiveRenderer
    from trials.sessions.going_on_air import open_session

    source = opened(chosen, BEFORE_MUSIC_S)
    if source is None:
        return
    session = attempt(
        lambda: open_session(
            desk.store,
            desk.actor,
            planned_id,
            source,
            AdditiveRenderer(),
            duration_s=duration_s,
            calibration_id=headphones.id if headphones else "",
        )
    )
    if session is None:
        source.close()
        return
    desk.bench.on_air.add(session)
    say("The session is on the air. It goes on even when this page is closed.")
    st.rerun()
