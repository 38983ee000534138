"""The graph of Bretz and others: who is tested at which share of the level, and who inherits it.

Every hypothesis has a weight, its share of the significance level. A hypothesis that is rejected passes its share on
along its arrows. Weights and arrows are exact fractions, so a decision never hangs on a rounding error. Bonferroni,
Holm, fixed sequences, fallback and gatekeeping are all graphs (``procedures.py``).

References
----------
Bretz, Maurer, Brannath & Posch (2009), Statistics in Medicine 28, 586-604, algorithms 1 and 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.multiplicity.hypotheses import (
    Decision,
    Hypothesis,
    MultiplicityError,
    as_written,
    check_hypotheses,
    check_level,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class InheritanceGraph:
    """Weights and arrows between the hypotheses of a plan."""

    names: tuple[str, ...]
    weights: tuple[float | Fraction, ...]
    """Share of the level at the beginning; together at most 1."""
    transitions: tuple[tuple[float | Fraction, ...], ...]
    """Row: who passes on; column: who inherits. A row sums to at most 1 and gives itself nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphStep:
    """One step: which hypothesis was looked at, at which level, and what the graph was then."""

    name: str
    p: float
    weight: Fraction
    """Its share of the level at this step."""
    local_level: float
    adjusted_p: float
    is_rejected: bool
    weights_before: tuple[tuple[str, Fraction], ...]
    """Of every hypothesis still in the graph, this one included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphOutcome:
    """What the graph decided, and every step on the way."""

    significance_level: float
    decisions: tuple[Decision, ...]
    """In the order of the graph. The local level is the one at the last step before the test stopped."""
    steps: tuple[GraphStep, ...]
    """In the order of testing; steps after the first that is not rejected only give adjusted p values."""


@dataclass(slots=True)
class _State:
    weights: dict[str, Fraction]
    transitions: dict[tuple[str, str], Fraction]


def decide_by_graph(
    graph: InheritanceGraph, hypotheses: Sequence[Hypothesis], *, significance_level: float
) -> GraphOutcome:
    """Test the hypotheses of a graph one after another.

    Parameters
    ----------
    graph : InheritanceGraph
        From the analysis plan.
    hypotheses : sequence of Hypothesis
        One for each name of the graph, in any order.
    significance_level : float
        Of all of them together.

    Returns
    -------
    GraphOutcome
        Adjusted p values, local levels, decisions, and the record of the steps.

    Raises
    ------
    MultiplicityError
        If weights or arrows give away more than there is, or names do not fit.
    """  # noqa: DOC502 - raised by the checks
    check_level(significance_level)
    check_hypotheses(hypotheses)
    check_graph(graph)
    _check_names(graph, hypotheses)
    steps = _walk(graph, {h.name: h.p for h in hypotheses}, significance_level)
    return GraphOutcome(
        significance_level=significance_level,
        decisions=_decide(graph, steps, significance_level),
        steps=steps,
    )


def _walk(
    graph: InheritanceGraph, p_values: dict[str, float], significance_level: float
) -> tuple[GraphStep, ...]:
    state = _begin(graph)
    level = as_written(significance_level)
    reached = Fraction(0)
    steps = []
    while state.weights:
        name = min(state.weights, key=lambda one: _ratio(p_values[one], state.weights[one]))
        weight = state.weights[name]
        reached = max(reached, min(Fraction(1), _ratio(p_values[name], weight)))
        steps.append(
            GraphStep(
                name=name,
                p=p_values[name],
                weight=weight,
                local_level=float(weight * level),
                adjusted_p=float(reached),
                is_rejected=reached <= level,
                weights_before=tuple(state.weights.items()),
            )
        )
        state = _without(state, name)
    return tuple(steps)


def _begin(graph: InheritanceGraph) -> _State:
    return _State(
        weights={n: as_written(w) for n, w in zip(graph.names, graph.weights, strict=True)},
        transitions={
            (first, second): as_written(share)
            for first, row in zip(graph.names, graph.transitions, strict=True)
            for second, share in zip(graph.names, row, strict=True)
            if share
        },
    )


def _ratio(p: float, weight: Fraction) -> Fraction:
    """Return p over weight; without a share of the level nothing is ever rejected."""
    return as_written(p) / weight if weight else Fraction(2)


def _without(state: _State, gone: str) -> _State:
    names = [name for name in state.weights if name != gone]
    share, arrows = state.weights[gone], state.transitions
    none = Fraction(0)
    weights = {n: state.weights[n] + share * arrows.get((gone, n), none) for n in names}
    transitions = {}
    for first in names:
        there = arrows.get((first, gone), none)
        kept = 1 - there * arrows.get((gone, first), none)
        for second in names:
            through = there * arrows.get((gone, second), none)
            passed = arrows.get((first, second), none) + through
            if first != second and kept and passed:
                transitions[first, second] = passed / kept
    return _State(weights=weights, transitions=transitions)


def _decide(
    graph: InheritanceGraph, steps: tuple[GraphStep, ...], level: float
) -> tuple[Decision, ...]:
    by_name = {step.name: step for step in steps}
    stopped = next((step for step in steps if not step.is_rejected), None)
    final = dict(stopped.weights_before) if stopped else {}
    return tuple(
        Decision(
            name=name,
            p=by_name[name].p,
            adjusted_p=by_name[name].adjusted_p,
            local_level=float(final[name] * as_written(level))
            if name in final
            else by_name[name].local_level,
            is_rejected=by_name[name].is_rejected,
        )
        for name in graph.names
    )


def check_graph(graph: InheritanceGraph) -> None:
    """Check that no more of the level is given away than there is.

    Raises
    ------
    MultiplicityError
        If weights or a row of arrows are negative or exceed 1, or the shape is wrong.
    """
    n = len(graph.names)
    if len(set(graph.names)) < n:
        raise MultiplicityError(
            "Two hypotheses of the graph have the same name: rename one of them."
        )
    if len(graph.weights) != n or any(
        len(row) != n for row in (graph.transitions, *graph.transitions)
    ):
        message = f"The graph has {n} hypotheses: give {n} weights and {n} rows of {n} arrows."
        raise MultiplicityError(message)
    _check_shares("The weights of the graph", graph.weights)
    for index, (name, row) in enumerate(zip(graph.names, graph.transitions, strict=True)):
        _check_shares(f"The arrows from {name}", row)
        if row[index] != 0:
            message = f"{name} passes its level to itself: set that arrow to 0."
            raise MultiplicityError(message)


def _check_shares(what: str, shares: Sequence[float | Fraction]) -> None:
    if any(not 0 <= share <= 1 for share in shares):
        message = f"{what} are {_listed(shares)}: each must lie between 0 and 1."
        raise MultiplicityError(message)
    if sum(map(as_written, shares)) > 1:
        message = f"{what} sum to {float(sum(map(as_written, shares)))}: they may sum to 1 at most."
        raise MultiplicityError(message)


def _listed(shares: Sequence[float | Fraction]) -> str:
    return ", ".join(str(float(share)) for share in shares)


def _check_names(graph: InheritanceGraph, hypotheses: Sequence[Hypothesis]) -> None:
    given, wanted = {h.name for h in hypotheses}, set(graph.names)
    if given != wanted:
        odd = min(given ^ wanted)
        where = "has no p value" if odd in wanted else "is not in the graph"
        message = (
            f"The hypothesis {odd} {where}: give one p value for each hypothesis of the graph."
        )
        raise MultiplicityError(message)
