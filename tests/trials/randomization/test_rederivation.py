"""A reviewer derives every list again and finds each way in which a stored one can differ."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from data.records.allocation import Allocation, AllocationSlot
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from tests.trials.world import World
from trials.errors import TrialNotOpenError
from trials.opening import amend_protocol, list_commitment
from trials.randomization.rederivation import Rederivation, rederive


def tamper(world: World, statement: str) -> None:
    """Change the file behind the application's back, triggers taken away."""
    with closing(sqlite3.connect(world.store.path)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        changed = connection.execute(statement).rowcount
    connection.close()
    assert changed > 0


def derived(world: World) -> Rederivation:
    return rederive(world.store, world.reviewer)


def test_what_was_sealed_and_allocated_is_derived_again_without_a_difference(
    world: World,
) -> None:
    for gad7 in (10, 16, 12, 20):
        world.randomized("LEI", gad7)
        world.randomized("GRA", gad7)

    found = derived(world)

    assert (found.slots, found.equal) == (64, 64)
    assert (found.allocations, found.allocations_equal) == (8, 8)
    assert found.problems == ()


def test_an_amendment_does_not_change_what_was_sealed(world: World) -> None:
    world.randomized()
    amended = replace(world.protocol, version="1.1", title="Another title")
    amend_protocol(world.store, world.administrator, amended, "clearer title")

    assert derived(world).problems == ()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE allocation_slot SET leaf_hash = '00' WHERE id = 'severity=severe|site=GRA#3'",
            "The slot severity=severe|site=GRA#3 is not the one that was sealed.",
        ),
        (
            "DELETE FROM allocation_slot WHERE id = 'severity=severe|site=GRA#16'",
            "The slot severity=severe|site=GRA#16 is missing.",
        ),
        (
            "UPDATE allocation_slot SET id = 'site=XXX#1' WHERE rowid = 1",
            "A sealed value of table allocation_slot",
        ),
        (
            "UPDATE list_commitment SET merkle_root = '00', slots = 1, strata = '[]'",
            "The published Merkle root is not that of the derived lists.",
        ),
        (
            "UPDATE allocation SET slot_id = 'severity=moderate|site=LEI#5' WHERE id = 'LEI-002'",
            "LEI-002 was given slot severity=moderate|site=LEI#5 out of order.",
        ),
        (
            "UPDATE allocation SET code = 'AAAA-AAAA' WHERE id = 'LEI-001'",
            "LEI-001 does not have the code of slot severity=moderate|site=LEI#1.",
        ),
        (
            "UPDATE allocation SET slot_id = 'severity=severe|site=GRA#1' WHERE id = 'LEI-002'",
            "LEI-002 was given a slot of no list of its stratum.",
        ),
    ],
)
def test_tampering_is_found_and_named(world: World, statement: str, words: str) -> None:
    world.randomized()
    world.randomized()

    tamper(world, statement)

    assert any(problem.startswith(words) for problem in derived(world).problems)


def test_an_arm_moved_from_another_row_does_not_open_and_nothing_counts_as_equal(
    world: World,
) -> None:
    world.randomized()

    tamper(
        world,
        "UPDATE allocation SET arm = (SELECT arm FROM allocation_slot "
        "WHERE id = 'severity=severe|site=GRA#1')",
    )

    found = derived(world)
    assert (found.equal, found.allocations, found.allocations_equal) == (0, 1, 0)
    assert "sealed value" in found.problems[0]


def test_the_commitment_names_the_software_and_the_number_of_slots(world: World) -> None:
    commitment = list_commitment(world.store, world.reviewer)

    assert commitment.slots == 64
    assert len(commitment.strata) == 4
    assert commitment.software_version.startswith("0.")


def test_a_coordinator_cannot_derive_the_lists(world: World) -> None:
    with pytest.raises(NotPermittedError):
        rederive(world.store, world.coordinator)


def test_a_slot_of_no_sealed_list_is_found(world: World) -> None:
    strange = AllocationSlot(
        id="site=XXX#1", stratum="site=XXX", position=1, arm="adaptive", salt="00", leaf_hash="00"
    )
    with world.store.writing(
        world.administrator, Permission.SEAL_ALLOCATION, "slip a slot in"
    ) as writing:
        writing.add(strange)

    assert derived(world).problems == ("The slot site=XXX#1 belongs to no sealed list.",)


def test_lists_of_a_protocol_that_is_not_in_the_store_cannot_be_derived(world: World) -> None:
    tamper(world, "UPDATE list_commitment SET protocol_hash = '00'")

    with pytest.raises(TrialNotOpenError, match="not in this store"):
        derived(world)


def test_a_changed_arm_is_found_even_when_it_was_sealed_by_the_application(
    world: World,
) -> None:
    """Somebody with the keys wrote an allocation by hand, with the other arm of the next slot."""
    who = world.ready()
    with world.store.reading(world.administrator, Permission.VERIFY) as reading:
        slot = reading.get(AllocationSlot, "severity=moderate|site=LEI#1")
    other = "adaptive" if slot.arm != "adaptive" else "matched_fixed"
    forged = Allocation(
        id=who,
        slot_id=slot.id,
        stratum=slot.stratum,
        code="AAAA-AAAA",
        arm=other,
        randomized_at=world.clock(),
        randomized_by="nobody",
    )
    with world.store.writing(world.coordinator, Permission.RANDOMIZE, "forge") as writing:
        writing.add(forged)

    found = derived(world)

    assert (found.allocations, found.allocations_equal) == (1, 0)
    assert found.problems[0] == f"{who} does not have the arm of slot {slot.id}."
