"""Options about giving up, for want of benefit or for harm, and the rules that they describe."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.looks import Spending, spending_of
from screens.terminal.fit.options import listed_numbers
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.design import (
        BetaSpending,
        ConditionalPowerFutility,
        FixedFutility,
    )
    from analysis.interim_analysis.harm import HarmRule


class TrueEffect(StrEnum):
    """Which effect conditional power takes as true."""

    PLANNED = "planned"
    TREND = "trend"


@dataclass(frozen=True, kw_only=True, slots=True)
class Futility:
    """Which rule gives the futility bounds."""

    futility: Annotated[
        Spending | None, typer.Option(help="Spending function of futility bounds.")
    ] = None
    futility_parameter: Annotated[float | None, typer.Option(help="Its exponent or gamma.")] = None
    futility_bounds: Annotated[
        str | None, typer.Option(help="Futility bounds (z) instead, one a look but the last.")
    ] = None
    futility_conditional_power: Annotated[
        float | None,
        typer.Option(help="Or give up when conditional power has fallen to it, e.g. 0.2."),
    ] = None
    futility_effect: Annotated[
        TrueEffect, typer.Option(help="Effect that conditional power takes as true.")
    ] = TrueEffect.PLANNED
    binding: Annotated[bool, typer.Option("--binding", help="Futility bounds must be kept.")] = (
        False
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Harm:
    """When to stop for harm."""

    harm_alpha: Annotated[
        float | None, typer.Option(help="One-sided level of stopping a harmless trial for harm.")
    ] = None
    harm_spending: Annotated[Spending, typer.Option(help="How it is spent.")] = Spending.POCOCK
    harm_parameter: Annotated[float | None, typer.Option(help="Its exponent or gamma.")] = None


NO_FUTILITY = Futility()


def futility_of(
    given: Futility,
) -> "BetaSpending | FixedFutility | ConditionalPowerFutility | None":
    """Return the rule of the futility bounds, if there is one."""
    from analysis.interim_analysis.design import (
        AssumedEffect,
        BetaSpending,
        ConditionalPowerFutility,
        FixedFutility,
        FutilityForce,
    )

    force = FutilityForce.BINDING if given.binding else FutilityForce.NON_BINDING
    named = (given.futility, given.futility_bounds, given.futility_conditional_power)
    if sum(one is not None for one in named) > 1:
        message = "Name one of --futility, --futility-bounds and --futility-conditional-power."
        raise UnusableInputError(message)
    if given.futility is not None:
        function = spending_of(given.futility, given.futility_parameter)
        return BetaSpending(function=function, force=force)
    if given.futility_bounds is not None:
        bounds = listed_numbers(given.futility_bounds, "--futility-bounds")
        return FixedFutility(bounds=bounds, force=force)
    if given.futility_conditional_power is None:
        return None
    if given.binding:
        message = "--binding: futility by conditional power never is binding."
        raise UnusableInputError(message)
    return ConditionalPowerFutility(
        threshold=given.futility_conditional_power, effect=AssumedEffect[given.futility_effect.name]
    )


def harm_of(given: Harm) -> "HarmRule | None":
    """Return the rule of stopping for harm, if there is one."""
    from analysis.interim_analysis.harm import HarmRule

    if given.harm_alpha is None:
        return None
    return HarmRule(
        significance_level=given.harm_alpha,
        spending=spending_of(given.harm_spending, given.harm_parameter),
    )
