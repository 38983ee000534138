"""Whether the looks of a plan come one after another and end with the trial (ICH E9 4.5, SPIRIT 2025 28b)."""

from collections.abc import Iterator
from itertools import pairwise

from protocols.analysis_plan import Estimator
from protocols.check_stopping import spending_faults, stopping_faults
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_family
from protocols.interim_looks import PlannedLooks
from protocols.problems import Fault, Path

SMALLEST_STEP = 0.0005
"""Of the information between two looks: nearer looks are one look."""
FOLLOWED = frozenset(
    {
        Estimator.ANCOVA,
        Estimator.MMRM,
        Estimator.CLDA,
        Estimator.SESSION_CHANGE,
        Estimator.DIFFERENCE_IN_MEANS,
        Estimator.RESPONDER,
        Estimator.COMPLIER_EFFECT,
        Estimator.DOSE_RESPONSE,
        Estimator.SESSION_COURSE,
        Estimator.CLUSTER_ROBUST,
    }
)
"""Estimators of one difference with a standard error, whose statistic has independent increments from look to look."""
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
    yield from spending_faults(_LOOKS, plan.looks.spending, plan.looks.parameter)
    yield from stopping_faults(protocol)
    yield from _hypothesis_faults(protocol, plan.looks)
    if len(protocol.arms) > 2 and not plan.hypotheses:
        what = f"With {len(protocol.arms)} arms the primary analysis has several comparisons, and nothing says how they share the level."
        yield Fault(_LOOKS, what, "Promise families or a graph beside the looks.")


def _hypothesis_faults(protocol: Protocol, looks: PlannedLooks) -> Iterator[Fault]:
    plan = protocol.analysis
    for number, family in enumerate(plan.families):
        if len(hypotheses_of_family(protocol, family)) > 1 and not family.procedure.holds_at_looks:
            place: Path = ("analysis", "families", number, "procedure")
            what = f"The family {family.code} is adjusted by {family.procedure}, which does not keep its level at several looks."
            yield Fault(place, what, "With looks choose holm or bonferroni, or a graph.")
    estimators = {one.code: one.estimator for one in plan.analyses}
    for code in dict.fromkeys((*plan.hypotheses, protocol.primary_analysis.code)):
        if code in estimators and estimators[code] not in FOLLOWED:
            what = f"The analysis {code} estimates by {estimators[code]}, whose statistic cannot be followed from look to look."
            mend = f"Looks are at differences: {', '.join(sorted(FOLLOWED))}."
            yield Fault(_LOOKS, what, mend)
    seen: set[str] = set()
    for number, own in enumerate(looks.hypotheses):
        path: Path = (*_LOOKS, "hypotheses", number)
        if own.analysis not in plan.hypotheses or own.analysis == protocol.primary_analysis.code:
            what = f"“{own.analysis}” is no hypothesis beside the primary one."
            others = [c for c in plan.hypotheses if c != protocol.primary_analysis.code]
            mend = f"Choose of: {', '.join(others)}." if others else "Leave it out."
            yield Fault((*path, "analysis"), what, mend)
        if own.analysis in seen:
            what = f"The hypothesis {own.analysis} spends its share in two ways."
            yield Fault((*path, "analysis"), what, "Name each hypothesis once.")
        seen.add(own.analysis)
        yield from spending_faults(path, own.spending, own.parameter)


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
