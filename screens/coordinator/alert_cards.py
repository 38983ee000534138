"""Safety alerts as cards: what was raised, who is on call, until when, and the one next thing to do.

Contents: `show_alerts`, `on_call_contact`, `rule_in_words`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import streamlit as st

from data.records.people import Actor
from data.records.safety import AlertState, SafetyAlert
from data.records.trial import Site
from data.storage.store import Store
from screens.acts import attempt, escaped, in_moment
from screens.coordinator.wording import in_length, in_time_left, times_in_words
from screens.state import key_of
from trials.alert_clocks import acknowledge_by
from trials.opening import protocol_in_force, sites
from trials.safety import acknowledge_alert, close_alert

_RULES = {
    "phq9_item9": "An answer about thoughts of self-harm",
    "serious_adverse_event": "A serious adverse event",
    "participant_stop": "The participant pressed STOP",
    "anxiety_worse": "Anxiety is clearly worse",
    "distress_high": "Very anxious after a session",
    "distress_rise": "More anxious after a session than before",
    "generator_failure": "The music could not be made, and the session ended",
    "heart_rate_limit": "The heart rate was above the limit, and the session ended",
    "loudness_cap": "The player did not keep to the cap of the volume",
    "heart_rate_rise": "The heart rate was far above rest during the music",
    "signal_tell": "The heart signal was lost for long",
}


def show_alerts(store: Store, actor: Actor, open_alerts: Sequence[SafetyAlert]) -> None:
    """Draw alerts that are not closed, each with who is on call, its clock and its next step."""
    if not open_alerts:
        return
    known_sites = sites(store, actor)
    protocol = protocol_in_force(store, actor)
    for alert in open_alerts:
        on_call = on_call_contact(alert.participant_id, known_sites)
        show_alert(store, actor, alert, on_call, acknowledge_by(protocol, alert))


def show_alert(
    store: Store, actor: Actor, alert: SafetyAlert, on_call: str, by: datetime | None
) -> None:
    """Draw one alert that is not closed, with its clock and its next step."""
    with st.container(border=True):
        words, action = st.columns([3, 2], vertical_alignment="center")
        urgency = "Urgent" if alert.severity == "urgent" else "Alert"
        words.markdown(
            f"**{urgency}: {alert.participant_id}. {rule_in_words(alert.rule)}**  \n"
            f"{escaped(times_in_words(alert.detail))}"
        )
        words.caption(f"Raised {in_moment(alert.raised_at)}. On call: {on_call}.")
        if by is not None:
            with words:
                show_clock(alert, by, store.clock())
        with action:
            if alert.state is AlertState.RAISED:
                offer_acknowledging(store, actor, alert)
            else:
                offer_closing(store, actor, alert)


def show_clock(alert: SafetyAlert, by: datetime, now: datetime) -> None:
    """Draw until when an alert must be acknowledged, or whether it was in time."""
    if alert.acknowledged_at is not None:
        late = alert.acknowledged_at - by
        in_time = "in time" if late <= timedelta() else f"late by {in_length(late)}"
        st.caption(f"To be acknowledged by {in_moment(by)}: it was, {in_time}.")
    elif now <= by:
        st.markdown(f"**Acknowledge by {in_moment(by)}** ({in_time_left(by - now)}).")
    else:
        st.error(
            f"Overdue: acknowledge it now. It was due by {in_moment(by)}, {in_length(now - by)} ago."
        )


def offer_acknowledging(store: Store, actor: Actor, alert: SafetyAlert) -> None:
    """Offer to take care of an alert."""
    pressed = st.button(
        "Acknowledge: I take care of it",
        key=key_of("alert", f"acknowledge.{alert.id}"),
        type="primary",
    )
    if pressed and attempt(lambda: acknowledge_alert(store, actor, alert.id)) is not None:
        st.rerun()


def offer_closing(store: Store, actor: Actor, alert: SafetyAlert) -> None:
    """Offer to close an alert with what was done."""
    if alert.acknowledged_at is not None:
        st.caption(f"Acknowledged by {alert.acknowledged_by}, {in_moment(alert.acknowledged_at)}.")
    with st.form(key_of("alert", f"close.{alert.id}"), border=False):
        resolution = st.text_area(
            "What was done",
            key=key_of("alert", f"resolution.{alert.id}"),
            help="Who was contacted, what was found, what happens next.",
            height=80,
        )
        pressed = st.form_submit_button("Close this alert", type="primary")
    if (
        pressed
        and attempt(lambda: close_alert(store, actor, alert.id, resolution or "")) is not None
    ):
        st.rerun()


def rule_in_words(rule: str) -> str:
    """Return the name of an alert's rule as people read it."""
    return _RULES.get(rule, rule.replace("_", " ").capitalize())


def on_call_contact(participant_id: str, sites: Iterable[Site]) -> str:
    """Return who is on call at the participant's site."""
    code = participant_id.split("-", maxsplit=1)[0]
    contact = next((site.on_call for site in sites if site.id == code), "")
    return contact or "nobody is named"
