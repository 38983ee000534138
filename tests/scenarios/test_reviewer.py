"""A reviewer's promises: everything can be read and computed again, and nothing tells an arm."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from data.records.people import Role
from protocols.design import Protocol
from tests.scenarios.conftest import Office, labelled, press, read
from trials.audit_trail import AuditFilter, audit_trail, export_audit_trail
from trials.opening import amend_protocol

PROTOCOL, FLOW = "reviewer/protocol", "reviewer/flow"
AUDIT, VERIFY = "reviewer/audit", "reviewer/verify"


def test_protocol_is_readable_without_its_block_sizes(office: Office) -> None:
    office.sign_in("rea")

    shown = read(office.open(PROTOCOL))

    assert "There is one version: nothing was amended." in shown
    assert "Merkle root of all lists" in shown
    assert "Permuted blocks of varying size" in shown
    assert "block_sizes" not in shown


def test_amendment_shows_what_changed_and_why(office: Office, small_protocol: Protocol) -> None:
    ada = office.sign_in("ada")
    amended = replace(small_protocol, version="1.1", background="Shorter.")
    amend_protocol(office.store, ada, amended, "The background was too long.")
    office.sign_in("rea")

    shown = read(office.open(PROTOCOL))

    assert "The background was too long." in shown
    assert "background" in shown
    assert "Shorter." in shown


def test_flow_conserves_with_masked_arms(office: Office, small_protocol: Protocol) -> None:
    office.sign_in("rea")

    at = office.wait(office.open(FLOW))

    shown = read(at)
    assert not at.exception
    assert "Nobody is lost or counted twice" in shown
    assert "Arm X" in shown
    assert [arm.label for arm in small_protocol.arms if arm.label in shown] == []


def test_audit_trail_is_filtered_by_participant_and_act(office: Office) -> None:
    office.sign_in("rea")
    at = office.open(AUDIT)

    labelled(at, "text_input", "Participant").input("LEI-001")
    labelled(at, "selectbox", "What was done").select("record_consent").run()

    (entries,) = at.table
    assert set(entries.value["Did what"]) == {"recorded consent"}
    assert all("LEI-001" in about for about in entries.value["About"])


def test_audit_trail_is_filtered_by_period(office: Office) -> None:
    office.sign_in("rea")
    at = office.open(AUDIT)
    begun = office.clock().date() - timedelta(days=29)

    labelled(at, "date_input", "To, included").set_value(begun)
    labelled(at, "selectbox", "What was done").select("enter_form").run()

    visits = " ".join(at.table[0].value["About"])
    assert "week" not in visits
    assert "baseline" in visits


def test_audit_trail_shows_nothing_that_is_sealed(office: Office) -> None:
    rea = office.sign_in("rea")

    found = audit_trail(office.store, rea, AuditFilter(action="randomize"))

    arms = {c.after for row in found.rows for c in row.changes if c.field == "arm"}
    assert arms == {"sealed"}
    assert {row.number for row in found.rows} == {None}


def test_export_of_the_audit_trail_is_itself_on_record(office: Office) -> None:
    rea = office.sign_in("rea")

    text = export_audit_trail(office.store, rea, AuditFilter(participant_id="LEI-001"))

    assert len(list(csv.DictReader(io.StringIO(text)))) > 20
    newest = audit_trail(office.store, rea, AuditFilter(action="export"))
    assert newest.rows[0].user_id == "rea"


def test_verification_holds_and_hands_out_its_transcript(office: Office) -> None:
    office.sign_in("rea")

    at = office.wait(press(office.open(VERIFY), "Verify now"))

    shown = read(at)
    assert "entries hold, and they end in the very rows of the store" in shown
    assert "all 10 allocations are what key and protocol determine" in shown
    assert "Antiphon: transcript of a verification" in at.code[0].value


def test_verification_finds_that_a_noted_head_is_not_in_the_trail(office: Office) -> None:
    office.sign_in("rea")
    at = office.open(VERIFY)

    labelled(at, "text_input", "Its hash").input("0" * 64)
    at = office.wait(press(at, "Verify now"))

    assert "This does not hold." in read(at)
    assert "noted elsewhere is not part of the audit" in read(at)


@pytest.mark.parametrize("page", [PROTOCOL, FLOW, VERIFY])
def test_page_says_what_to_do_before_a_trial_is_open(empty_office: Office, page: str) -> None:
    empty_office.add("rea", Role.REVIEWER)
    empty_office.sign_in("rea")

    at = empty_office.open(page)

    assert not at.exception
    assert len(at.error) == 0
    assert "An administrator opens it on the page **Trial**" in read(at)


@pytest.mark.parametrize("shut", ["coordinator/enrol", "statistician/lock", "administrator/listen"])
def test_pages_of_other_roles_are_refused(office: Office, shut: str) -> None:
    office.sign_in("rea")

    with pytest.raises(ValueError, match="Could not find"):
        office.open(shut)
