"""Looks before the end, for the unblinded statistician alone: what was promised, what was found, what was decided."""

from collections.abc import Sequence

import streamlit as st

from data.records.looks import HeldLook, LookDecision
from data.records.people import Actor
from data.storage.store import Store
from protocols.design import Protocol
from protocols.promised_tests import hypotheses_in_words, looks_in_words
from screens import frame
from screens.acts import Signature, attempt, escaped, in_moment, say, show_said, sign
from screens.drawing import draw_cells
from screens.job_progress import watch_job
from screens.jobs import Job
from screens.look_job import LOOK, start_look
from screens.no_trial import wait_for_trial
from screens.state import key_of
from screens.statistician.planned_bounds import draw_planned_bounds
from trials.looks import decide_look, held_looks, why_no_look
from trials.opening import protocol_in_force
from trials.signatures import Meaning, carry_out_signed

FOR_WHOM = (
    "**For you and the monitoring committee alone.** What stands here tells the arms apart. "
    "Show it to nobody who is blind, and choose the time of a look without regard to results."
)
DECISIONS = {
    LookDecision.GO_ON: "Go on",
    LookDecision.STOP_FOR_BENEFIT: "Stop: a benefit is shown",
    LookDecision.STOP_FOR_FUTILITY: "Stop: it is futile to go on",
    LookDecision.STOP_FOR_HARM: "Stop: harm",
}


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    st.title("Looks before the end")
    wait_for_trial(desk, "the looks that the protocol promises, and those that were held")
    show_said()
    protocol = protocol_in_force(store, actor)
    if protocol.analysis.looks is None:
        st.info("The protocol in force promises no look before the end, so none can be held.")
        return
    st.warning(FOR_WHOM)
    held = held_looks(store, actor)
    draw_promise(protocol, held)
    draw_held(protocol, held)
    if held and held[-1].decision is None:
        ask_decision(store, actor, held[-1])
    ask_look(desk, len(held) + 1)


def draw_promise(protocol: Protocol, held: Sequence[HeldLook]) -> None:
    """Draw what the plan says about looks, its bounds, and where this trial stands."""
    st.header("What was promised")
    words = (*looks_in_words(protocol), *hypotheses_in_words(protocol))
    st.markdown("\n".join(f"- {escaped(line)}" for line in words))
    draw_planned_bounds(protocol, held)


def draw_held(protocol: Protocol, held: Sequence[HeldLook]) -> None:
    """Draw every look on record with what it found and what was decided."""
    from analysis.reports.held_looks import look_table

    st.header("Looks held")
    if not held:
        st.markdown("No look was held.")
    for look in held:
        st.subheader(f"Look {look.number}")
        st.markdown(
            f"Held by **{escaped(look.held_by)}** on {in_moment(look.held_at)}, "
            f"program `{escaped(look.code_version)}`.  \nSHA-256 of the records looked at:  \n`{look.data_sha256}`"
        )
        draw_cells(look_table(protocol, look))
        if look.decision is not None and look.decided_at is not None:
            st.success(
                f"Decision: **{look.decision.value}**, put on record by {escaped(look.decided_by or '')} on "
                f"{in_moment(look.decided_at)}. {escaped(look.reason)}"
            )


def ask_decision(store: Store, actor: Actor, look: HeldLook) -> None:
    """Draw the form that puts the decision about a look on record."""
    st.header(f"Decide about look {look.number}")
    st.markdown("The bounds advise; the monitoring committee decides. A decision does not change.")
    decision = st.radio(
        "What was decided",
        list(DECISIONS),
        format_func=DECISIONS.__getitem__,
        index=None,
        key=key_of("looks", "decision"),
    )
    signature = sign(
        "look-decision",
        meaning=Meaning.LOOK_DECISION,
        button="Put the decision on record",
        reason_label="Who decided, and why?",
        reason_help="Sealed until the arms are known.",
    )
    if signature is None:
        return
    if decision is None:
        st.error("Choose what was decided.")
        return
    if attempt(lambda: decided(store, actor, look, decision, signature)):
        say(f"The decision about look {look.number} is on record.")
        st.rerun()


def decided(
    store: Store, actor: Actor, look: HeldLook, decision: LookDecision, signature: Signature
) -> HeldLook:
    """Check the signature and put the decision on record."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.LOOK_DECISION,
        lambda: decide_look(store, actor, look.number, decision, signature.reason),
        about=f"look-{look.number}",
    )


def ask_look(desk: frame.Desk, number: int) -> None:
    """Draw the form that holds the next look, or why none can be held."""
    st.header(f"Hold look {number}")
    job = LOOK.job(desk.bench, desk.actor)
    if watch_job(job):
        return
    found = LOOK.found(desk.actor)
    if found is not None and found.number == number:
        st.error("The look was computed and could not be put on record: hold it again.")
    refusal = why_no_look(desk.store, desk.actor)
    if refusal:
        st.info(escaped(refusal))
        return
    st.markdown("It is on record before anything of it is shown, whatever it finds.")
    signature = sign(
        "look", meaning=Meaning.LOOK, button=f"Hold look {number} now", reason_label="", reason_help=""
    )  # fmt: skip
    if signature and attempt(lambda: started(desk, signature, number)):
        st.rerun()


def started(desk: frame.Desk, signature: Signature, number: int) -> Job:
    """Check the signature and start the look."""
    return carry_out_signed(
        desk.store,
        desk.actor,
        signature.password,
        Meaning.LOOK,
        lambda: start_look(desk.bench, desk.actor),
        about=f"look-{number}",
    )


show_page()
