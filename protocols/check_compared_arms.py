"""Whether each hypothesis of a plan names the arm that it compares, where there is a choice."""

from collections.abc import Iterator

from protocols.design import Protocol
from protocols.hypotheses import compared_arms, reference_arm
from protocols.multiplicity import PlannedHypothesis
from protocols.problems import Fault, Path

_FAMILIES: Path = ("analysis", "families")
_HYPOTHESES: Path = ("analysis", "graph", "hypotheses")


def compared_arm_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield arms that are missing, are not there, or stand where there is no choice.

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
    for number, family in enumerate(plan.families):
        for position, arm in enumerate(family.arms):
            yield from _arm_faults(protocol, arm, (*_FAMILIES, number, "arms", position))
    if plan.graph is not None:
        for number, one in enumerate(plan.graph.hypotheses):
            yield from _graph_faults(protocol, one, (*_HYPOTHESES, number))


def _graph_faults(protocol: Protocol, one: PlannedHypothesis, path: Path) -> Iterator[Fault]:
    yield from _named_faults(protocol, one.analysis, one.arm, path)
    for number, heir in enumerate(one.heirs):
        yield from _named_faults(protocol, heir.analysis, heir.arm, (*path, "heirs", number))


def _named_faults(
    protocol: Protocol, analysis: str, arm: str | None, path: Path
) -> Iterator[Fault]:
    if arm is not None:
        yield from _arm_faults(protocol, arm, (*path, "arm"))
    elif len(protocol.arms) > 2:
        what = f"With {len(protocol.arms)} arms the analysis {analysis} has several comparisons, and a hypothesis of a graph is one."
        yield Fault(path, what, f"Write arm: {' or '.join(filter(None, compared_arms(protocol)))}.")


def _arm_faults(protocol: Protocol, arm: str, path: Path) -> Iterator[Fault]:
    compared = [one for one in compared_arms(protocol) if one is not None]
    if not compared:
        what = "With two arms an analysis has one comparison, so no arm has to be named."
        yield Fault(path, what, "Leave it out.")
    elif arm not in compared:
        what = f"“{arm}” is not compared with the reference arm {reference_arm(protocol)}."
        yield Fault(path, what, f"Arms that are: {', '.join(compared)}.")
