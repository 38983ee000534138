"""Signed acts: password, act and meaning in one transaction, or none of it."""

import pytest

from data.records.people import Actor, Role
from data.storage.accounts import add_user
from data.storage.errors import SignInRefusedError
from data.storage.sign_in import actor_of, sign_in
from tests.data.storage.examples import USER
from tests.trials.world import World
from trials.audit_trail import AuditFilter, AuditRow, audit_trail
from trials.errors import NotReadyToRandomizeError
from trials.randomization.allocation import Randomized, randomize
from trials.signatures import Meaning, carry_out_signed

PASSWORD = "correct horse battery"  # noqa: S105 - of a test


@pytest.fixture
def bea(world: World) -> Actor:
    """Return a coordinator at Leiden who signed in by password."""
    assert (USER.role, USER.site_id) == (Role.COORDINATOR, "LEI")
    add_user(world.store, world.administrator, USER, PASSWORD)
    actor = actor_of(world.store, sign_in(world.store, "bea", PASSWORD))
    assert actor is not None
    return actor


def randomize_signed(world: World, actor: Actor, who: str, password: str = PASSWORD) -> Randomized:
    return carry_out_signed(
        world.store,
        actor,
        password,
        Meaning.RANDOMIZATION,
        lambda: randomize(world.store, actor, who),
        about=who,
    )


def signatures(world: World, who: str) -> tuple[AuditRow, ...]:
    wanted = AuditFilter(participant_id=who, action="sign")
    return audit_trail(world.store, world.reviewer, wanted).rows


def test_a_signed_randomization_says_who_when_and_what_was_confirmed(
    world: World, bea: Actor
) -> None:
    who = world.ready()

    randomize_signed(world, bea, who)

    (signature,) = signatures(world, who)
    assert (signature.user_id, signature.at) == ("bea", world.clock())
    assert signature.changes[0].after == "I confirm identity, consent and baseline."


def test_nothing_is_done_without_the_right_password(world: World, bea: Actor) -> None:
    who = world.ready()

    with pytest.raises(SignInRefusedError):
        randomize_signed(world, bea, who, "a wrong one")

    assert world.state_of(who) == "baseline_complete"
    assert signatures(world, who) == ()


def test_what_is_refused_is_not_signed(world: World, bea: Actor) -> None:
    who = world.eligible()

    with pytest.raises(NotReadyToRandomizeError):
        randomize_signed(world, bea, who)

    assert signatures(world, who) == ()


def test_a_process_has_no_password_and_signs_nothing(world: World) -> None:
    who = world.ready()

    with pytest.raises(SignInRefusedError):
        randomize_signed(world, world.coordinator, who)
    world.randomize(who)

    assert signatures(world, who) == ()
