"""The administrator breaks one code on the real page: the arm is there once, and on no other page."""

import pytest
from streamlit.testing.v1 import AppTest

from data.records.allocation import Allocation
from data.records.people import Role
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from tests.scenarios.conftest import APP, PASSWORD, Office, labelled, press, read
from trials.code_break import break_code, register

WHO = "LEI-001"
PAGE = "administrator/code_break"


def names_of_arms(office: Office) -> tuple[str, str]:
    """Return the true label of the participant's arm, and the other one."""
    reviewer = sign_in_process(office.store, Role.REVIEWER, "looking")
    with office.store.reading(reviewer, Permission.VERIFY) as reading:
        arm = reading.get(Allocation, WHO).arm
    labels = {"adaptive": "Adaptive music", "matched_fixed": "Matched music"}
    return labels.pop(arm), next(iter(labels.values()))


def signed(office: Office, password: str = PASSWORD) -> AppTest:
    at = office.open(PAGE)
    labelled(at, "text_input", "Participant, e.g. LEI-001").input(WHO)
    labelled(at, "text_input", "Who needs to know it: name and role").input("Dr Vos, ward")
    labelled(at, "text_area", "Why is it needed now?").input("Unconscious after a fit").run()
    labelled(at, "text_input", "Your password, once more").input(password)
    return press(at, "Show me the arm of this participant")


def test_the_arm_is_shown_once_and_is_gone_with_the_next_run(office: Office) -> None:
    office.sign_in("ben")
    mine, other = names_of_arms(office)

    at = signed(office)
    first = read(at)
    again = read(at.run())

    assert f"{WHO} is in the arm: {mine}" in first
    assert other not in first
    assert mine not in again
    assert "Unconscious after a fit" in again
    assert mine not in read(office.open(PAGE))


def test_a_wrong_password_shows_nothing_and_records_nothing(office: Office) -> None:
    ben = office.sign_in("ben")

    at = signed(office, "a wrong one")

    assert "is in the arm" not in read(at)
    assert register(office.store, ben) == ()


@pytest.mark.parametrize(
    ("who", "where"), [("stan", "statistician/lock"), ("ada", "administrator/people")]
)
def test_those_who_must_know_are_told_on_every_page_until_they_have_read_it(
    office: Office, who: str, where: str
) -> None:
    ben = office.sign_in("ben")
    break_code(office.store, ben, WHO, reason="Unconscious after a fit", told_to="Dr Vos")
    office.sign_in(who)

    at = office.open(where)
    words = read(at)
    press(at, "I have read this")

    assert f"The arm of {WHO} was shown to ben" in words
    assert not [name for name in names_of_arms(office) if name in words]
    assert "was shown to ben" not in read(office.open(where))


def test_the_coordinator_reads_that_it_happened_and_not_which_arm(office: Office) -> None:
    ben = office.sign_in("ben")
    break_code(office.store, ben, WHO, reason="Unconscious after a fit", told_to="Dr Vos")
    office.sign_in("cora")

    at = AppTest.from_file(str(APP), default_timeout=60)
    at.query_params["participant"] = WHO
    at.run()
    words = read(at.switch_page("screens/coordinator/participant.py").run())

    assert "Emergency code break. Unconscious after a fit" in words
    assert not [name for name in names_of_arms(office) if name in words]


@pytest.mark.parametrize(
    ("who", "where"), [("stan", "statistician/lock"), ("rea", "reviewer/flow")]
)
def test_the_register_is_read_by_statistician_and_reviewer(
    office: Office, who: str, where: str
) -> None:
    ben = office.sign_in("ben")
    break_code(office.store, ben, WHO, reason="Unconscious after a fit", told_to="Dr Vos")
    office.sign_in(who)

    words = read(office.open(where))

    assert "Unconscious after a fit" in words
    assert "Nobody yet" in words
    assert not [name for name in names_of_arms(office) if name in words]


@pytest.mark.parametrize("who", ["cora", "stan", "rea"])
def test_the_page_is_the_administrators_alone(office: Office, who: str) -> None:
    office.sign_in(who)

    with pytest.raises(ValueError, match="navigation"):
        office.open(PAGE)
