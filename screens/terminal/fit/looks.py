"""Options about looks at a trial before its end, and the design that they describe."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed_numbers
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.design import (
        BetaSpending,
        ConditionalPowerFutility,
        FixedFutility,
        GroupSequentialDesign,
        WangTsiatis,
    )
    from analysis.interim_analysis.spending import SpendingFunction


class Classical(StrEnum):
    """Bounds that hold at the planned looks only."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    WANG_TSIATIS = "wang-tsiatis"


class Spending(StrEnum):
    """How error is spent while information grows."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    KIM_DEMETS = "kim-demets"
    HWANG_SHIH_DECANI = "hwang-shih-decani"


class SidesName(StrEnum):
    """In how many directions an effect may be shown."""

    ONE = "one"
    TWO = "two"


Looks = Annotated[
    str,
    typer.Option(help="Number of evenly spaced looks, or information fractions: '0.5,0.75,1'."),
]
Sides = Annotated[SidesName, typer.Option(help="In how many directions.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Which rule gives the efficacy bounds, and with which parameter."""

    design: Annotated[
        Classical | None, typer.Option("--design", help="Classical bounds. Or --spending.")
    ] = None
    spending: Annotated[
        Spending | None,
        typer.Option("--spending", help="Spending function of the level (Lan and DeMets)."),
    ] = None
    parameter: Annotated[
        float | None,
        typer.Option(
            help="Shape of wang-tsiatis (0 O'Brien-Fleming, 0.5 Pocock), exponent of kim-demets, "
            "gamma of hwang-shih-decani."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Errors:
    """Level and power of the whole trial."""

    alpha: Annotated[float, typer.Option(help="Level of the whole trial, as --sides says.")] = 0.025
    power: Annotated[float, typer.Option(help="Power.")] = 0.9
    sides: Sides = SidesName.ONE


def efficacy_of(bounds: Bounds) -> "WangTsiatis | SpendingFunction":
    """Return the rule of the efficacy bounds; O'Brien-Fleming spending unless another is named."""
    from analysis.interim_analysis.design import O_BRIEN_FLEMING, POCOCK, WangTsiatis

    if bounds.design is None:
        return spending_of(bounds.spending or Spending.OBRIEN_FLEMING, bounds.parameter)
    if bounds.spending is not None:
        message = "Name --design or --spending, not both."
        raise UnusableInputError(message)
    if bounds.design is Classical.WANG_TSIATIS:
        return WangTsiatis(needed(bounds.parameter, "--design wang-tsiatis"))
    return O_BRIEN_FLEMING if bounds.design is Classical.OBRIEN_FLEMING else POCOCK


def spending_of(name: Spending, parameter: float | None) -> "SpendingFunction":
    """Return a spending function."""
    from analysis.interim_analysis.spending import (
        HwangShihDeCaniSpending,
        KimDeMetsSpending,
        OBrienFlemingSpending,
        PocockSpending,
    )

    if name is Spending.OBRIEN_FLEMING:
        return OBrienFlemingSpending()
    if name is Spending.POCOCK:
        return PocockSpending()
    make = KimDeMetsSpending if name is Spending.KIM_DEMETS else HwangShihDeCaniSpending
    return make(needed(parameter, f"--spending {name.value}"))


def fractions_of(looks: str) -> tuple[float, ...]:
    """Return the information fractions of ``--looks``."""
    from analysis.interim_analysis.design import equally_spaced

    if looks.isdigit():
        return equally_spaced(int(looks))
    return listed_numbers(looks, "--looks")


def design_of(
    looks: str,
    bounds: Bounds,
    errors: Errors,
    futility: "BetaSpending | FixedFutility | ConditionalPowerFutility | None" = None,
) -> "GroupSequentialDesign":
    """Return the design that the options describe."""
    from analysis.interim_analysis.design import GroupSequentialDesign
    from analysis.interim_analysis.design import Sides as DesignSides

    one = errors.sides is SidesName.ONE
    return GroupSequentialDesign(
        information_fractions=fractions_of(looks),
        significance_level=errors.alpha,
        statistical_power=errors.power,
        sides=DesignSides.ONE_SIDED if one else DesignSides.TWO_SIDED,
        efficacy=efficacy_of(bounds),
        futility=futility,
    )


def needed(parameter: float | None, what: str) -> float:
    """Return the parameter of a rule; a sentence names the rule that has none."""
    if parameter is None:
        message = f"{what} needs --parameter."
        raise UnusableInputError(message)
    return parameter
