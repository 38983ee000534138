"""The looks of a plan: their bounds, the looks that were held, and what all of them say about the hypotheses at the end.

A look before the end belongs to the monitoring committee (``taken_look.py``): until the lock nothing is compared with a
bound here. At the end the bounds are those at the information that every look on record really reached; a plan whose
looks were not held has the whole level left for its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import GroupSequentialDesign, Sides
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.final_inference import estimate_after_stopping
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.sequential_p import (
    LookSeries,
    nominal_level,
    place_of_rejection,
    sequential_p,
)
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.look_designs import planned_design
from analysis.look_series import decide_at_looks, series_so_far
from analysis.look_values import benefit_sign, in_outcome_units, observed_of, planned_for
from analysis.multiplicity.hypotheses import Decision
from analysis.planned_tests import PlannedTests
from analysis.primary_look import design_at
from analysis.results import Interval, NotEstimableError, Result
from data.records.bundle import TrialRecords
from data.records.looks import HeldLook
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_analysis, planned_hypotheses
from protocols.interim_looks import PlannedLooks

NOT_LOCKED = (
    "the database is not locked, and a look before the end belongs to the monitoring committee"
)
ARMS_MASKED = "the arms are masked, and what the looks found tells them apart"


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalInference:
    """What a primary comparison says in the end, by stage-wise ordering of all looks."""

    p: float
    """Two-sided."""
    median_unbiased: float
    interval: Interval
    """Of level 1 - the share of the level that was tested at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalLook:
    """A hypothesis at the look that decided about it. All p values and levels are two-sided."""

    hypothesis: str
    """Id of its result."""
    stage: int
    """The look, from 1; the end of the trial counts as one."""
    information: float
    """Share of the planned, at this look."""
    estimate: float
    """First arm minus second, not corrected for stopping."""
    p: float
    """Not adjusted for looking."""
    local_level: float
    """That ``p`` is compared with at this look; 0: nothing could be spent."""
    share_of_level: float
    """That all looks at this hypothesis spend together; 0: not reached."""
    repeated_p: float
    """The level at which some look would just have shown the effect."""
    repeated_interval: Interval | None
    """Holds together with those of all looks, at the share of the level; None: the whole line."""
    is_shown: bool
    inference: FinalInference | None
    no_inference: str
    """Why there is no final p value and median-unbiased estimate; empty when there are."""
    observed: int
    """Participants with the outcome at the end, both arms."""
    planned: int
    """As many as the sample size expects to have it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksOfPlan:
    """Bounds of the looks, the looks held, and every hypothesis at the end."""

    boundaries: Boundaries
    """Of the primary analysis: at the looks held where ``finals`` are there, else at the planned ones."""
    held: tuple[HeldLook, ...]
    """Looks on record; without findings while the arms are masked, none before the lock."""
    finals: tuple[FinalLook, ...]
    """Of the hypotheses that could be estimated, in the order of the plan."""
    reason: str
    """Why there are none; empty when there are."""

    def final(self, hypothesis: str) -> FinalLook | None:
        """Return what the end says about one hypothesis; None when nothing."""
        return next((one for one in self.finals if one.hypothesis == hypothesis), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedLooks:
    """The looks of a plan, and the decisions about its hypotheses by all of them."""

    looks: LooksOfPlan
    tests: PlannedTests | None
    """None where nothing is decided."""


def judge_planned_looks(
    protocol: Protocol, results: Sequence[Result], records: TrialRecords
) -> JudgedLooks | None:
    """Return the bounds of the planned looks, and after the lock what all looks say.

    Parameters
    ----------
    protocol : Protocol
    results : sequence of Result
        Of the whole plan.
    records : TrialRecords
        That the results are of; the looks held are in them.

    Returns
    -------
    JudgedLooks or None
        None when the protocol promises no looks.
    """
    design, looks = planned_design(protocol), protocol.analysis.looks
    if design is None or looks is None:
        return None
    try:
        return _judge(protocol, looks, _by_name(protocol, results), records)
    except (NotEstimableError, InterimError) as error:
        bounds = solve_design(design).boundaries
        told = LooksOfPlan(boundaries=bounds, held=records.looks, finals=(), reason=str(error))
        return JudgedLooks(looks=told, tests=None)


def _judge(
    protocol: Protocol, looks: PlannedLooks, results: Mapping[str, Result], records: TrialRecords
) -> JudgedLooks:
    _check_known(protocol, looks, records)
    primary = hypotheses_of_analysis(protocol, protocol.primary_analysis.code)
    series = series_so_far(protocol, looks, records.looks, results, is_ended=True)
    if not any(test.name in series for test in primary):
        reasons = [results[test.name].reason for test in primary if test.name in results]
        raise NotEstimableError(next(filter(None, reasons), "the primary analysis has no p value"))
    tests = decide_at_looks(protocol, series)
    names = [test.name for test in planned_hypotheses(protocol) if test.name in series]
    finals = tuple(
        _final(protocol, series[name], tests.decision(name), results[name])
        for name in names
        if name in results
    )
    shown = next(test.name for test in primary if test.name in series)
    return JudgedLooks(
        looks=LooksOfPlan(
            boundaries=_boundaries(protocol, series[shown], tests.decision(shown)),
            held=records.looks,
            finals=finals,
            reason="",
        ),
        tests=tests,
    )


def _check_known(protocol: Protocol, looks: PlannedLooks, records: TrialRecords) -> None:
    if records.locked_at is None:
        raise NotEstimableError(NOT_LOCKED)
    hangs_on_arms = records.looks or looks.is_for_benefit or len(protocol.arms) > 2
    if records.masked and hangs_on_arms:
        raise NotEstimableError(ARMS_MASKED)


def _by_name(protocol: Protocol, results: Sequence[Result]) -> dict[str, Result]:
    names = {test.name for test in planned_hypotheses(protocol)}
    return {one.id: one for one in results if one.planned and one.id in names}


def _boundaries(protocol: Protocol, series: LookSeries, decision: Decision) -> Boundaries:
    reached = tuple(look.information for look in series.looks)
    return replan(_design(protocol, decision), reached, is_last_look=series.is_ended)


def _design(protocol: Protocol, decision: Decision) -> GroupSequentialDesign:
    """Return the design of the primary analysis at its share of the level; at the planned share where it has none.

    Raises
    ------
    NotEstimableError
        If the protocol promises no looks.
    """
    design = design_at(protocol, decision.local_level) or planned_design(protocol)
    if design is None:
        raise NotEstimableError("the protocol promises no looks")
    return design


def _final(protocol: Protocol, series: LookSeries, decision: Decision, result: Result) -> FinalLook:
    level = decision.local_level
    stop = place_of_rejection(series, level) if decision.is_rejected else None
    place = len(series.looks) - 1 if stop is None else stop
    look = series.looks[place]
    repeated = series.interval(place, level)
    inference, reason = _inference(protocol, series, decision, result, place)
    return FinalLook(
        hypothesis=decision.name,
        stage=look.number,
        information=look.information,
        estimate=benefit_sign(protocol, result.outcome) * look.estimate.estimate,
        p=_two_sided_p(series, look.estimate),
        local_level=nominal_level(series.bounds(level)[place]),
        share_of_level=level,
        repeated_p=sequential_p(series)[0],
        repeated_interval=None
        if repeated is None
        else in_outcome_units(protocol, result.outcome, repeated),
        is_shown=decision.is_rejected,
        inference=inference,
        no_inference=reason,
        observed=observed_of(result),
        planned=planned_for(protocol),
    )


def _inference(
    protocol: Protocol, series: LookSeries, decision: Decision, result: Result, place: int
) -> tuple[FinalInference | None, str]:
    """Return p value, estimate and interval by stage-wise ordering, or why there are none."""
    if result.id not in {
        test.name for test in hypotheses_of_analysis(protocol, protocol.primary_analysis.code)
    }:
        return None, "given for the primary analysis, on which the trial stops"
    if decision.local_level <= 0:
        return None, "the hypothesis was not reached"
    design = _design(protocol, decision)
    estimates = [look.estimate for look in series.looks[: place + 1]]
    try:
        found = estimate_after_stopping(
            _boundaries(protocol, series, decision),
            estimates,
            significance_level=design.significance_level,
        )
    except InterimError as error:
        return None, str(error)
    sign = benefit_sign(protocol, result.outcome)
    inference = FinalInference(
        p=found.p if design.sides is Sides.TWO_SIDED else min(1.0, 2 * found.p),
        median_unbiased=sign * found.median_unbiased,
        interval=in_outcome_units(protocol, result.outcome, found.interval),
    )
    return inference, ""


def _two_sided_p(series: LookSeries, found: LookEstimate) -> float:
    """Return the p value that goes with the sides of a series; for a benefit only, twice the one-sided one."""
    tail = min(found.p, 1 - found.p) if series.sides is Sides.TWO_SIDED else found.p
    return min(1.0, 2 * tail)
