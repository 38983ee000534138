"""Well-known procedures as graphs, and families that wait for one another.

References
----------
Maurer, Hothorn & Lehmacher (1995) in Vollmar, Biometrie in der chemisch-pharmazeutischen Industrie 6 (fixed sequence).
Wiens (2003), Pharmaceutical Statistics 2, 211-215 (fallback).
Westfall & Krishen (2001), Journal of Statistical Planning and Inference 99, 25-40 (serial gatekeeping).
Dmitrienko, Offen & Westfall (2003), Statistics in Medicine 22, 2387-2400 (parallel gatekeeping).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from analysis.multiplicity.families import Procedure, adjust_family
from analysis.multiplicity.graph import InheritanceGraph, check_graph
from analysis.multiplicity.hypotheses import (
    Decision,
    Hypothesis,
    MultiplicityError,
    check_hypotheses,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Hypotheses that are tested together."""

    name: str
    hypotheses: tuple[Hypothesis, ...]
    procedure: Procedure = Procedure.HOLM


def bonferroni_graph(names: Sequence[str]) -> InheritanceGraph:
    """Return the graph of Bonferroni: equal weights, nothing is passed on."""
    return _graph(names, _equal_weights(names), lambda _first, _second: 0)


def holm_graph(names: Sequence[str]) -> InheritanceGraph:
    """Return the graph of Holm: equal weights, passed on to all others alike."""
    n = len(names)
    return _graph(
        names,
        _equal_weights(names),
        lambda first, second: Fraction(1, n - 1) if first != second else 0,
    )


def fixed_sequence(names: Sequence[str]) -> InheritanceGraph:
    """Return the graph of a fixed sequence: all of the level goes from one to the next."""
    return fallback(names, [1, *[0] * (len(names) - 1)])


def fallback(names: Sequence[str], weights: Sequence[float | Fraction]) -> InheritanceGraph:
    """Return the graph of the fallback procedure: each passes its level to the next, the last to nobody."""
    return _graph(names, weights, lambda first, second: int(second == first + 1))


def parallel_gatekeeping(gate: Sequence[str], behind: Sequence[str]) -> InheritanceGraph:
    """Return the graph in which any rejection of the gate opens a share for those behind it.

    The gate is tested as Bonferroni, those behind it as Holm.
    """
    width, depth = len(gate), len(behind)

    def arrow(first: int, second: int) -> Fraction | int:
        if first == second or second < width:
            return 0
        return Fraction(1, depth if first < width else depth - 1)

    weights = [*_equal_weights(gate), *[Fraction(0)] * depth]
    return _graph([*gate, *behind], weights, arrow)


def decide_serially(
    families: Sequence[Family], *, significance_level: float
) -> tuple[Decision, ...]:
    """Test families one after another: each waits until all of the one before it is rejected.

    Parameters
    ----------
    families : sequence of Family
        In the order of the plan, each with its own procedure.
    significance_level : float
        Of all of them together.

    Returns
    -------
    tuple of Decision
        Family after family. The local level of a hypothesis that was not reached is 0.

    Raises
    ------
    MultiplicityError
        If there is no family, or a name is in two of them.
    """
    if not families:
        raise MultiplicityError("There is no family to test: name at least one.")
    check_hypotheses([hypothesis for family in families for hypothesis in family.hypotheses])
    gate = 0.0
    decisions: list[Decision] = []
    for family in families:
        own = adjust_family(
            family.hypotheses, family.procedure, significance_level=significance_level
        )
        decisions += [_behind(decision, gate, significance_level) for decision in own]
        gate = max(gate, *(decision.adjusted_p for decision in own))
    return tuple(decisions)


def _behind(decision: Decision, gate: float, level: float) -> Decision:
    adjusted = max(gate, decision.adjusted_p)
    return replace(
        decision,
        adjusted_p=adjusted,
        local_level=decision.local_level if gate <= level else 0.0,
        is_rejected=adjusted <= level,
    )


def _equal_weights(names: Sequence[str]) -> list[Fraction]:
    return [Fraction(1, len(names)) for _ in names]


def _graph(
    names: Sequence[str],
    weights: Sequence[float | Fraction],
    arrow: Callable[[int, int], float | Fraction],
) -> InheritanceGraph:
    if not names:
        raise MultiplicityError("There is no hypothesis to test: name at least one.")
    n = len(names)
    graph = InheritanceGraph(
        names=tuple(names),
        weights=tuple(weights),
        transitions=tuple(tuple(arrow(first, second) for second in range(n)) for first in range(n)),
    )
    check_graph(graph)
    return graph
