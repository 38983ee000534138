"""Estimators of responses, categories, events and ranks, applied to the table of one simulated trial."""

from typing import TYPE_CHECKING

from analysis.estimators.counts import (
    CountColumns,
    CountModel,
    estimate_rate_ratio_of_frame,
)
from analysis.estimators.equivalence import Better
from analysis.estimators.frame import Comparison
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    ResponderColumns,
    standardize_risks_of_frame,
)
from analysis.estimators.ordinal import (
    OrderedColumns,
    estimate_proportional_odds,
    ordered_outcomes,
)
from analysis.estimators.restricted_mean import estimate_restricted_mean_difference
from analysis.estimators.score_difference import ScoreVariance
from analysis.estimators.score_ratio import RatioScore
from analysis.estimators.stratified_proportions import (
    StratifiedColumns,
    estimate_common_odds_ratio,
    estimate_stratified_difference,
    strata_of_frame,
)
from analysis.estimators.time_to_event import EventColumns, estimate_hazard_ratio, event_times
from analysis.estimators.two_proportions import (
    DifferenceInterval,
    ResponseColumns,
    estimate_difference_of_frame,
    estimate_ratio,
    shares_of_frame,
)
from analysis.estimators.win_ratio_frame import NumberColumn, estimate_win_ratio_of_frame
from analysis.simulated_power.categories import OrderedCategories
from analysis.simulated_power.events import TimesToEvent
from analysis.simulated_power.finding import Finding, finding, log_finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.simulated_power.world import World

ARMS = Comparison(column="arm", first="first", second="second")
RESPONSE = ResponseColumns(response="response", comparison=ARMS)
STRATA = StratifiedColumns(response="response", comparison=ARMS, strata=("stratum",))
TIMES = EventColumns(time="time", event="event", comparison=ARMS)


def by_risk_difference(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: risk difference, Miettinen and Nurminen's interval."""
    found = estimate_difference_of_frame(
        table, RESPONSE, DifferenceInterval.MIETTINEN_NURMINEN, confidence_level=level
    )
    return finding(found)


def by_newcombe(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: risk difference, Newcombe's interval."""
    found = estimate_difference_of_frame(
        table, RESPONSE, DifferenceInterval.NEWCOMBE, confidence_level=level
    )
    return finding(found)


def by_risk_ratio(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: risk ratio, Miettinen and Nurminen's interval."""
    shares = shares_of_frame(table, RESPONSE)
    return log_finding(
        estimate_ratio(*shares, RatioScore.MIETTINEN_NURMINEN, confidence_level=level)
    )


def by_standardized_risks(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: unconditional risk difference of a logistic model with the baseline."""
    columns = ResponderColumns(response="response", comparison=ARMS, covariates=("baseline",))
    found = standardize_risks_of_frame(
        table, columns, LogisticCovariance.HC3, confidence_level=level
    )
    return finding(found.difference)


def by_stratified_difference(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: stratified risk difference, Miettinen and Nurminen's interval."""
    found = estimate_stratified_difference(
        strata_of_frame(table, STRATA), ScoreVariance.MIETTINEN_NURMINEN, confidence_level=level
    )
    return finding(found)


def by_mantel_haenszel(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: common odds ratio of Mantel and Haenszel."""
    found = estimate_common_odds_ratio(strata_of_frame(table, STRATA), confidence_level=level)
    return log_finding(found)


def by_proportional_odds(world: OrderedCategories, table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: odds ratio of a proportional-odds model."""
    present = set(table["category"].dropna())
    columns = OrderedColumns(
        category="category",
        categories=tuple(str(n) for n in range(len(world.shares)) if str(n) in present),
        comparison=ARMS,
    )
    data = ordered_outcomes(table, columns)
    return log_finding(estimate_proportional_odds(data, confidence_level=level).odds_ratio)


def by_win_ratio(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: win ratio: no event first, then the higher score."""
    ranked = (
        NumberColumn(name="event", better=Better.LOWER),
        NumberColumn(name="score", better=Better.HIGHER),
    )
    found = estimate_win_ratio_of_frame(table, ranked, ARMS, confidence_level=level)
    return log_finding(found.win_ratio)


def by_negative_binomial(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: ratio of rates, negative binomial with the exposure."""
    return _by_rate_ratio(table, CountModel.NEGATIVE_BINOMIAL, level)


def by_robust_poisson(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: ratio of rates, Poisson with robust standard errors."""
    return _by_rate_ratio(table, CountModel.POISSON_ROBUST, level)


def by_cox(_world: "World", table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: hazard ratio of Cox's model."""
    return log_finding(
        estimate_hazard_ratio(event_times(table, TIMES), confidence_level=level).ratio
    )


def by_restricted_mean(world: TimesToEvent, table: "pd.DataFrame", level: float) -> Finding:
    """Estimate: difference of the mean times without an event."""
    found = estimate_restricted_mean_difference(
        event_times(table, TIMES), world.follow_up, confidence_level=level
    )
    return finding(found)


def _by_rate_ratio(table: "pd.DataFrame", model: CountModel, level: float) -> Finding:
    columns = CountColumns(count="count", comparison=ARMS, exposure="exposure")
    seen = table.loc[table["exposure"] > 0]
    return log_finding(
        estimate_rate_ratio_of_frame(seen, columns, model, confidence_level=level).rate_ratio
    )
