"""An administrator's promises: a trial opened once, people with one role, backups, a second pair of eyes."""

import pytest
from streamlit.testing.v1 import AppTest

from data.records.people import Role
from data.storage.accounts import change_password
from data.storage.errors import GivenPasswordError, SignInRefusedError
from data.storage.sign_in import sign_in as sign_in_by_password
from tests.scenarios.conftest import PASSWORD, Office, labelled, press, read
from trials.blinding import Blind, request_unblinding, unblinding_state
from trials.locking import lock_database
from trials.opening import current_trial, list_commitment, sites
from trials.people import accounts

TRIAL, PEOPLE, SITES = "administrator/open_trial", "administrator/people", "administrator/sites"
BACKUP, UNBLINDING = "administrator/backup", "administrator/unblinding"
LISTEN = "administrator/listen"


def test_empty_store_leads_to_a_frozen_and_sealed_trial(empty_office: Office) -> None:
    ada = empty_office.sign_in("ada")
    at = empty_office.open(TRIAL)
    assert "The protocol has no problems." in read(at)

    labelled(at, "text_input", "On call in Leiden: name and telephone").input("Dr Vos, 1").run()
    labelled(at, "checkbox", "Graz (GRA)").uncheck().run()
    labelled(at, "selectbox", "Time zone of Leiden").select("Europe/Amsterdam").run()
    labelled(at, "text_input", "Your password, once more").input(PASSWORD)
    press(at, "Freeze and seal CALM-1")

    assert current_trial(empty_office.store, ada).id == "CALM-1"
    opened = [(site.id, site.time_zone) for site in sites(empty_office.store, ada)]
    assert opened == [("LEI", "Europe/Amsterdam")]
    assert list_commitment(empty_office.store, ada).merkle_root in read(at)


def test_trial_is_not_opened_without_somebody_on_call(empty_office: Office) -> None:
    empty_office.sign_in("ada")

    at = empty_office.open(TRIAL)

    assert "Choose one site or more, each with somebody on call." in read(at)
    assert "Freeze and seal CALM-1" not in [button.label for button in at.button]


def test_protocol_file_with_problems_shows_each_with_its_line(empty_office: Office) -> None:
    empty_office.sign_in("ada")
    at = empty_office.open(TRIAL)
    labelled(at, "radio", "Which protocol?").set_value("A protocol file of ours (YAML)").run()

    at.file_uploader[0].upload("ours.yaml", b"study_id: OURS-1\nnonsense: 1\n", "text/yaml").run()

    problems = at.table[0].value
    assert "nonsense" in " ".join(problems["What is wrong"])
    assert "2" in set(problems["Line"])


@pytest.mark.parametrize("place", [PEOPLE, SITES, BACKUP, UNBLINDING, LISTEN])
def test_page_works_before_a_trial_is_open(empty_office: Office, place: str) -> None:
    empty_office.sign_in("ada")

    at = empty_office.open(place)

    assert not at.exception
    assert "No trial is open yet." in read(at)


def fill_in(office: Office, user_id: str, password: str, again: str) -> AppTest:
    """Fill in the form of a new account and send it."""
    at = office.open(PEOPLE)
    labelled(at, "selectbox", "Role").select(Role.REVIEWER).run()
    labelled(at, "text_input", "User name").input(user_id)
    labelled(at, "text_input", "Full name").input("Rhea")
    labelled(at, "text_input", "First password").input(password)
    labelled(at, "text_input", "The same password again").input(again)
    return press(at, "Add the account")


def test_account_is_added_and_lets_its_owner_choose_a_password(office: Office) -> None:
    office.sign_in("ada")

    at = fill_in(office, "rhea", "a long password", "a long password")

    assert "The account **rhea** is open." in read(at)
    with pytest.raises(GivenPasswordError):
        sign_in_by_password(office.store, "rhea", "a long password")
    assert change_password(office.store, "rhea", "a long password", "a password of her own")


