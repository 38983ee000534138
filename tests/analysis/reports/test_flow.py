"""The flow diagram: nothing cut off, nothing overlapping, with two to four arms."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from analysis.participant_flow import FlowLine, FlowSide, ParticipantFlow
from analysis.plan import AnalysisReport
from analysis.reports.flow import describe_flow, flow_table, render_flow, text_width, wrap
from analysis.roles import ArmColumn

SVG = "{http://www.w3.org/2000/svg}"


def _with_arms(flow: ParticipantFlow, count: int) -> ParticipantFlow:
    """Repeat the first arm's column; the box above gets the sum."""
    top = [
        replace(flow.box("assessed"), count=15 + 30 * count),
        replace(flow.box("randomized"), count=30 * count),
    ]
    column = [box for box in flow.boxes if box.arm == "X"]
    arms = tuple(ArmColumn(arm=a, label=f"A rather long name of arm {a}") for a in "PQRS"[:count])
    boxes = [
        replace(
            box,
            id=box.id.replace("/X", f"/{arm.arm}"),
            arm=arm.arm,
            parent=(box.parent or "").replace("/X", f"/{arm.arm}"),
        )
        for arm in arms
        for box in column
    ]
    return ParticipantFlow(arms=arms, boxes=(*top, *boxes))


def _rectangles(svg: ET.Element) -> list[tuple[float, float, float, float]]:
    found = [r for r in svg.iter(f"{SVG}rect") if "%" not in (r.get("width") or "")]
    return [tuple(float(r.get(k) or 0) for k in ("x", "y", "width", "height")) for r in found]  # type: ignore[misc]


@pytest.mark.parametrize("arms", [2, 3, 4])
def test_every_box_lies_inside_the_drawing_and_apart_from_the_others(
    report: AnalysisReport, arms: int
) -> None:
    svg = ET.fromstring(render_flow(_with_arms(report.flow, arms)))  # noqa: S314 - our own drawing
    _, _, width, height = (float(part) for part in (svg.get("viewBox") or "").split())

    boxes = _rectangles(svg)

    assert len(boxes) == 3 + 3 * arms
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    for index, (x, y, w, h) in enumerate(boxes):
        for other_x, other_y, other_w, other_h in boxes[index + 1 :]:
            beside = x + w <= other_x or other_x + other_w <= x
            assert beside or y + h <= other_y or other_y + other_h <= y


@pytest.mark.parametrize("arms", [2, 4])
def test_every_line_of_text_fits_its_box(report: AnalysisReport, arms: int) -> None:
    svg = ET.fromstring(render_flow(_with_arms(report.flow, arms)))  # noqa: S314 - our own drawing
    boxes = _rectangles(svg)

    for text in svg.iter(f"{SVG}text"):
        x, y = float(text.get("x") or 0), float(text.get("y") or 0)
        around = [b for b in boxes if b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3]]
        assert len(around) == 1
        assert x + text_width(text.text or "") <= around[0][0] + around[0][2]


def test_a_word_longer_than_its_box_is_broken() -> None:
    lines = wrap("x" * 200, 150.0)

    assert "".join(lines) == "x" * 200
    assert all(text_width(line) <= 150.0 for line in lines)


def test_reasons_with_markup_are_escaped(report: AnalysisReport) -> None:
    side = FlowSide(title="Excluded", count=15, lines=(FlowLine(label="<script>&", count=15),))
    first, *others = report.flow.boxes
    flow = replace(report.flow, boxes=(replace(first, side=side), *others))

    assert "<script>" not in render_flow(flow)


def test_a_flow_that_does_not_add_up_says_so_in_the_drawing(report: AnalysisReport) -> None:
    first, *others = report.flow.boxes
    flow = replace(report.flow, boxes=(replace(first, count=76), *others))

    svg = render_flow(flow)

    assert "do not add up" in svg
    assert "76 is not 60 below plus 15 beside" in svg
    assert "do not add up" not in render_flow(report.flow)


def test_the_text_alternative_and_the_table_hold_every_count(report: AnalysisReport) -> None:
    words = describe_flow(report.flow)
    table = flow_table(report.flow)
    printed = {cell.text for row in table.rows for cell in row.cells}

    for box in report.flow.boxes:
        assert f"{box.title}: {box.count}." in words
        assert str(box.count) in printed
