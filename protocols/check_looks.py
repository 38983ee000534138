"""Whether the looks of a plan come one after another and end with the trial (ICH E9 4.5, SPIRIT 2025 28b)."""

from collections.abc import Iterator
from itertools import pairwise

from protocols.design import Protocol
from protocols.interim_looks import PlannedLooks, Spending
from protocols.problems import Fault, Path

SMALLEST_STEP = 0.0005
"""Of the information between two looks: nearer looks are one look."""
_LOOKS: Path = ("analysis", "looks")
_FRACTIONS: Path = (*_LOOKS, "information_fractions")


def look_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with the planned looks.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    plan = protocol.analysis
    if plan.looks is None:
        return
    yield from _fraction_faults(plan.looks.information_fractions)
    yield from _parameter_faults(plan.looks)
    if plan.hypotheses:
        what = "The plan has looks, and several hypotheses: each of them would need bounds of its own at every look."
        yield Fault(_LOOKS, what, "Keep one of them.")
    if len(protocol.arms) > 2:
        what = f"With {len(protocol.arms)} arms the primary analysis has several comparisons, and looks are at one."
        yield Fault(_LOOKS, what, "Leave them out: they can be promised for two arms.")


def _fraction_faults(fractions: tuple[float, ...]) -> Iterator[Fault]:
    if len(fractions) < 2:
        what = f"The plan has {len(fractions)} looks: one at the end is no interim look."
        yield Fault(_FRACTIONS, what, "Name two or more, e.g. [0.5, 1.0], or leave looks out.")
        return
    listed = ", ".join(f"{fraction:g}" for fraction in fractions)
    if any(later - earlier < SMALLEST_STEP for earlier, later in pairwise((0.0, *fractions))):
        what = (
            f"The looks are at {listed} of the information: each must come after the one before it."
        )
        yield Fault(_FRACTIONS, what, "Write rising shares above 0, e.g. [0.5, 1.0].")
    if fractions[-1] != 1:
        what = f"The last look is at {fractions[-1]:g} of the information, and the trial ends at 1."
        yield Fault((*_FRACTIONS, len(fractions) - 1), what, "Let the last fraction be 1.0.")


def _parameter_faults(looks: PlannedLooks) -> Iterator[Fault]:
    place = (*_LOOKS, "parameter")
    if looks.spending.has_parameter and looks.parameter is None:
        what = f"The spending function {looks.spending} needs a parameter."
        yield Fault(_LOOKS, what, "Write it, before anybody sees the data.")
    if not looks.spending.has_parameter and looks.parameter is not None:
        what = f"The spending function {looks.spending} has no parameter."
        yield Fault(place, what, "Leave it out.")
    if (
        looks.spending is Spending.KIM_DEMETS
        and looks.parameter is not None
        and looks.parameter <= 0
    ):
        what = f"The parameter of kim_demets is {looks.parameter:g}, and a power of the share must be above 0."
        yield Fault(place, what, "3 is like O'Brien and Fleming, 1 is linear.")
