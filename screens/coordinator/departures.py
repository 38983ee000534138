"""What goes otherwise than planned: adverse event, deviation, missed visit or session, withdrawal.

Contents: `offer_departures`.
"""

import streamlit as st

from data.records.participants import ParticipantState, Withdrawal, WithdrawalKind
from data.records.people import Actor
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, say
from screens.coordinator.page_links import SAFETY, offer_page
from screens.state import key_of
from trials.deviations import CATEGORIES, record_deviation
from trials.sessions.leaving import withdraw_and_silence
from trials.timelines import EntryKind, Timeline, TimelineEntry
from trials.visits import miss_session, miss_visit

KINDS = {
    WithdrawalKind.INTERVENTION_ONLY: "Stops listening, stays in follow-up",
    WithdrawalKind.TRIAL: "Leaves the trial",
    WithdrawalKind.LOST_TO_FOLLOW_UP: "Cannot be reached any more",
}
CAN_LEAVE = frozenset(
    {
        ParticipantState.CONSENTED,
        ParticipantState.ELIGIBLE,
        ParticipantState.BASELINE_COMPLETE,
        ParticipantState.RANDOMIZED,
    }
)


def offer_departures(desk: frame.Desk, shown: Timeline) -> None:
    """Draw the forms for what did not go as planned, all folded away."""
    store, actor = desk.store, desk.actor
    participant_id = shown.participant.id
    st.header("Record something else")
    offer_page(
        "Adverse event", SAFETY, key=key_of("departures", "harm"), participant=participant_id
    )
    with st.expander("Deviation from the protocol"):
        enter_deviation(store, actor, participant_id)
    planned = [entry for entry in shown.entries if entry.planned]
    if planned:
        with st.expander("A visit or session did not take place"):
            enter_missed(store, actor, participant_id, planned)
    if shown.participant.state in CAN_LEAVE:
        with st.expander("Withdrawal"):
            enter_withdrawal(desk, participant_id)


def enter_deviation(store: Store, actor: Actor, participant_id: str) -> None:
    """Draw the form for a deviation."""
    with st.form(key_of("departures", "deviation"), border=False):
        category = st.selectbox(
            "Kind", list(CATEGORIES), index=None, format_func=CATEGORIES.__getitem__
        )
        description = st.text_area("What happened")
        important = st.checkbox("Important: it may affect the result or the person's safety")
        pressed = st.form_submit_button("Record the deviation")
    if (
        pressed
        and attempt(
            lambda: record_deviation(
                store,
                actor,
                participant_id,
                category=category or "",
                description=description or "",
                important=important,
            )
        )
        is not None
    ):
        say("The deviation is on record.")
        st.rerun()


def enter_missed(
    store: Store, actor: Actor, participant_id: str, planned: list[TimelineEntry]
) -> None:
    """Draw the form for what was planned and did not take place."""
    with st.form(key_of("departures", "missed"), border=False):
        entry = st.selectbox("What", planned, index=None, format_func=lambda one: one.title)
        reason = st.text_input("Reason")
        pressed = st.form_submit_button("Record that it did not take place")
    if pressed and entry is None:
        st.error("Please choose what did not take place.")
    elif (
        pressed
        and entry
        and attempt(lambda: miss(store, actor, participant_id, entry, reason or "")) is not None
    ):
        say(f"{entry.title} is on record as missed.")
        st.rerun()


def miss(
    store: Store, actor: Actor, participant_id: str, entry: TimelineEntry, reason: str
) -> object:
    """Record that an entry of the plan did not take place."""
    name = entry.record_id.removeprefix(f"{participant_id}/")
    if entry.kind is EntryKind.VISIT:
        return miss_visit(store, actor, participant_id, name, reason)
    return miss_session(store, actor, participant_id, int(name.removeprefix("session-")), reason)


def enter_withdrawal(desk: frame.Desk, participant_id: str) -> None:
    """Draw the form for a withdrawal."""
    with st.form(key_of("departures", "withdrawal"), border=False):
        kind = st.radio("What ends", list(KINDS), index=None, format_func=KINDS.__getitem__)
        reason = st.text_input("Reason, or that none was given")
        sure = st.checkbox(f"{participant_id} has said so, or the team has decided it together.")
        pressed = st.form_submit_button("Record the withdrawal")
    if pressed and (kind is None or not sure):
        st.error("Please choose what ends and confirm it.")
    elif (
        pressed
        and kind
        and attempt(lambda: leave(desk, participant_id, kind, reason or "")) is not None
    ):
        say("The withdrawal is on record. Planned sessions and visits are closed.")
        st.rerun()


def leave(desk: frame.Desk, participant_id: str, kind: WithdrawalKind, reason: str) -> Withdrawal:
    """Record a withdrawal; music that plays for this participant ends at once."""
    return withdraw_and_silence(
        desk.store, desk.actor, desk.bench.on_air, participant_id, kind, reason
    )
