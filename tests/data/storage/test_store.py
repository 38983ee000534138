"""Making, opening and closing a store; its keys; one process at a time."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from data.records.people import Role
from data.records.trial import Site
from data.storage import key_file, local_disk
from data.storage.address import default_url, store_exists
from data.storage.audit import audit_entries, verify
from data.storage.errors import SignInEndedError, StoreNotFoundError, StoreUnusableError
from data.storage.local_disk import check_local_disk, file_system_of
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store, open_store, open_store_for_reading
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import SITE, Clock


def test_a_store_is_there_after_it_is_made_and_not_before(url: str, clock: Clock) -> None:
    before = store_exists(url)

    create_store(url, clock).close()

    assert (before, store_exists(url)) == (False, True)


def test_what_was_written_is_there_after_opening_again(url: str, clock: Clock) -> None:
    first = create_store(url, clock)
    with first.writing_within(AUTHOR) as writing:
        writing.add(SITE)
    first.close()

    second = open_store(url, clock)
    with second.reading_within() as reading:
        assert reading.find(Site) == (SITE,)
    assert verify(second).ok
    second.close()


def test_the_making_of_the_store_is_the_first_entry_of_its_audit(store: Store) -> None:
    reviewer = sign_in_process(store, Role.REVIEWER, "rex")

    first = audit_entries(store, reviewer).entries[-1]

    assert (first.sequence, first.action, first.user_id) == (1, "create_store", "process:antiphon")


def test_a_store_is_never_made_over_another(store: Store, url: str, clock: Clock) -> None:
    with pytest.raises(StoreUnusableError, match="There is a store"):
        create_store(url, clock)

    assert verify(store).ok


def test_keys_are_never_made_over_others(url: str, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "trial.db.keys").write_text("precious")

    with pytest.raises(StoreUnusableError, match="keys are never overwritten"):
        create_store(url, clock)

    assert (tmp_path / "trial.db.keys").read_text() == "precious"


def test_a_store_that_is_not_there_is_not_made_by_opening(
    url: str, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(StoreNotFoundError, match="There is no store"):
        open_store(url, clock)
    with pytest.raises(StoreNotFoundError):
        open_store_for_reading(url, clock)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["postgresql://x/y", "sqlite://", "sqlite:///:memory:", "trial.db", "", "sqlite+x:///a"],
)
def test_an_address_that_is_no_file_is_refused(address: str, clock: Clock) -> None:
    with pytest.raises(StoreUnusableError, match="sqlite:///PATH"):
        create_store(address, clock)


def test_the_address_comes_from_the_environment_or_the_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTIPHON_STORE", "sqlite:////srv/a.db")
    named = default_url()
    monkeypatch.delenv("ANTIPHON_STORE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    linux = default_url()
    monkeypatch.delenv("XDG_DATA_HOME")
    home = default_url()
    monkeypatch.setattr(sys, "platform", "darwin")
    mac = default_url()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    windows = default_url()

    assert named == "sqlite:////srv/a.db"
    assert linux == "sqlite:////data/antiphon/antiphon.db"
    assert home.endswith("/.local/share/antiphon/antiphon.db")
    assert mac.endswith("/Library/Application Support/antiphon/antiphon.db")
    assert windows == "sqlite:////local/antiphon/antiphon.db"


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_database_and_keys_are_for_their_owner_only(store: Store) -> None:
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in store.path.parent.iterdir()
        if path.name in {"trial.db", "trial.db.keys", "trial.db-wal"}
    }

    assert set(modes.values()) == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_keys_that_others_may_read_are_refused(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db.keys").chmod(0o640)

    with pytest.raises(StoreUnusableError, match="chmod 600"):
        open_store(url, clock)


@pytest.mark.parametrize("text", ["", "{}", '{"root": "xyz"}', "[1]", '{"root": "00"}'])
def test_a_file_that_holds_no_keys_is_refused(
    url: str, clock: Clock, tmp_path: Path, text: str
) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db.keys").write_text(text)

    with pytest.raises(StoreUnusableError, match="is not a key file"):
        open_store(url, clock)


def test_keys_of_another_store_are_refused(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db.keys").unlink()
    key_file.make_keys(tmp_path / "trial.db.keys")

    with pytest.raises(StoreUnusableError, match="not the one of this store"):
        open_store(url, clock)


def test_missing_keys_are_said_to_be_missing(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db.keys").unlink()

    with pytest.raises(StoreUnusableError, match="missing or unreadable"):
        open_store(url, clock)


def test_keys_may_lie_elsewhere(
    url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIPHON_KEYS", str(tmp_path / "safe.keys"))

    create_store(url, clock).close()
    open_store(url, clock).close()

    assert (tmp_path / "safe.keys").exists()
    assert not (tmp_path / "trial.db.keys").exists()


def test_a_second_opening_is_refused_and_told_who_has_the_store(
    store: Store, url: str, clock: Clock
) -> None:
    with pytest.raises(StoreUnusableError, match=f"in use by process {os.getpid()}"):
        open_store(url, clock)

    assert not store.only_reads


def test_another_process_is_refused_until_this_one_closes(
    store: Store, url: str, checkout: Path
) -> None:
    def open_elsewhere() -> str:
        code = (
            "import sys; from datetime import UTC, datetime; from data.storage.store import open_store\n"
            "try:\n    open_store(sys.argv[1], lambda: datetime.now(UTC)).close(); print('opened')\n"
            "except Exception as error:\n    print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, url],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    while_open = open_elsewhere()
    store.close()

    assert f"in use by process {os.getpid()}" in while_open
    assert open_elsewhere() == "opened\n"


def test_an_opening_that_fails_lets_the_store_go(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    keys = (tmp_path / "trial.db.keys").read_text()
    (tmp_path / "trial.db.keys").write_text("")
    with pytest.raises(StoreUnusableError):
        open_store(url, clock)
    (tmp_path / "trial.db.keys").write_text(keys)

    open_store(url, clock).close()


def test_an_opening_that_only_reads_stands_beside_one_that_writes(
    running: Store, url: str, clock: Clock
) -> None:
    beside = open_store_for_reading(url, clock)
    reviewer = sign_in_process(beside, Role.REVIEWER, "rex")
    with running.writing_within(AUTHOR) as writing:
        writing.add(Site(id="UTR", name="Utrecht", open=False, on_call=""))

    with beside.reading(reviewer, Permission.SEE_PROTOCOL) as reading:
        found = [one.id for one in reading.find(Site)]
    whole = verify(beside)
    beside.close()

    assert found == ["LEI", "GRA", "UTR"]
    assert whole == verify(running)


def test_an_opening_that_only_reads_writes_nothing(store: Store, url: str, clock: Clock) -> None:
    beside = open_store_for_reading(url, clock)
    administrator = sign_in_process(beside, Role.ADMINISTRATOR, "ana")

    with (
        pytest.raises(StoreUnusableError, match="only reads"),
        beside.writing(administrator, Permission.OPEN_TRIAL, "test"),
    ):
        pass
    with (
        beside.connection() as connection,
        pytest.raises(Exception, match="readonly"),
    ):
        connection.exec_driver_sql("INSERT INTO site SELECT * FROM site WHERE FALSE")
    beside.close()

    assert verify(store).entries == 1


def test_an_actor_of_one_opening_is_nobody_in_another(store: Store, url: str, clock: Clock) -> None:
    beside = open_store_for_reading(url, clock)
    administrator = sign_in_process(beside, Role.ADMINISTRATOR, "ana")
    beside.close()

    with pytest.raises(SignInEndedError), store.reading(administrator, Permission.SIGN_IN):
        pass


def test_a_file_that_is_no_store_is_refused(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db").write_bytes(b"not a database, not at all" * 200)

    with pytest.raises(StoreUnusableError):
        open_store(url, clock)


def test_another_sqlite_file_is_refused(url: str, clock: Clock, tmp_path: Path) -> None:
    create_store(url, clock).close()
    (tmp_path / "trial.db").unlink()
    connect(tmp_path / "trial.db").close()

    with pytest.raises(StoreUnusableError, match="is not a store of Antiphon"):
        open_store(url, clock)


def test_a_store_of_a_newer_version_is_refused(store: Store, url: str, clock: Clock) -> None:
    store.close()
    with closing(connect(store.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreUnusableError, match="newer Antiphon"):
        open_store(url, clock)


def test_a_store_whose_rules_were_dropped_is_refused(store: Store, url: str, clock: Clock) -> None:
    store.close()
    with closing(connect(store.path)) as connection, connection:
        connection.execute("DROP TRIGGER consent_no_update")
    connection.close()

    with pytest.raises(StoreUnusableError, match="consent_no_update"):
        open_store(url, clock)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("mmap_size", 0),
        ("secure_delete", 1),
        ("busy_timeout", 30_000),
    ],
)
def test_both_kinds_of_connection_have_the_settings_that_keep_records(
    store: Store, setting: str, value: str | int
) -> None:
    with store.connection() as reader, store.written_connection() as writer:
        found = [
            connection.exec_driver_sql(f"PRAGMA {setting}").scalar()
            for connection in (reader, writer)
        ]

    assert found == [value, value]


def test_network_disks_are_told_from_local_ones() -> None:
    mounts = "d / ext4 rw 0 0\ns /srv nfs4 rw 0 0\nx /srv/my\\040disk xfs rw 0 0\n"

    assert file_system_of(Path("/srv/a.db"), mounts) == "nfs4"
    assert file_system_of(Path("/srv/my disk/a.db"), mounts) == "xfs"
    assert file_system_of(Path("/srvother/a.db"), mounts) == "ext4"
    assert file_system_of(Path("relative"), mounts) == ""


def test_a_store_behind_a_link_onto_a_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "share")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"dev / ext4 rw 0 0\nserver {tmp_path.resolve() / 'share'} nfs4 rw 0 0\n")
    monkeypatch.setattr(local_disk, "_MOUNTS", mounts)

    with pytest.raises(StoreUnusableError, match="is on a network"):
        check_local_disk(tmp_path / "here" / "trial.db")


def test_a_folder_that_cannot_be_written_is_named(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreUnusableError, match="cannot be written"):
        create_store(f"sqlite:///{tmp_path / 'file' / 'trial.db'}", clock)
