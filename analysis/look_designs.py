"""What a protocol promises about looks, as designs that can be solved.

Information is the share of the planned participants with the outcome; levels of a plan are two-sided.
"""

import math

from analysis.interim_analysis.design import (
    AssumedEffect,
    BetaSpending,
    ConditionalPowerFutility,
    FutilityForce,
    GroupSequentialDesign,
    Sides,
)
from analysis.interim_analysis.harm import HarmRule
from analysis.interim_analysis.spending import (
    HwangShihDeCaniSpending,
    KimDeMetsSpending,
    OBrienFlemingSpending,
    PocockSpending,
    SpendingFunction,
)
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_analysis, initial_shares
from protocols.interim_looks import PlannedLooks, Spending


def planned_design(protocol: Protocol) -> GroupSequentialDesign | None:
    """Return the group sequential design of a protocol's primary analysis; None when it promises no looks.

    Where the primary analysis shares the level, the design is at its share before anything is rejected; without a share,
    at the whole level.
    """
    looks = protocol.analysis.looks
    if looks is None:
        return None
    level = protocol.analysis.significance_level * _share(protocol)
    return GroupSequentialDesign(
        information_fractions=looks.information_fractions,
        significance_level=level / 2 if looks.is_for_benefit else level,
        statistical_power=protocol.sample_size.statistical_power,
        sides=sides_of(protocol, protocol.primary_analysis.code),
        efficacy=spending_function(looks.spending, looks.parameter),
        futility=_futility(looks),
    )


def sides_of(protocol: Protocol, analysis: str) -> Sides:
    """Return whether the looks at an analysis are in both directions, or at a benefit only."""
    looks = protocol.analysis.looks
    primary = analysis == protocol.primary_analysis.code
    return (
        Sides.ONE_SIDED
        if primary and looks is not None and looks.is_for_benefit
        else Sides.TWO_SIDED
    )


def harm_rule(protocol: Protocol) -> HarmRule | None:
    """Return when the primary analysis stops the trial for harm; None without such a promise."""
    looks = protocol.analysis.looks
    if looks is None or looks.harm is None:
        return None
    return HarmRule(
        significance_level=looks.harm.level,
        spending=spending_function(looks.harm.spending, looks.harm.parameter),
    )


def spending_function(spending: Spending, parameter: float | None) -> SpendingFunction:
    """Return a promised spending function as one that can be computed; a missing parameter is refused by the function."""
    number = math.nan if parameter is None else parameter
    match spending:
        case Spending.O_BRIEN_FLEMING:
            return OBrienFlemingSpending()
        case Spending.POCOCK:
            return PocockSpending()
        case Spending.KIM_DEMETS:
            return KimDeMetsSpending(number)
        case Spending.HWANG_SHIH_DECANI:
            return HwangShihDeCaniSpending(number)


def _share(protocol: Protocol) -> float:
    shares = initial_shares(protocol)
    own = hypotheses_of_analysis(protocol, protocol.primary_analysis.code)
    return max((shares.get(test.name, 0.0) for test in own), default=0.0) or 1.0


def _futility(looks: PlannedLooks) -> BetaSpending | ConditionalPowerFutility | None:
    if looks.futility is not None:
        return BetaSpending(
            function=spending_function(looks.futility.spending, looks.futility.parameter),
            force=FutilityForce[looks.futility.force.name],
        )
    if looks.conditional_power is not None:
        return ConditionalPowerFutility(
            threshold=looks.conditional_power.threshold,
            effect=AssumedEffect[looks.conditional_power.effect.name],
        )
    return None
