"""Hypotheses and looks on paper: tables with every number, figures with words, the same bytes each time."""

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import (
    BetaSpending,
    GroupSequentialDesign,
    Sides,
    equally_spaced,
)
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.monitoring import monitor
from analysis.interim_analysis.spending import OBrienFlemingSpending, PocockSpending
from analysis.multiplicity.graph import decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis
from analysis.multiplicity.procedures import fallback, holm_graph
from analysis.reports.interim_looks import boundaries_figure, boundaries_table, looks_table
from analysis.reports.multiplicity import decisions_table, graph_figure, steps_table

PLAN = GroupSequentialDesign(
    information_fractions=equally_spaced(2),
    significance_level=0.025,
    statistical_power=0.9,
    sides=Sides.ONE_SIDED,
    efficacy=OBrienFlemingSpending(),
    futility=BetaSpending(function=PocockSpending()),
)
LOOK = LookEstimate(estimate=1.5, standard_error=1.0, df=None)


def test_the_tables_of_a_graph_say_every_decision_and_every_step() -> None:
    outcome = decide_by_graph(
        fallback(["sleep", "mood"], [0.8, 0.2]),
        [Hypothesis(name="sleep", p=0.03), Hypothesis(name="mood", p=0.2)],
        significance_level=0.05,
    )

    decided = decisions_table(outcome.decisions, significance_level=0.05)
    steps = steps_table(outcome)

    assert [[cell.text for cell in row.cells] for row in decided.rows] == [
        ["0.0300", "0.0375", "0.04000", "rejected"],
        ["0.2000", "0.2000", "0.05000", "not rejected"],
    ]
    assert [row.stub for row in steps.rows] == ["1. sleep", "2. mood"]
    assert steps.rows[0].cells[3].text == "sleep 4/5, mood 1/5"


def test_the_figure_of_a_graph_says_in_words_who_inherits() -> None:
    figure = graph_figure(holm_graph(["a", "b", "c"]))

    assert figure.alternative.startswith("Shares at the beginning: a 1/3, b 1/3, c 1/3.")
    assert figure.alternative.count("gives 1/2 of its level to") == 6
    assert figure.svg == graph_figure(holm_graph(["a", "b", "c"])).svg
    assert [cell.text for cell in figure.table.rows[0].cells] == ["1/3", "0", "1/2", "1/2"]


def test_the_bounds_of_a_plan_are_a_table_and_a_figure() -> None:
    boundaries = solve_design(PLAN).boundaries

    table = boundaries_table(boundaries)
    figure = boundaries_figure(boundaries, [LOOK])

    assert table.columns[-1] == "Futility bound, z (non-binding)"
    assert [row.cells[1].text for row in table.rows] == ["2.9626", "1.9686"]
    assert "At 0.500 of the information the efficacy bound is 2.9626." in figure.alternative
    assert "Look 1: z 1.50." in figure.alternative
    assert figure.svg == boundaries_figure(boundaries, [LOOK]).svg


def test_a_look_that_spends_nothing_has_no_bound_in_the_table() -> None:
    plan = GroupSequentialDesign(
        information_fractions=(0.001, 1.0),
        significance_level=0.05,
        statistical_power=0.9,
        sides=Sides.TWO_SIDED,
        efficacy=OBrienFlemingSpending(),
    )
    boundaries = solve_design(plan).boundaries

    assert boundaries_table(boundaries).rows[0].cells[1].text == "none"
    assert "opposite effect" in boundaries_figure(boundaries).svg


def test_the_looks_held_say_what_the_bounds_say() -> None:
    report = monitor(PLAN, [LOOK], (0.5,), is_last_look=False)

    (row,) = looks_table(report).rows

    assert [cell.text for cell in row.cells][-1] == "go on"
    assert row.cells[1].value == 1.5
