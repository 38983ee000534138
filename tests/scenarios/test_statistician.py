"""A statistician's promises: masked until two people lift the blind, and nothing changes after the lock."""

import pytest
from streamlit.testing.v1 import AppTest

from data.records.people import Role
from protocols.design import Protocol
from screens.analysis_view import ANALYSIS
from tests.scenarios.conftest import PASSWORD, WEEK_4, Office, labelled, press, read
from trials.blinding import Blind, unblinding_state
from trials.locking import database_lock

MASKED, LOCK = "statistician/masked", "statistician/lock"


def sign(at: AppTest, reason: str, password: str, button: str) -> AppTest:
    """Fill in a form that asks for a reason and the password, and send it."""
    at.text_area[0].input(reason)
    labelled(at, "text_input", "Your password, once more").input(password)
    return press(at, button)


def arm_names(protocol: Protocol) -> list[str]:
    return [name for arm in protocol.arms for name in (arm.label, arm.code)]


def test_results_are_masked_and_no_arm_is_named(office: Office, small_protocol: Protocol) -> None:
    actor = office.sign_in("stan")

    at = office.wait(press(office.open(MASKED), "Run the analysis"))

    shown = f"{read(at)}{ANALYSIS.found(actor)}"
    assert not at.exception
    assert "Arm X − Arm Y" in shown
    assert [name for name in arm_names(small_protocol) if name in shown] == []


def test_each_result_says_how_many_took_part_and_how_to_get_it_again(office: Office) -> None:
    office.sign_in("stan")

    at = office.wait(press(office.open(MASKED), "Run the analysis"))

    analysed = next(metric.value for metric in at.metric if metric.label == "Analysed")
    assert sum(int(n) for n in analysed.split(" + ")) == len(WEEK_4)
    assert "report().result('primary_gad7_week_4')" in read(at)
    assert {"Primary outcome", "Harms", "Missing data"} <= {header.value for header in at.header}


def test_lock_needs_the_password(office: Office) -> None:
    actor = office.sign_in("stan")

    at = sign(office.open(LOCK), "Week 4 is complete.", "wrong", "Lock the database for good")

    assert database_lock(office.store, actor) is None
    assert "do not open an account" in at.error[0].value
    sign(at, "Week 4 is complete.", PASSWORD, "Lock the database for good")
    assert database_lock(office.store, actor) is not None


def test_lock_is_made_checked_and_shown(office: Office) -> None:
    actor = office.sign_in("stan")

    at = sign(office.open(LOCK), "Week 4 is complete.", PASSWORD, "Lock the database for good")
    at = office.wait(press(at, "Compute the hash again"))

    assert database_lock(office.store, actor) is not None
    assert "both hashes are equal" in read(at)


def test_arms_are_named_after_two_people_lifted_the_blind(
    office: Office, small_protocol: Protocol
) -> None:
    office.sign_in("stan")
    at = sign(office.open(LOCK), "Week 4 is complete.", PASSWORD, "Lock the database for good")
    at = sign(at, "All analyses are fixed.", PASSWORD, "Ask for unblinding")
    assert "Nobody has confirmed it yet" in read(at)
    office.sign_in("ada")
    at = office.open("administrator/unblinding")
    assert "All analyses are fixed." in read(at)
    labelled(at, "text_input", "Your password, once more").input(PASSWORD)
    press(at, "Lift the blind for good")

    actor = office.sign_in("stan")
    at = office.wait(press(office.open(MASKED), "Run the analysis"))

    assert unblinding_state(office.store, actor) is Blind.LIFTED
    assert all(arm.label in read(at) for arm in small_protocol.arms)


@pytest.mark.parametrize("page", [MASKED, LOCK])
def test_page_says_what_to_do_before_a_trial_is_open(empty_office: Office, page: str) -> None:
    empty_office.add("stan", Role.STATISTICIAN)
    empty_office.sign_in("stan")

    at = empty_office.open(page)

    assert not at.exception
    assert len(at.error) == 0
    assert "An administrator opens it on the page **Trial**" in read(at)


@pytest.mark.parametrize(
    "shut",
    ["coordinator/today", "reviewer/audit", "administrator/people", "administrator/listen"],
)
def test_pages_of_other_roles_are_refused(office: Office, shut: str) -> None:
    office.sign_in("stan")

    with pytest.raises(ValueError, match="Could not find"):
        office.open(shut)
