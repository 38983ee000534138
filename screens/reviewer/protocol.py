"""The protocol: what it says, which versions there were, what changed, and how the lists are sealed."""

from collections.abc import Sequence

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from protocols.canonical import canonical_json
from protocols.document import compare_protocols, public_protocol_text
from screens import frame
from screens.acts import escaped, in_moment
from screens.no_trial import wait_for_trial
from screens.printing import PROTOCOL
from screens.state import key_of
from trials.opening import PublishedVersion, list_commitment, protocol_versions

SHOWN_CHARACTERS = 300


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Protocol")
    wait_for_trial(desk, "the protocol, its versions and the certificate of the sealed lists")
    versions = protocol_versions(desk.store, desk.actor)
    read, history, sealed = st.tabs(["Read it", "Versions", "Sealed lists"])
    with read:
        draw_text(versions)
    with history:
        draw_versions(versions)
        draw_differences(versions)
    with sealed:
        draw_certificate(desk.store, desk.actor)


def draw_text(versions: Sequence[PublishedVersion]) -> None:
    """Draw a version as text, without what stays confidential."""
    names = [version.version for version in reversed(versions)]
    choice, print_it = st.columns([1, 2], vertical_alignment="bottom")
    name = choice.selectbox("Version", names, key=key_of("protocol", "read"))
    version = next(one for one in versions if one.version == name)
    print_it.link_button("Print the version in force", PROTOCOL)
    st.caption("Block sizes stay confidential until the trial is over (SPIRIT 2025, item 21b).")
    st.markdown(one_level_down(public_protocol_text(version.protocol)))


def one_level_down(text: str) -> str:
    """Return Markdown whose headings stand one level lower, below the page's title."""
    lines = text.replace("$", r"\$").splitlines()
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in lines)


def draw_versions(versions: Sequence[PublishedVersion]) -> None:
    """Draw every version with its hash and why it was made."""
    st.header("Every version")
    for version in reversed(versions):
        frozen = in_moment(version.frozen_at) if version.frozen_at else "never"
        st.markdown(
            f"**Version {escaped(version.version)}** ({version.state}). Frozen {frozen} by "
            f"{escaped(version.frozen_by or 'nobody')}.  \n"
            f"{escaped(version.reason or 'The first version.')}  \nSHA-256 `{version.sha256}`"
        )


def draw_differences(versions: Sequence[PublishedVersion]) -> None:
    """Draw what differs between two versions."""
    st.header("What changed")
    if len(versions) == 1:
        st.markdown("There is one version: nothing was amended.")
        return
    names = [version.version for version in versions]
    first, second = st.columns(2)
    before = first.selectbox("From", names, len(names) - 2, key=key_of("protocol", "before"))
    after = second.selectbox("To", names, len(names) - 1, key=key_of("protocol", "after"))
    protocols = {one.version: one.protocol for one in versions}
    differences = compare_protocols(protocols[before or ""], protocols[after or ""])
    if not differences:
        st.markdown("They say the same.")
        return
    rows = [
        {"Where": escaped(d.path), "Before": shortened(d.before), "After": shortened(d.after)}
        for d in differences
    ]
    st.table(rows, border="horizontal", hide_index=True, alt="Differences between two versions")


def shortened(text: str) -> str:
    """Return what a version says at one place, not longer than a table can show."""
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} ..."
    return escaped(cut) or "(nothing)"


def draw_certificate(store: Store, actor: Actor) -> None:
    """Draw the commitment to the allocation lists, and hand it out as a file."""
    commitment = list_commitment(store, actor)
    st.header("Certificate of the allocation lists")
    st.markdown(
        "The lists were drawn and sealed before the first person was enrolled. The root below "
        "binds every place on every list without telling any arm: whoever keeps it can prove later "
        "that no list was changed. **Verify** derives the lists again and compares."
    )
    values = {
        "Trial": commitment.id,
        "Sealed": in_moment(commitment.committed_at),
        "By": commitment.committed_by,
        "Places on all lists": str(commitment.slots),
        "Lists": ", ".join(commitment.strata),
        "Program": commitment.software_version,
    }
    rows = [{"What": name, "Value": escaped(value)} for name, value in values.items()]
    st.table(rows, border="horizontal", hide_index=True, alt="Certificate of the allocation lists")
    st.markdown(
        f"Merkle root of all lists:  \n`{commitment.merkle_root}`\n\n"
        f"SHA-256 of the protocol:  \n`{commitment.protocol_hash}`"
    )
    st.download_button(
        "Keep the certificate",
        data=canonical_json(commitment),
        file_name=f"{commitment.id}-allocation-lists.json",
        mime="application/json",
        on_click="ignore",
    )


show_page()
