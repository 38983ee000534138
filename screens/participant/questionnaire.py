"""The participant's page: what is due now, one thing at a time, in large type.

A form that is due comes first, then the music while a session is on the air, then thanks.
"""

from datetime import datetime

import streamlit as st

from data.records.people import Actor
from data.records.sessions import SessionState
from data.storage.store import Store
from screens import frame
from screens.participant.form import ask
from screens.player.component import play
from trials.forms import DueForm, FormState, due_forms, open_form
from trials.overview import on_call_of

WAITING_S = 3  # how often the page looks whether something has become due


def draw(desk: frame.Desk) -> None:
    """Draw the one thing that is due now."""
    who = desk.actor.user_id
    due = next_due(desk.store, desk.actor)
    session = desk.bench.on_air.of_participant(who)
    if due is not None:
        draw_form(desk, due)
    elif session is not None:
        st.title("Your listening session")
        play(session.token)
        wait_for_end(session.token)
    else:
        draw_thanks(desk)


def next_due(store: Store, actor: Actor) -> DueForm | None:
    """Return the first form that is not finished."""
    return next(
        (
            form
            for form in due_forms(store, actor, actor.user_id)
            if form.state is not FormState.COMPLETE
        ),
        None,
    )


def draw_form(desk: frame.Desk, due: DueForm) -> None:
    """Ask the items of a form; a rerun follows when it is finished."""
    form = open_form(desk.store, desk.actor, desk.actor.user_id, due.occasion, due.questionnaire)
    ask(form, on_call=on_call_of(desk.store, desk.actor, desk.actor.user_id))


def draw_thanks(desk: frame.Desk) -> None:
    """Say that nothing is left to do, and look now and then whether that has changed."""
    st.title("Thank you")
    st.markdown("That is all for now. Your answers are saved. You can give the tablet back.")
    wait_for_more(desk.bench.clock())


@st.fragment(run_every=WAITING_S)
def wait_for_more(_since: datetime) -> None:
    """Draw the page again as soon as something is due."""
    desk = frame.watching_desk()
    is_on_air = desk.bench.on_air.of_participant(desk.actor.user_id) is not None
    if is_on_air or next_due(desk.store, desk.actor) is not None:
        st.rerun()


@st.fragment(run_every=WAITING_S)
def wait_for_end(token: str) -> None:
    """Draw the page again as soon as the session is over, whoever ended it."""
    session = frame.watching_desk().bench.on_air.get(token)
    if session is None or session.status().state is not SessionState.RUNNING:
        st.rerun()


draw(frame.desk())
