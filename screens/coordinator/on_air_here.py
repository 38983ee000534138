"""A listening session while it is on the air: signals, words, three big buttons, the player.

Nothing here tells the arms apart.

Contents: `show_on_air`.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from data.records.sessions import SessionState
from screens import frame, live
from screens.acts import attempt, escaped, say
from screens.coordinator.adverse_event import fill_in_adverse_event
from screens.coordinator.due_forms import hand_over
from screens.coordinator.memory import memory
from screens.coordinator.wording import in_minutes
from screens.headphones import UNCALIBRATED, cap_in_words
from screens.listening import Listener
from screens.player.component import play
from screens.published import Published
from screens.state import key_of
from trials.deviations import record_deviation
from trials.sessions.explaining import STOPPED_BY_TEAM
from trials.sessions.on_air import OnAirSession

LOOK_EVERY_S = 2
HERE = "here"
COORDINATOR_LISTENED = "coordinator_listened"
BIG_BUTTONS = """<style>
.st-key-on_air_buttons button { min-height: 4rem; }
.st-key-on_air-stop button { background: #a51c14; border-color: #a51c14; color: #fff; }
.st-key-on_air-stop button:hover { background: #7d140e; border-color: #7d140e; color: #fff; }
</style>"""


def show_on_air(session: OnAirSession) -> None:
    """Draw a running session: what is sensed on the left, what can be done on the right."""
    desk = frame.desk()
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Signals")
        live.traces(session.token)
    with right:
        st.header(f"Session {session.status().number}")
        show_flag(session)
        watch(session.token)
        st.html(BIG_BUTTONS)
        with st.container(key="on_air_buttons"):
            show_buttons(desk, session)
    session_id = session.status().session_id
    if memory().reporting == session_id:
        report_harm(desk, session.participant_id, session_id)
    st.header("Where the participant listens")
    choose_player(desk, session)


def show_flag(session: OnAirSession) -> None:
    """Draw that the headphones are not calibrated, when they are not."""
    if not session.status().calibrated:
        st.warning(UNCALIBRATED.format(cap=cap_in_words(session.gain_cap)))


@st.fragment(run_every=LOOK_EVERY_S)
def watch(token: str) -> None:
    """Draw how far the session is, and the page again as soon as it is over."""
    listener = frame.watching_desk().bench.listeners.find(token)
    shown = listener.published() if listener else None
    if shown is None or shown.state is not SessionState.RUNNING:
        st.rerun(scope="app")
    else:
        show_published(shown)


def show_published(shown: Published) -> None:
    """Draw how far the session is, in words."""
    share = min(shown.listened_s / shown.planned_s, 1.0)
    heard = f"{in_minutes(shown.listened_s)} of {in_minutes(shown.planned_s)} minutes heard"
    st.progress(share, text=heard)
    st.markdown(f"**{stage_in_words(shown)}**")
    if shown.coordinator_needed:
        st.error(escaped(shown.attention))


def stage_in_words(shown: Published) -> str:
    """Return where a running session stands."""
    if shown.paused:
        return "Paused."
    waits = "Ready. The music begins when Start is pressed on the player."
    return "On the air." if shown.has_begun else waits


def show_buttons(desk: frame.Desk, session: OnAirSession) -> None:
    """Draw Pause, Stop and Adverse event, each as wide as the column; `desk` was checked before."""
    if session.status().paused:
        offer_order(
            "Go on", "resume", lambda: session.resume(desk.actor), shortcut="P", type="primary"
        )
    else:
        offer_order("Pause", "pause", lambda: session.pause(desk.actor), shortcut="P")
    offer_order(
        "Stop the session",
        "stop",
        lambda: desk.bench.listeners.stop(session.token, STOPPED_BY_TEAM, desk.actor),
        type="primary",
    )
    st.button(
        "Adverse event",
        key=key_of("on_air", "harm"),
        on_click=open_report,
        args=(session.status().session_id,),
        width="stretch",
    )


def offer_order(
    label: str,
    name: str,
    order: Callable[[], None],
    *,
    type: Literal["primary", "secondary"] = "secondary",  # noqa: A002 - Streamlit's own word
    shortcut: str | None = None,
) -> None:
    """Draw a button that carries out an order, and draw the page again."""
    if st.button(label, key=key_of("on_air", name), type=type, shortcut=shortcut, width="stretch"):
        attempt(order)
        st.rerun()


def open_report(session_id: str) -> None:
    """Open the form for an adverse event; it stays open until it is recorded or closed."""
    memory().reporting = session_id


def close_report() -> None:
    """Close the form for an adverse event."""
    memory().reporting = ""


def report_harm(desk: frame.Desk, participant_id: str, session_id: str) -> None:
    """Draw the form beside the music, so that Stop stays in reach."""
    st.header("Adverse event")
    recorded = fill_in_adverse_event(
        desk.store, desk.actor, [participant_id], session_id=session_id
    )
    st.button("Close without a report", key=key_of("on_air", "no_harm"), on_click=close_report)
    if recorded is not None:
        close_report()
        say("The adverse event is on record.")
        st.rerun()


def choose_player(desk: frame.Desk, session: OnAirSession) -> None:
    """Draw the link to the participant's screen, or the player on this machine."""
    listener = desk.bench.listeners.find(session.token)
    if listener is None:
        return
    if st.query_params.get("player") == HERE and listener.may_hear(desk.actor):
        play(session.token)
        st.button(
            "Use the participant's own screen instead",
            key=key_of("on_air", "there"),
            on_click=play_there,
        )
        return
    hand_over(desk.store, desk.actor, session.participant_id)
    pressed = st.button(
        "Play on this machine instead",
        key=key_of("on_air", "here"),
        help="For one machine with headphones. Whoever hears the music may guess the arm, so a "
        "deviation from the protocol goes on record.",
    )
    if pressed and play_here(desk, listener):
        st.rerun()


def play_here(desk: frame.Desk, listener: Listener) -> bool:
    """Let this browser play the music, with the deviation on record first."""
    session = listener.session
    if not listener.may_hear(desk.actor):
        recorded = attempt(
            lambda: record_deviation(
                desk.store,
                desk.actor,
                session.participant_id,
                category=COORDINATOR_LISTENED,
                description="The music of session "
                f"{session.status().number} played on the coordinator's machine.",
                important=False,
            )
        )
        if recorded is None:
            return False
        listener.play_for(desk.actor)
    st.query_params["player"] = HERE
    return True


def play_there() -> None:
    """Take out of the page's address that the music plays on this machine."""
    st.query_params.pop("player", None)
