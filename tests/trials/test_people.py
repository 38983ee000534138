"""Accounts: one role each, closed but never deleted."""

import pytest

from data.records.people import Actor, Role
from data.storage.errors import AlreadyRecordedError, NotPermittedError, SignInRefusedError
from data.storage.sign_in import actor_of, sign_in
from tests.trials.world import World
from trials.errors import SiteNotReadyError
from trials.people import accounts, deactivate_account, reactivate_account

PASSWORD = "correct horse battery"  # noqa: S105 - of a store that lives for one test


def add(world: World, user_id: str, role: Role, site_id: str | None = None) -> None:
    """Add an account."""
    world.add_account(user_id, role, site_id, password=PASSWORD)


def signed_in(world: World, user_id: str) -> Actor:
    """Return the actor of a sign-in by password."""
    actor = actor_of(world.store, sign_in(world.store, user_id, PASSWORD))
    assert actor is not None
    return actor


def test_account_signs_in_with_its_role_and_site(world: World) -> None:
    add(world, "cora", Role.COORDINATOR, "LEI")

    actor = signed_in(world, "cora")

    assert (actor.role, actor.site_id) == (Role.COORDINATOR, "LEI")


@pytest.mark.parametrize("site_id", [None, "ROM"])
def test_coordinator_needs_a_site_of_the_trial(world: World, site_id: str | None) -> None:
    with pytest.raises(SiteNotReadyError, match="works at one site"):
        add(world, "cora", Role.COORDINATOR, site_id)


def test_site_is_dropped_for_roles_that_see_every_site(world: World) -> None:
    add(world, "rea", Role.REVIEWER, "LEI")

    (account,) = accounts(world.store, world.administrator)
    assert account.site_id is None


def test_user_name_is_never_used_again(world: World) -> None:
    add(world, "rea", Role.REVIEWER)
    deactivate_account(world.store, world.administrator, "rea", "Left.")

    with pytest.raises(AlreadyRecordedError, match="never used again"):
        add(world, "rea", Role.STATISTICIAN)


def test_closing_an_account_ends_its_sign_ins_at_once(world: World) -> None:
    add(world, "rea", Role.REVIEWER)
    token = sign_in(world.store, "rea", PASSWORD)

    deactivate_account(world.store, world.administrator, "rea", "Left.")

    assert actor_of(world.store, token) is None
    with pytest.raises(SignInRefusedError):
        sign_in(world.store, "rea", PASSWORD)


def test_account_opened_again_has_the_password_it_had(world: World) -> None:
    add(world, "rea", Role.REVIEWER)
    deactivate_account(world.store, world.administrator, "rea", "On leave.")

    reactivate_account(world.store, world.administrator, "rea", "Came back.")

    assert signed_in(world, "rea").role is Role.REVIEWER


def test_nobody_closes_their_own_account(world: World) -> None:
    add(world, "ada", Role.ADMINISTRATOR)
    ada = signed_in(world, "ada")

    with pytest.raises(NotPermittedError, match="their own account"):
        deactivate_account(world.store, ada, "ada", "Tired.")


def test_only_administrators_manage_people(world: World) -> None:
    with pytest.raises(NotPermittedError):
        accounts(world.store, world.coordinator)


def test_listed_accounts_carry_no_password_hash(world: World) -> None:
    add(world, "rea", Role.REVIEWER)

    assert {user.password_hash for user in accounts(world.store, world.administrator)} == {""}
