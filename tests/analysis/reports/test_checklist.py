"""The CONSORT 2025 map has an answer for every item, and claims nothing."""

from dataclasses import replace

import pytest

from analysis.plan import AnalysisReport
from analysis.reports.checklist import ItemStatus, checklist_table, consort_items, consort_map


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
