"""The whole protocol simulated: its sample size, visits, drop-out and primary analysis, under several truths.

The truths are no effect, half of the planned difference, and all of it; losses that depend on nothing, on what was
seen, and on what was not. Everything else is the protocol's own assumption.
"""

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.harm import harm_bounds
from analysis.look_designs import harm_rule, planned_design
from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.linear_analyses import Analysis, Ancova, MeansTest
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.sequential_analysis import (
    Better,
    Sequential,
    StopReason,
)
from analysis.operating_characteristics.simulate import Experiment
from analysis.sample_size.repeated_measures import exchangeable
from protocols.design import ArmRole, Protocol, Visit
from protocols.outcomes import Direction

if TYPE_CHECKING:
    from analysis.operating_characteristics.batches import VisitsBatch

LOG_ODDS_OF_LOSS = 0.5
"""For each standard deviation of being worse: those who do badly leave more often."""


class TrueEffect(StrEnum):
    """How much of the planned difference is there."""

    NONE = "no effect"
    HALF = "half of the planned difference"
    PLANNED = "the planned difference"


_SHARES = {TrueEffect.NONE: 0.0, TrueEffect.HALF: 0.5, TrueEffect.PLANNED: 1.0}


def protocol_experiments(protocol: Protocol) -> tuple[Experiment, ...]:
    """Return the scenarios of a protocol with its primary analysis, also at the promised looks, and one without baseline beside it.

    Parameters
    ----------
    protocol : Protocol
        With two arms; drop-out is spread evenly over the visits of the primary questionnaire, and any two of its
        visits correlate as baseline and outcome do.

    Returns
    -------
    tuple of Experiment
        Nine: three effects with three kinds of losses.

    Raises
    ------
    SimulationError
        If the protocol does not have two arms or its primary outcome no visit after baseline.
    """  # noqa: DOC502 - raised by a helper
    level = protocol.analysis.confidence_level
    ancova = Ancova(confidence_level=level)
    analyses: tuple[Analysis[VisitsBatch], ...] = (
        ancova,
        *_at_looks(protocol, ancova),
        MeansTest(confidence_level=level),
    )
    return tuple(
        Experiment(scenario=_scenario(protocol, effect, mechanism), analyses=analyses)
        for effect in TrueEffect
        for mechanism in Mechanism
    )


def _at_looks(protocol: Protocol, ancova: Ancova) -> tuple[Sequential, ...]:
    """Return the primary analysis at the promised looks; nothing when none are promised."""
    design = planned_design(protocol)
    if design is None:
        return ()
    higher = protocol.primary_outcome.direction is Direction.HIGHER_IS_BETTER
    rule = harm_rule(protocol)
    counted = [StopReason.BENEFIT]
    if design.futility is not None:
        counted.append(StopReason.FUTILITY)
    if rule is not None:
        counted.append(StopReason.HARM)
    at_looks = Sequential(
        analysis=ancova,
        boundaries=solve_design(design).boundaries,
        better=Better.HIGHER if higher else Better.LOWER,
        harm=() if rule is None else harm_bounds(rule, design.information_fractions),
    )
    return tuple(replace(at_looks, counted=reason) for reason in counted)


def _scenario(protocol: Protocol, effect: TrueEffect, mechanism: Mechanism) -> VisitsScenario:
    visits = len(_visits(protocol)) - 1
    size = protocol.sample_size
    worse = -1.0 if protocol.primary_outcome.direction is Direction.HIGHER_IS_BETTER else 1.0
    dropout = Dropout(
        lost_by_visit=tuple(size.dropout_share * visit / visits for visit in range(1, visits + 1)),
        mechanism=mechanism,
        log_odds=0.0 if mechanism is Mechanism.MCAR else worse * LOG_ODDS_OF_LOSS,
    )
    control = ArmAssumptions(
        participants=size.per_arm, means=(0.0,) * (visits + 1), dropout=dropout
    )
    truth = -worse * abs(size.difference) * _SHARES[effect] + 0.0  # no -0.0
    path = tuple(truth * visit / visits for visit in range(visits + 1))
    return VisitsScenario(
        name=f"{effect.value}, {mechanism.value}",
        first=replace(control, means=path),
        second=control,
        standard_deviations=(size.standard_deviation,) * (visits + 1),
        correlation=exchangeable(visits + 1, size.baseline_correlation),
        truth=truth,
    )


def _visits(protocol: Protocol) -> list[Visit]:
    """Return the visits with the primary questionnaire, from the last one before treatment to the primary visit.

    Raises
    ------
    SimulationError
        If there is none before or after, or not one arm of each kind.
    """
    experimental = [arm for arm in protocol.arms if arm.role is ArmRole.EXPERIMENTAL]
    if len(protocol.arms) != 2 or len(experimental) != 1:
        message = f"The protocol has {len(protocol.arms)} arms, {len(experimental)} of them experimental: only two arms, one of each kind, can be simulated."
        raise SimulationError(message)
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
