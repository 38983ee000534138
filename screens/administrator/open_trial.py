"""Open the trial: check the protocol, name the sites, freeze it and seal the lists; once for ever."""

import streamlit as st

from data.records.people import Actor
from data.records.trial import Site, Trial
from data.storage.store import Store
from protocols.design import Protocol
from screens import frame
from screens.acts import Signature, attempt, escaped, in_moment, say, show_said, sign
from screens.administrator.protocol_choice import choose_protocol, name_sites
from screens.printing import PROTOCOL
from screens.state import key_of
from trials.opening import list_commitment, open_trial, sites
from trials.overview import overview
from trials.signatures import Meaning, carry_out_signed

WHAT_IT_MEANS = """
1. The protocol is **frozen**: from then on it can only be amended, with a reason, and every version stays.
2. The allocation lists are drawn, **sealed** and bound by a certificate, before anybody can be enrolled.
3. Arms, ratio, blocks and strata can never be changed again.
"""


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    show_said()
    if overview(desk.store, desk.actor) is not None:
        draw_open(desk.store, desk.actor)
        return
    st.title("Open the trial")
    st.header("1. The protocol")
    protocol = choose_protocol()
    if protocol is None:
        return
    st.header("2. The sites")
    named = name_sites(protocol)
    simulated = st.checkbox(
        "For training: mark everything as SIMULATED DATA", key=key_of("open", "simulated")
    )
    st.header("3. Open it")
    st.markdown(WHAT_IT_MEANS)
    if not named:
        st.warning("Choose one site or more, each with somebody on call.")
        return
    ask_signature(desk.store, desk.actor, protocol, named, simulated=simulated)


def ask_signature(
    store: Store, actor: Actor, protocol: Protocol, named: tuple[Site, ...], *, simulated: bool
) -> None:
    """Draw the signature, and open the trial when it is given."""
    signature = sign(
        "open",
        meaning=Meaning.OPENING,
        button=f"Freeze and seal {protocol.study_id}",
        reason_label="",
        reason_help="",
    )
    if signature is None:
        return
    with st.spinner("Drawing and sealing the lists ..."):
        opened = attempt(
            lambda: signed(store, actor, protocol, named, signature, simulated=simulated)
        )
    if opened is not None:
        say(f"The trial {escaped(opened.id)} is open. Add the people who work on it under People.")
        st.rerun()


def signed(
    store: Store,
    actor: Actor,
    protocol: Protocol,
    named: tuple[Site, ...],
    signature: Signature,
    *,
    simulated: bool,
) -> Trial:
    """Check the signature and open the trial."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.OPENING,
        lambda: open_trial(store, actor, protocol, named, simulated=simulated),
        about=protocol.study_id,
    )


def draw_open(store: Store, actor: Actor) -> None:
    """Draw the open trial and the certificate of its lists."""
    st.title("The trial is open")
    sealed = list_commitment(store, actor)
    names = ", ".join(f"{site.name} ({site.id})" for site in sites(store, actor))
    st.markdown(
        f"**{escaped(sealed.id)}** was opened on {in_moment(sealed.committed_at)} by "
        f"{escaped(sealed.committed_by)}, at {escaped(names)}.  \n"
        f"{sealed.slots} places on {len(sealed.strata)} sealed lists are bound by this root:"
    )
    st.code(sealed.merkle_root, language=None, wrap_lines=True)
    st.link_button("Read the protocol", PROTOCOL)


show_page()
