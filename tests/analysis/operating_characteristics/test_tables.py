"""Any estimator can be simulated: the power of counts, survival, ordered outcomes and crossover is that of their closed forms."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.counts import CountColumns, CountModel, estimate_rate_ratio_of_frame
from analysis.estimators.crossover import CrossoverColumns, estimate_crossover, two_by_two
from analysis.estimators.effect import Effect
from analysis.estimators.frame import Comparison
from analysis.estimators.ordinal import (
    OrderedColumns,
    estimate_proportional_odds,
    ordered_outcomes,
)
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.people import (
    CountedEvents,
    OrderedCategories,
    TimesToEvent,
    TwoPeriods,
)
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.operating_characteristics.tables import (
    EachTable,
    EstimateScale,
    People,
    TablesBatch,
    TableScenario,
)
from analysis.operating_characteristics.tally import OperatingCharacteristics
from analysis.results import Interval, NotEstimableError
from analysis.sample_size.counts import TwoRates
from analysis.sample_size.ordered import ProportionalOdds
from analysis.sample_size.requirement import Target
from analysis.sample_size.survival import Survival
from analysis.sample_size.within_participant import Crossover

ARMS = Comparison(column="arm", first="first", second="second")


def rate_ratio(table: pd.DataFrame) -> Effect:
    """Estimate a rate ratio."""
    columns = CountColumns(count="count", comparison=ARMS, exposure="exposure")
    return estimate_rate_ratio_of_frame(
        table, columns, CountModel.NEGATIVE_BINOMIAL, confidence_level=0.95
    ).rate_ratio


def log_rank(table: pd.DataFrame) -> Effect:
    """Estimate the log hazard ratio by the log-rank test's own sums (Peto): quick, and near 0 unbiased."""
    order = np.argsort(table["time"].to_numpy())
    event = table["event"].to_numpy()[order] == 1
    first = table["arm"].to_numpy()[order] == "first"
    at_risk = np.arange(len(order), 0, -1)
    share = np.cumsum(first[::-1])[::-1] / at_risk
    excess = float((first - share)[event].sum())
    variance = float((share * (1 - share))[event].sum())
    half = 1.959963984540054 / math.sqrt(variance)
    value = excess / variance
    return Effect(
        quantity="log hazard ratio",
        method="Peto",
        arms=(),
        estimate=value,
        standard_error=1 / math.sqrt(variance),
        interval=Interval(lower=value - half, upper=value + half, level=0.95),
    )


def odds_ratio(table: pd.DataFrame) -> Effect:
    """Estimate a common odds ratio."""
    columns = OrderedColumns(category="category", categories=("0", "1", "2"), comparison=ARMS)
    return estimate_proportional_odds(
        ordered_outcomes(table, columns), confidence_level=0.95
    ).odds_ratio


def crossover(table: pd.DataFrame) -> Effect:
    """Estimate the treatment effect of a crossover."""
    columns = CrossoverColumns(
        outcome="outcome",
        participant="participant",
        period="period",
        treatment="arm",
        first="first",
        second="second",
    )
    return estimate_crossover(two_by_two(table, columns), confidence_level=0.95).treatment


def refuse(table: pd.DataFrame) -> Effect:
    """Estimate nothing.

    Raises
    ------
    NotEstimableError
        Always.
    """
    raise NotEstimableError(f"{len(table)} rows")


def characteristics(
    people: People, analysis: EachTable, truth: float, trials: int
) -> OperatingCharacteristics:
    """Return how one analysis fares."""
    scenario = TableScenario(name="people", people=people, participants=100, truth=truth)
    (found,) = simulate(
        [Experiment(scenario=scenario, analyses=(analysis,))],
        trials=trials,
        seed=12,
        executor=SerialExecutor(),
    )
    return found