def test_account_is_not_added_when_the_passwords_differ(office: Office) -> None:
    ada = office.sign_in("ada")

    at = fill_in(office, "rhea", "a long password", "another password")

    assert "The two passwords differ." in read(at)
    assert "rhea" not in {user.id for user in accounts(office.store, ada)}


def test_closed_account_cannot_sign_in_any_more(office: Office) -> None:
    office.sign_in("ada")
    at = office.open(PEOPLE)
    labelled(at, "selectbox", "Account").select("cora").run()
    labelled(at, "text_input", "Why?").input("Left the hospital.").run()

    press(at, "Close the account cora")

    with pytest.raises(SignInRefusedError):
        sign_in_by_password(office.store, "cora", PASSWORD)


def test_forgotten_password_is_replaced(office: Office) -> None:
    office.sign_in("ada")
    at = office.open(PEOPLE)
    labelled(at, "selectbox", "Account").select("cora").run()

    labelled(at, "text_input", "New password").input("another long one")
    labelled(at, "text_input", "The new password again").input("another long one")
    press(at, "Give cora this password")

    assert change_password(office.store, "cora", "another long one", "a password of her own")


def test_on_call_contact_is_changed(office: Office) -> None:
    ada = office.sign_in("ada")
    at = office.open(SITES)

    at.text_input[0].input("Dr Klein, +31 71 111 1111")
    press(at, "Save Leiden")

    on_call = {site.id: site.on_call for site in sites(office.store, ada)}
    assert on_call["LEI"] == "Dr Klein, +31 71 111 1111"


def test_time_zone_of_a_site_is_asked_for_until_it_is_named(office: Office) -> None:
    ada = office.sign_in("ada")
    at = office.open(SITES)
    warned = read(at).count("Days here are counted in UTC.")

    labelled(at, "selectbox", "Time zone of Leiden").select("Europe/Amsterdam")
    press(at, "Save Leiden")

    zones = {site.id: site.time_zone for site in sites(office.store, ada)}
    assert zones == {"LEI": "Europe/Amsterdam", "GRA": "UTC"}
    assert (warned, read(office.open(SITES)).count("Days here are counted in UTC.")) == (2, 1)


def test_backup_is_verified_and_its_age_is_shown(office: Office) -> None:
    office.sign_in("ada")
    at = office.open(BACKUP)
    assert "No backup was ever made." in read(at)

    at = office.wait(press(at, "Make a backup now"))
    office.clock.advance(days=3)
    office.sign_in("ada")
    later = read(office.open(BACKUP))

    assert "The copy is whole" in read(at)
    assert "The last backup is 3 days old" in later
    assert "Make one every day." in later


def test_unblinding_waits_for_a_request_after_the_lock(office: Office) -> None:
    office.sign_in("ada")

    at = office.open(UNBLINDING)

    assert "nobody can ask for unblinding" in read(at)
    assert "Lift the blind for good" not in [button.label for button in at.button]


def test_unblinding_is_not_confirmed_with_a_wrong_password(office: Office) -> None:
    stan = office.sign_in("stan")
    lock_database(office.store, stan, "Complete.")
    request_unblinding(office.store, stan, "Analyses are fixed.")
    ada = office.sign_in("ada")
    at = office.open(UNBLINDING)

    labelled(at, "text_input", "Your password, once more").input("wrong")
    press(at, "Lift the blind for good")

    assert unblinding_state(office.store, ada) is Blind.REQUESTED


def test_each_arm_can_be_heard_and_nothing_is_recorded(office: Office) -> None:
    office.sign_in("ada")
    at = office.open(LISTEN)

    press(at, "Get it ready")

    (session,) = office.bench.on_air
    assert session.segment(0).flac.startswith(b"fLaC")
    assert session.participant_id == ""
    assert "nothing is recorded" in read(at)


@pytest.mark.parametrize("shut", ["coordinator/safety", "statistician/masked", "reviewer/audit"])
def test_pages_of_other_roles_are_refused(office: Office, shut: str) -> None:
    office.sign_in("ada")

    with pytest.raises(ValueError, match="Could not find"):
        office.open(shut)
