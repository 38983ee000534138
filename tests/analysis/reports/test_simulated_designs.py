"""Operating characteristics as a table and a figure: every number in both, and in words."""

from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.protocol_scenarios import protocol_experiments
from analysis.operating_characteristics.simulate import simulate
from analysis.operating_characteristics.tally import OperatingCharacteristics
from analysis.reports.figure import render_figure
from analysis.reports.simulated_designs import (
    COLUMNS,
    characteristics_figure,
    characteristics_table,
)
from protocols.document import shipped_protocol


def found() -> tuple[OperatingCharacteristics, ...]:
    """Return two scenarios of the shipped protocol."""
    experiments = protocol_experiments(shipped_protocol())
    return simulate(
        [experiments[0], experiments[-1]], trials=200, seed=5, executor=SerialExecutor()
    )


def test_the_table_has_a_row_for_each_analysis_below_its_scenario_with_its_numbers() -> None:
    characteristics = found()

    table = characteristics_table(characteristics, seed=5)

    rows = [row for row in table.rows if row.cells]
    assert [row.stub for row in table.rows[:3]] == [
        "no effect, missing completely at random",
        "ANCOVA",
        "t test",
    ]
    assert all(len(row.cells) == len(COLUMNS) for row in rows)
    assert [row.cells[2].value for row in rows] == [
        100 * one.shown.value for one in characteristics
    ]
    assert table.population == "200 simulated trials of each scenario, seed 5"


def test_the_figure_says_in_words_what_it_shows_and_is_the_same_each_time() -> None:
    characteristics = found()

    figure = characteristics_figure(characteristics, seed=5)

    assert figure.alternative.count("claim made in") == 4
    assert figure.svg == characteristics_figure(characteristics, seed=5).svg
    assert 'role="img"' in render_figure(figure, 1)
    assert "the planned difference, missing not at random" in figure.svg