def assert_agrees(found: OperatingCharacteristics, power: float) -> None:
    """Power, bias and coverage lie within their Monte Carlo errors."""
    assert found.estimable >= found.trials - 1
    assert abs(found.shown.value - power) < 3.5 * math.sqrt(power * (1 - power) / found.trials)
    assert abs(found.bias.value) < 4 * found.bias.standard_error
    assert abs(found.coverage.value - 0.95) < 4 * math.sqrt(0.95 * 0.05 / found.trials)


def test_counts() -> None:
    people = CountedEvents(participants=(80, 80), rates=(0.6, 1.0), exposure=2.0, dispersion=0.6)
    analysis = EachTable(name="rates", estimator=rate_ratio, scale=EstimateScale.LOG)

    found = characteristics(people, analysis, math.log(0.6), 40)

    design = TwoRates(first=0.6, second=1.0, exposure=2.0, dispersion=0.6)
    assert_agrees(found, design.statistical_power(80, 80, Target()))


def test_survival() -> None:
    people = TimesToEvent(
        participants=(200, 200), hazards=(0.75, 1.0), accrual_time=1.0, follow_up_time=1.0
    )

    found = characteristics(
        people, EachTable(name="log-rank", estimator=log_rank), math.log(0.75), 1500
    )

    design = Survival(hazard_first=0.75, hazard_second=1.0, accrual_time=1.0, follow_up_time=1.0)
    assert_agrees(found, design.statistical_power(200, 200, Target()))


def test_ordered_categories() -> None:
    shares = (0.3, 0.4, 0.3)
    # `odds_ratio` of the design is that of a lower category, the estimator's that of a higher one
    design = ProportionalOdds(odds_ratio=0.45, second=shares)
    people = OrderedCategories(participants=(70, 70), first=design.first, second=shares)
    analysis = EachTable(name="odds", estimator=odds_ratio, scale=EstimateScale.LOG)

    found = characteristics(people, analysis, -math.log(0.45), 40)

    assert_agrees(found, design.statistical_power(70, 70, Target()))


def test_crossover() -> None:
    people = TwoPeriods(
        participants=(12, 12),
        difference=1.0,
        within_standard_deviation=1.2,
        between_standard_deviation=3.0,
        period_effect=0.5,
    )

    found = characteristics(people, EachTable(name="crossover", estimator=crossover), 1.0, 250)

    design = Crossover(difference=1.0, within_standard_deviation=1.2)
    assert_agrees(found, design.statistical_power(12, 12, Target()))


def test_a_table_that_cannot_be_analysed_has_no_number() -> None:
    batch = TablesBatch(tables=(pd.DataFrame({"x": [1]}),), participants=1)

    found = EachTable(name="never", estimator=refuse).analyse(batch)

    assert np.isnan(found.estimate).all()
    assert not found.is_shown.any()


COUNTS: dict[str, Any] = {"participants": (5, 5), "rates": (1.0, 1.0), "exposure": 1.0}


@pytest.mark.parametrize(
    ("make", "given", "sentence"),
    [
        (CountedEvents, {**COUNTS, "rates": (0.0, 1.0)}, "rates and exposure must be above 0"),
        (CountedEvents, {**COUNTS, "participants": (1, 5)}, r"The arms have \(1, 5\)"),
        (
            TimesToEvent,
            {
                "participants": (5, 5),
                "hazards": (1.0, 1.0),
                "accrual_time": -1.0,
                "follow_up_time": 1.0,
            },
            "the others 0 or above",
        ),
        (
            OrderedCategories,
            {"participants": (5, 5), "first": (0.5, 0.5), "second": (0.5, 0.6)},
            "do not describe the same categories",
        ),
        (
            TwoPeriods,
            {
                "participants": (5, 5),
                "difference": 1.0,
                "within_standard_deviation": 0.0,
                "between_standard_deviation": 1.0,
            },
            "Standard deviations 0.0 within",
        ),
    ],
)
def test_people_who_cannot_be_are_named(make: Any, given: dict[str, Any], sentence: str) -> None:  # noqa: ANN401 - any kind
    with pytest.raises(SimulationError, match=sentence):
        make(**given)
