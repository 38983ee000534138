"""Tipping curves: closed form and root search agree with analyses carried out again, and say when there is nothing to find."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analysis.missing_data.analysis_step import (
    AnalysisStep,
    Quantity,
    Response,
    Target,
    TargetEstimates,
)
from analysis.missing_data.completed_outcomes import CompletedOutcomes
from analysis.missing_data.frame import read_outcomes
from analysis.missing_data.imputation import Imputation, ImputationPlan, impute_outcomes
from analysis.missing_data.impute import compare_with_reference
from analysis.missing_data.pooling import PooledEstimate, pool_estimates
from analysis.results import NotEstimableError
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import (
    Change,
    TippingCurve,
    tabulate_delta_grid,
    trace_tipping_curve,
)
from tests.analysis.missing_data.example_trial import (
    BY_JACKKNIFE,
    BY_RUBIN,
    COLUMNS,
    JUMP,
    example_frame,
    generator,
)

TARGET = Target(quantity=Quantity.DIFFERENCE, label="music − control", visit="Week 3")
MUSIC, CONTROL = ConstantDelta(arms=("music",)), ConstantDelta(arms=("control",))
PLANS = [pytest.param(BY_JACKKNIFE, id="jackknife"), pytest.param(BY_RUBIN, id="Rubin")]
RANGE = np.linspace(-4, 16, 11).tolist()


def _impute(plan: ImputationPlan, frame: pd.DataFrame | None = None) -> Imputation:
    table = example_frame(leave=0.25) if frame is None else frame
    return impute_outcomes(read_outcomes(table, COLUMNS, JUMP), plan, generator())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opaque:
    """The standard analysis, which does not say that it is linear."""

    step: AnalysisStep

    @property
    def response(self) -> Response:
        return Response.ANY

    def analyse(self, completed: CompletedOutcomes) -> tuple[TargetEstimates, ...]:
        return self.step.analyse(completed)


def _curves(plan: ImputationPlan) -> tuple[TippingCurve, TippingCurve]:
    """Return the curve in closed form and the one by analyses carried out again."""
    imputation = _impute(plan)
    step = compare_with_reference(imputation.completed.outcomes)
    return (
        trace_tipping_curve(imputation, step, TARGET, MUSIC, RANGE),
        trace_tipping_curve(imputation, _Opaque(step=step), TARGET, MUSIC, RANGE),
    )


def _numbers(pooled: PooledEstimate) -> list[float | None]:
    return [pooled.estimate, pooled.standard_error, pooled.df or 0.0, pooled.p]


@pytest.mark.parametrize("plan", PLANS)
def test_the_closed_form_gives_what_repeated_analyses_give(plan: ImputationPlan) -> None:
    closed, repeated = _curves(plan)

    for one, other in zip(closed.points, repeated.points, strict=True):
        assert _numbers(one.pooled) == pytest.approx(_numbers(other.pooled), rel=1e-9)
    deltas = [[point.delta for point in curve.tipping_points] for curve in (closed, repeated)]
    assert deltas[0] == pytest.approx(deltas[1], abs=1e-8)
    assert closed.tipping_points


@pytest.mark.parametrize("plan", PLANS)
def test_at_a_tipping_point_p_is_the_significance_level(plan: ImputationPlan) -> None:
    for curve in _curves(plan):
        for point in curve.tipping_points:
            assert point.pooled.p == pytest.approx(0.05, abs=1e-9)


def test_significance_is_lost_where_p_rises() -> None:
    curve = _curves(BY_JACKKNIFE)[0]

    first = curve.tipping_points[0]
    before, after = (
        [p.pooled.p or 0.0 for p in curve.points if (p.deltas[0] < first.delta) is side]
        for side in (True, False)
    )
    assert first.change is Change.LOST
    assert max(before) < 0.05 < after[0]
    assert f"lost at {first.delta:.3g}" in curve.conclusion


def test_a_tipping_point_is_told_in_important_differences() -> None:
    imputation = _impute(BY_JACKKNIFE)
    step = compare_with_reference(imputation.completed.outcomes)

    curve = trace_tipping_curve(imputation, step, TARGET, MUSIC, RANGE, important_difference=4.0)

    point = curve.tipping_points[0]
    assert point.in_important_differences == pytest.approx(point.delta / 4)


@pytest.mark.parametrize(
    ("deltas", "words"),
    [
        (
            (-4.0, -3.0),
            "stays significant at 0.05 for any delta from -4 to -3: there is no tipping point",
        ),
        ((11.0, 12.0), "is not significant at 0.05 for any delta from 11 to 12"),
    ],
)
@pytest.mark.parametrize("plan", PLANS)
def test_a_range_without_a_crossing_says_so(
    plan: ImputationPlan, deltas: tuple[float, float], words: str
) -> None:
    imputation = _impute(plan)
    step = compare_with_reference(imputation.completed.outcomes)

    curve = trace_tipping_curve(imputation, step, TARGET, MUSIC, deltas)

    assert curve.tipping_points == ()
    assert words in curve.conclusion


def test_without_imputed_values_nothing_tips() -> None:
    imputation = _impute(BY_JACKKNIFE, example_frame(leave=0.0))
    step = compare_with_reference(imputation.completed.outcomes)

    curve = trace_tipping_curve(imputation, step, TARGET, MUSIC, RANGE)

    assert curve.tipping_points == ()
    assert len({point.pooled.p for point in curve.points}) == 1


@pytest.mark.parametrize("plan", PLANS)
def test_a_grid_of_two_deltas_is_that_of_both_added_at_once(plan: ImputationPlan) -> None:
    imputation = _impute(plan)
    completed = imputation.completed
    step = compare_with_reference(completed.outcomes)

    points = tabulate_delta_grid(
        imputation, step, TARGET, (MUSIC, CONTROL), [(2.0, -3.0), (0.5, 4.0)]
    )

    for point in points:
        shift = point.deltas[0] * MUSIC.weights(completed)
        shift = shift + point.deltas[1] * CONTROL.weights(completed)
        found = next(e for e in step.analyse(completed.shifted(shift)) if e.target == TARGET)
        again = pool_estimates(found, plan.variance.kind, 0.95)
        assert _numbers(point.pooled) == pytest.approx(_numbers(again), rel=1e-9)


@pytest.mark.parametrize("deltas", [[0.0], [1.0, 1.0], [1.0, 0.0]])
def test_deltas_that_do_not_ascend_are_refused(deltas: list[float]) -> None:
    imputation = _impute(BY_JACKKNIFE)
    step = compare_with_reference(imputation.completed.outcomes)

    with pytest.raises(NotEstimableError, match="at least two deltas, in ascending order"):
        trace_tipping_curve(imputation, step, TARGET, MUSIC, deltas)


def test_a_target_that_does_not_exist_is_named() -> None:
    imputation = _impute(BY_JACKKNIFE)
    step = compare_with_reference(imputation.completed.outcomes)
    target = Target(quantity=Quantity.DIFFERENCE, label="music − control", visit="Week 9")

    with pytest.raises(
        NotEstimableError, match="no difference in adjusted means music − control at visit Week 9"
    ):
        trace_tipping_curve(imputation, step, target, MUSIC, RANGE)


def test_points_come_in_the_order_of_the_deltas() -> None:
    curve = _curves(BY_JACKKNIFE)[0]

    assert all(one.deltas < other.deltas for one, other in pairwise(curve.points))
    assert [point.deltas[0] for point in curve.points] == RANGE
