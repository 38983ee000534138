"""The graph of Bretz and others: adjusted p values, the record of the steps, refusals."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analysis.multiplicity.graph import InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis, MultiplicityError
from analysis.multiplicity.procedures import fixed_sequence, holm_graph


def hypotheses(**p_values: float) -> list[Hypothesis]:
    """Return hypotheses by name."""
    return [Hypothesis(name=name, p=p) for name, p in p_values.items()]


def graph_of(case: dict[str, Any]) -> tuple[InheritanceGraph, list[Hypothesis]]:
    """Return graph and p values of one case of the reference."""
    names = tuple(f"H{place}" for place in range(len(case["p"])))
    graph = InheritanceGraph(
        names=names, weights=tuple(case["weights"]), transitions=tuple(map(tuple, case["G"]))
    )
    return graph, [Hypothesis(name=n, p=p) for n, p in zip(names, case["p"], strict=True)]


@pytest.mark.reference
def test_adjusted_p_values_are_those_of_the_published_algorithm(reference: Path) -> None:
    cases = json.loads((reference / "statistics" / "multiplicity.json").read_text("utf-8"))

    for case in cases["graphical"]:
        graph, given = graph_of(case)
        outcome = decide_by_graph(graph, given, significance_level=0.05)

        # thirds are written with 15 digits there
        assert [d.adjusted_p for d in outcome.decisions] == pytest.approx(
            case["adjusted"], rel=3e-15, abs=0
        )


def test_the_record_says_who_was_tested_at_which_level_and_what_was_left() -> None:
    graph = fixed_sequence(["anxiety", "sleep", "mood"])

    outcome = decide_by_graph(
        graph, hypotheses(anxiety=0.01, sleep=0.2, mood=0.001), significance_level=0.05
    )

    assert [(s.name, s.local_level, s.is_rejected) for s in outcome.steps] == [
        ("anxiety", 0.05, True),
        ("sleep", 0.05, False),
        ("mood", 0.05, False),
    ]
    assert outcome.steps[1].weights_before == (("sleep", Fraction(1)), ("mood", Fraction(0)))
    assert [d.local_level for d in outcome.decisions] == [0.05, 0.05, 0.0]


def test_a_p_value_exactly_on_its_level_is_rejected() -> None:
    # 0.05 / 3 has no exact decimal, 0.15 / 3 has; in floating point 3 * 0.05 > 0.15
    outcome = decide_by_graph(
        holm_graph(["a", "b", "c"]), hypotheses(a=0.05, b=0.9, c=0.9), significance_level=0.15
    )

    assert 3 * 0.05 > 0.15
    assert outcome.decisions[0].is_rejected
    assert outcome.decisions[0].adjusted_p == 0.15


def test_a_hypothesis_that_nobody_gives_a_level_is_never_rejected() -> None:
    graph = InheritanceGraph(names=("a", "b"), weights=(1, 0), transitions=((0, 0), (0, 0)))

    outcome = decide_by_graph(graph, hypotheses(a=0.001, b=0.0), significance_level=0.05)

    assert [d.adjusted_p for d in outcome.decisions] == [0.001, 1.0]


@pytest.mark.parametrize(
    ("weights", "transitions", "sentence"),
    [
        ((0.6, 0.6), ((0, 1), (1, 0)), "The weights of the graph sum to 1.2"),
        ((0.5, 0.5), ((0, 1.1), (1, 0)), "The arrows from a are 0.0, 1.1"),
        ((0.5, -0.5), ((0, 1), (1, 0)), "The weights of the graph are 0.5, -0.5"),
        ((0.5, 0.5), ((0.5, 0.5), (1, 0)), "a passes its level to itself"),
        ((1,), ((0, 1), (1, 0)), "The graph has 2 hypotheses: give 2 weights"),
    ],
)
def test_a_graph_that_gives_away_too_much_is_named(
    weights: tuple[float, ...], transitions: tuple[tuple[float, ...], ...], sentence: str
) -> None:
    graph = InheritanceGraph(names=("a", "b"), weights=weights, transitions=transitions)

    with pytest.raises(MultiplicityError, match=sentence):
        decide_by_graph(graph, hypotheses(a=0.01, b=0.02), significance_level=0.05)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"a": 0.01}, "The hypothesis b has no p value"),
        ({"a": 0.01, "b": 0.1, "c": 0.2}, "The hypothesis c is not in the graph"),
    ],
)
def test_names_that_do_not_fit_the_graph_are_named(given: dict[str, float], sentence: str) -> None:
    with pytest.raises(MultiplicityError, match=sentence):
        decide_by_graph(holm_graph(["a", "b"]), hypotheses(**given), significance_level=0.05)
