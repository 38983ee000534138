"""Which estimators can be simulated: each with its world, in the words of `antiphon fit power --estimator NAME`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

import pandas as pd

from analysis.operating_characteristics.criteria import Above, Between, Criterion, Differs
from analysis.operating_characteristics.errors import SimulationError
from analysis.simulated_power import estimates_of_events as events
from analysis.simulated_power import estimates_of_numbers as numbers
from analysis.simulated_power import estimates_over_time as over_time
from analysis.simulated_power.assumptions import Value
from analysis.simulated_power.categories import (
    OrderedCategories,
    RankedOutcomes,
    Responses,
    StratifiedResponses,
)
from analysis.simulated_power.causes import Doses, Mediated, Uptake
from analysis.simulated_power.enrolment import Enrolment
from analysis.simulated_power.events import CountedEvents, TimesToEvent
from analysis.simulated_power.finding import Finding
from analysis.simulated_power.numeric_outcomes import (
    BeforeAndAfter,
    Donors,
    OneNumber,
    TwoSubgroups,
    WithinMargin,
)
from analysis.simulated_power.periods import ManyPeriods, TwoPeriods
from analysis.simulated_power.repeated_outcomes import Sessions, Visits
from analysis.simulated_power.world import World

Estimate = Callable[[Any, pd.DataFrame, float], Finding]


class Claim(Enum):
    """What makes the claim."""

    INTERVAL = auto()
    """The interval excludes no effect."""
    P_VALUE = auto()
    """The p value is below the level; the interval is of something else."""
    EQUIVALENCE = auto()
    NON_INFERIORITY = auto()


class Scale(StrEnum):
    """What the numbers of an estimator are."""

    DIFFERENCE = "difference"
    LOG_RATIO = "logarithm of the ratio"


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """One estimator in its world."""

    quantity: str
    """What is estimated, and how."""
    world: type[Any]
    """A `World`, a dataclass of assumptions."""
    estimate: Estimate
    """Of module level, so that other processes find it by name."""
    claim: Claim = Claim.INTERVAL
    scale: Scale = Scale.DIFFERENCE
    truth: str = "truth"
    """Name of what the world knows of the quantity."""

    def make_world(self, people: Enrolment, assumptions: Mapping[str, Value]) -> World:
        """Return the world with these assumptions, and the usual ones beside them."""
        world: World = self.world(people=people, **assumptions)
        return world

    def truth_in(self, world: World) -> float:
        """Return the true value of the quantity, on its scale."""
        return float(getattr(world, self.truth))

    def criterion(self, world: World) -> Criterion:
        """Return the claim about the interval."""
        margin = getattr(world, "margin", 0.0)
        if self.claim is Claim.EQUIVALENCE:
            return Between(lower=-margin, upper=margin)
        if self.claim is Claim.NON_INFERIORITY:
            return Above(value=-margin)
        return Differs()


def _of(
    world: type[Any],
    estimate: Estimate,
    claim: Claim = Claim.INTERVAL,
    scale: Scale = Scale.DIFFERENCE,
    truth: str = "truth",
) -> Design:
    quantity = (estimate.__doc__ or "").removeprefix("Estimate: ").removesuffix(".")
    return Design(
        quantity=quantity, world=world, estimate=estimate, claim=claim, scale=scale, truth=truth
    )


_RATIO = Scale.LOG_RATIO
DESIGNS: Mapping[str, Design] = {
    "t-test": _of(OneNumber, numbers.by_t_test),
    "welch": _of(OneNumber, numbers.by_welch),
    "rank": _of(OneNumber, numbers.by_ranks, Claim.P_VALUE),
    "ancova": _of(OneNumber, numbers.by_ancova),
    "cluster-robust": _of(OneNumber, numbers.by_clustered_ancova),
    "rerandomization": _of(OneNumber, numbers.by_redrawing, Claim.P_VALUE),
    "equivalence": _of(WithinMargin, numbers.by_equivalence, Claim.EQUIVALENCE),
    "non-inferiority": _of(WithinMargin, numbers.by_ancova, Claim.NON_INFERIORITY),
    "interaction": _of(TwoSubgroups, numbers.by_interaction),
    "reliable-change": _of(BeforeAndAfter, numbers.by_reliable_change),
    "donors": _of(Donors, numbers.by_donors),
    "mmrm": _of(Visits, over_time.by_mixed_model),
    "impute-mar": _of(Visits, over_time.by_imputation_at_random),
    "impute-jr": _of(Visits, over_time.by_jump_to_reference),
    "impute-cr": _of(Visits, over_time.by_copy_reference),
    "impute-cir": _of(Visits, over_time.by_copy_increments),
    "impute-jr-jackknife": _of(Visits, over_time.by_jackknifed_jump),
    "session-means": _of(Sessions, over_time.by_session_means),
    "session-course": _of(Sessions, over_time.by_session_course),
    "session-slope": _of(Sessions, over_time.by_session_slope, truth="change_in_difference"),
    "crossover": _of(TwoPeriods, over_time.by_crossover),
    "crossover-many-periods": _of(ManyPeriods, over_time.by_many_periods),
    "risk-difference": _of(Responses, events.by_risk_difference),
    "risk-difference-newcombe": _of(Responses, events.by_newcombe),
    "risk-ratio": _of(Responses, events.by_risk_ratio, scale=_RATIO, truth="log_risk_ratio"),
    "responders": _of(Responses, events.by_standardized_risks),
    "stratified-risk-difference": _of(
        StratifiedResponses, events.by_stratified_difference, truth="mean_difference"
    ),
    "stratified-odds-ratio": _of(StratifiedResponses, events.by_mantel_haenszel, scale=_RATIO),
    "ordinal": _of(OrderedCategories, events.by_proportional_odds, scale=_RATIO),
    "win-ratio": _of(RankedOutcomes, events.by_win_ratio, scale=_RATIO),
    "counts": _of(CountedEvents, events.by_negative_binomial, scale=_RATIO),
    "counts-poisson": _of(CountedEvents, events.by_robust_poisson, scale=_RATIO),
    "hazard-ratio": _of(TimesToEvent, events.by_cox, scale=_RATIO),
    "restricted-mean": _of(TimesToEvent, events.by_restricted_mean, truth="mean_time_difference"),
    "cace": _of(Uptake, over_time.by_two_stages),
    "dose-response": _of(Doses, over_time.by_dose_contrasts, Claim.P_VALUE),
    "mediation": _of(Mediated, over_time.by_mediation),
}
"""Name of each estimator and its design."""


def design_named(name: str) -> Design:
    """Return a design by its name.

    Raises
    ------
    SimulationError
        If there is none.
    """
    if name not in DESIGNS:
        message = f"No estimator {name!r} can be simulated; there is {', '.join(DESIGNS)}."
        raise SimulationError(message)
    return DESIGNS[name]
