"""The example protocol with more in its analysis plan: families, a graph, or looks."""

from dataclasses import replace
from typing import Any

from protocols.design import Protocol
from protocols.interim_looks import PlannedLooks, Spending
from protocols.multiplicity import (
    FamilyProcedure,
    PlannedFamily,
    PlannedGraph,
    PlannedHeir,
    PlannedHypothesis,
)

PRIMARY = "primary_gad7_week_4"
FAMILIES = (
    PlannedFamily(code="primary", label="Primary", analyses=(PRIMARY,)),
    PlannedFamily(
        code="secondary",
        label="Secondary",
        analyses=("phq9_week_4", "who5_week_4"),
        procedure=FamilyProcedure.HOLM,
    ),
)
GRAPH = PlannedGraph(
    hypotheses=(
        PlannedHypothesis(
            analysis=PRIMARY,
            weight=0.8,
            heirs=(
                PlannedHeir(analysis="phq9_week_4", share=0.5),
                PlannedHeir(analysis="who5_week_4", share=0.5),
            ),
        ),
        PlannedHypothesis(
            analysis="phq9_week_4",
            weight=0.2,
            heirs=(PlannedHeir(analysis="who5_week_4", share=1.0),),
        ),
        PlannedHypothesis(analysis="who5_week_4", weight=0.0),
    )
)
LOOKS = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.O_BRIEN_FLEMING)


def promising(protocol: Protocol, **promises: Any) -> Protocol:  # noqa: ANN401 - fields of the plan
    """Return a protocol with other promises in its analysis plan."""
    return replace(protocol, analysis=replace(protocol.analysis, **promises))
