"""Whether analyses of responders and of reliable change say enough: thresholds with their source, strata that are factors."""

from collections.abc import Iterator

from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import ResponseCriterion
from protocols.problems import Fault, Path


def responder_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what the definition of a responder lacks.

    Yields
    ------
    Fault
    """
    promise = planned.responder
    if promise is None:
        return
    place = (*path, "responder")
    if promise.criterion is ResponseCriterion.IMPROVED_BY and not promise.threshold > 0:
        what = f"{planned.code} calls everyone a responder who improved by {promise.threshold:g}."
        yield Fault((*place, "threshold"), what, "Write the size of the improvement, > 0.")
    if not promise.source.strip():
        what = f"{planned.code} does not say where the threshold of a response comes from."
        yield Fault((*place, "source"), what, "Name the paper or the reason.")


def strata_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what a comparison of responders within strata lacks.

    Yields
    ------
    Fault
    """
    yield from responder_faults(protocol, planned, path)
    if "baseline" in planned.covariates:
        what = f"{planned.code} compares within strata, and a baseline value is no stratum."
        place = (*path, "covariates", planned.covariates.index("baseline"))
        yield Fault(place, what, "Name factors of the randomization only, or choose responder.")


def reliable_change_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    """Yield what the definition of a reliable change lacks.

    Yields
    ------
    Fault
    """
    promise = planned.reliable_change
    if promise is None:
        return
    place = (*path, "reliable_change")
    if not promise.standard_deviation > 0:
        what = f"{planned.code} takes {promise.standard_deviation:g} as a standard deviation."
        yield Fault((*place, "standard_deviation"), what, "Write a published one, > 0.")
    if not 0 <= promise.reliability < 1:
        what = f"{planned.code} takes {promise.reliability:g} as the reliability."
        yield Fault((*place, "reliability"), what, "Write a published one, from 0 to less than 1.")
    if not promise.source.strip():
        what = f"{planned.code} does not say where its reliability and its cut-off come from."
        yield Fault((*place, "source"), what, "Name the paper.")
