"""The analyses of a plan as analyses of simulated trials, and what a plan does not say but a simulation has to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from analysis.estimators.cluster_robust import ClusterCovariance
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.estimators.session_course import RandomEffects
from analysis.operating_characteristics.batches import VisitsBatch
from analysis.operating_characteristics.criteria import Above, Below, Between, Criterion
from analysis.operating_characteristics.each_trial import EachTrial
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.linear_analyses import (
    Analysis,
    Ancova,
    MeansTest,
    Summary,
)
from analysis.operating_characteristics.mixed_model import MixedModelAtLastVisit
from analysis.operating_characteristics.planned_estimates import (
    ClusteredAtLastVisit,
    CourseOfVisits,
    ImputedAtLastVisit,
    RedrawnAtLastVisit,
    RespondersAtLastVisit,
    ShiftAtLastVisit,
)
from analysis.operating_characteristics.scenarios import VisitsScenario
from analysis.operating_characteristics.sequential_analysis import Better
from protocols.analysis_plan import AnalysisSet, Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.outcomes import Direction
from protocols.planned_estimators import ResponseCriterion

SIMULATED_SETS = (AnalysisSet.RANDOMIZED, AnalysisSet.FULL_ANALYSIS)
TrueValue = Callable[[VisitsScenario], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beyond:
    """What is assumed beyond the protocol."""

    analyses: tuple[str, ...] = ()
    """Codes of analyses of the primary outcome; empty: the primary analysis."""
    cluster_size: int = 1
    """Participants of a therapist or site in an arm; 1: none."""
    intracluster_correlation: float = 0.0
    attendance: float = 1.0
    """Share of visits, or sessions, that those still in the trial come to."""
    session_correlation: float = 0.5
    """Of any two sessions of a participant, where the outcome is rated in sessions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedAnalysis:
    """A planned analysis, and what is true of its quantity."""

    analysis: Analysis[VisitsBatch]
    truth: TrueValue
    better: Better | None
    """Which direction of the estimate is a benefit; None: it is not judged by that, so it has no looks here."""


def planned_analyses(protocol: Protocol, beyond: Beyond) -> tuple[SimulatedAnalysis, ...]:
    """Return the analyses that are asked for.

    Raises
    ------
    SimulationError
        If one does not exist, is not of the primary outcome, or needs what neither protocol nor caller assume.
    """
    primary = protocol.primary_outcome.code
    own = {one.code: one for one in protocol.analysis.analyses if one.outcome == primary}
    found = []
    for code in beyond.analyses or (protocol.primary_analysis.code,):
        if code not in own:
            message = f"The plan has no analysis {code!r} of the primary outcome; there is {', '.join(own)}."
            raise SimulationError(message)
        found.append(_simulated(protocol, own[code], beyond))
    return tuple(found)


def _simulated(protocol: Protocol, planned: PlannedAnalysis, beyond: Beyond) -> SimulatedAnalysis:
    make = _MAKERS.get(planned.estimator)
    if make is None:
        message = f"The analysis {planned.code} ({planned.estimator.value.replace('_', ' ')}) needs assumptions that a protocol does not hold; simulate it with `antiphon fit power --estimator NAME`."
        raise SimulationError(message)
    if planned.analysis_set not in SIMULATED_SETS:
        message = f"The analysis {planned.code} is of the {planned.analysis_set.value.replace('_', ' ')} set: nothing is assumed about who is in it."
        raise SimulationError(message)
    if planned.estimator is Estimator.CLUSTER_ROBUST and beyond.cluster_size < 2:
        message = f"The analysis {planned.code} is robust to participants who share a site: say how many of an arm do (cluster size) and how alike they are."
        raise SimulationError(message)
    return make(protocol, planned)


def _true_difference(scenario: VisitsScenario) -> float:
    return scenario.truth


def difference_by(protocol: Protocol, analysis: Analysis[VisitsBatch]) -> SimulatedAnalysis:
    """Return an analysis of the difference that the scenario assumes."""
    higher = protocol.primary_outcome.direction is Direction.HIGHER_IS_BETTER
    return SimulatedAnalysis(
        analysis=analysis,
        truth=_true_difference,
        better=Better.HIGHER if higher else Better.LOWER,
    )


