"""Designs: boundaries of a group sequential trial, a graph of hypotheses, and simulated trials beside statsmodels."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.characteristics import compute_characteristics
from analysis.interim_analysis.design import GroupSequentialDesign, Sides, equally_spaced
from analysis.interim_analysis.spending import OBrienFlemingSpending
from analysis.multiplicity.graph import decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis
from analysis.multiplicity.procedures import holm_graph
from analysis.operating_characteristics.batches import VisitsBatch
from analysis.operating_characteristics.each_trial import (
    EachTrial,
    SimulatedTrial,
    TrialEstimate,
)
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.linear_analyses import Analysis, Ancova
from analysis.operating_characteristics.mixed_model import MixedModelAtLastVisit
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.sample_size.repeated_measures import autoregressive, exchangeable
from benchmarks.table import Measurement, cpu_seconds, times_as_fast

RUNS, MANY, FEW = 5, 10_000, 250
CONTROL = ArmAssumptions(participants=60, means=(0.0, 0.0))
TRIAL = VisitsScenario(
    name="two arms of 60",
    first=replace(CONTROL, means=(0.0, 0.5)),
    second=CONTROL,
    standard_deviations=(1.0, 1.0),
    correlation=exchangeable(2, 0.5),
    truth=0.5,
)
FOUR_VISITS = replace(
    TRIAL,
    name="four visits",
    first=replace(CONTROL, means=(0.0,) * 5, attendance=0.9),
    second=replace(CONTROL, means=(0.0,) * 5, attendance=0.9),
    standard_deviations=(1.0,) * 5,
    correlation=autoregressive(5, 0.6),
)


def measure() -> Iterator[Measurement]:
    """Measure designs and simulations in one process.

    Yields
    ------
    Measurement
        Processor time, or trials a second of it.
    """
    yield _timed("boundaries of 5 looks, with power and expected size", "CPU ms", _solve, 1000.0)
    yield _timed("graph of 12 hypotheses, exact fractions", "CPU ms", _decide, 1000.0)
    yield _timed(f"{MANY} simulated ANCOVA trials of 120", "CPU s", _simulate_many, 1.0)
    peer = _speed("statsmodels OLS, the same trials", EachTrial(name="peer", estimator=_ols), TRIAL)
    ours = _speed("simulated ANCOVA trials", Ancova(), TRIAL)
    yield replace(ours, remark=times_as_fast(ours, peer))
    yield peer
    model = EachTrial(name="MMRM", estimator=MixedModelAtLastVisit())
    yield _speed("simulated MMRM trials of 120, 4 visits", model, FOUR_VISITS)


def _timed(what: str, unit: str, act: Callable[[], object], factor: float) -> Measurement:
    act()
    return Measurement(
        what=what, unit=unit, values=tuple(factor * cpu_seconds(act) for _ in range(RUNS))
    )


def _speed(what: str, analysis: Analysis[VisitsBatch], scenario: VisitsScenario) -> Measurement:
    def act() -> None:
        simulate(
            [Experiment(scenario=scenario, analyses=(analysis,))],
            trials=FEW,
            seed=1,
            executor=SerialExecutor(),
        )

    act()
    return Measurement(
        what=what,
        unit="trials a CPU s",
        values=tuple(FEW / cpu_seconds(act) for _ in range(RUNS)),
    )


def _solve() -> object:
    return compute_characteristics(
        solve_design(
            GroupSequentialDesign(
                information_fractions=equally_spaced(5),
                significance_level=0.025,
                statistical_power=0.9,
                sides=Sides.ONE_SIDED,
                efficacy=OBrienFlemingSpending(),
            )
        )
    )


def _decide() -> object:
    names = [f"H{number}" for number in range(12)]
    return decide_by_graph(
        holm_graph(names),
        [Hypothesis(name=name, p=0.001 * (place + 1)) for place, name in enumerate(names)],
        significance_level=0.05,
    )


def _simulate_many() -> object:
    return simulate(
        [Experiment(scenario=TRIAL, analyses=(Ancova(),))],
        trials=MANY,
        seed=1,
        executor=SerialExecutor(),
    )


def _ols(trial: SimulatedTrial) -> TrialEstimate:
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 - slow to import

    outcome = trial.outcomes[:, -1]
    ones = np.ones(len(outcome))
    fit = OLS(outcome, np.column_stack([ones, trial.is_first_arm, trial.baseline])).fit()
    lower, upper = fit.conf_int()[1]
    return TrialEstimate(
        estimate=fit.params[1], standard_error=fit.bse[1], lower=lower, upper=upper
    )
