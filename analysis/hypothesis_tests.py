"""What was decided about each hypothesis, put on its result, with an interval that never contradicts the decision.

The interval of a result is rescaled to the level that decided: for a hypothesis that is rejected above its own local level,
because a larger p value was rejected at a looser one (Hochberg), that looser level. The intervals do not hold together;
one-sided bounds that do are in ``multiplicity/compatible_bounds.py``. After looks the interval is the repeated one.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from scipy.special import ndtri, stdtrit

from analysis.multiplicity.hypotheses import Decision
from analysis.planned_looks import FinalLook, JudgedLooks
from analysis.planned_tests import (
    ARMS_MASKED,
    PlannedTests,
    decide_planned_hypotheses,
    undecided,
)
from analysis.results import HypothesisTest, Interval, Result
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol

NOT_REACHED = "the hypothesis was not reached"
_MARGINS = frozenset({Estimator.EQUIVALENCE, Estimator.NON_INFERIORITY})
_CLOSE = 1e-6
"""Of the width: so near the middle an estimate counts as the middle."""


def decide_hypotheses(
    protocol: Protocol,
    results: Sequence[Result],
    records: TrialRecords,
    judged: JudgedLooks | None,
) -> PlannedTests | None:
    """Test the hypotheses of a plan together, or say why nothing is decided yet.

    Parameters
    ----------
    protocol : Protocol
    results : sequence of Result
        Of all hypotheses at least.
    records : TrialRecords
        That the results are of.
    judged : JudgedLooks or None
        The looks of the plan, where it has some.

    Returns
    -------
    PlannedTests or None
        None when the plan promises neither families nor a graph.
    """
    if not protocol.analysis.hypotheses:
        return None
    if judged is not None:
        return judged.tests or undecided(protocol, judged.looks.reason)
    if records.masked and len(protocol.arms) > 2:
        return undecided(protocol, ARMS_MASKED)
    return decide_planned_hypotheses(protocol, results)


def with_tests(
    results: Sequence[Result], tests: PlannedTests | None, judged: JudgedLooks | None
) -> tuple[Result, ...]:
    """Return results with what was decided about them.

    Parameters
    ----------
    results : sequence of Result
        Of the plan.
    tests : PlannedTests or None
        The hypotheses tested together, where the plan has no looks.
    judged : JudgedLooks or None
        The looks of the plan; then its decisions count.

    Returns
    -------
    tuple of Result
        Those that are no hypothesis as they were.
    """
    decided = tests if judged is None else judged.tests
    if decided is None:
        return tuple(results)
    by_name = {one.name: one for one in decided.decisions}
    return tuple(
        replace(result, test=_test(result, by_name[result.id], decided, judged))
        if result.planned and result.id in by_name
        else result
        for result in results
    )


def _test(
    result: Result, decision: Decision, tests: PlannedTests, judged: JudgedLooks | None
) -> HypothesisTest:
    if judged is not None:
        return _test_at_looks(decision, tests, judged.looks.final(result.id))
    interval, reason = interval_at(result, deciding_level(decision, tests))
    return HypothesisTest(
        significance_level=tests.significance_level,
        adjusted_p=decision.adjusted_p,
        local_level=decision.local_level,
        is_rejected=decision.is_rejected,
        interval=interval,
        no_interval=reason,
    )


def _test_at_looks(
    decision: Decision, tests: PlannedTests, final: FinalLook | None
) -> HypothesisTest:
    interval = None if final is None else final.repeated_interval
    reason = NOT_REACHED if decision.local_level <= 0 else "there is no estimate"
    return HypothesisTest(
        significance_level=tests.significance_level,
        adjusted_p=decision.adjusted_p,
        local_level=decision.local_level,
        is_rejected=decision.is_rejected,
        interval=interval,
        no_interval=reason if interval is None else "",
        look=None if final is None else final.stage,
        look_level=None if final is None else final.local_level,
    )


def deciding_level(decision: Decision, tests: PlannedTests) -> float:
    """Return the level that decided about a hypothesis: its own, or that of a larger p value of its family."""
    if not decision.is_rejected or decision.p <= decision.local_level:
        return decision.local_level
    family = next(one for one in tests.families if decision in one.decisions)
    return max(one.local_level for one in family.decisions if one.is_rejected)


def interval_at(result: Result, level: float) -> tuple[Interval | None, str]:
    """Return the interval of a result at another level, or why there is none.

    Parameters
    ----------
    result : Result
        Its interval is symmetric about the estimate, or about its logarithm.
    level : float
        Two-sided; 0 gives none.
    """
    own, estimate = result.interval, result.estimate
    if level <= 0:
        return None, NOT_REACHED
    if own is None or estimate is None:
        return None, result.reason or "the analysis has no interval"
    if result.estimator in _MARGINS:
        return None, "the hypothesis is about a margin, and the interval about the difference"
    factor = _quantile(level / 2, result.df) / _quantile((1 - own.level) / 2, result.df)
    if _is_middle(own.lower, estimate, own.upper):
        half = factor * (own.upper - own.lower) / 2
        return Interval(lower=estimate - half, upper=estimate + half, level=1 - level), ""
    if own.lower > 0 and _is_middle(math.log(own.lower), math.log(estimate), math.log(own.upper)):
        half = factor * math.log(own.upper / own.lower) / 2
        return (
            Interval(
                lower=estimate * math.exp(-half), upper=estimate * math.exp(half), level=1 - level
            ),
            "",
        )
    return None, "the interval of this estimator has no simple form at another level"


def _quantile(tail: float, df: float | None) -> float:
    return -float(ndtri(tail) if df is None else stdtrit(df, tail))


def _is_middle(lower: float, estimate: float, upper: float) -> bool:
    return abs((lower + upper) / 2 - estimate) <= _CLOSE * (upper - lower)
