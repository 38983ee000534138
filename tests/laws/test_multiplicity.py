"""Laws of multiplicity: one procedure told in two ways decides the same."""

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.multiplicity.families import Procedure, adjust_family
from analysis.multiplicity.graph import InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis
from analysis.multiplicity.procedures import (
    Family,
    bonferroni_graph,
    decide_serially,
    fixed_sequence,
    holm_graph,
)

P_VALUES = st.lists(
    st.integers(0, 10_000).map(lambda count: count / 10_000), min_size=2, max_size=7
)
LEVELS = st.sampled_from([0.01, 0.025, 0.05, 0.1])


def named(p_values: list[float]) -> list[Hypothesis]:
    """Return hypotheses called H0, H1, ..."""
    return [Hypothesis(name=f"H{place}", p=p) for place, p in enumerate(p_values)]


@settings(max_examples=50, deadline=None)
@given(p_values=P_VALUES)
@pytest.mark.parametrize(
    ("graph", "procedure"),
    [(holm_graph, Procedure.HOLM), (bonferroni_graph, Procedure.BONFERRONI)],
)
def test_a_procedure_and_its_graph_give_the_same_adjusted_p_values(
    graph: object, procedure: Procedure, p_values: list[float]
) -> None:
    hypotheses = named(p_values)

    by_graph = decide_by_graph(
        graph([h.name for h in hypotheses]),  # type: ignore[operator]
        hypotheses,
        significance_level=0.05,
    )
    by_formula = adjust_family(hypotheses, procedure, significance_level=0.05)

    assert [d.adjusted_p for d in by_graph.decisions] == pytest.approx(
        [d.adjusted_p for d in by_formula], rel=1e-14, abs=0
    )


@settings(max_examples=50, deadline=None)
@given(p_values=P_VALUES)
def test_a_fixed_sequence_carries_the_largest_p_value_so_far(p_values: list[float]) -> None:
    hypotheses = named(p_values)

    outcome = decide_by_graph(
        fixed_sequence([h.name for h in hypotheses]), hypotheses, significance_level=0.05
    )

    assert [d.adjusted_p for d in outcome.decisions] == list(accumulate(p_values, max))


@settings(max_examples=50, deadline=None)
@given(p_values=P_VALUES)
def test_families_of_one_are_a_fixed_sequence(p_values: list[float]) -> None:
    hypotheses = named(p_values)
    families = [Family(name=h.name, hypotheses=(h,)) for h in hypotheses]

    serial = decide_serially(families, significance_level=0.05)

    assert [d.adjusted_p for d in serial] == list(accumulate(p_values, max))


@settings(max_examples=50, deadline=None)
@given(p_values=P_VALUES)
def test_procedures_are_ordered_by_how_much_they_reject(p_values: list[float]) -> None:
    adjusted = [
        [d.adjusted_p for d in adjust_family(named(p_values), procedure, significance_level=0.05)]
        for procedure in (
            Procedure.BONFERRONI,
            Procedure.HOLM,
            Procedure.HOCHBERG,
            Procedure.HOMMEL,
            Procedure.BENJAMINI_HOCHBERG,
        )
    ]

    for stricter, looser in pairwise(adjusted):
        assert all(a >= b - 1e-15 for a, b in zip(stricter, looser, strict=True))


@settings(max_examples=50, deadline=None)
@given(data=st.data(), p_values=P_VALUES, level=LEVELS)
def test_in_any_graph_a_decision_agrees_with_its_local_level_and_levels_never_exceed_the_whole(
    data: st.DataObject, p_values: list[float], level: float
) -> None:
    n = len(p_values)
    weights = _shares(data, n)
    rows = [_shares(data, n) for _ in range(n)]
    transitions = tuple(
        tuple(Fraction(0) if row == column else share for column, share in enumerate(shares))
        for row, shares in enumerate(rows)
    )
    hypotheses = named(p_values)
    graph = InheritanceGraph(
        names=tuple(h.name for h in hypotheses), weights=tuple(weights), transitions=transitions
    )

    outcome = decide_by_graph(graph, hypotheses, significance_level=level)

    for step in outcome.steps:
        assert sum(weight for _, weight in step.weights_before) <= 1
    for decision in outcome.decisions:
        within = decision.local_level > 0 and decision.p <= decision.local_level + 1e-15
        assert decision.is_rejected == within


def _shares(data: st.DataObject, n: int) -> list[Fraction]:
    counts = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    return [Fraction(count, max(1, sum(counts))) for count in counts]
