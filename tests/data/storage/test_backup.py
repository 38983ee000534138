"""Backups: whole while somebody writes, verified, restorable (Annex 11, 7.2: restore is tested)."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copy
from sqlite3 import Connection, connect
from threading import Event, Thread

import pytest

from data.records.answers import ItemAnswer
from data.records.people import Actor, Role
from data.records.sessions import LoopStep
from data.storage import copying
from data.storage.audit import audit_entries, verify
from data.storage.backup import Backup, make_backup, record_backup
from data.storage.copying import copy_checked
from data.storage.errors import NotPermittedError, StoreUnusableError
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, open_store, open_store_for_reading
from protocols.canonical import sha256_hex
from tests.data.storage.conftest import run_sql
from tests.data.storage.examples import Clock, answer, loop_step


def back_up(store: Store, actor: Actor, folder: Path) -> Backup:
    """Make a backup and record it."""
    backup = make_backup(store, actor, folder, lambda _share, _text: None)
    record_backup(store, actor, backup)
    return backup


def answers_in(path: Path) -> int:
    with closing(connect(path)) as copied, copied:
        return int(copied.execute("SELECT count(*) FROM item_answer").fetchone()[0])


def test_a_backup_is_restored_with_its_keys_and_holds_everything(
    full: Store, administrator: Actor, tmp_path: Path, clock: Clock
) -> None:
    before = verify(full)
    backup = back_up(full, administrator, tmp_path / "backups")

    (tmp_path / "restored").mkdir()
    copy(backup.path, tmp_path / "restored" / "trial.db")
    copy(tmp_path / "trial.db.keys", tmp_path / "restored" / "trial.db.keys")
    restored = open_store(f"sqlite:///{tmp_path / 'restored' / 'trial.db'}", clock)
    found = verify(restored)
    reviewer = sign_in_process(restored, Role.REVIEWER, "rex")
    with restored.reading(reviewer, Permission.VERIFY) as reading:
        steps = reading.find(LoopStep)
    restored.close()

    assert found == before
    assert steps == (loop_step(),)
    assert backup.verified


def test_a_backup_says_what_it_is(full: Store, administrator: Actor, tmp_path: Path) -> None:
    backup = back_up(full, administrator, tmp_path / "backups")

    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["trial-20260302T120000Z.db"]
    assert backup.sha256 == sha256_hex(backup.path.read_bytes())
    assert backup.path.stat().st_mode & 0o077 == 0
    reviewer = sign_in_process(full, Role.REVIEWER, "rex")
    noted = audit_entries(full, reviewer, action="back_up").entries
    assert backup.sha256 in noted[0].change
    assert "entries" not in noted[0].change


def test_a_backup_never_overwrites_another(
    full: Store, administrator: Actor, tmp_path: Path
) -> None:
    back_up(full, administrator, tmp_path / "backups")

    with pytest.raises(StoreUnusableError, match="nothing was overwritten"):
        back_up(full, administrator, tmp_path / "backups")


def test_a_backup_into_a_file_is_refused(full: Store, administrator: Actor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreUnusableError, match="cannot be written"):
        back_up(full, administrator, tmp_path / "file")


def test_only_those_who_may_back_up_do(full: Store, coordinator: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotPermittedError):
        back_up(full, coordinator, tmp_path / "backups")

    assert not (tmp_path / "backups").exists()


def test_a_backup_of_a_store_that_was_tampered_with_says_so(
    full: Store, administrator: Actor, tmp_path: Path
) -> None:
    run_sql(full, "UPDATE participant SET age_years = 99")

    backup = back_up(full, administrator, tmp_path / "backups")

    assert not backup.verified
    assert backup.problems == (
        "Row LEI-001 of table participant was changed around the application.",
    )


def test_a_backup_is_whole_while_somebody_writes(
    full: Store, administrator: Actor, coordinator: Actor, tmp_path: Path, clock: Clock
) -> None:
    stop, written = Event(), Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with full.writing(coordinator, Permission.ANSWER, "test") as writing:
                writing.add(answer(f"item_{number}"))
            number += 1
            written.set()

    thread = Thread(target=write)
    thread.start()
    written.wait()
    backups = []
    for hours in range(3):
        clock.now = clock.now.replace(hour=hours)
        backups.append(back_up(full, administrator, tmp_path / "backups"))
    stop.set()
    thread.join()

    assert [backup.verified for backup in backups] == [True] * 3
    assert answers_in(backups[0].path) < answers_in(backups[2].path)


def test_a_plain_copy_of_the_file_loses_what_was_just_written(
    full: Store, coordinator: Actor, tmp_path: Path
) -> None:
    """Why only SQLite's own backup copies a store."""
    with full.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add(replace(answer(), id="newest"))
    copy(full.path, tmp_path / "plain.db")
    copy_checked(full.path, tmp_path / "checked.db")

    found = []
    for name in ("plain.db", "checked.db"):
        with closing(connect(tmp_path / name)) as connection, connection:
            found.append(
                connection.execute(
                    "SELECT count(*) FROM item_answer WHERE id = 'newest'"
                ).fetchone()[0]
            )
        connection.close()

    assert found == [0, 1]
    with full.reading(coordinator, Permission.ANSWER) as reading:
        assert reading.count(ItemAnswer, id="newest") == 1


def test_a_backup_is_made_beside_a_server_that_writes_and_recorded_there(
    full: Store, administrator: Actor, tmp_path: Path, clock: Clock
) -> None:
    beside = open_store_for_reading(f"sqlite:///{full.path}", clock)
    by = sign_in_process(beside, Role.ADMINISTRATOR, "backup")

    backup = make_backup(beside, by, tmp_path / "backups", lambda _share, _text: None)
    record_backup(full, administrator, backup)
    beside.close()

    reviewer = sign_in_process(full, Role.REVIEWER, "rex")
    noted = audit_entries(full, reviewer, action="back_up").entries
    assert [entry.user_id for entry in noted] == [administrator.user_id]
    assert backup.verified


def fill_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the target of a copy hold ten pages, as on a disk that is nearly full."""

    def nearly_full(path: Path) -> Connection:
        connection = connect(path)
        if path != store.path:
            connection.execute("PRAGMA max_page_count = 10")
        return connection

    monkeypatch.setattr(copying, "connect", nearly_full)


def test_a_backup_that_breaks_off_does_not_look_like_one(
    full: Store, administrator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(full, monkeypatch)

    with pytest.raises(StoreUnusableError, match="could not be written in full"):
        back_up(full, administrator, tmp_path / "backups")

    assert [path.suffix for path in (tmp_path / "backups").iterdir()] == [".unfinished"]


def test_a_copy_that_does_not_fit_on_the_disk_is_said_to_be_broken(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(full, monkeypatch)

    with pytest.raises(StoreUnusableError, match="could not be written in full"):
        copy_checked(full.path, tmp_path / "copy.db")


def test_a_copy_of_a_damaged_database_is_refused(full: Store, tmp_path: Path) -> None:
    run_sql(full, "PRAGMA foreign_keys = OFF", "UPDATE planned_visit SET participant_id = 'x'")

    with pytest.raises(StoreUnusableError, match="is not sound"):
        copy_checked(full.path, tmp_path / "copy.db")
