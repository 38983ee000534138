"""Whether the hypotheses of a plan share no more of the level than there is (ICH E9 2.2.5, SPIRIT 2025 27a)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from protocols.analysis_plan import Estimator
from protocols.check_compared_arms import compared_arm_faults
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_analysis
from protocols.multiplicity import PlannedGraph, PlannedHypothesis
from protocols.outcomes import OutcomeRole
from protocols.problems import Fault, Path

_FAMILIES: Path = ("analysis", "families")
_GRAPH: Path = ("analysis", "graph")
_HYPOTHESES: Path = (*_GRAPH, "hypotheses")


def multiplicity_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with families and graph.

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
    if plan.families and plan.graph is not None:
        what = "The plan has families and a graph, so hypotheses would be tested twice."
        yield Fault(_GRAPH, what, "Keep one of them.")
        return
    for number, family in enumerate(plan.families):
        if not family.analyses:
            what = f"The family {family.code} has no hypothesis."
            yield Fault((*_FAMILIES, number, "analyses"), what, "Name the codes of its analyses.")
    if plan.graph is not None:
        yield from _graph_faults(plan.graph)
    yield from _hypothesis_faults(protocol)
    yield from compared_arm_faults(protocol)
    yield from _primary_faults(protocol)


def _hypothesis_faults(protocol: Protocol) -> Iterator[Fault]:
    planned = {analysis.code: analysis for analysis in protocol.analysis.analyses}
    seen: set[str] = set()
    for place, code, name in _placed(protocol):
        if code not in planned:
            what = f"The hypothesis “{code}” is no planned analysis."
            yield Fault(place, what, f"Analyses: {', '.join(planned)}.")
        elif planned[code].estimator is Estimator.DESCRIPTIVE:
            what = f"The hypothesis {code} is described and not compared, so it has no p value."
            yield Fault(place, what, "Leave it out, or plan another estimator.")
        if name in seen:
            what = f"The hypothesis {name} is named twice."
            yield Fault(place, what, "Name each hypothesis once.")
        seen.add(name)


def _placed(protocol: Protocol) -> Iterator[tuple[Path, str, str]]:
    # place, code of the analysis, name of the hypothesis
    for number, family in enumerate(protocol.analysis.families):
        for position, code in enumerate(family.analyses):
            path: Path = (*_FAMILIES, number, "analyses", position)
            for test in hypotheses_of_analysis(protocol, code, family.arms):
                yield path, code, test.name
    if protocol.analysis.graph is not None:
        for number, hypothesis in enumerate(protocol.analysis.graph.hypotheses):
            yield (*_HYPOTHESES, number, "analysis"), hypothesis.analysis, hypothesis.name


def _primary_faults(protocol: Protocol) -> Iterator[Fault]:
    plan = protocol.analysis
    if not plan.hypotheses:
        return
    place = _GRAPH if plan.graph is not None else _FAMILIES
    primary = next((o.code for o in protocol.outcomes if o.role is OutcomeRole.PRIMARY), None)
    first = next((a.code for a in plan.analyses if a.outcome == primary), None)
    if first is not None and first not in plan.hypotheses:
        what = f"The primary analysis {first} is not among the hypotheses, which would have a level beside its own."
        yield Fault(place, what, "Add it: as the first family, or with a weight in the graph.")


def _graph_faults(graph: PlannedGraph) -> Iterator[Fault]:
    if not graph.hypotheses:
        yield Fault(_HYPOTHESES, "The graph has no hypothesis.", "Name the analyses, with weights.")
        return
    weights = [hypothesis.weight for hypothesis in graph.hypotheses]
    yield from _share_faults(_HYPOTHESES, "The weights of the graph", weights)
    if not any(weights):
        what = "No hypothesis of the graph has a share of the level, so none could be rejected."
        yield Fault(_HYPOTHESES, what, "Give the first one the weight 1.")
    names = [hypothesis.name for hypothesis in graph.hypotheses]
    for number, hypothesis in enumerate(graph.hypotheses):
        yield from _heir_faults(hypothesis, names, (*_HYPOTHESES, number, "heirs"))


def _heir_faults(
    hypothesis: PlannedHypothesis, names: Sequence[str], path: Path
) -> Iterator[Fault]:
    heirs = [heir.name for heir in hypothesis.heirs]
    shares = [heir.share for heir in hypothesis.heirs]
    yield from _share_faults(path, f"The shares that {hypothesis.name} passes on", shares)
    counted = Counter(heirs)
    for number, heir in enumerate(heirs):
        place = (*path, number, "analysis")
        if heir == hypothesis.name:
            what = f"{heir} inherits from itself."
            yield Fault(place, what, "Name another hypothesis.")
        elif heir not in names:
            what = f"{hypothesis.name} passes its level on to “{heir}”, which is not in the graph."
            yield Fault(place, what, f"Hypotheses of the graph: {', '.join(names)}.")
        if counted[heir] > 1 and heir in heirs[:number]:
            what = f"{hypothesis.name} names its heir {heir} twice."
            yield Fault(place, what, "Name each heir once.")


def _share_faults(path: Path, what: str, shares: Sequence[float]) -> Iterator[Fault]:
    listed = ", ".join(f"{share:g}" for share in shares)
    if any(not 0 <= share <= 1 for share in shares):
        fact = f"{what} are {listed}: each must lie between 0 and 1."
        yield Fault(path, fact, "Write shares of the level, e.g. 0.5.")
        return
    total = sum(Fraction(repr(float(share))) for share in shares)
    if total > 1:
        fact = f"{what} are {listed}, together {float(total):g}: more than there is."
        yield Fault(path, fact, "Make them sum to 1 at most.")
