"""Which protocol is opened at which sites.

Contents: `choose_protocol`, `name_sites`.
"""

import streamlit as st

from data.records.trial import Site
from protocols.design import Protocol
from protocols.document import (
    ProtocolDocumentError,
    parse_protocol,
    protocol_hash,
    shipped_protocol,
)
from protocols.randomization import StratumLevel
from screens.acts import escaped, local_zone
from screens.administrator.time_zone import choose_time_zone
from screens.state import key_of

SHIPPED = "The one that comes with Antiphon"
OWN = "A protocol file of ours (YAML)"


def choose_protocol() -> Protocol | None:
    """Draw the choice of a protocol, and what it is; None while there is none without problems."""
    choice = st.radio("Which protocol?", [SHIPPED, OWN], key=key_of("open", "choice"))
    protocol = shipped_protocol() if choice == SHIPPED else read_own()
    if protocol is not None:
        draw_protocol(protocol)
    return protocol


def read_own() -> Protocol | None:
    """Draw the place for a file, and every problem of what is put there."""
    file = st.file_uploader("Protocol file", type=["yaml", "yml"], key=key_of("open", "file"))
    if file is None:
        return None
    try:
        return parse_protocol(file.getvalue().decode("utf-8", "replace"), file.name)
    except ProtocolDocumentError as error:
        st.error(f"This file cannot be opened yet. Problems: {len(error.problems)}.")
        rows = [
            {
                "Line": "" if problem.line is None else str(problem.line),
                "What is wrong": escaped(problem.what),
                "How to mend it": escaped(problem.mend),
            }
            for problem in error.problems
        ]
        st.table(rows, border="horizontal", hide_index=True, alt="Problems of the protocol file")
    return None


def draw_protocol(protocol: Protocol) -> None:
    """Draw what identifies a protocol."""
    planned = protocol.sample_size.per_arm * len(protocol.arms)
    arms = " against ".join(arm.label for arm in protocol.arms)
    st.markdown(
        f"**{escaped(protocol.study_id)}, version {escaped(protocol.version)}.** "
        f"{escaped(protocol.title)}  \n"
        f"{escaped(arms)}; {planned} participants; primary outcome: "
        f"{escaped(protocol.primary_outcome.label)}.  \nSHA-256 `{protocol_hash(protocol)}`"
    )
    st.success("The protocol has no problems.")


def name_sites(protocol: Protocol) -> tuple[Site, ...]:
    """Draw the sites that the protocol has lists for; return those that are complete."""
    st.markdown("The protocol has sealed lists for these sites. Choose those that take part now.")
    factor = next((one for one in protocol.randomization.factors if one.code == "site"), None)
    named = [name_site(level) for level in (factor.levels if factor else ())]
    return tuple(site for site in named if site is not None)


def name_site(level: StratumLevel) -> Site | None:
    """Draw one site; None when it is not chosen, or nobody is on call."""
    chosen, named = st.columns([1, 2], vertical_alignment="bottom")
    takes_part = chosen.checkbox(
        f"{level.label} ({level.code})", value=True, key=key_of("open", f"site.{level.code}")
    )
    on_call = named.text_input(
        f"On call in {level.label}: name and telephone",
        disabled=not takes_part,
        key=key_of("open", f"on_call.{level.code}"),
    )
    if not takes_part:
        return None
    time_zone = choose_time_zone(level.label, local_zone().key, key=f"zone.{level.code}")
    if not (on_call or "").strip():
        return None
    return Site(
        id=level.code,
        name=level.label,
        open=True,
        on_call=(on_call or "").strip(),
        time_zone=time_zone,
    )
