"""Who may do what, cell by cell: deny by default (21 CFR 11.10(d), (g))."""

from itertools import product

import pytest

from data.records.people import Role
from data.storage.errors import NotPermittedError
from data.storage.roles import PERMISSIONS, SEES_IDENTITY, SEES_SEALED, Permission, is_permitted
from data.storage.sign_in import sign_in_process
from data.storage.store import Store

GRANTED = {
    Role.ADMINISTRATOR: "sign_in open_trial manage_people back_up seal_allocation "
    "confirm_unblinding break_code see_code_breaks hear_arms see_protocol see_audit verify",
    Role.COORDINATOR: "sign_in see_protocol see_participants see_identity enrol randomize schedule "
    "run_session calibrate enter_data see_recordings edit_recordings invite_participant "
    "manage_safety withdraw answer see_flow",
    Role.STATISTICIAN: "sign_in see_protocol analyse see_recordings extract_records lock_database "
    "request_unblinding see_code_breaks see_audit see_flow verify",
    Role.UNBLINDED_STATISTICIAN: "sign_in see_protocol hold_looks",
    Role.REVIEWER: "sign_in see_protocol see_recordings extract_records see_code_breaks see_audit "
    "see_flow verify",
    Role.PARTICIPANT: "sign_in answer",
}
CELLS = [
    pytest.param(role, permission, id=f"{role} {permission}")
    for role, permission in product(Role, Permission)
]


@pytest.mark.requirement("21 CFR 11.10(g)")
@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_the_table_grants_what_was_decided_and_nothing_else(
    role: Role, permission: Permission
) -> None:
    decided = permission in GRANTED[role].split()

    assert is_permitted(role, permission) is decided


@pytest.mark.requirement("21 CFR 11.10(d)")
@pytest.mark.parametrize("role", list(Role))
def test_the_store_refuses_every_permission_that_the_role_lacks(store: Store, role: Role) -> None:
    actor = sign_in_process(store, role, "someone")
    lacking = [one for one in Permission if one not in GRANTED[role].split()]

    for permission in lacking:
        with pytest.raises(NotPermittedError), store.reading(actor, permission):
            pass
        with pytest.raises(NotPermittedError), store.writing(actor, permission, "test"):
            pass


@pytest.mark.parametrize("role", list(Role))
def test_the_store_lets_a_role_do_what_it_may(store: Store, role: Role) -> None:
    actor = sign_in_process(store, role, "someone")

    for permission in PERMISSIONS[role]:
        with store.writing(actor, permission, "test") as writing:
            assert writing is not None


def test_every_permission_is_granted_to_somebody() -> None:
    granted = frozenset().union(*PERMISSIONS.values())

    assert granted == set(Permission)


def test_only_administrators_break_a_code() -> None:
    assert [role for role in Role if is_permitted(role, Permission.BREAK_CODE)] == [
        Role.ADMINISTRATOR
    ]


def test_nobody_who_holds_looks_does_anything_else_in_the_trial() -> None:
    holders = [role for role in Role if is_permitted(role, Permission.HOLD_LOOKS)]

    assert holders == [Role.UNBLINDED_STATISTICIAN]
    assert PERMISSIONS[Role.UNBLINDED_STATISTICIAN] == {
        Permission.SIGN_IN,
        Permission.SEE_PROTOCOL,
        Permission.HOLD_LOOKS,
    }


def test_no_permission_opens_both_arms_and_identities() -> None:
    assert SEES_SEALED.isdisjoint(SEES_IDENTITY)


def test_administrators_see_no_clinical_data() -> None:
    clinical = {Permission.SEE_PARTICIPANTS, Permission.SEE_IDENTITY, Permission.ANALYSE}

    assert clinical.isdisjoint(PERMISSIONS[Role.ADMINISTRATOR])
