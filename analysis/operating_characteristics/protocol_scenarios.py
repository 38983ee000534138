"""The whole protocol simulated: its sample size, visits, drop-out and primary analysis, under several truths.

The truths are no effect, half of the planned difference, and all of it; losses that depend on nothing, on what was
seen, and on what was not. Everything else is the protocol's own assumption.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.harm import harm_bounds
from analysis.look_designs import harm_rule, planned_design
from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.linear_analyses import MeansTest, Summary
from analysis.operating_characteristics.planned_analyses import (
    Beyond,
    SimulatedAnalysis,
    difference_by,
    planned_analyses,
)
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.sequential_analysis import (
    Sequential,
    StopReason,
)
from analysis.operating_characteristics.simulate import Experiment
from analysis.sample_size.repeated_measures import exchangeable, session_mean_factor
from protocols.design import ArmRole, Protocol, Visit
from protocols.outcomes import Direction, OutcomeSource

USUAL = Beyond()
"""The primary analysis alone, nobody alike, everybody at every visit."""
LOG_ODDS_OF_LOSS = 0.5
"""For each standard deviation of being worse: those who do badly leave more often."""


class TrueEffect(StrEnum):
    """How much of the planned difference is there."""

    NONE = "no effect"
    HALF = "half of the planned difference"
    PLANNED = "the planned difference"


_SHARES = {TrueEffect.NONE: 0.0, TrueEffect.HALF: 0.5, TrueEffect.PLANNED: 1.0}


def protocol_experiments(protocol: Protocol, beyond: Beyond = USUAL) -> tuple[Experiment, ...]:
    """Return the scenarios of a protocol with its primary analysis, also at the promised looks, and one without baseline beside it.

    Parameters
    ----------
    protocol : Protocol
        With two arms; drop-out is spread evenly over the visits of the primary questionnaire up to the primary one, and any two of
        them correlate as baseline and outcome do. An outcome rated in sessions has all planned sessions, with the difference in each.
    beyond : Beyond
        Which analyses of the primary outcome, and what is assumed beyond the protocol.

    Returns
    -------
    tuple of Experiment
        Nine: three effects with three kinds of losses.

    Raises
    ------
    SimulationError
        If the protocol does not have two arms, its primary outcome no visit after baseline, or an analysis cannot be simulated.
    """  # noqa: DOC502 - raised by a helper
    asked = planned_analyses(protocol, beyond)
    of_sessions = protocol.primary_outcome.source is OutcomeSource.SESSION_RATING
    beside = MeansTest(
        summary=Summary.MEAN_OF_VISITS if of_sessions else Summary.LAST_VISIT,
        confidence_level=protocol.analysis.confidence_level,
    )
    primary = protocol.primary_analysis.code
    codes = beyond.analyses or (primary,)
    found = [
        simulated
        for code, one in zip(codes, asked, strict=True)
        for simulated in (one, *(_at_looks(protocol, one) if code == primary else ()))
    ]
    if not any(type(one.analysis) is MeansTest for one in found):
        found.append(difference_by(protocol, beside))
    return tuple(
        Experiment(
            scenario=scenario,
            analyses=tuple(one.analysis for one in found),
            truths=tuple(one.truth(scenario) for one in found),
        )
        for effect in TrueEffect
        for mechanism in Mechanism
        for scenario in (_scenario(protocol, effect, mechanism, beyond),)
    )


def _at_looks(protocol: Protocol, primary: SimulatedAnalysis) -> tuple[SimulatedAnalysis, ...]:
    """Return the primary analysis at the promised looks; nothing when none are promised."""
    design = planned_design(protocol)
    if design is None or primary.better is None:
        return ()
    rule = harm_rule(protocol)
    counted = [StopReason.BENEFIT]
    if design.futility is not None:
        counted.append(StopReason.FUTILITY)
    if rule is not None:
        counted.append(StopReason.HARM)
    at_looks = Sequential(
        analysis=primary.analysis,
        boundaries=solve_design(design).boundaries,
        better=primary.better,
        harm=() if rule is None else harm_bounds(rule, design.information_fractions),
    )
    return tuple(replace(primary, analysis=replace(at_looks, counted=reason)) for reason in counted)


def _scenario(
    protocol: Protocol, effect: TrueEffect, mechanism: Mechanism, beyond: Beyond
) -> VisitsScenario:
    size = protocol.sample_size
    worse = -1.0 if protocol.primary_outcome.direction is Direction.HIGHER_IS_BETTER else 1.0
    truth = -worse * abs(size.difference) * _SHARES[effect] + 0.0  # no -0.0
    shape = _shape(protocol, truth, beyond)
    visits = len(shape.path) - 1
    dropout = Dropout(
        lost_by_visit=tuple(size.dropout_share * visit / visits for visit in range(1, visits + 1)),
        mechanism=mechanism,
        log_odds=0.0 if mechanism is Mechanism.MCAR else worse * LOG_ODDS_OF_LOSS,
    )
    control = ArmAssumptions(
        participants=size.per_arm,
        means=(0.0,) * (visits + 1),
        dropout=dropout,
        attendance=beyond.attendance,
        cluster_size=beyond.cluster_size,
        intracluster_correlation=beyond.intracluster_correlation,
    )
    return VisitsScenario(
        name=f"{effect.value}, {mechanism.value}",
        first=replace(control, means=shape.path),
        second=control,
        standard_deviations=(shape.standard_deviation,) * (visits + 1),
        correlation=exchangeable(visits + 1, shape.correlation),
        truth=truth,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    """Means of the arm under trial at baseline and after it, and how single values scatter."""

    path: tuple[float, ...]
    standard_deviation: float
    correlation: float


def _shape(protocol: Protocol, truth: float, beyond: Beyond) -> _Shape:
    _check_arms(protocol)
    size = protocol.sample_size
    if protocol.primary_outcome.source is not OutcomeSource.SESSION_RATING:
        visits = len(_visits(protocol)) - 1
        return _Shape(
            path=tuple(truth * visit / visits for visit in range(visits + 1)),
            standard_deviation=size.standard_deviation,
            correlation=size.baseline_correlation,
        )
    sessions, r = protocol.sessions.count, beyond.session_correlation
    of_mean = session_mean_factor(sessions=sessions, session_correlation=r)
    return _Shape(
        path=(0.0, *(truth,) * sessions),
        standard_deviation=size.standard_deviation / math.sqrt(of_mean),
        correlation=r,
    )


def _check_arms(protocol: Protocol) -> None:
    experimental = [arm for arm in protocol.arms if arm.role is ArmRole.EXPERIMENTAL]
    if len(protocol.arms) != 2 or len(experimental) != 1:
        message = f"The protocol has {len(protocol.arms)} arms, {len(experimental)} of them experimental: only two arms, one of each kind, can be simulated."
        raise SimulationError(message)


def _visits(protocol: Protocol) -> list[Visit]:
    """Return the visits with the primary questionnaire, from the last one before treatment to the primary visit.

    Raises
    ------
    SimulationError
        If there is none before or after.
    """
    outcome = protocol.primary_outcome
    end = next((v.day for v in protocol.visits if v.code == outcome.visit), None)
    days = [
        visit
        for visit in protocol.visits
        if outcome.questionnaire in visit.questionnaires and end is not None and visit.day <= end
    ]
    before = [visit for visit in days if visit.day <= 0]
    after = [visit for visit in days if visit.day > 0]
    if not before or not after:
        message = f"The primary outcome {outcome.code} has no visit before and after randomization: nothing can be simulated."
        raise SimulationError(message)
    return [before[-1], *after]
