"""Safety: alerts to answer, serious events with their clock, adverse events and their form."""

import streamlit as st

from data.records.people import Actor
from data.records.safety import AlertState
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, escaped, in_moment, say, show_said
from screens.coordinator.adverse_event import fill_in_adverse_event
from screens.coordinator.alert_cards import rule_in_words, show_alerts
from screens.coordinator.memory import show_warned
from screens.coordinator.page_links import chosen_participant
from screens.coordinator.wording import in_time_left
from trials.participants import participants
from trials.safety import adverse_events, alerts, serious_event_clocks


def show_open_alerts(store: Store, actor: Actor) -> None:
    """Draw every alert that a person must still answer."""
    still_open = [alert for alert in alerts(store, actor) if alert.state is not AlertState.CLOSED]
    st.header(f"Open alerts: {len(still_open)}")
    if not still_open:
        st.markdown("No alert waits for an answer.")
    show_alerts(store, actor, still_open)


def show_clocks(store: Store, actor: Actor) -> None:
    """Draw the 24 hours of each serious event that is still open."""
    for clock in serious_event_clocks(store, actor):
        event = clock.adverse_event
        st.warning(
            f"**{event.participant_id}: {escaped(event.term)}.** Report to the sponsor by "
            f"{in_moment(clock.due_at)} ({in_time_left(clock.remaining)})."
        )


def show_events(store: Store, actor: Actor) -> None:
    """Draw what was reported so far, newest first."""
    st.header("Adverse events so far")
    events = adverse_events(store, actor)
    if not events:
        st.markdown("None was reported.")
        return
    rows = [
        {
            "Participant": event.participant_id,
            "What": escaped(event.term),
            "Began": in_moment(event.started_at),
            "Grade": str(event.grade),
            "Serious": event.seriousness or "No",
            "Related": event.causality.value.replace("_", " "),
            "Outcome": event.outcome,
        }
        for event in reversed(events)
    ]
    st.table(rows, border="horizontal", hide_index=True)


def show_closed_alerts(store: Store, actor: Actor) -> None:
    """Draw the alerts that were answered."""
    closed = [alert for alert in alerts(store, actor) if alert.state is AlertState.CLOSED]
    with st.expander(f"Closed alerts: {len(closed)}"):
        for alert in closed:
            closed_at = in_moment(alert.closed_at) if alert.closed_at else ""
            st.markdown(
                f"**{alert.participant_id}. {rule_in_words(alert.rule)}.** "
                f"{escaped(alert.resolution)}"
            )
            st.caption(f"Closed by {alert.closed_by}, {closed_at}.")


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    actor, store = desk.actor, desk.store
    st.title("Safety")
    show_said()
    show_warned()
    show_clocks(store, actor)
    show_open_alerts(store, actor)
    st.header("Report an adverse event")
    named = chosen_participant()
    known = [named] if named else [person.id for person in participants(store, actor)]
    recorded = fill_in_adverse_event(store, actor, known)
    if recorded is not None:
        say("The adverse event is on record.")
        st.rerun()
    show_events(store, actor)
    show_closed_alerts(store, actor)


attempt(show_page)
