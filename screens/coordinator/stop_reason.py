"""Why a session was stopped: one tap, after the music has ended.

Contents: `ask_why_stopped`.
"""

import streamlit as st

from data.records.people import Actor
from data.records.sessions import ListeningSession
from data.storage.store import Store
from screens.acts import attempt, say
from screens.state import key_of
from trials.sessions.explaining import StopWhy, explain_stop, unexplained_stops

LABELS = {
    StopWhy.PARTICIPANTS_WISH: "The participant’s wish",
    StopWhy.UNWELL: "Distressed or unwell",
    StopWhy.EQUIPMENT: "Sensor, headphones or player failed",
}


def ask_why_stopped(store: Store, actor: Actor, participant_id: str) -> None:
    """Ask about every session that was stopped here and not explained; nothing when none is."""
    for session in unexplained_stops(store, actor, participant_id):
        st.header(f"Why was session {session.number} stopped?")
        columns = st.columns(len(LABELS))
        for column, (why, label) in zip(columns, LABELS.items(), strict=True):
            pressed = column.button(
                label, key=key_of("stop_reason", f"{session.id}.{why}"), width="stretch"
            )
            if pressed:
                record(store, actor, session, why)
        ask_for_words(store, actor, session)


def ask_for_words(store: Store, actor: Actor, session: ListeningSession) -> None:
    """Draw the field for another reason."""
    with st.form(key_of("stop_reason", f"{session.id}.words"), border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        words = left.text_input("Another reason, in words")
        if right.form_submit_button("Record this reason", width="stretch"):
            record(store, actor, session, StopWhy.OTHER, words)


def record(
    store: Store, actor: Actor, session: ListeningSession, why: StopWhy, words: str = ""
) -> None:
    """Record the reason and draw the page again."""
    if attempt(lambda: explain_stop(store, actor, session.id, why, words)) is None:
        return
    unwell = " If it was an adverse event, report it on the page Safety."
    say(
        f"The reason is on record with session {session.number}."
        + (unwell if why is StopWhy.UNWELL else "")
    )
    st.rerun()
