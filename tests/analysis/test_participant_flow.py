"""The CONSORT flow conserves people, and says so when it does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.participant_flow import check_conservation
from analysis.plan import AnalysisReport, run_analysis_plan
from data.records.bundle import TrialRecords
from data.records.participants import WithdrawalKind
from protocols.design import Protocol


@pytest.mark.requirement("CONSORT 22a")
def test_the_flow_of_the_example_conserves(report: AnalysisReport) -> None:
    assert report.imbalances == ()
    assert report.flow.box("assessed").count == 75
    assert report.flow.box("randomized").count == 60


@pytest.mark.requirement("CONSORT 22b")
def test_every_loss_has_a_reason(report: AnalysisReport) -> None:
    for box in report.flow.boxes:
        if box.side is not None:
            assert sum(line.count for line in box.side.lines) == box.side.count
            assert all(line.label for line in box.side.lines)


def test_the_last_boxes_are_those_of_the_primary_analysis(report: AnalysisReport) -> None:
    analysed = tuple(report.flow.box(f"analysed/{arm.arm}").count for arm in report.arms)

    assert analysed == report.primary.n_analysed


@pytest.mark.parametrize("box_id", ["assessed", "randomized", "allocated/X", "followed/Y"])
def test_a_participant_too_many_is_found_at_its_box(report: AnalysisReport, box_id: str) -> None:
    flow = report.flow
    boxes = tuple(
        replace(box, count=box.count + 1) if box.id == box_id else box for box in flow.boxes
    )

    imbalances = check_conservation(replace(flow, boxes=boxes))

    assert box_id in {imbalance.box for imbalance in imbalances}


def test_who_stopped_listening_after_the_primary_visit_is_no_comment_on_it(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    late = replace(
        records,
        withdrawals=tuple(
            replace(w, at=w.at + timedelta(days=60))
            if w.kind is WithdrawalKind.INTERVENTION_ONLY
            else w
            for w in records.withdrawals
        ),
    )

    flow = run_analysis_plan(protocol, late, "test").flow

    assert any(report.flow.box(f"followed/{arm.arm}").comments for arm in report.arms)
    assert not any(flow.box(f"followed/{arm.arm}").comments for arm in report.arms)
