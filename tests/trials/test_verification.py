"""The audit verified: whether it holds and its head, never how long it is while the blind holds."""

import pytest

from data.storage.audit import verify
from data.storage.errors import NotPermittedError
from tests.trials.world import World
from trials.blinding import confirm_unblinding, request_unblinding
from trials.locking import lock_database
from trials.verification import verify_trail


def test_blinded_people_learn_that_the_trail_holds_and_no_count(world: World) -> None:
    head_hash = verify(world.store).head_hash

    for actor in (world.reviewer, world.statistician, world.administrator):
        found = verify_trail(world.store, actor)
        assert (found.holds, found.problems, found.entries) == (True, (), None)
        assert found.head_hash == head_hash


def test_the_count_is_told_when_the_blind_is_lifted(world: World) -> None:
    lock_database(world.store, world.statistician, "Complete.")
    request_unblinding(world.store, world.statistician, "Analyses are fixed.")
    confirm_unblinding(world.store, world.administrator)

    assert verify_trail(world.store, world.reviewer).entries == verify(world.store).entries


def test_a_head_noted_elsewhere_must_be_part_of_the_trail(world: World) -> None:
    noted = verify_trail(world.store, world.reviewer).head_hash
    world.screened()

    assert verify_trail(world.store, world.reviewer, noted).holds
    assert not verify_trail(world.store, world.reviewer, "0" * 64).holds


def test_coordinators_do_not_verify(world: World) -> None:
    with pytest.raises(NotPermittedError):
        verify_trail(world.store, world.coordinator)
