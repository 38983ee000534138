"""Hear the arms: an arm's music with a simulated listener, for training and review."""

from dataclasses import dataclass

import streamlit as st

from data.records.sessions import SessionState
from interventions.delivery.renderer import AdditiveRenderer
from interventions.listeners import ListenerKind
from protocols.design import Protocol
from screens import frame
from screens.acts import attempt, escaped
from screens.headphones import cap_in_words
from screens.player.component import play
from screens.state import key_of, of_screen
from trials.auditions import begin_audition
from trials.opening import protocol_in_force

WHY = (
    "Hear what each arm of the trial plays, for training and review. A simulated listener takes the "
    "place of a person, and **nothing is recorded**. Coordinators and the statistician do not have "
    "this page: they stay blind, so do not play the music where they can hear it."
)
NOT_CALIBRATED = (
    "Your headphones are not calibrated, so the player stays at most at {cap}. Too quiet? Turn up the "
    "volume of this device slowly, while the music plays. The safety rules are those of the trial."
)
LISTENERS = {
    ListenerKind.ENTRAINMENT: "Calms down when the music meets and leads",
    ListenerKind.ADDITIVE: "Calms down with any calm music",
    ListenerKind.NULL: "Does not react to music",
}
SHORTEST_MINUTES, LONGEST_MINUTES = 1, 20


@dataclass(kw_only=True, slots=True)
class Listening:
    """What this tab listens to."""

    token: str = ""
    what: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants to hear."""

    arm: str
    label: str
    kind: ListenerKind
    minutes: int
    seed: int


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Hear the arms")
    st.markdown(WHY)
    protocol = attempt(lambda: protocol_in_force(desk.store, desk.actor))
    if protocol is None:
        return
    wish = ask_wish(protocol)
    if wish is not None:
        begin(desk, wish)
    draw_player(desk)


def ask_wish(protocol: Protocol) -> Wish | None:
    """Draw the form, and return what is wanted when it is sent."""
    labels = {arm.code: arm.label for arm in protocol.arms}
    with st.form(key_of("listen", "wish")):
        arm = st.radio(
            "Arm", list(labels), format_func=labels.__getitem__, key=key_of("listen", "arm")
        )
        kind = st.selectbox(
            "Simulated listener",
            list(LISTENERS),
            format_func=LISTENERS.__getitem__,
            key=key_of("listen", "kind"),
        )
        left, right = st.columns(2)
        minutes = left.number_input(
            "Minutes", SHORTEST_MINUTES, LONGEST_MINUTES, 3, key=key_of("listen", "minutes")
        )
        seed = right.number_input(
            "Number of the performance",
            1,
            9999,
            help="The same number gives the same music again.",
            key=key_of("listen", "seed"),
        )
        pressed = st.form_submit_button("Get it ready", type="primary")
    if not pressed or arm is None:
        return None
    return Wish(arm=arm, label=labels[arm], kind=kind, minutes=int(minutes), seed=int(seed))


def begin(desk: frame.Desk, wish: Wish) -> None:
    """Put the music on the air, in the place of what this tab listened to before."""
    from interventions.sensing.listener import simulated_listener

    listening = of_screen(Listening)
    if listening.token:
        desk.bench.listeners.stop(listening.token, "Other music was chosen.")
    session = attempt(
        lambda: begin_audition(
            desk.store,
            desk.actor,
            wish.arm,
            simulated_listener(wish.kind, wish.seed),
            AdditiveRenderer(),
            seed=wish.seed,
            duration_s=wish.minutes * 60.0,
        )
    )
    if session is None:
        return
    desk.bench.on_air.add(session)
    listening.token = session.token
    listening.what = f"{wish.label}, {wish.minutes} min, performance {wish.seed}"


def draw_player(desk: frame.Desk) -> None:
    """Draw the player of what this tab listens to."""
    listening = of_screen(Listening)
    session = desk.bench.on_air.get(listening.token) if listening.token else None
    if session is None:
        return
    st.markdown(f"**{escaped(listening.what)}**")
    st.markdown(NOT_CALIBRATED.format(cap=cap_in_words(session.gain_cap)))
    if session.status().state is SessionState.RUNNING:
        play(session.token)
    else:
        st.markdown("It is over. Choose again above.")


show_page()
