"""The CONSORT 2025 map has an answer for every item, and claims nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.checklist import ItemStatus, checklist_table, consort_items, consort_map
from data.records.bundle import TrialRecords
from protocols.design import Protocol


def test_every_item_of_the_statement_is_mapped_once(report: AnalysisReport) -> None:
    mapped = [evidence.item.id for evidence in consort_map(report)]

    assert len(mapped) == 42
    assert mapped == [item.id for item in consort_items()]


def test_four_items_are_left_to_authors(report: AnalysisReport) -> None:
    left = [e.item.id for e in consort_map(report) if e.status is ItemStatus.AUTHOR_MUST_WRITE]

    assert left == ["6", "8", "29", "30"]


@pytest.mark.parametrize(
    ("registry", "status"),
    [
        pytest.param("DRKS00000000, 2026-01-02", ItemStatus.EVIDENCED, id="named"),
        pytest.param("To be registered before enrolment", ItemStatus.PARTIAL, id="placeholder"),
        pytest.param("", ItemStatus.MISSING, id="nothing"),
    ],
)
def test_the_protocol_decides_about_its_items(
    report: AnalysisReport, registry: str, status: ItemStatus
) -> None:
    administration = replace(report.protocol.administration, registry=registry)
    changed = replace(report, protocol=replace(report.protocol, administration=administration))

    found = next(e for e in consort_map(changed) if e.item.id == "2")

    assert found.status is status


@pytest.mark.requirement("CONSORT 17b")
def test_block_sizes_are_promised_only_after_unblinding(
    report: AnalysisReport, unmasked_report: AnalysisReport
) -> None:
    before, after = (
        next(e for e in consort_map(r) if e.item.id == "17b") for r in (report, unmasked_report)
    )

    assert (before.status, after.status) == (ItemStatus.PARTIAL, ItemStatus.EVIDENCED)


def test_nothing_is_called_compliant(report: AnalysisReport) -> None:
    table = checklist_table(report)

    assert not [row for row in table.rows if any("complian" in c.text.lower() for c in row.cells)]


DATA_ITEMS = [
    "1b", "21a", "21b", "21c", "21d", "22a", "22b", "23a", "23b", "24a", "24b", "25", "26", "27", "28",
]  # fmt: skip


def test_with_nobody_randomized_no_item_that_records_answer_is_evidenced(
    protocol: Protocol, records: TrialRecords
) -> None:
    nobody = replace(
        records,
        arms=(), visits=(), sessions_planned=(), sessions=(), resting=(), answers=(),
        completions=(), withdrawals=(), deviations=(), adverse_events=(),
    )  # fmt: skip

    found = consort_map(run_analysis_plan(protocol, nobody, "test"))

    statuses = {e.item.id: e.status for e in found}
    assert {statuses[item] for item in DATA_ITEMS} == {ItemStatus.MISSING}


def test_losses_are_evidenced_once_the_database_is_locked_and_each_has_its_reason(
    protocol: Protocol, records: TrialRecords
) -> None:
    locked = replace(records, locked_at=datetime(2026, 10, 1, tzinfo=UTC))
    unexplained = replace(
        locked, withdrawals=tuple(w for w in records.withdrawals if w.participant_id != "GRA-007")
    )

    statuses = [
        next(
            e.status
            for e in consort_map(run_analysis_plan(protocol, r, "test"))
            if e.item.id == "22b"
        )
        for r in (records, locked, unexplained)
    ]

    assert statuses == [ItemStatus.PARTIAL, ItemStatus.EVIDENCED, ItemStatus.PARTIAL]


def test_delivery_is_never_whole_because_nobody_recorded_who_delivered_it(
    report: AnalysisReport,
) -> None:
    found = next(e for e in consort_map(report) if e.item.id == "24a")

    assert found.status is ItemStatus.PARTIAL
    assert "who delivered" in found.comment
