"""Reports are plain HTML without scripts, made from what the reader may see."""

import json
import stat
import time

from data.records.people import Role
from data.storage.audit import audit_entries
from data.storage.sign_in import actor_of, sign_in_process
from protocols.canonical import sha256_hex
from screens.demonstration import PASSWORD
from screens.printing import REPORT_WORK
from tests.screens.conftest import Served

PATIENCE_S = 60


def test_the_statistician_gets_a_report_with_masked_arms_and_no_scripts(served: Served) -> None:
    cookie = served.sign_in("statistician", PASSWORD)

    assert served.get("/reports/analysis", cookie=cookie).headers["location"].endswith("/progress")
    assert "<progress" in served.get("/reports/analysis/progress", cookie=cookie).text
    wait_for_report(served, cookie)
    answer = served.get("/reports/analysis/result", cookie=cookie)

    assert answer.status == 200
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert "SIMULATED" in answer.text.upper()
    assert "matched_fixed" not in answer.text


def test_the_records_of_a_report_are_sent_to_its_reader_and_that_is_on_record(
    served: Served,
) -> None:
    cookie = served.sign_in("statistician", PASSWORD)
    served.get("/reports/analysis", cookie=cookie)
    wait_for_report(served, cookie)
    page = served.get("/reports/analysis/result", cookie=cookie).text

    records = served.get("/reports/analysis/records.json", cookie=cookie)
    protocol = served.get("/reports/analysis/protocol.json", cookie=cookie)
    others = served.get(
        "/reports/analysis/records.json", cookie=served.sign_in("reviewer", PASSWORD)
    )

    assert 'href="records.json"' in page
    assert sha256_hex(records.body) in page
    assert "attachment" in records.headers["content-disposition"]
    assert (protocol.status, others.status) == (404, 404)
    assert "block sizes" in protocol.text
    reviewer = sign_in_process(served.bench.store(), Role.REVIEWER, "test")
    newest = audit_entries(served.bench.store(), reviewer, action="export").entries[0]
    assert newest.user_id == "statistician"
    assert "records.json of a report" in newest.change


def wait_for_report(served: Served, cookie: str) -> None:
    """Ask as the progress page does until the report is done."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        told = json.loads(served.get("/reports/analysis/progress.json", cookie=cookie).text)
        if told["exit_code"] is not None:
            assert told["exit_code"] == 0, told
            return
        time.sleep(0.2)


def test_a_report_is_refused_to_those_who_may_not_analyse(served: Served) -> None:
    answer = served.get("/reports/analysis", cookie=served.sign_in("coordinator", PASSWORD))

    assert answer.status == 403
    assert "There is no report" in answer.text


def test_there_is_no_result_without_a_report_of_ones_own(served: Served) -> None:
    cookie = served.sign_in("reviewer", PASSWORD)

    assert served.get("/reports/analysis/result", cookie=cookie).status == 303
    assert served.get("/reports/analysis/progress.json", cookie=cookie).status == 404


def test_the_protocol_is_not_for_participants(served: Served) -> None:
    cookie = served.come_as(served.house.next_at("line"))

    answer = served.get("/reports/protocol", cookie=cookie)

    assert answer.status == 403
    assert "This page is for the study team" in answer.text


def test_a_report_lies_where_only_this_user_can_look(served: Served) -> None:
    actor = actor_of(served.bench.store(), served.sign_in("statistician", PASSWORD))
    assert actor is not None

    folder = REPORT_WORK.place(actor).parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.parent / "antiphon-reports" != folder


def test_the_protocol_prints_without_its_block_sizes(served: Served) -> None:
    answer = served.get("/reports/protocol", cookie=served.sign_in("reviewer", PASSWORD))

    assert answer.status == 200
    assert "CALM-1" in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]
