"""Headphones are measured on a page of the coordinator, chosen before a session, and missed in words."""

import pytest

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from tests.scenarios.conftest import Office, labelled, press, read
from trials.calibrations import calibrations_in_force

TYPED = {
    "Label of this pair": "HP-1",
    "Make": "Acme",
    "Model": "Closed 7",
    "Device that plays": "Tablet 2",
    "Its volume as set": "8 of 15",
    "Measured by": "Cora",
    "Method": "Meter on a flat plate",
}


def measure(office: Office, level_dba: float | None = 80.0) -> str:
    """Fill in the page, send it, and return what can be read then."""
    at = office.open("coordinator/headphones")
    for label, text in TYPED.items():
        labelled(at, "text_input", label).input(text)
    if level_dba is not None:
        labelled(at, "number_input", "Level of the test sound, dB(A)").set_value(level_dba)
    return read(press(at, "Record the calibration"))


@pytest.fixture
def signed_in(office: Office) -> Office:
    """Return the office with the coordinator of Leiden signed in."""
    office.sign_in("cora")
    return office


def test_a_coordinator_measures_a_pair_and_reads_how_far_the_player_goes(signed_in: Office) -> None:
    before = read(signed_in.open("coordinator/headphones"))
    shown = measure(signed_in)

    assert "No headphones are calibrated here." in before
    assert "below 75 dB(A) at the ear" in before
    assert "Take the headphones off your ears." in before
    assert "HP-1 (Acme Closed 7) is calibrated." in shown
    assert "80 dB(A)" in shown
    assert "up to 50 % of full" in shown


@pytest.mark.parametrize(
    ("level_dba", "said"),
    [
        (None, "The level of the test sound is missing"),
        (20.0, "the test sound was hardly heard"),
        (130.0, "nobody should wear headphones set like this"),
    ],
)
def test_a_level_that_cannot_be_is_refused_in_a_sentence(
    signed_in: Office, level_dba: float | None, said: str
) -> None:
    assert said in measure(signed_in, level_dba)


def test_a_pair_that_is_lost_is_ended(signed_in: Office) -> None:
    measure(signed_in)
    at = signed_in.open("coordinator/headphones")
    labelled(at, "text_input", "What happened").input("Lost")

    shown = read(press(at, "End this calibration"))

    assert "has ended" in shown
    cora = sign_in_process(signed_in.store, Role.COORDINATOR, "test", "LEI")
    assert calibrations_in_force(signed_in.store, cora, "LEI") == ()


def test_the_session_says_in_words_that_nothing_is_calibrated(signed_in: Office) -> None:
    who = "LEI-001"
    at = signed_in.open("coordinator/run_session")
    at.query_params["participant"] = who

    shown = read(at.run())

    assert "Not calibrated." in shown
    assert "at most at 15 % of full and the session is flagged" in shown


def test_the_session_offers_the_measured_pair_first_and_says_how_to_set_the_device(
    signed_in: Office,
) -> None:
    measure(signed_in)
    at = signed_in.open("coordinator/run_session")
    at.query_params["participant"] = "LEI-001"
    at.run()

    assert labelled(at, "selectbox", "Headphones").value == "LEI/HP-1/1"
    assert "Set Tablet 2 to volume 8 of 15" in read(at)
    labelled(at, "selectbox", "Headphones").set_value("").run()
    assert "Not calibrated." in read(at)


def test_the_administrator_reads_the_headphones_at_the_sites(office: Office) -> None:
    office.sign_in("cora")
    measure(office)
    office.sign_in("ben")

    shown = read(office.open("administrator/sites"))

    assert "HP-1 (Acme Closed 7)" in shown
    assert "No headphones are calibrated here." in shown
