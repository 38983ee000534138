"""Verify the trail and the lists: nothing has to be believed, everything is computed again."""

import streamlit as st

from data.storage.store import default_url
from screens import frame
from screens.acts import escaped, in_moment
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.state import key_of
from screens.verification import VERIFICATION, Verified, transcript


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Verify")
    st.markdown(
        "1. **The audit trail**: every entry is hashed again, its signed ends are checked, and all "
        "of it is replayed and compared with every row of the store.\n"
        "2. **The allocation lists**: they are derived again from key and protocol, and compared "
        "with every place, with the certificate and with every allocation. No arm is shown."
    )
    wait_for_trial(desk, "whether audit trail and allocation lists hold")
    noted_hash = ask_head()
    if st.button("Verify now", type="primary", key=key_of("verify", "run")):
        VERIFICATION.start(desk.bench, desk.actor, default_url(), noted_hash)
    is_running = watch_job(VERIFICATION.job(desk.bench, desk.actor))
    found = VERIFICATION.found(desk.actor)
    if found is not None and not is_running:
        draw_found(found)


def ask_head() -> str:
    """Draw the field for a head that was noted elsewhere, and return its hash."""
    with st.expander("I noted the head of the trail elsewhere"):
        st.markdown(
            "The trail alone cannot show that its newest entries were taken away together with what "
            "they changed. A head that you noted before can: it must still be part of the trail."
        )
        digest = st.text_input("Its hash", key=key_of("verify", "hash"))
    return (digest or "").strip().lower()


def draw_found(found: Verified) -> None:
    """Draw what was found, the head to note, and the transcript to keep."""
    st.markdown(f"Verified {in_moment(found.at)} with program `{found.program}`.")
    st.header("The audit trail")
    count = "" if found.trail.entries is None else f"{found.trail.entries} "
    draw_verdict(
        found.trail.problems,
        f"All {count}entries hold, and they end in the very rows of the store.",
    )
    st.markdown(f"Head of the trail, to note elsewhere:  \n`{found.trail.head_hash}`")
    st.header("The allocation lists")
    draw_verdict(
        found.lists.problems,
        f"All {found.lists.equal} places and all {found.lists.allocations_equal} allocations are "
        "what key and protocol determine.",
    )
    st.header("Transcript")
    text = transcript(found)
    st.download_button(
        "Keep the transcript", data=text, file_name="verification.txt", on_click="ignore"
    )
    st.code(text, language=None, wrap_lines=True)


def draw_verdict(problems: tuple[str, ...], holds: str) -> None:
    """Draw that all is well, or every problem."""
    if not problems:
        st.success(holds)
        return
    st.error(f"This does not hold. Problems found: {len(problems)}.")
    st.markdown("\n".join(f"- {escaped(problem)}" for problem in problems))


show_page()
