"""CALM-1 with an outcome of a signal beside those that it has."""

from dataclasses import replace

from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.outcomes import Direction, Outcome, OutcomeRole, OutcomeSource
from protocols.signal_variables import SIGNAL_VARIABLES

VISIT = "week_4"


def signal_outcome(variable: str, /, **changes: object) -> Outcome:
    """Return a sound outcome of a variable, with changes."""
    known = SIGNAL_VARIABLES[variable]
    outcome = Outcome(
        code=f"{variable}_{VISIT}",
        label=f"{known.label} at week 4",
        role=OutcomeRole.EXPLORATORY,
        domain="Autonomic regulation",
        source=OutcomeSource.RESTING_SIGNAL,
        visit=VISIT,
        direction=known.direction or Direction.LOWER_IS_BETTER,
        unit=known.unit,
        summary="Difference between arms in adjusted mean",
        recipe=known.recipe,
        variable=variable,
    )
    return replace(outcome, **changes)  # type: ignore[arg-type]


def protocol_with(*outcomes: Outcome) -> Protocol:
    """Return CALM-1 with outcomes more, each with the analysis that lnRMSSD has."""
    calm = shipped_protocol()
    like = next(one for one in calm.analysis.analyses if one.outcome == "ln_rmssd_week_4")
    analyses = tuple(replace(like, code=one.code, outcome=one.code) for one in outcomes)
    return replace(
        calm,
        outcomes=(*calm.outcomes, *outcomes),
        analysis=replace(calm.analysis, analyses=(*calm.analysis.analyses, *analyses)),
    )
