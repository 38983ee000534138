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


Design = Annotated[
    Classical | None, typer.Option("--design", help="Classical bounds. Or --spending.")
]
AlphaSpending = Annotated[
    Spending | None,
    typer.Option("--spending", help="Spending function of the level (Lan and DeMets)."),
]
Parameter = Annotated[
    float | None,
    typer.Option(
        help="Shape of wang-tsiatis (0 O'Brien-Fleming, 0.5 Pocock), exponent of kim-demets, gamma "
        "of hwang-shih-decani."
    ),
]
Looks = Annotated[
    str,
    typer.Option(help="Number of evenly spaced looks, or information fractions: '0.5,0.75,1'."),
]
Sides = Annotated[SidesName, typer.Option(help="In how many directions.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Which rule gives the efficacy bounds, and with which parameter."""

    design: Classical | None
    spending: Spending | None
    parameter: float | None


def efficacy_of(bounds: Bounds) -> "WangTsiatis | SpendingFunction":
    """Return the rule of the efficacy bounds; O'Brien-Fleming spending unless another is named."""
    from analysis.interim_analysis.design import O_BRIEN_FLEMING, POCOCK, WangTsiatis

    if bounds.design is None:
        return spending_of(bounds.spending or Spending.OBRIEN_FLEMING, bounds.parameter)
    if bounds.spending is not None:
        message = "Name --design or --spending, not both."
        raise UnusableInputError(message)
    if bounds.design is Classical.WANG_TSIATIS:
        return WangTsiatis(_needed(bounds.parameter, "--design wang-tsiatis"))
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
    return make(_needed(parameter, f"--spending {name.value}"))


def fractions_of(looks: str) -> tuple[float, ...]:
    """Return the information fractions of ``--looks``."""
    from analysis.interim_analysis.design import equally_spaced

    if looks.isdigit():
        return equally_spaced(int(looks))
    return listed_numbers(looks, "--looks")


def design_of(
    bounds: Bounds,
    looks: str,
    alpha: float,
    power: float,
    sides: SidesName,
    futility: "BetaSpending | FixedFutility | None" = None,
) -> "GroupSequentialDesign":
    """Return the design that the options describe."""
    from analysis.interim_analysis.design import GroupSequentialDesign
    from analysis.interim_analysis.design import Sides as DesignSides

    return GroupSequentialDesign(
        information_fractions=fractions_of(looks),
        significance_level=alpha,
        statistical_power=power,
        sides=DesignSides.ONE_SIDED if sides is SidesName.ONE else DesignSides.TWO_SIDED,
        efficacy=efficacy_of(bounds),
        futility=futility,
    )


R_CLASSICAL = {
    Classical.OBRIEN_FLEMING: "OF",
    Classical.POCOCK: "P",
    Classical.WANG_TSIATIS: "WT",
}
R_SPENDING = {
    Spending.OBRIEN_FLEMING: "asOF",
    Spending.POCOCK: "asP",
    Spending.KIM_DEMETS: "asKD",
    Spending.HWANG_SHIH_DECANI: "asHSD",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FutilityWords:
    """Which rule gives the futility bounds: as typed."""

    spending: Spending | None = None
    parameter: float | None = None
    bounds: str | None = None


NO_FUTILITY = FutilityWords()


def design_in_r(
    bounds: Bounds,
    design: "GroupSequentialDesign",
    sides: SidesName,
    futility: FutilityWords = NO_FUTILITY,
) -> str:
    """Return the same design in rpact, and the lines that print its bounds and its expected sizes."""
    kind = (
        R_CLASSICAL[bounds.design]
        if bounds.design
        else R_SPENDING[bounds.spending or Spending.OBRIEN_FLEMING]
    )
    more = ""
    if bounds.parameter is not None:
        more = f", {'deltaWT' if bounds.design else 'gammaA'} = {bounds.parameter:g}"
    more += _futility_in_r(futility, "TRUE" if design.is_futility_binding else "FALSE")
    rates = ", ".join(f"{fraction:.17g}" for fraction in design.information_fractions)
    return (
        f'design <- rpact::getDesignGroupSequential(typeOfDesign = "{kind}", informationRates = c({rates}), '
        f"alpha = {design.significance_level:g}, beta = {1 - design.statistical_power:.10g}, "
        f"sided = {1 if sides is SidesName.ONE else 2}{more})\n"
        "design\n"
        "rpact::getDesignCharacteristics(design)"
    )


def _futility_in_r(futility: FutilityWords, binding: str) -> str:
    if futility.bounds is not None:
        return f", futilityBounds = c({futility.bounds}), bindingFutility = {binding}"
    if futility.spending is None:
        return ""
    shape = "" if futility.parameter is None else f", gammaB = {futility.parameter:g}"
    kind = R_SPENDING[futility.spending].replace("as", "bs", 1)
    return f', typeBetaSpending = "{kind}"{shape}, bindingFutility = {binding}'


def _needed(parameter: float | None, what: str) -> float:
    if parameter is None:
        message = f"{what} needs --parameter."
        raise UnusableInputError(message)
    return parameter
