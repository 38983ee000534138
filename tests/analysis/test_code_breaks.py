"""Code breaks are counted by arm, flagged as the intercurrent event, and kept out of the per-protocol set."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.analysis_sets import members_of
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.html import render_html
from analysis.reports.safety_tables import code_break_table
from data.records.bundle import TrialRecords
from data.records.code_breaks import CodeBreak
from data.records.participants import ProtocolDeviation
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol


@pytest.fixture(scope="module")
def broken(protocol: Protocol, records: TrialRecords, report: AnalysisReport) -> AnalysisReport:
    """Return the report when the code of one per-protocol participant was broken twice."""
    who = min(members_of(report.memberships, AnalysisSet.PER_PROTOCOL))
    (randomized_at,) = (one.randomized_at for one in records.arms if one.participant_id == who)
    when = randomized_at + timedelta(days=2)
    code_breaks = tuple(
        CodeBreak(
            id=f"{who}/code-break-{number}",
            participant_id=who,
            reason="Unconscious",
            told_to="Dr Vos",
            broken_at=when,
            broken_by="ada",
        )
        for number in (1, 2)
    )
    flag = ProtocolDeviation(
        id=f"{who}/deviation-9",
        participant_id=who,
        category="unblinded",
        description="Emergency code break. Unconscious Told to: Dr Vos.",
        important=True,
        at=when,
        recorded_by="ada",
    )
    changed = replace(records, code_breaks=code_breaks, deviations=(*records.deviations, flag))
    return run_analysis_plan(protocol, changed, "test")


def test_participants_and_breaks_are_counted_by_masked_arm(broken: AnalysisReport) -> None:
    assert sum(arm.participants for arm in broken.code_breaks) == 1
    assert sum(arm.breaks for arm in broken.code_breaks) == 2
    assert [arm.label for arm in broken.code_breaks] == [arm.label for arm in broken.arms]
    texts = [cell.text for cell in code_break_table(broken).rows[0].cells]
    assert sorted(text.endswith("[2]") for text in texts) == [False, True]


def test_the_intercurrent_event_is_counted_and_the_per_protocol_set_loses_one(
    broken: AnalysisReport, report: AnalysisReport
) -> None:
    row = next(row for row in broken.events[0].rows if row.event == "unblinded")
    kept = members_of(broken.memberships, AnalysisSet.PER_PROTOCOL)

    assert sum(row.participants or ()) == 1
    assert len(kept) == len(members_of(report.memberships, AnalysisSet.PER_PROTOCOL)) - 1


def test_the_report_says_so_either_way(broken: AnalysisReport, report: AnalysisReport) -> None:
    assert "Emergency code breaks" in render_html(broken)
    assert "Nobody’s code was broken in an emergency." in render_html(report)
