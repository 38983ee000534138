"""Whether analyses of events say enough: an event that exists, a day until which people are followed."""

from collections.abc import Iterator

from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import LEFT_TRIAL
from protocols.problems import Fault, Path


def no_baseline_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield when an analysis of events is adjusted for a baseline value.

    Yields
    ------
    Fault
    """
    if "baseline" in planned.covariates:
        what = f"{planned.code} counts events, which have no baseline."
        place = (*path, "covariates", planned.covariates.index("baseline"))
        yield Fault(place, what, "Adjust for factors of the randomization only.")


def time_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what an analysis of the time to an event lacks.

    Yields
    ------
    Fault
    """
    yield from no_baseline_faults(protocol, planned, path)
    if planned.time_to_event is not None:
        place = (*path, "time_to_event", "event")
        yield from _event_faults(protocol, planned, planned.time_to_event.event, place)


def restricted_mean_faults(
    protocol: Protocol, planned: PlannedAnalysis, path: Path
) -> Iterator[Fault]:
    """Yield what an analysis of the mean time without an event lacks.

    Yields
    ------
    Fault
    """
    promise = planned.restricted_mean
    if promise is None:
        return
    place = (*path, "restricted_mean")
    yield from _event_faults(protocol, planned, promise.event, (*place, "event"))
    last = max(visit.day for visit in protocol.visits)
    if not 1 < promise.horizon_days <= last:
        what = f"{planned.code} counts days up to day {promise.horizon_days:g}."
        yield Fault(
            (*place, "horizon_days"), what, f"The last visit is on day {last}: choose 2 to {last}."
        )


def _event_faults(
    protocol: Protocol, planned: PlannedAnalysis, event: str, place: Path
) -> Iterator[Fault]:
    codes = [LEFT_TRIAL, *(one.code for one in protocol.intercurrent_events)]
    if event not in codes:
        what = f"{planned.code} counts the time to “{event}”, which is no event."
        yield Fault(place, what, f"Events: {', '.join(codes)}.")
