"""Whether the rules of a plan for stopping early, beside efficacy, can be kept (ICH E9 4.5, SPIRIT 2025 28b)."""

from collections.abc import Iterator

from protocols.design import Protocol
from protocols.interim_looks import (
    FutilityForce,
    PlannedConditionalPower,
    PlannedFutility,
    PlannedHarmStop,
    Spending,
)
from protocols.problems import Fault, Path

_LOOKS: Path = ("analysis", "looks")


def stopping_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with stopping for futility and for harm.

    Parameters
    ----------
    protocol : Protocol
        With looks.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    looks = protocol.analysis.looks
    if looks is None:
        return
    if looks.futility is not None and looks.conditional_power is not None:
        what = "The looks have futility bounds and a limit of conditional power: two rules for the same."
        yield Fault((*_LOOKS, "conditional_power"), what, "Keep one of them.")
    if looks.futility is not None:
        several = len(protocol.analysis.hypotheses) > 1 or len(protocol.arms) > 2
        yield from _futility_faults(looks.futility, several=several)
    if looks.conditional_power is not None:
        yield from _conditional_power_faults(looks.conditional_power)
    if looks.harm is not None:
        yield from _harm_faults(looks.harm)


def spending_faults(path: Path, spending: Spending, parameter: float | None) -> Iterator[Fault]:
    """Yield what is wrong with a spending function and its parameter.

    Parameters
    ----------
    path : Path
        Of the section that names the function.
    spending : Spending
    parameter : float or None

    Yields
    ------
    Fault
        One for each disagreement.
    """
    place = (*path, "parameter")
    if spending.has_parameter and parameter is None:
        what = f"The spending function {spending} needs a parameter."
        yield Fault(path, what, "Write it, before anybody sees the data.")
    if not spending.has_parameter and parameter is not None:
        what = f"The spending function {spending} has no parameter."
        yield Fault(place, what, "Leave it out.")
    if spending is Spending.KIM_DEMETS and parameter is not None and parameter <= 0:
        what = f"The parameter of kim_demets is {parameter:g}, and a power of the share must be above 0."
        yield Fault(place, what, "3 is like O'Brien and Fleming, 1 is linear.")


def _futility_faults(futility: PlannedFutility, *, several: bool) -> Iterator[Fault]:
    path: Path = (*_LOOKS, "futility")
    yield from spending_faults(path, futility.spending, futility.parameter)
    if several and futility.force is FutilityForce.BINDING:
        what = "Binding futility lowers the efficacy bounds of the primary analysis, and other hypotheses share its level."
        yield Fault((*path, "force"), what, "Write non_binding.")


def _conditional_power_faults(rule: PlannedConditionalPower) -> Iterator[Fault]:
    if not 0 < rule.threshold < 1:
        what = f"The limit of conditional power is {rule.threshold:g}: it must lie between 0 and 1."
        yield Fault((*_LOOKS, "conditional_power", "threshold"), what, "Write e.g. 0.2.")


def _harm_faults(harm: PlannedHarmStop) -> Iterator[Fault]:
    path: Path = (*_LOOKS, "harm")
    yield from spending_faults(path, harm.spending, harm.parameter)
    if not 0 < harm.level < 0.5:
        what = f"The level for harm is {harm.level:g}: a chance of stopping a harmless trial lies between 0 and 0.5."
        yield Fault((*path, "level"), what, "Write e.g. 0.1; it is one-sided.")
