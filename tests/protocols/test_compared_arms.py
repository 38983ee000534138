"""More than two arms: every comparison with the reference arm is a hypothesis, told and checked as one."""

from dataclasses import replace
from typing import Any

import pytest

from protocols.checks import find_faults
from protocols.design import Protocol
from protocols.document import public_protocol_text, shipped_protocol
from protocols.hypotheses import initial_shares, planned_hypotheses, reference_arm
from protocols.interim_looks import PlannedLooks, Spending
from protocols.multiplicity import (
    PlannedFamily,
    PlannedGraph,
    PlannedHeir,
    PlannedHypothesis,
)
from protocols.reading import path_text

PRIMARY = "primary_gad7_week_4"
FAMILY = PlannedFamily(code="primary", label="Primary", analyses=(PRIMARY,))
LOOKS = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.POCOCK)


def with_three_arms(**promises: Any) -> Protocol:  # noqa: ANN401 - fields of the plan
    """Return the shipped protocol with a second experimental arm and more in its plan."""
    shipped = shipped_protocol()
    arm = replace(shipped.arms[0], code="slower", label="Slower music")
    return replace(
        shipped,
        arms=(*shipped.arms, arm),
        analysis=replace(shipped.analysis, **promises),
    )


def hypothesis(arm: str | None, weight: float, *heirs: PlannedHeir) -> PlannedHypothesis:
    return PlannedHypothesis(analysis=PRIMARY, weight=weight, heirs=heirs, arm=arm)


def found(**promises: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - fields of the plan
    """Return place and fact of every fault in the plan."""
    faults = find_faults(with_three_arms(**promises))
    return [(path_text(f.path), f.what) for f in faults if f.path[0] == "analysis"]


def test_a_family_has_one_hypothesis_for_each_comparison_of_each_of_its_analyses() -> None:
    family = replace(FAMILY, analyses=(PRIMARY, "phq9_week_4"))
    protocol = with_three_arms(families=(family,))
    first, _, slower = (arm.code for arm in protocol.arms)

    tests = planned_hypotheses(protocol)

    assert reference_arm(protocol) == protocol.arms[1].code
    assert [test.name for test in tests] == [
        f"{code}.{arm}" for code in (PRIMARY, "phq9_week_4") for arm in (first, slower)
    ]
    assert tests[1].label == "Primary: anxiety at week 4: Slower music"
    assert initial_shares(protocol) == {test.name: 0.25 for test in tests}
    assert found(families=(family,)) == []


def test_a_family_may_be_about_some_of_the_arms() -> None:
    protocol = with_three_arms(families=(replace(FAMILY, arms=("slower",)),))

    assert [test.name for test in planned_hypotheses(protocol)] == [f"{PRIMARY}.slower"]
    assert "- Primary (Holm): Primary: anxiety at week 4: Slower music" in (
        public_protocol_text(protocol)
    )


def test_a_graph_names_the_arm_of_every_hypothesis_and_heir() -> None:
    first = shipped_protocol().arms[0].code
    heir = PlannedHeir(analysis=PRIMARY, share=1.0, arm="slower")
    graph = PlannedGraph(hypotheses=(hypothesis(first, 1.0, heir), hypothesis("slower", 0.0)))

    assert found(graph=graph, looks=LOOKS) == []
    assert initial_shares(with_three_arms(graph=graph)) == {
        f"{PRIMARY}.{first}": 1.0,
        f"{PRIMARY}.slower": 0.0,
    }


@pytest.mark.parametrize(
    ("promises", "path", "what"),
    [
        (
            {"graph": PlannedGraph(hypotheses=(hypothesis(None, 1.0),))},
            "analysis.graph.hypotheses[0]",
            "has several comparisons, and a hypothesis of a graph is one",
        ),
        (
            {"graph": PlannedGraph(hypotheses=(hypothesis("quicker", 1.0),))},
            "analysis.graph.hypotheses[0].arm",
            "“quicker” is not compared with the reference arm",
        ),
        (
            {"families": (replace(FAMILY, arms=("slower", "quicker")),)},
            "analysis.families[0].arms[1]",
            "“quicker” is not compared with the reference arm",
        ),
        ({"looks": LOOKS}, "analysis.looks", "nothing says how they share the level"),
    ],
)
def test_a_comparison_that_is_not_there_is_refused_where_it_is_mended(
    promises: dict[str, Any], path: str, what: str
) -> None:
    ((where, said),) = found(**promises)

    assert where == path
    assert what in said
