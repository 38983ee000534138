"""Whether analyses of order say enough: cuts that rise, and ranks that exist and are not named twice."""

from collections.abc import Iterator
from itertools import pairwise

from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import LEFT_TRIAL
from protocols.planned_orders import PlannedRank, ShiftOf
from protocols.problems import Fault, Path

_HAS_BASELINE = frozenset(
    {OutcomeSource.QUESTIONNAIRE, OutcomeSource.RESTING_HRV, OutcomeSource.RESTING_SIGNAL}
)


def order_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with the cuts of ordered categories.

    Yields
    ------
    Fault
    """
    promise = planned.ordinal
    if promise is not None and any(low >= high for low, high in pairwise(promise.cuts)):
        cuts = ", ".join(f"{cut:g}" for cut in promise.cuts)
        what = f"The cuts of {planned.code} do not rise: {cuts}."
        yield Fault((*path, "ordinal", "cuts"), what, "Write each once, the lowest first.")


def win_ratio_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with the ranks of a win ratio.

    Yields
    ------
    Fault
    """
    promise = planned.win_ratio
    if promise is None:
        return
    place = (*path, "win_ratio", "ranks")
    variables = [rank.variable for rank in promise.ranks]
    if planned.outcome not in variables:
        what = f"{planned.code} does not decide any pair by its own outcome {planned.outcome}."
        yield Fault(place, what, "Name it among the ranks, or choose another outcome.")
    if len(set(variables)) < len(variables):
        what = f"{planned.code} names a variable twice among its ranks."
        yield Fault(place, what, "Name each once, the most important first.")
    for position, rank in enumerate(promise.ranks):
        yield from _rank_faults(protocol, planned, rank, (*place, position))


def _rank_faults(
    protocol: Protocol, planned: PlannedAnalysis, rank: PlannedRank, place: Path
) -> Iterator[Fault]:
    outcomes = [
        one.code for one in protocol.outcomes if one.source is not OutcomeSource.ADVERSE_EVENTS
    ]
    events = [LEFT_TRIAL, *(one.code for one in protocol.intercurrent_events)]
    if rank.variable not in {*outcomes, *events}:
        what = f"{planned.code} ranks “{rank.variable}”, which is neither an outcome nor an event."
        mend = f"Outcomes: {', '.join(outcomes)}. Events: {', '.join(events)}."
        yield Fault((*place, "variable"), what, mend)
    if rank.margin < 0 or (rank.margin and rank.variable in events):
        what = f"{planned.code} has a margin of {rank.margin:g} for {rank.variable}."
        yield Fault((*place, "margin"), what, "Write 0 or more for an outcome; an event has none.")


def shift_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield when a change is ranked of an outcome that has no baseline.

    Yields
    ------
    Fault
    """
    outcome = protocol.outcome(planned.outcome)
    promise = planned.shift
    if promise is None or promise.of is ShiftOf.VALUE or outcome.source in _HAS_BASELINE:
        return
    what = f"{planned.code} ranks the change of {outcome.code}, which has no baseline."
    yield Fault((*path, "shift", "of"), what, "Rank the value.")
