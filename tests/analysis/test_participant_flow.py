"""The CONSORT flow conserves people, and says so when it does not."""

from dataclasses import replace

import pytest

from analysis.participant_flow import check_conservation
from analysis.plan import AnalysisReport


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
