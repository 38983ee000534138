"""Every role sees its own screens, each with the banner, and no other role's (screens.md, S6)."""

import pytest
from streamlit.testing.v1 import AppTest

from app import SCREENS
from data.records.people import Role
from tests.scenarios.conftest import APP, Office, read

STAFF = {
    Role.COORDINATOR: "cora",
    Role.STATISTICIAN: "stan",
    Role.UNBLINDED_STATISTICIAN: "una",
    Role.REVIEWER: "rea",
    Role.ADMINISTRATOR: "ben",
}
OWN = [(role, path.removesuffix(".py")) for role in STAFF for path, _ in SCREENS[role]]
FOREIGN = [
    (role, path.removesuffix(".py"))
    for role in STAFF
    for other, screens in SCREENS.items()
    for path, _ in screens
    if other is not role and (path, _) not in SCREENS[role]
]


@pytest.mark.parametrize(("role", "screen"), OWN)
def test_a_role_opens_each_of_its_pages_under_the_banner(
    office: Office, role: Role, screen: str
) -> None:
    office.sign_in(STAFF[role])

    at = office.open(screen)

    assert not at.exception
    said = read(at)
    assert "CALM-1" in said
    assert "SIMULATED DATA" in said
    assert f"**{STAFF[role]}**, {role}" in said
    assert len(at.title) == 1


@pytest.mark.parametrize(("role", "screen"), FOREIGN)
def test_a_role_reaches_no_page_of_another(office: Office, role: Role, screen: str) -> None:
    office.sign_in(STAFF[role])

    with pytest.raises(ValueError, match="Could not find"):
        office.open(screen)


def test_a_page_stays_empty_without_a_sign_in(office: Office) -> None:
    at = AppTest.from_file(str(APP), default_timeout=60).run()

    assert "not reached through the sign-in" in at.error[0].value
    assert not at.title
    assert office.store is not None
