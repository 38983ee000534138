"""Procedures as graphs, and families that wait for one another."""

import pytest

from analysis.multiplicity.families import Procedure
from analysis.multiplicity.graph import decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis, MultiplicityError
from analysis.multiplicity.procedures import (
    Family,
    bonferroni_graph,
    decide_serially,
    fallback,
    fixed_sequence,
    parallel_gatekeeping,
)


def pairs(**p_values: float) -> tuple[Hypothesis, ...]:
    """Return hypotheses by name."""
    return tuple(Hypothesis(name=name, p=p) for name, p in p_values.items())


def test_fallback_gives_its_level_on_and_keeps_the_own_share_of_the_next() -> None:
    # Wiens (2003): 0.04 for the first, 0.01 for the second; rejecting the first gives the second all 0.05
    graph = fallback(["first", "second"], [0.8, 0.2])

    both = decide_by_graph(graph, pairs(first=0.03, second=0.045), significance_level=0.05)
    second_only = decide_by_graph(graph, pairs(first=0.3, second=0.009), significance_level=0.05)

    assert [d.is_rejected for d in both.decisions] == [True, True]
    assert [d.is_rejected for d in second_only.decisions] == [False, True]
    assert [d.local_level for d in second_only.decisions] == [0.04, 0.01]


def test_parallel_gatekeeping_opens_a_share_for_each_rejection_of_the_gate() -> None:
    graph = parallel_gatekeeping(["g1", "g2"], ["s1", "s2"])

    outcome = decide_by_graph(
        graph, pairs(g1=0.02, g2=0.5, s1=0.012, s2=0.03), significance_level=0.05
    )

    # half of 0.05 goes to the second family: 0.0125 each, then 0.025 for the last by Holm
    assert [d.is_rejected for d in outcome.decisions] == [True, False, True, False]
    assert [d.local_level for d in outcome.decisions] == [0.025, 0.025, 0.0125, 0.025]


def test_serial_families_wait_until_all_of_the_one_before_is_rejected() -> None:
    gate = Family(name="primary", hypotheses=pairs(a=0.01, b=0.04))
    behind = Family(
        name="secondary", hypotheses=pairs(c=0.001, d=0.002), procedure=Procedure.HOCHBERG
    )

    open_gate = decide_serially([gate, behind], significance_level=0.05)
    shut_gate = decide_serially([gate, behind], significance_level=0.03)

    assert [d.adjusted_p for d in open_gate] == pytest.approx([0.02, 0.04, 0.04, 0.04])
    assert [d.is_rejected for d in shut_gate] == [True, False, False, False]
    assert [d.local_level for d in shut_gate] == [0.015, 0.03, 0.0, 0.0]


@pytest.mark.parametrize("make", [bonferroni_graph, fixed_sequence])
def test_a_graph_of_no_hypotheses_is_refused(make: object) -> None:
    with pytest.raises(MultiplicityError, match="There is no hypothesis to test"):
        make([])  # type: ignore[operator]


def test_no_family_is_refused() -> None:
    with pytest.raises(MultiplicityError, match="There is no family to test"):
        decide_serially([], significance_level=0.05)


def test_a_hypothesis_in_two_families_is_refused() -> None:
    family = Family(name="primary", hypotheses=pairs(a=0.01))

    with pytest.raises(MultiplicityError, match="The hypothesis a is there twice"):
        decide_serially([family, family], significance_level=0.05)
