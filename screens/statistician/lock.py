"""Lock the database, check the lock, ask for unblinding, and see whose code was broken before."""

import streamlit as st

from data.records.people import Actor
from data.records.trial import DatabaseLock
from data.storage.store import Store, default_url
from screens import frame
from screens.acts import Signature, attempt, escaped, in_moment, say, show_said, sign
from screens.code_break_register import show_register
from screens.job_progress import watch_job
from screens.lock_check import LOCK_CHECK
from screens.no_trial import wait_for_trial
from screens.state import key_of
from screens.statistician.unblinding import draw_unblinding
from trials.locking import (
    Readiness,
    ReadinessItem,
    database_lock,
    lock_database,
    lock_readiness,
)
from trials.opening import current_trial
from trials.signatures import Meaning, carry_out_signed

WHAT_IT_MEANS = """
- From the lock on, **no clinical record changes** any more, by nobody and in no way. It cannot be taken back.
- A hash of every record is kept with the lock, so that anybody can show later that nothing was changed.
- Only after it can unblinding be asked for.
"""
SHOWN = 12


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    st.title("Lock and unblind")
    wait_for_trial(desk, "what is left to settle before the database lock")
    show_said()
    lock = database_lock(store, actor)
    if lock is None:
        draw_before_lock(store, actor)
    else:
        draw_lock(desk, lock)
        draw_unblinding(store, actor)
    show_register(store, actor)


def draw_before_lock(store: Store, actor: Actor) -> None:
    """Draw the checklist, and the form that locks when nothing blocks."""
    readiness = lock_readiness(store, actor)
    st.header("Ready for the lock?")
    draw_checklist(readiness)
    st.header("What the lock means")
    st.markdown(WHAT_IT_MEANS)
    st.header("Lock the database")
    if not readiness.ready:
        st.warning("Settle first what blocks the lock. Then this page lets you lock the database.")
        return
    signature = sign(
        "lock",
        meaning=Meaning.LOCK,
        button="Lock the database for good",
        reason_label="Why now?",
        reason_help="It answers for what the checklist still lists.",
    )
    if signature and attempt(lambda: locked(store, actor, signature)):
        say("The database is locked.")
        st.rerun()


def locked(store: Store, actor: Actor, signature: Signature) -> DatabaseLock:
    """Check the signature and lock."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.LOCK,
        lambda: lock_database(store, actor, signature.reason),
        about=current_trial(store, actor).id,
    )


def draw_checklist(readiness: Readiness) -> None:
    """Draw what blocks, what only has to be known, and what is settled."""
    rows = [
        {
            "State": "Blocks"
            if item.found and item.blocking
            else "Known"
            if item.found
            else "Settled",
            "What": item.label[0].upper() + item.label[1:],
            "How many": str(len(item.found) or "None"),
            "Which": which(item),
        }
        for item in sorted(readiness.items, key=lambda item: (not item.found, not item.blocking))
    ]
    st.table(rows, border="horizontal", hide_index=True, alt="Checklist before the lock")
    if readiness.ready:
        st.markdown("Nothing blocks. What is **known** will be missing data.")


def which(item: ReadinessItem) -> str:
    """Return the ids of what was found, the first of them when there are many."""
    more = len(item.found) - SHOWN
    shown = ", ".join(item.found[:SHOWN])
    return escaped(f"{shown} and {more} more" if more > 0 else shown)


def draw_lock(desk: frame.Desk, lock: DatabaseLock) -> None:
    """Draw the lock and the check of its hash."""
    st.header("The database is locked")
    st.markdown(
        f"Locked by **{escaped(lock.locked_by)}** on {in_moment(lock.locked_at)}.  \n"
        f"Reason: {escaped(lock.reason)}"
    )
    st.markdown(f"Hash of the records at the lock: `{lock.data_hash}`")
    if st.button("Compute the hash again", key=key_of("lock", "check")):
        LOCK_CHECK.start(desk.bench, desk.actor, default_url())
    is_running = watch_job(LOCK_CHECK.job(desk.bench, desk.actor))
    found = LOCK_CHECK.found(desk.actor)
    if found is None or is_running:
        return
    if found.equal:
        st.success("The records are those that were locked: both hashes are equal.")
    else:
        st.error(f"The records are NOT those that were locked. Hash now: {found.hash_now}")


show_page()
