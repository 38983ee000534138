"""What was decided stands on each result, with an interval that never contradicts it."""

from dataclasses import replace

import pytest
from scipy.special import stdtr, stdtrit

from analysis.hypothesis_tests import NOT_REACHED, interval_at, with_tests
from analysis.plan import AnalysisReport
from analysis.planned_tests import decide_planned_hypotheses
from analysis.results import Interval, Result
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.multiplicity import FamilyProcedure, PlannedFamily
from tests.analysis.planned_promises import FAMILIES, GRAPH, PRIMARY, promising

CODES = (PRIMARY, "phq9_week_4", "who5_week_4")


def with_t(result: Result, t: float) -> Result:
    """Return a result as it would be with this t statistic, standard error 1."""
    df = result.df or 50.0
    return replace(
        result,
        estimate=t,
        standard_error=1.0,
        df=df,
        p=float(2 * stdtr(df, -abs(t))),
        interval=_interval(t, df),
    )


def _interval(t: float, df: float) -> Interval:
    half = float(stdtrit(df, 0.975))
    return Interval(lower=t - half, upper=t + half, level=0.95)


@pytest.mark.requirement("CONSORT 26")
@pytest.mark.parametrize(
    "t", [(2.1, 2.2, 2.4), (2.6, 2.2, 1.0), (1.0, 5.0, 5.0), (2.02, 2.02, 2.02)]
)
@pytest.mark.parametrize(
    "promises",
    [
        {"families": FAMILIES},
        {"graph": GRAPH},
        *(
            {"families": (PlannedFamily(code="all", label="All", analyses=CODES, procedure=p),)}
            for p in FamilyProcedure
        ),
    ],
)
def test_the_interval_holds_no_difference_if_and_only_if_the_hypothesis_is_not_rejected(
    protocol: Protocol,
    unmasked_report: AnalysisReport,
    t: tuple[float, float, float],
    promises: dict[str, object],
) -> None:
    plan = promising(protocol, **promises)
    changed = {
        code: with_t(unmasked_report.result(code), x) for code, x in zip(CODES, t, strict=True)
    }
    results = [changed.get(one.id, one) for one in unmasked_report.results]

    found = with_tests(results, decide_planned_hypotheses(plan, results), None)

    for one in found:
        if one.id not in CODES:
            assert one.test is None
            continue
        assert one.test is not None
        if one.test.interval is None:
            assert (one.test.no_interval, one.test.local_level) == (NOT_REACHED, 0)
            continue
        holds_nothing = one.test.interval.lower > 0 or one.test.interval.upper < 0
        assert holds_nothing == one.test.is_rejected
        assert (one.test.adjusted_p <= 0.05) == one.test.is_rejected


def test_at_its_own_level_an_interval_stays_as_it_is(unmasked_report: AnalysisReport) -> None:
    own = unmasked_report.primary.interval
    assert own is not None

    found, reason = interval_at(unmasked_report.primary, 1 - own.level)

    assert reason == ""
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((own.lower, own.upper), abs=1e-9)


def test_the_interval_of_a_ratio_is_rescaled_on_the_logarithm(
    unmasked_report: AnalysisReport,
) -> None:
    ratio = replace(
        unmasked_report.primary,
        estimate=2.0,
        df=None,
        interval=Interval(lower=1.0, upper=4.0, level=0.95),
    )

    found, _ = interval_at(ratio, 0.01)

    assert found is not None
    # 2 times 2 to the power of -+ 2.575829 / 1.959964
    assert (found.lower, found.upper) == pytest.approx((0.804284, 4.973367), abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"estimator": Estimator.EQUIVALENCE}, "about a margin"),
        ({"interval": None}, "has no interval"),
        ({"interval": Interval(lower=-9.0, upper=0.1, level=0.95)}, "no simple form"),
    ],
)
def test_without_a_simple_form_there_is_a_reason(
    unmasked_report: AnalysisReport, changes: dict[str, object], why: str
) -> None:
    found, reason = interval_at(replace(unmasked_report.primary, **changes), 0.01)  # type: ignore[arg-type]

    assert found is None
    assert why in reason


def test_a_plan_that_promises_nothing_leaves_results_as_they_are(
    unmasked_report: AnalysisReport,
) -> None:
    assert all(result.test is None for result in unmasked_report.results)
