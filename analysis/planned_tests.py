"""The hypotheses of a plan, tested together: adjusted p values and local levels, by families or by a graph.

A hypothesis without a p value counts as p = 1, so that it is never rejected and nobody inherits from it. Where a plan
has looks, the p value of a hypothesis is that of all of its looks (``interim_analysis/sequential_p.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.multiplicity.families import Procedure
from analysis.multiplicity.graph import GraphOutcome, InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Decision, Hypothesis
from analysis.multiplicity.procedures import Family, decide_serially
from analysis.results import Result
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_family, planned_hypotheses
from protocols.multiplicity import PlannedGraph, PlannedHypothesis

ARMS_MASKED = "which arm is compared with which is not known while the arms are masked"


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyDecisions:
    """What was decided about the hypotheses of one family."""

    label: str
    """Empty for a graph, which has no families."""
    decisions: tuple[Decision, ...]
    """The name of each is the id of its result."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTests:
    """What the promise of a plan says about its hypotheses; exploratory results take no part."""

    significance_level: float
    """Two-sided, of all hypotheses together."""
    families: tuple[FamilyDecisions, ...]
    """Empty where ``reason`` says why nothing is decided."""
    graph: InheritanceGraph | None
    outcome: GraphOutcome | None
    """The record of the steps of a graph."""
    not_estimable: tuple[str, ...]
    """Names of the hypotheses that count as p = 1, because there is no p value."""
    reason: str = ""
    """Why nothing is decided; empty when everything is."""

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided about every hypothesis, family after family."""
        return tuple(one for family in self.families for one in family.decisions)

    def decision(self, name: str) -> Decision:
        """Return what was decided about one hypothesis.

        Raises
        ------
        KeyError
            If the plan has no such hypothesis.
        """
        for decision in self.decisions:
            if decision.name == name:
                return decision
        raise KeyError(name)


def decide_planned_hypotheses(protocol: Protocol, results: Sequence[Result]) -> PlannedTests | None:
    """Test the hypotheses of a plan together, each by its p value at the end.

    Parameters
    ----------
    protocol : Protocol
        Without looks.
    results : sequence of Result
        Of the whole plan; with more than two arms only once these are known.

    Returns
    -------
    PlannedTests or None
        None when the plan promises neither families nor a graph.
    """
    if not protocol.analysis.hypotheses:
        return None
    names = {test.name for test in planned_hypotheses(protocol)}
    p_values = {one.id: one.p for one in results if one.planned and one.id in names}
    return decide_together(protocol, p_values)


def decide_together(protocol: Protocol, p_values: Mapping[str, float | None]) -> PlannedTests:
    """Decide about all hypotheses of a plan by its families or its graph.

    Parameters
    ----------
    protocol : Protocol
        With families, a graph, or looks at one analysis.
    p_values : mapping of str to float or None
        By name of the hypothesis, two-sided; None or missing where there is none.

    Returns
    -------
    PlannedTests
        Its local levels are shares of the level of the whole plan.
    """
    plan = protocol.analysis
    names = [test.name for test in planned_hypotheses(protocol)]
    hypotheses = {name: _hypothesis(name, p_values.get(name)) for name in names}
    missing = tuple(name for name in names if p_values.get(name) is None)
    level = plan.significance_level
    if plan.graph is not None:
        graph = inheritance_graph(plan.graph)
        outcome = decide_by_graph(graph, tuple(hypotheses.values()), significance_level=level)
        return PlannedTests(
            significance_level=level,
            families=(FamilyDecisions(label="", decisions=outcome.decisions),),
            graph=graph,
            outcome=outcome,
            not_estimable=missing,
        )
    return PlannedTests(
        significance_level=level,
        families=_decide_families(protocol, hypotheses),
        graph=None,
        outcome=None,
        not_estimable=missing,
    )


def undecided(protocol: Protocol, reason: str) -> PlannedTests | None:
    """Return that nothing is decided, and why; None when the plan promises neither families nor a graph."""
    if not protocol.analysis.hypotheses:
        return None
    return PlannedTests(
        significance_level=protocol.analysis.significance_level,
        families=(),
        graph=None,
        outcome=None,
        not_estimable=(),
        reason=reason,
    )


def inheritance_graph(planned: PlannedGraph) -> InheritanceGraph:
    """Return a promised graph as one that can be tested."""
    names = tuple(hypothesis.name for hypothesis in planned.hypotheses)
    return InheritanceGraph(
        names=names,
        weights=tuple(hypothesis.weight for hypothesis in planned.hypotheses),
        transitions=tuple(_arrows(hypothesis, names) for hypothesis in planned.hypotheses),
    )


def _arrows(hypothesis: PlannedHypothesis, names: tuple[str, ...]) -> tuple[float, ...]:
    shares = {heir.name: heir.share for heir in hypothesis.heirs}
    return tuple(shares.get(name, 0.0) for name in names)


def _hypothesis(name: str, p: float | None) -> Hypothesis:
    return Hypothesis(name=name, p=1.0 if p is None else p)


def _decide_families(
    protocol: Protocol, hypotheses: Mapping[str, Hypothesis]
) -> tuple[FamilyDecisions, ...]:
    families = [
        (
            family.label,
            Family(
                name=family.code,
                hypotheses=tuple(
                    hypotheses[test.name] for test in hypotheses_of_family(protocol, family)
                ),
                procedure=Procedure(family.procedure.value),
            ),
        )
        for family in protocol.analysis.families
    ] or [("", Family(name="primary", hypotheses=tuple(hypotheses.values())))]
    decisions = decide_serially(
        [family for _, family in families],
        significance_level=protocol.analysis.significance_level,
    )
    by_name = {decision.name: decision for decision in decisions}
    return tuple(
        FamilyDecisions(
            label=label,
            decisions=tuple(by_name[one.name] for one in family.hypotheses),
        )
        for label, family in families
    )
