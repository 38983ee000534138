"""What tells arms apart stays closed: at rest, in a reading, by its length, in another row."""

from contextlib import closing
from dataclasses import replace
from itertools import chain
from sqlite3 import connect

import pytest

from data.records.allocation import Allocation, AllocationSlot
from data.records.people import Actor, Role
from data.records.sessions import ListeningSession, LoopStep, Playback
from data.storage.encryption import Keys, Place
from data.storage.errors import NotPermittedError, StoreUnusableError
from data.storage.roles import PERMISSIONS, SEES_SEALED, Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from tests.data.storage.conftest import AUTHOR, run_sql
from tests.data.storage.examples import ALLOCATION, IDENTITY, SESSION, SLOT, loop_step, slot

BLIND = sorted(set(chain(*PERMISSIONS.values())) - SEES_SEALED)
PLACE = Place(table="allocation", row="LEI-001", column="arm")


def somebody_with(store: Store, permission: Permission) -> Actor:
    """Sign in a process in a role that has a permission (the participant is LEI-001)."""
    role = next(one for one in Role if permission in PERMISSIONS[one])
    return sign_in_process(store, role, "LEI-001" if role is Role.PARTICIPANT else "x")


def test_blind_permissions_see_no_arm_and_no_salt(full: Store) -> None:
    seen = []
    for permission in [one for one in BLIND if one is not Permission.ANSWER]:
        with full.reading(somebody_with(full, permission), permission) as reading:
            seen.append(
                (
                    reading.get(AllocationSlot, SLOT.id).arm,
                    reading.get(AllocationSlot, SLOT.id).salt,
                    reading.get(Allocation, "LEI-001").arm,
                    reading.get(ListeningSession, SESSION.id).arm_definition_hash,
                )
            )

    assert set(seen) == {("", "", "", "")}
    assert len(seen) > 10


def test_a_blind_permission_sees_the_rest_of_what_is_sealed_in_part(full: Store) -> None:
    actor = somebody_with(full, Permission.SEE_PARTICIPANTS)

    with full.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        found = reading.get(Allocation, "LEI-001")

    assert found == replace(ALLOCATION, arm="")


@pytest.mark.parametrize("kind", [LoopStep, Playback])
def test_blind_permissions_read_no_step_of_a_session(full: Store, kind: type[object]) -> None:
    for permission in BLIND:
        with (
            full.reading(somebody_with(full, permission), permission) as reading,
            pytest.raises(NotPermittedError, match="does not reach"),
        ):
            reading.find(kind)


@pytest.mark.parametrize("permission", sorted(SEES_SEALED))
def test_a_permission_that_opens_sees_what_was_sealed(full: Store, permission: Permission) -> None:
    actor = somebody_with(full, permission)

    with full.reading(actor, permission) as reading:
        assert reading.get(AllocationSlot, SLOT.id) == SLOT
        assert reading.get(Allocation, "LEI-001") == ALLOCATION
        assert reading.get(ListeningSession, SESSION.id) == SESSION
        assert reading.find(LoopStep) == (loop_step(),)


def test_nothing_sealed_lies_in_the_files_in_clear(full: Store) -> None:
    files = [path for path in full.path.parent.iterdir() if not path.name.endswith(".keys")]
    content = b"".join(path.read_bytes() for path in files)

    clear = [b"matched_fixed", b"adaptive", b"van Rijn", b"zoe@example.org", b"1991-05-04"]
    assert [text for text in clear if text in content] == []
    assert b"headache" in content


def test_the_length_of_a_sealed_arm_does_not_tell_it(store: Store) -> None:
    with store.writing_within(AUTHOR) as writing:
        writing.add_all((slot(1, "adaptive"), slot(2, "matched_fixed"), slot(3, "")))

    with closing(connect(store.path)) as connection, connection:
        lengths = connection.execute("SELECT DISTINCT length(arm) FROM allocation_slot").fetchall()
    connection.close()

    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("table", "column"),
    [("allocation_slot", "arm"), ("allocation_slot", "salt"), ("loop_step", "payload")],
)
def test_a_ciphertext_moved_to_another_row_is_refused(full: Store, table: str, column: str) -> None:
    with full.writing_within(AUTHOR) as writing:
        writing.add_all((slot(2), loop_step(1)))
    run_sql(
        full,
        f"DROP TRIGGER {table}_no_update",
        f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} ORDER BY rowid LIMIT 1)",  # noqa: S608
    )
    verifier = sign_in_process(full, Role.REVIEWER, "rex")
    kind = {"allocation_slot": AllocationSlot, "loop_step": LoopStep}[table]

    with (
        full.reading(verifier, Permission.VERIFY) as reading,
        pytest.raises(StoreUnusableError, match=f"table {table}, column {column} was altered"),
    ):
        reading.find(kind)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Place(table="allocation_slot", row="LEI-001", column="arm"), id="table"),
        pytest.param(Place(table="allocation", row="LEI-002", column="arm"), id="row"),
        pytest.param(Place(table="allocation", row="LEI-001", column="salt"), id="column"),
    ],
)
def test_a_sealed_value_opens_only_where_it_was_sealed(other: Place) -> None:
    keys = Keys(bytes(32))
    sealed = keys.seal(b"adaptive", "arm-1", PLACE)

    with pytest.raises(StoreUnusableError):
        keys.open(sealed, "arm-1", other)

    assert keys.open(sealed, "arm-1", PLACE) == b"adaptive"


@pytest.mark.parametrize("position", [0, 3, 8, 12, 20, 40, -1])
def test_a_bit_that_flips_is_refused(position: int) -> None:
    keys = Keys(bytes(32))
    sealed = bytearray(keys.seal(b"adaptive", "arm-1", PLACE))
    sealed[position] ^= 1

    with pytest.raises(StoreUnusableError):
        keys.open(bytes(sealed), "arm-1", PLACE)


def test_a_value_sealed_twice_looks_different() -> None:
    keys = Keys(bytes(32))

    assert keys.seal(b"adaptive", "arm-1", PLACE) != keys.seal(b"adaptive", "arm-1", PLACE)


def test_each_participant_has_an_own_key() -> None:
    keys = Keys(bytes(32))
    place = Place(table="identity", row=IDENTITY.id, column="full_name")
    sealed = keys.seal(b"Ada", "identity-1-LEI-001", place)

    with pytest.raises(StoreUnusableError):
        keys.open(sealed, "identity-1-LEI-002", place)


@pytest.mark.parametrize("length", [0, 1, 59, 60, 61, 64, 5000])
def test_padding_gives_back_the_value(length: int) -> None:
    keys = Keys(bytes(32))
    plain = b"\0" * length

    assert keys.open(keys.seal(plain, "arm-1", PLACE), "arm-1", PLACE) == plain


def test_every_purpose_has_an_own_key(store: Store) -> None:
    keys = {store.key_for(purpose) for purpose in ("allocation", "masking", "sessions")}

    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    with pytest.raises(StoreUnusableError, match="no key for 'other'"):
        store.key_for("other")
