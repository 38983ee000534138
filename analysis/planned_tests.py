"""The hypotheses of a plan, tested together: adjusted p values and local levels, by families or by a graph.

A hypothesis without a p value counts as p = 1, so that it is never rejected and nobody inherits from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.multiplicity.families import Procedure
from analysis.multiplicity.graph import GraphOutcome, InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Decision, Hypothesis
from analysis.multiplicity.procedures import Family, decide_serially
from analysis.results import Result
from protocols.analysis_plan import AnalysisPlan
from protocols.multiplicity import PlannedGraph, PlannedHypothesis


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyDecisions:
    """What was decided about the hypotheses of one family."""

    label: str
    """Empty for a graph, which has no families."""
    decisions: tuple[Decision, ...]
    """The name of each is the code of its analysis."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTests:
    """What the promise of a plan says about its hypotheses; exploratory results take no part."""

    significance_level: float
    """Two-sided, of all hypotheses together."""
    families: tuple[FamilyDecisions, ...]
    graph: InheritanceGraph | None
    outcome: GraphOutcome | None
    """The record of the steps of a graph."""
    not_estimable: tuple[str, ...]
    """Codes of the hypotheses that count as p = 1, because there is no p value."""

    def decision(self, code: str) -> Decision:
        """Return what was decided about one hypothesis.

        Raises
        ------
        KeyError
            If the plan has no such hypothesis.
        """
        for family in self.families:
            for decision in family.decisions:
                if decision.name == code:
                    return decision
        raise KeyError(code)


def decide_planned_hypotheses(plan: AnalysisPlan, results: Sequence[Result]) -> PlannedTests | None:
    """Test the hypotheses of a plan together.

    Parameters
    ----------
    plan : AnalysisPlan
        With two arms, so that each analysis has one comparison.
    results : sequence of Result
        Of the whole plan.

    Returns
    -------
    PlannedTests or None
        None when the plan promises neither families nor a graph.
    """
    if not plan.hypotheses:
        return None
    p_values = {result.id: result.p for result in results if result.planned}
    hypotheses = {code: _hypothesis(code, p_values.get(code)) for code in plan.hypotheses}
    missing = tuple(code for code in hypotheses if p_values.get(code) is None)
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
        families=_decide_families(plan, hypotheses),
        graph=None,
        outcome=None,
        not_estimable=missing,
    )


def inheritance_graph(planned: PlannedGraph) -> InheritanceGraph:
    """Return a promised graph as one that can be tested."""
    names = tuple(hypothesis.analysis for hypothesis in planned.hypotheses)
    return InheritanceGraph(
        names=names,
        weights=tuple(hypothesis.weight for hypothesis in planned.hypotheses),
        transitions=tuple(_arrows(hypothesis, names) for hypothesis in planned.hypotheses),
    )


def _arrows(hypothesis: PlannedHypothesis, names: tuple[str, ...]) -> tuple[float, ...]:
    shares = {heir.analysis: heir.share for heir in hypothesis.heirs}
    return tuple(shares.get(name, 0.0) for name in names)


def _hypothesis(code: str, p: float | None) -> Hypothesis:
    return Hypothesis(name=code, p=1.0 if p is None else p)


def _decide_families(
    plan: AnalysisPlan, hypotheses: Mapping[str, Hypothesis]
) -> tuple[FamilyDecisions, ...]:
    decisions = decide_serially(
        [
            Family(
                name=family.code,
                hypotheses=tuple(hypotheses[code] for code in family.analyses),
                procedure=Procedure(family.procedure.value),
            )
            for family in plan.families
        ],
        significance_level=plan.significance_level,
    )
    by_name = {decision.name: decision for decision in decisions}
    return tuple(
        FamilyDecisions(
            label=family.label, decisions=tuple(by_name[code] for code in family.analyses)
        )
        for family in plan.families
    )
