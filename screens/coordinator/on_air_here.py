"""A listening session while it is on the air: signals, words, three big buttons, the player.

Nothing here tells the arms apart.

Contents: `show_on_air`.
"""

import streamlit as st

from data.records.sessions import SessionState
from screens import frame, live
from screens.acts import say
from screens.coordinator.adverse_event import fill_in_adverse_event
from screens.coordinator.due_forms import hand_over
from screens.coordinator.memory import memory
from screens.coordinator.wording import in_minutes
from screens.player.component import play
from screens.state import key_of
from trials.sessions.on_air import OnAirSession, SessionStatus

LOOK_EVERY_S = 2
HERE = "here"
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
        watch(session.token)
        st.html(BIG_BUTTONS)
        with st.container(key="on_air_buttons"):
            show_buttons(desk, session)
    session_id = session.status().session_id
    if memory().reporting == session_id:
        report_harm(desk, session.participant_id, session_id)
    st.header("Where the participant listens")
    choose_player(desk, session)


@st.fragment(run_every=LOOK_EVERY_S)
def watch(token: str) -> None:
    """Draw how far the session is, and the page again as soon as it is over."""
    session = frame.watching_desk().bench.on_air.get(token)
    if session is None or session.status().state is not SessionState.RUNNING:
        st.rerun(scope="app")
    else:
        show_status(session.status())


def show_status(status: SessionStatus) -> None:
    """Draw how far the session is, in words."""
    share = min(status.listened_s / status.planned_s, 1.0)
    heard = f"{in_minutes(status.listened_s)} of {in_minutes(status.planned_s)} minutes heard"
    st.progress(share, text=heard)
    st.markdown(f"**{stage_in_words(status)}**")
    if status.coordinator_needed:
        st.error("The heart signal has been missing for a while. Please look at the sensor.")


def stage_in_words(status: SessionStatus) -> str:
    """Return where a running session stands."""
    if status.paused:
        return "Paused."
    waits = "Ready. The music begins when Start is pressed on the player."
    return "On the air." if status.next_sequence else waits


def show_buttons(desk: frame.Desk, session: OnAirSession) -> None:
    """Draw Pause, Stop and Adverse event, each as wide as the column."""
    if session.status().paused:
        st.button(
            "Go on",
            key=key_of("on_air", "resume"),
            on_click=session.resume,
            type="primary",
            shortcut="P",
            width="stretch",
        )
    else:
        st.button(
            "Pause",
            key=key_of("on_air", "pause"),
            on_click=session.pause,
            shortcut="P",
            width="stretch",
        )
    st.button(
        "Stop the session",
        key=key_of("on_air", "stop"),
        on_click=desk.bench.listeners.stop,
        args=(session.token, "The coordinator stopped the session."),
        type="primary",
        width="stretch",
    )
    session_id = session.status().session_id
    st.button(
        "Adverse event",
        key=key_of("on_air", "harm"),
        on_click=open_report,
        args=(session_id,),
        width="stretch",
    )


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
    if st.query_params.get("player") == HERE:
        play(session.token)
        st.button(
            "Use the participant's own screen instead",
            key=key_of("on_air", "there"),
            on_click=play_there,
        )
        return
    hand_over(desk.store, desk.actor, session.participant_id)
    st.button(
        "Play on this machine instead",
        key=key_of("on_air", "here"),
        on_click=play_here,
        help="For one machine with headphones. Whoever hears the music may guess the arm.",
    )


def play_here() -> None:
    """Put into the page's address that the music plays on this machine."""
    st.query_params["player"] = HERE


def play_there() -> None:
    """Take out of the page's address that the music plays on this machine."""
    st.query_params.pop("player", None)
