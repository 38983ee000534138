"""Backup: make a verified copy of the store, see how old the last one is, know what to keep apart."""

from datetime import timedelta
from pathlib import Path

import streamlit as st

from data.storage.backup import Backup
from data.storage.key_file import key_path
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, escaped, in_moment
from screens.backup_job import BACKUP, start_backup
from screens.job_progress import watch_job
from screens.state import key_of
from trials.audit_trail import AuditFilter, AuditRow, audit_trail

FOLDER = "backups"
OLD = timedelta(hours=24)


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    folder = store.path.parent / FOLDER
    st.title("Backup")
    last = st.container()
    if st.button("Make a backup now", type="primary", key=key_of("backup", "make")):
        attempt(lambda: start_backup(desk.bench, actor, folder))
    is_running = watch_job(BACKUP.job(desk.bench, actor))
    made = BACKUP.found(actor)
    if made is not None and not is_running:
        draw_found(made)
    with last:
        draw_last(audit_trail(store, actor, AuditFilter(action="back_up"), per_page=1).rows, store)
    st.header("What to keep apart")
    draw_what_to_keep(store, folder)


def draw_last(rows: tuple[AuditRow, ...], store: Store) -> None:
    """Draw how old the last backup is."""
    if not rows:
        st.error("No backup was ever made.")
        return
    age = store.clock() - rows[0].at
    words = (
        f"The last backup is {age_in_words(age)} old ({in_moment(rows[0].at)}):  \n"
        f"{escaped(rows[0].changes[0].after)}."
    )
    if age > OLD:
        st.error(f"{words}\n\nMake one every day.")
    else:
        st.success(words)


def age_in_words(age: timedelta) -> str:
    """Return an age in the largest unit that fits."""
    minutes = int(age.total_seconds() // 60)
    if minutes == 0:
        return "less than a minute"
    if minutes < 2 * 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def draw_found(made: Backup) -> None:
    """Draw what was found in the backup that was made last."""
    if made.verified:
        st.success("The copy is whole: every entry of its audit trail holds.")
        return
    st.error("The copy was made, but it does NOT verify. Tell the reviewer at once.")
    st.markdown("\n".join(f"- {escaped(problem)}" for problem in made.problems))


def draw_what_to_keep(store: Store, folder: Path) -> None:
    """Draw where things lie and what belongs where."""
    st.markdown(
        f"1. **The backups** lie in `{folder}`. Copy them to another machine: a backup on the "
        "same disk is lost with it. Never copy the database file itself while Antiphon runs.\n"
        f"2. **The key file** `{key_path(store.path)}` opens what is sealed: who the participants "
        "are, and the arms. Without it a backup stays closed for ever. Keep a copy of it **apart "
        "from the backups**, e.g. on paper or a stick in a safe: together they tell everything.\n"
        "3. **To restore**, stop Antiphon, put a backup in the place of the database and the key "
        "file beside it, start Antiphon, and let the reviewer verify."
    )


show_page()
