"""Figures: the same bytes every time, real text, an alternative and the data beside them."""

import re

import pytest

from analysis.plan import AnalysisReport
from analysis.reports.figures import render_figures


def test_the_example_has_every_figure(report: AnalysisReport) -> None:
    figures = [figure.id for figure in render_figures(report)]

    assert figures == [
        "visit-means",
        "trajectories",
        "session-change",
        "forest",
        "tipping-jump-to-reference-gad7-week-4",
        "hidden-cause-mediation-gad7-week-12",
    ]


def test_a_figure_has_the_same_bytes_every_time_and_no_date(report: AnalysisReport) -> None:
    first, second = render_figures(report), render_figures(report)

    assert first == second
    assert not [f.id for f in first if "dc:date" in f.svg or re.search(r"\d{4}-\d\d-\d\dT", f.svg)]


def test_text_in_a_figure_is_text(report: AnalysisReport) -> None:
    visit_means = render_figures(report)[0]

    assert "Week 12</text>" in visit_means.svg


def test_ids_of_different_figures_never_meet(report: AnalysisReport) -> None:
    ids = [
        i for figure in render_figures(report) for i in re.findall(r'\bid="([^"]+)"', figure.svg)
    ]

    assert len(ids) == len(set(ids))


def test_every_reference_inside_a_figure_finds_its_target(report: AnalysisReport) -> None:
    for figure in render_figures(report):
        targets = set(re.findall(r'\bid="([^"]+)"', figure.svg))
        used = re.findall(r"url\(#([^)]+)\)", figure.svg) + re.findall(
            r'href="#([^"]+)"', figure.svg
        )
        assert set(used) <= targets


@pytest.mark.parametrize(
    "figure_id",
    ["visit-means", "session-change", "forest", "tipping-jump-to-reference-gad7-week-4"],
)
def test_numbers_of_the_alternative_are_cells_of_the_data_table(
    report: AnalysisReport, figure_id: str
) -> None:
    figure = next(figure for figure in render_figures(report) if figure.id == figure_id)
    cells = " ".join(
        part for row in figure.table.rows for part in (row.stub, *(c.text for c in row.cells))
    )

    numbers = re.findall(r"−?\d+(?:\.\d+)?", figure.alternative)

    assert numbers
    assert not [number for number in numbers if number not in cells]


def test_the_forest_says_for_each_outcome_which_side_is_better_and_holds_no_feasibility(
    report: AnalysisReport,
) -> None:
    forest = next(figure for figure in render_figures(report) if figure.id == "forest")
    sides = {row.stub: row.cells[0].text for row in forest.table.rows}

    assert sides["Primary: anxiety at week 4"] == "left: better in Arm X"
    assert sides["Well-being at week 4"] == "right: better in Arm X"
    assert not {"Sessions attended", "Minutes of music heard"} & set(sides)
    assert "right: better in Arm X</text>" in forest.svg


def test_the_forest_shows_the_adjusted_difference_where_there_is_one(
    report: AnalysisReport,
) -> None:
    forest = next(figure for figure in render_figures(report) if figure.id == "forest")
    kinds = {row.stub: (row.cells[1].text, row.cells[2].value) for row in forest.table.rows}

    size = report.primary.effect_size
    assert size is not None
    assert kinds["Primary: anxiety at week 4"] == ("adjusted", size.g)
    assert kinds["Change of state anxiety within sessions"][0] == "unadjusted"
    assert "adjusted where the model is" in forest.svg
