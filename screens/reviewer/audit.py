"""The audit trail in plain words: who did what, when and why; filtered, 50 entries a page."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from screens import frame
from screens.acts import escaped, in_moment
from screens.reviewer.audit_words import ACTIONS, action_in_words, change_in_words, subject_in_words
from screens.state import key_of
from trials.audit_trail import (
    ROWS_A_PAGE,
    AuditFilter,
    AuditRow,
    AuditTrail,
    audit_trail,
    export_audit_trail,
)

BLIND = (
    "Until unblinding, entries about single passes of a listening session are left out, and "
    "entries carry no running number: their count would tell the arms apart. Nothing is missing "
    "from the trail itself; **Verify** checks every entry."
)


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Audit trail")
    st.markdown("Every change leaves one entry, and no entry can be changed or removed.")
    wanted = ask_filter()
    newest = audit_trail(desk.store, desk.actor, wanted)
    if newest.blind:
        st.info(BLIND)
    entries = st.container()
    number = 1
    if newest.pages > 1:
        number = st.pagination(newest.pages, key=key_of("audit", f"page.{wanted}"))
    with entries:
        draw_entries(newest if number == 1 else audit_trail(desk.store, desk.actor, wanted, number))
    draw_export(desk.store, desk.actor, wanted, newest)


def ask_filter() -> AuditFilter:
    """Draw the filters and return what is wanted."""
    with st.container(border=True):
        participant, user, action = st.columns(3)
        first, last, _ = st.columns(3)
    participant_id = participant.text_input("Participant", key=key_of("audit", "participant"))
    user_id = user.text_input("Who did it", key=key_of("audit", "user"))
    code = action.selectbox(
        "What was done",
        sorted(ACTIONS, key=action_in_words),
        index=None,
        placeholder="Anything",
        format_func=action_in_words,
        key=key_of("audit", "action"),
    )
    since = first.date_input("From", value=None, key=key_of("audit", "since"))
    until = last.date_input("To, included", value=None, key=key_of("audit", "until"))
    return AuditFilter(
        participant_id=(participant_id or "").strip().upper() or None,
        user_id=(user_id or "").strip() or None,
        action=code,
        since=begin_of(since),
        until=begin_of(until + timedelta(days=1) if isinstance(until, date) else None),
    )


def begin_of(day: object) -> datetime | None:
    """Return the first moment of a day; None when no day was chosen."""
    return datetime.combine(day, time(), tzinfo=UTC) if isinstance(day, date) else None


def draw_entries(found: AuditTrail) -> None:
    """Draw one page of entries."""
    if not found.rows:
        st.markdown("No entry fits.")
        return
    first = (found.number - 1) * ROWS_A_PAGE + 1
    st.markdown(f"Entries {first} to {first + len(found.rows) - 1} of {found.total}, newest first.")
    st.table(
        [cells(row) for row in found.rows], border="horizontal", hide_index=True, alt="Audit trail"
    )


def cells(row: AuditRow) -> dict[str, str]:
    """Return one entry as the cells of a table."""
    number = {} if row.number is None else {"No.": str(row.number)}
    return {
        **number,
        "When": in_moment(row.at),
        "Who": escaped(f"{row.user_id} ({row.role})"),
        "Did what": escaped(action_in_words(row.action)),
        "About": escaped(subject_in_words(row)),
        "What changed": escaped(change_in_words(row)),
        "Why": escaped(row.reason),
    }


def draw_export(store: Store, actor: Actor, wanted: AuditFilter, found: AuditTrail) -> None:
    """Draw the export; taking it leaves an entry in the trail."""
    st.download_button(
        f"Export these {found.total} entries as CSV",
        data=exported(store, actor, wanted),
        file_name="audit-trail.csv",
        mime="text/csv",
        on_click="ignore",
        help="That you exported them is kept in the trail.",
        key=key_of("audit", "export"),
    )


def exported(store: Store, actor: Actor, wanted: AuditFilter) -> Callable[[], bytes]:
    """Return what happens at the click: the entries are gathered and the export goes on record."""
    return lambda: export_audit_trail(store, actor, wanted).encode()


show_page()
