"""Missing data of a made-up trial as large as the antidepressant trial that rbmi ships: jackknife, 100 draws, tipping curve."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from analysis.missing_data.analysis_step import Target
from analysis.missing_data.frame import EventStrategy, ImputationColumns
from analysis.missing_data.imputation import ImputationPlan, Jackknife, RubinsRules
from analysis.missing_data.impute import ImputationResult, compare_with_reference, impute
from analysis.missing_data.posterior import Chain
from analysis.missing_data.strategies import ImputationStrategy
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import trace_tipping_curve
from benchmarks.table import Measurement, cpu_seconds

PARTICIPANTS, VISITS, DRAWS, POINTS, RUNS = 172, 4, 100, 50, 7
LEAVING = 0.1
"""Probability to leave before each visit but the first."""
PLANS = {
    f"imputation, jackknife of {PARTICIPANTS}": ImputationPlan(variance=Jackknife()),
    f"imputation, {DRAWS} Bayesian draws": ImputationPlan(
        variance=RubinsRules(chain=Chain(draws=DRAWS))
    ),
}


def made_up_trial(seed: int) -> pd.DataFrame:
    """Return one row a participant and visit; whoever has left has no outcome."""
    draw = np.random.Generator(np.random.PCG64(seed))
    visits = np.arange(1, VISITS + 1)
    baseline = draw.normal(20.0, 4.0, size=PARTICIPANTS)
    level = draw.normal(0.0, 4.0, size=PARTICIPANTS)
    noise = draw.normal(0.0, 3.0, size=(PARTICIPANTS, VISITS))
    in_first = np.arange(PARTICIPANTS) % 2 == 0
    outcome = level[:, None] - np.outer(1.0 + 0.5 * in_first, visits) + noise
    left = np.maximum.accumulate(
        (draw.random((PARTICIPANTS, VISITS)) < LEAVING) & (visits > 1), axis=1
    )
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(PARTICIPANTS), VISITS),
            "visit": np.tile(visits, PARTICIPANTS),
            "arm": np.repeat(np.where(in_first, "music", "control"), VISITS),
            "baseline": np.repeat(baseline, VISITS),
            "change": np.where(left, np.nan, outcome).ravel(),
        }
    )


def measure() -> Iterator[Measurement]:
    """Impute under jump to reference, from the table to the pooled estimates.

    Yields
    ------
    Measurement
        Seconds of processor time.
    """
    frame = made_up_trial(seed=1)
    for what, plan in PLANS.items():
        result = _impute(frame, plan)
        yield Measurement(
            what=what,
            unit="CPU s",
            values=tuple(cpu_seconds(partial(_impute, frame, plan)) for _ in range(RUNS)),
            remark=f"{VISITS} visits, table to estimates; jump to reference, ANCOVA at every visit",
        )
        yield Measurement(
            what=f"tipping curve of {POINTS} points, {plan.variance.kind}",
            unit="CPU s",
            values=tuple(cpu_seconds(partial(_tip, result)) for _ in range(RUNS)),
            remark="on top of that imputation, with the crossing",
        )


def _impute(frame: pd.DataFrame, plan: ImputationPlan) -> ImputationResult:
    return impute(
        frame,
        ImputationColumns(
            participant="id",
            visit="visit",
            arm="arm",
            outcome="change",
            covariates=("baseline",),
        ),
        EventStrategy(strategy=ImputationStrategy.JUMP_TO_REFERENCE, reference_arm="control"),
        plan,
        generator=np.random.Generator(np.random.PCG64(1)),
    )


def _tip(result: ImputationResult) -> None:
    step = compare_with_reference(result.imputation.completed.outcomes)
    trace_tipping_curve(
        result.imputation,
        step,
        _last_difference(result),
        ConstantDelta(arms=("music",)),
        np.linspace(0.0, 20.0, POINTS).tolist(),
    )


def _last_difference(result: ImputationResult) -> Target:
    return next(one.target for one in result.estimates if one.target.visit == result.visits[-1])
