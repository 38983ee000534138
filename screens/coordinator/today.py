"""Today: alerts first, then who comes, who is to guess the arm, who is late and who waits."""

from collections.abc import Sequence

import streamlit as st

from data.records.people import Actor
from data.records.visits import PlannedSession, PlannedVisit
from data.storage.store import Store
from protocols.arm_guess import Respondent
from protocols.design import Protocol
from screens import frame
from screens.acts import attempt, in_moment
from screens.coordinator.alert_cards import show_alerts
from screens.coordinator.page_links import ENROL, PARTICIPANT, RUN_SESSION, offer_page
from screens.coordinator.wording import in_day
from screens.state import key_of
from trials.agenda import Today
from trials.harm_asking import HarmsLeft, OpenHarms
from trials.opening import protocol_in_force
from trials.visits import today

CARDS_A_ROW = 3
SHOWN = 50
GUESSERS = {Respondent.PARTICIPANT: "the participant", Respondent.COORDINATOR: "you"}
HARMS_LEFT = {
    HarmsLeft.ASK: "Nobody has asked for harms after",
    HarmsLeft.REPORT: "To be reported: what was told after",
}


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    actor, store = desk.actor, desk.store
    agenda = today(store, actor)
    protocol = protocol_in_force(store, actor)
    st.title(f"Today, {in_day(agenda.day)}")
    show_open_alerts(store, actor, agenda)
    show_numbers(agenda)
    show_harms(agenda)
    st.header("Next sessions")
    if not agenda.sessions_due:
        st.markdown("No listening session can take place today.")
    show_cards(agenda.sessions_due[:SHOWN], protocol)
    st.header("Visits")
    if not agenda.visits_due:
        st.markdown("No visit can take place today.")
    show_cards(agenda.visits_due[:SHOWN], protocol)
    show_guesses(agenda)
    show_overdue(agenda, protocol)
    show_waiting(agenda)


def show_open_alerts(store: Store, actor: Actor, agenda: Today) -> None:
    """Draw the open alerts above everything else."""
    if agenda.open_alerts:
        st.header("Safety alerts")
        show_alerts(store, actor, agenda.open_alerts[:SHOWN])


def show_numbers(agenda: Today) -> None:
    """Draw what waits, in numbers."""
    numbers = (
        ("To randomize", len(agenda.waiting_for_randomization)),
        ("Overdue visits", len(agenda.visits_overdue)),
        ("Overdue sessions", len(agenda.sessions_overdue)),
        ("Harms to ask for", len(agenda.harms_left)),
        ("Open alerts", len(agenda.open_alerts)),
    )
    for column, (label, count) in zip(st.columns(len(numbers)), numbers, strict=True):
        column.metric(label, count, border=True)


def show_harms(agenda: Today) -> None:
    """Draw the sessions after which harms are still to be asked for, or to be reported."""
    if not agenda.harms_left:
        return
    st.header("Harms after sessions")
    for start in range(0, len(agenda.harms_left[:SHOWN]), CARDS_A_ROW):
        columns = st.columns(CARDS_A_ROW)
        row = agenda.harms_left[start : start + CARDS_A_ROW]
        for column, left in zip(columns, row, strict=False):
            with column.container(border=True):
                show_harms_card(left)


def show_harms_card(left: OpenHarms) -> None:
    """Draw one session whose harms are not settled."""
    st.markdown(f"**{left.participant_id}**  \n{HARMS_LEFT[left.left]} session {left.number}")
    st.caption(f"Ended {in_moment(left.ended_at)}")
    offer_page(
        f"Ask {left.participant_id}" if left.left is HarmsLeft.ASK else "Report it",
        RUN_SESSION,
        key=key_of("today", f"harms.{left.session_id}"),
        participant=left.participant_id,
    )


def show_cards(rows: Sequence[PlannedSession | PlannedVisit], protocol: Protocol) -> None:
    """Draw what can take place today as cards, each with one button."""
    for start in range(0, len(rows), CARDS_A_ROW):
        columns = st.columns(CARDS_A_ROW)
        for column, row in zip(columns, rows[start : start + CARDS_A_ROW], strict=False):
            with column.container(border=True):
                show_card(row, protocol)


def show_card(row: PlannedSession | PlannedVisit, protocol: Protocol) -> None:
    """Draw one card."""
    st.markdown(f"**{row.participant_id}**  \n{what(row, protocol)}")
    st.caption(f"Planned {in_day(row.planned_on)}, until {in_day(row.closes_on)}")
    is_session = isinstance(row, PlannedSession)
    offer_page(
        f"Open {row.participant_id}",
        RUN_SESSION if is_session else PARTICIPANT,
        key=key_of("today", f"open.{row.id}"),
        participant=row.participant_id,
        **({"session": row.id} if is_session else {}),
    )


def what(row: PlannedSession | PlannedVisit, protocol: Protocol) -> str:
    """Return what is planned."""
    if isinstance(row, PlannedSession):
        return f"Listening session {row.number} of {protocol.sessions.count}"
    return protocol.visit(row.visit).label


def show_guesses(agenda: Today) -> None:
    """Draw after whose last session the arm is still to be guessed, with the way there."""
    if not agenda.guesses_due:
        return
    st.header("After the last session: which music was it?")
    for start in range(0, len(agenda.guesses_due[:SHOWN]), CARDS_A_ROW):
        columns = st.columns(CARDS_A_ROW)
        for column, due in zip(columns, agenda.guesses_due[start:SHOWN], strict=False):
            with column.container(border=True):
                left = " and ".join(GUESSERS[one] for one in due.respondents)
                st.markdown(f"**{due.participant_id}**  \nStill to be asked: {left}")
                offer_page(
                    f"Open {due.participant_id}",
                    PARTICIPANT,
                    key=key_of("today", f"guess.{due.participant_id}"),
                    participant=due.participant_id,
                )


def show_overdue(agenda: Today, protocol: Protocol) -> None:
    """Draw what is late, with the day its window closed."""
    overdue: list[PlannedSession | PlannedVisit] = [
        *agenda.visits_overdue,
        *agenda.sessions_overdue,
    ]
    if not overdue:
        return
    st.header("Overdue")
    st.markdown("Take it late, or record on the participant's page that it did not take place.")
    rows = [
        {
            "Participant": row.participant_id,
            "What": what(row, protocol),
            "Planned": in_day(row.planned_on),
            "Window closed": in_day(row.closes_on),
        }
        for row in overdue[:SHOWN]
    ]
    st.table(rows, border="horizontal", hide_index=True)


def show_waiting(agenda: Today) -> None:
    """Draw whose enrolment goes on, with the way back into it."""
    waiting = [*agenda.waiting_for_randomization, *agenda.in_screening]
    if not waiting:
        return
    st.header("Enrolment goes on")
    with st.container(horizontal=True):
        for person in waiting[:SHOWN]:
            offer_page(
                f"Go on with {person.id}",
                ENROL,
                key=key_of("today", f"enrol.{person.id}"),
                participant=person.id,
            )


attempt(show_page)