def _ancova(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    level = protocol.analysis.confidence_level
    if planned.imputation is None:
        return difference_by(protocol, Ancova(confidence_level=level))
    return difference_by(
        protocol,
        EachTrial(
            name=f"ANCOVA, {planned.imputation.label}",
            estimator=ImputedAtLastVisit(promise=planned.imputation, confidence_level=level),
        ),
    )


def _mixed_model(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    promise = planned.mixed_model
    if promise is None:
        message = f"The plan does not say how the mixed model {planned.code} is fitted."
        raise SimulationError(message)
    estimator = MixedModelAtLastVisit(
        method=promise.method,
        structures=tuple(STRUCTURES[name] for name in promise.structures),
        confidence_level=protocol.analysis.confidence_level,
    )
    name = f"MMRM, {', else '.join(promise.structures)}, {promise.method}"
    return difference_by(protocol, EachTrial(name=name, estimator=estimator))


def _means(protocol: Protocol, _planned: PlannedAnalysis) -> SimulatedAnalysis:
    return difference_by(protocol, MeansTest(confidence_level=protocol.analysis.confidence_level))


def _session_means(protocol: Protocol, _planned: PlannedAnalysis) -> SimulatedAnalysis:
    level = protocol.analysis.confidence_level
    name = "t test of participants' means over sessions"
    analysis = MeansTest(name=name, summary=Summary.MEAN_OF_VISITS, confidence_level=level)
    return difference_by(protocol, analysis)


def _session_course(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    models = () if planned.session_course is None else planned.session_course.models
    estimator = CourseOfVisits(
        models=tuple(RandomEffects[_EFFECTS.get(model.value, model.name)] for model in models),
        confidence_level=protocol.analysis.confidence_level,
    )
    return difference_by(protocol, EachTrial(name="all sessions in one model", estimator=estimator))


_EFFECTS = {
    "random_intercept": "INTERCEPT",
    "random_intercept_and_slope": "INTERCEPT_AND_SLOPE",
}


def _within_margin(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    margin = 0.0 if planned.margin is None else planned.margin.margin
    criterion: Criterion = Between(lower=-margin, upper=margin)
    if planned.estimator is Estimator.NON_INFERIORITY:
        higher = protocol.primary_outcome.direction is Direction.HIGHER_IS_BETTER
        criterion = Above(value=-margin) if higher else Below(value=margin)
    judged = difference_by(
        protocol,
        Ancova(
            name=f"ANCOVA, {planned.estimator.value.replace('_', '-')} within {margin:g}",
            criterion=criterion,
            confidence_level=protocol.analysis.confidence_level,
        ),
    )
    return replace(judged, better=None)


def _clustered(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    kind = "CR2" if planned.clusters is None else planned.clusters.standard_errors.value
    estimator = ClusteredAtLastVisit(
        kind=ClusterCovariance(kind), confidence_level=protocol.analysis.confidence_level
    )
    return difference_by(
        protocol, EachTrial(name=f"ANCOVA, {kind} over sites", estimator=estimator)
    )


def _shift(protocol: Protocol, _planned: PlannedAnalysis) -> SimulatedAnalysis:
    estimator = ShiftAtLastVisit(confidence_level=protocol.analysis.confidence_level)
    return difference_by(protocol, EachTrial(name="Hodges-Lehmann", estimator=estimator))


def _redrawn(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    promise = planned.rerandomization
    if promise is None:
        message = f"The plan does not say how often the allocation of {planned.code} is drawn."
        raise SimulationError(message)
    estimator = RedrawnAtLastVisit(
        draws=promise.draws,
        seed=promise.seed,
        confidence_level=protocol.analysis.confidence_level,
    )
    return difference_by(protocol, EachTrial(name="re-randomization test", estimator=estimator))


def _responders(protocol: Protocol, planned: PlannedAnalysis) -> SimulatedAnalysis:
    promise = planned.responder
    if promise is None or promise.criterion is not ResponseCriterion.IMPROVED_BY:
        message = f"The analysis {planned.code} counts who reaches a value; a protocol does not say where its participants begin, so simulate it with `antiphon fit power --estimator responders`."
        raise SimulationError(message)
    direction, threshold = protocol.primary_outcome.direction, promise.threshold
    estimator = RespondersAtLastVisit(
        threshold=threshold,
        direction=direction,
        confidence_level=protocol.analysis.confidence_level,
    )
    return SimulatedAnalysis(
        analysis=EachTrial(name=f"responders, better by {threshold:g}", estimator=estimator),
        truth=lambda scenario: _true_responders(scenario, threshold, direction),
        better=Better.HIGHER,
    )


def _true_responders(scenario: VisitsScenario, threshold: float, direction: Direction) -> float:
    """Return the true difference of the shares of responders."""
    sign = 1.0 if direction is Direction.HIGHER_IS_BETTER else -1.0
    before, after = scenario.standard_deviations[0], scenario.standard_deviations[-1]
    shares = []
    for arm in (scenario.first, scenario.second):
        together = scenario.correlation[0][-1] * np.sqrt(1 - arm.intracluster_correlation)
        spread = np.sqrt(before**2 + after**2 - 2 * together * before * after)
        gain = sign * (arm.means[-1] - arm.means[0])
        shares.append(float(ndtr((gain - threshold) / spread)))
    return shares[0] - shares[1]


_MAKERS: Mapping[Estimator, Callable[[Protocol, PlannedAnalysis], SimulatedAnalysis]] = {
    Estimator.ANCOVA: _ancova,
    Estimator.MMRM: _mixed_model,
    Estimator.DIFFERENCE_IN_MEANS: _means,
    Estimator.SESSION_CHANGE: _session_means,
    Estimator.SESSION_COURSE: _session_course,
    Estimator.EQUIVALENCE: _within_margin,
    Estimator.NON_INFERIORITY: _within_margin,
    Estimator.CLUSTER_ROBUST: _clustered,
    Estimator.HODGES_LEHMANN: _shift,
    Estimator.RERANDOMIZATION: _redrawn,
    Estimator.RESPONDER: _responders,
}
