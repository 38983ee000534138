"""Shares of a level over several looks, and the group sequential graph, against rpact and a plain loop around it."""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.interim_analysis.design import (
    BetaSpending,
    FutilityForce,
    GroupSequentialDesign,
    Sides,
)
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.sequential_p import LookSeries, SeenLook, sequential_p
from analysis.interim_analysis.spending import (
    OBrienFlemingSpending,
    PocockSpending,
    SpendingFunction,
)
from analysis.multiplicity.graph import InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis

pytestmark = pytest.mark.reference
RPACT: dict[str, Any] = json.loads(Path(__file__).with_name("looks.json").read_text("utf-8"))
RULES: dict[str, SpendingFunction] = {
    "o_brien_fleming": OBrienFlemingSpending(),
    "pocock": PocockSpending(),
}


def series(
    kind: str, information: list[float], z: list[float], *, is_ended: bool = True
) -> LookSeries:
    """Return looks with these statistics."""
    return LookSeries(
        rule=RULES[kind],
        sides=Sides.TWO_SIDED,
        looks=tuple(
            SeenLook(
                number=number,
                information=t,
                estimate=LookEstimate(estimate=found, standard_error=1.0, df=None),
            )
            for number, (t, found) in enumerate(zip(information, z, strict=False), start=1)
        ),
        is_ended=is_ended,
    )


@pytest.mark.parametrize("case", RPACT["at_shares"])
def test_bounds_at_a_share_of_the_level(case: dict[str, Any]) -> None:
    found = series(case["kind"], case["information"], [0.0] * 3).bounds(case["level"])

    assert found == pytest.approx(case["bounds"], abs=1e-8)


@pytest.mark.parametrize("case", RPACT["p_values"])
def test_the_p_value_of_all_looks_is_the_smallest_level_that_rejects(case: dict[str, Any]) -> None:
    looked = series(case["kind"], case["information"], case["z"], is_ended=case["ended"])

    p, place = sequential_p(looked)

    assert p == pytest.approx(case["p"], abs=1e-10)
    assert place + 1 == case["look"]


@pytest.mark.parametrize("trial", RPACT["graph"]["trials"])
def test_the_graph_over_looks_rejects_the_same_hypotheses_at_the_same_looks(
    trial: dict[str, Any],
) -> None:
    planned = RPACT["graph"]
    names = tuple(planned["hypotheses"])
    graph = InheritanceGraph(
        names=names,
        weights=tuple(planned["weights"]),
        transitions=tuple(tuple(row[name] for name in names) for row in planned["transitions"]),
    )
    rejected_at = dict.fromkeys(names, 0)
    for look in (1, 2, 3):
        p_values = [
            sequential_p(series(kind, RPACT["information"][:look], z, is_ended=look == len(z)))[0]
            for kind, z in zip(planned["kinds"], trial["z"], strict=True)
        ]
        hypotheses = [Hypothesis(name=n, p=p) for n, p in zip(names, p_values, strict=True)]
        outcome = decide_by_graph(graph, hypotheses, significance_level=0.05)
        for one in outcome.decisions:
            if one.is_rejected and not rejected_at[one.name]:
                rejected_at[one.name] = look

    assert rejected_at == trial["rejected_at"]


@pytest.mark.parametrize("case", RPACT["beta_spending"])
def test_futility_bounds_at_unequal_looks(case: dict[str, Any]) -> None:
    design = GroupSequentialDesign(
        information_fractions=tuple(RPACT["information"]),
        significance_level=0.025,
        statistical_power=0.9,
        sides=Sides.ONE_SIDED,
        efficacy=OBrienFlemingSpending(),
        futility=BetaSpending(
            function=PocockSpending(),
            force=FutilityForce.BINDING if case["binding"] else FutilityForce.NON_BINDING,
        ),
    )

    held = replan(design, design.information_fractions, is_last_look=True)

    assert held.efficacy == pytest.approx(case["efficacy"], abs=3e-8)
    assert held.futility is not None
    assert held.futility[:-1] == pytest.approx(case["futility"], abs=3e-8)
