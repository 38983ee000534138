"""Confidence bounds agree with the decisions of a graph, and hold together."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from analysis.multiplicity.compatible_bounds import compatible_lower_bounds
from analysis.multiplicity.graph import InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis
from analysis.multiplicity.procedures import fixed_sequence, holm_graph

NORMAL = NormalDist()


def bounds_of(graph: InheritanceGraph, estimates: dict[str, float]) -> dict[str, float]:
    """Return the lower bounds of estimates with standard error 1, at 0.025 one-sided."""
    outcome = decide_by_graph(
        graph,
        [Hypothesis(name=n, p=1 - NORMAL.cdf(e)) for n, e in estimates.items()],
        significance_level=0.025,
    )
    found = compatible_lower_bounds(
        graph, outcome, lambda name, level: estimates[name] - NORMAL.inv_cdf(1 - level)
    )
    assert [one.is_rejected for one in found] == [d.is_rejected for d in outcome.decisions]
    return {one.name: one.lower for one in found}


def test_who_is_not_rejected_has_its_bound_and_who_is_rejected_the_null_value() -> None:
    found = bounds_of(holm_graph(["a", "b"]), {"a": 3.0, "b": 1.0})

    assert found["a"] == 0.0
    assert found["b"] == pytest.approx(1.0 - NORMAL.inv_cdf(0.975))


def test_when_all_are_rejected_each_has_the_bound_of_its_first_share_if_that_says_more() -> None:
    found = bounds_of(holm_graph(["a", "b"]), {"a": 4.0, "b": 2.1})

    assert found["a"] == pytest.approx(4.0 - NORMAL.inv_cdf(0.9875))
    assert found["b"] == 0.0


def test_a_hypothesis_that_was_never_reached_has_no_bound() -> None:
    found = bounds_of(fixed_sequence(["a", "b"]), {"a": 1.0, "b": 5.0})

    assert found["b"] == -math.inf


def test_the_bounds_hold_together_for_whatever_is_true() -> None:
    truth = {"a": 0.8, "b": 0.0, "c": 2.0}
    draw = np.random.Generator(np.random.PCG64(6))
    trials = 1500
    wrong = 0
    for _ in range(trials):
        estimates = {name: value + draw.standard_normal() for name, value in truth.items()}
        found = bounds_of(holm_graph(list(truth)), estimates)
        wrong += any(found[name] > value for name, value in truth.items())

    assert wrong / trials < 0.025 + 4 * math.sqrt(0.025 * 0.975 / trials)
