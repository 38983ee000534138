"""After the database lock no clinical record changes (ICH E6(R3) 3.16.1(r))."""

from dataclasses import replace
from sqlite3 import IntegrityError

import pytest

from data.records.participants import ParticipantState
from data.records.people import Actor
from data.records.trial import DatabaseLock, Site, Unblinding
from data.storage.audit import verify
from data.storage.errors import AlreadyRecordedError, LockedError
from data.storage.kinds import KINDS, kind_of
from data.storage.roles import Permission
from data.storage.store import Store
from tests.data.storage.conftest import AUTHOR, run_sql
from tests.data.storage.examples import EVERY_KIND, LOCK, UNBLINDING, answer, participant

pytestmark = pytest.mark.requirement("ICH E6(R3) 3.16.1(r)")
CLINICAL = [record for record in EVERY_KIND if kind_of(type(record)).clinical]


@pytest.fixture
def locked(full: Store, statistician: Actor) -> Store:
    """Return a store with one record of every kind, locked."""
    with full.writing(statistician, Permission.LOCK_DATABASE, "lock_database") as writing:
        writing.add(LOCK)
    return full


@pytest.mark.parametrize("record", CLINICAL, ids=lambda record: type(record).__name__)
def test_no_clinical_record_is_added_after_the_lock(store: Store, record: object) -> None:
    with store.writing_within(AUTHOR) as writing:
        writing.add(LOCK)
        with pytest.raises(LockedError, match="no longer change"):
            writing.add(record)


def test_no_clinical_record_changes_after_the_lock(locked: Store, coordinator: Actor) -> None:
    with (
        locked.writing(coordinator, Permission.ENROL, "test") as writing,
        pytest.raises(LockedError),
    ):
        writing.replace(replace(participant(), state=ParticipantState.WITHDRAWN))


@pytest.mark.parametrize(
    "table", [one.table.name for one in KINDS.values() if one.clinical and not one.lasting]
)
def test_the_tables_themselves_refuse_a_change_after_the_lock(locked: Store, table: str) -> None:
    with pytest.raises(IntegrityError, match="antiphon: the database is locked"):
        run_sql(locked, f"UPDATE {table} SET id = id")  # noqa: S608 - our own table names


def test_the_tables_themselves_refuse_a_new_row_after_the_lock(locked: Store) -> None:
    with pytest.raises(IntegrityError, match="antiphon: the database is locked"):
        run_sql(
            locked,
            "INSERT INTO item_answer SELECT 'x', participant_id, occasion, questionnaire, questionnaire_version, item, value, answered_at, recorded_by FROM item_answer",
        )


def test_a_write_that_only_the_tables_refuse_says_the_same(
    full: Store, coordinator: Actor, statistician: Actor
) -> None:
    """Within one act the lock may come after the first clinical record was let in."""
    with full.group_commit(), full.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add(answer("gad7_6"))
        with full.writing(statistician, Permission.LOCK_DATABASE, "lock_database") as locking:
            locking.add(LOCK)
        with pytest.raises(LockedError, match="no longer change"):
            writing.add(answer("gad7_7"))

    assert verify(full).ok


def test_the_lock_is_never_taken_back(locked: Store, statistician: Actor) -> None:
    with (
        locked.writing(statistician, Permission.LOCK_DATABASE, "test") as writing,
        pytest.raises(AlreadyRecordedError),
    ):
        writing.replace(replace(LOCK, reason="other"))
    with pytest.raises(IntegrityError):
        run_sql(locked, "DELETE FROM database_lock")
    with pytest.raises(IntegrityError):
        run_sql(locked, "UPDATE database_lock SET reason = ''")


def test_what_is_not_clinical_still_changes_after_the_lock(
    locked: Store, administrator: Actor, statistician: Actor
) -> None:
    with locked.writing(administrator, Permission.OPEN_TRIAL, "set_site") as writing:
        writing.replace(replace(writing.get(Site, "LEI"), open=False))
    with locked.writing(statistician, Permission.REQUEST_UNBLINDING, "test") as writing:
        writing.replace(replace(UNBLINDING, confirmed_by="ana"))

    with locked.reading(statistician, Permission.SEE_PROTOCOL) as reading:
        assert reading.get(DatabaseLock, "CALM-1") == LOCK
        assert reading.get(Unblinding, "CALM-1").confirmed_by == "ana"
    assert verify(locked).ok
