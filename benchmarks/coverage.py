"""`python -m benchmarks.coverage`: how often intervals miss the truth, on each side, and how often a test errs without an effect.

Prints one Markdown table for `docs/explanation/simulation.md`. With `--cluster tcp://host:8786` the trials are computed on
a Dask cluster, otherwise on all processors of this machine; the numbers are the same. Imputation has its own script,
`benchmarks/imputation_coverage.py`.
"""

import argparse
import os
import time
from collections.abc import Iterable
from dataclasses import replace

from analysis.estimators.mixed_model.inference import Method
from analysis.estimators.two_proportions import DifferenceInterval
from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import (
    BetaSpending,
    GroupSequentialDesign,
    Sides,
    equally_spaced,
)
from analysis.interim_analysis.spending import OBrienFlemingSpending, PocockSpending
from analysis.operating_characteristics.criteria import Differs
from analysis.operating_characteristics.dask_executor import DaskExecutor
from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.each_trial import EachTrial
from analysis.operating_characteristics.executors import Executor, ProcessExecutor
from analysis.operating_characteristics.linear_analyses import (
    Ancova,
    ClusterMeansTest,
    MeansTest,
)
from analysis.operating_characteristics.mixed_model import MixedModelAtLastVisit
from analysis.operating_characteristics.risk_differences import RiskDifference
from analysis.operating_characteristics.scenarios import (
    ArmAssumptions,
    EventsScenario,
    VisitsScenario,
)
from analysis.operating_characteristics.sequential_analysis import Sequential
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.operating_characteristics.tally import OperatingCharacteristics, Simulated
from analysis.sample_size.repeated_measures import autoregressive, exchangeable

SEED, TRIALS, SLOW_TRIALS = 20261125, 100_000, 10_000
SMALL = (
    (0.3, 0.3, (60, 60)),
    (0.5, 0.3, (60, 60)),
    (0.9, 0.8, (30, 60)),
    (0.05, 0.05, (40, 40)),
)
LARGE = ((0.5, 0.3, (400, 397)),)
COLUMNS = (
    "scenario",
    "analysis",
    "trials",
    "below truth, %",
    "above truth, %",
    "shown, %",
    "bias",
)


def main() -> None:
    """Simulate everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--cluster", help="address of a Dask scheduler")
    parser.add_argument("--trials", type=int, default=TRIALS, help="of each quick scenario")
    parser.add_argument("--slow-trials", type=int, default=SLOW_TRIALS, help="of mixed models")
    chosen = parser.parse_args()
    executor: Executor = ProcessExecutor(workers=os.cpu_count() or 1)
    if chosen.cluster:
        executor = DaskExecutor(address=chosen.cluster)
    begun = time.perf_counter()
    quick = simulate(quick_experiments(), trials=chosen.trials, seed=SEED, executor=executor)
    slow = simulate(slow_experiments(), trials=chosen.slow_trials, seed=SEED, executor=executor)
    print_rows([*quick, *slow])
    print(f"\nSeed {SEED}; {time.perf_counter() - begun:.0f} s of wall time.")


def quick_experiments() -> list[Experiment]:
    """Return the scenarios whose analyses have closed forms."""
    return [*_means(), *_proportions(SMALL), *_looks(), *_clusters(), *_proportions(LARGE)]


def slow_experiments() -> list[Experiment]:
    """Return the scenarios of mixed models: few participants, many losses."""
    lost = Dropout(lost_by_visit=(0.0, 0.1, 0.2, 0.3), mechanism=Mechanism.MAR, log_odds=0.7)
    control = ArmAssumptions(participants=25, means=(0.0,) * 5, dropout=lost)
    scenarios = [
        VisitsScenario(
            name=f"25 per arm, 4 visits, 30 % lost at random, {effect} SD",
            first=replace(
                control, means=tuple(effect * share for share in (0, 0.25, 0.5, 0.75, 1))
            ),
            second=control,
            standard_deviations=(1.0,) * 5,
            correlation=autoregressive(5, 0.6),
            truth=effect,
        )
        for effect in (0.6, 0.0)
    ]
    models = tuple(
        EachTrial(
            name=f"MMRM, unstructured, {method.value}",
            estimator=MixedModelAtLastVisit(method=method),
        )
        for method in (Method.KENWARD_ROGER_LINEAR, Method.KENWARD_ROGER, Method.SATTERTHWAITE)
    )
    return [Experiment(scenario=scenario, analyses=models) for scenario in scenarios]


def _means() -> Iterable[Experiment]:
    for participants, effect in ((60, 0.0), (60, 0.5), (8, 0.5)):
        control = ArmAssumptions(participants=participants, means=(0.0, 0.0))
        scenario = VisitsScenario(
            name=f"{participants} per arm, {effect} SD",
            first=replace(control, means=(0.0, effect)),
            second=control,
            standard_deviations=(1.0, 1.0),
            correlation=exchangeable(2, 0.5),
            truth=effect,
        )
        yield Experiment(scenario=scenario, analyses=(Ancova(),))


def _proportions(
    trials: tuple[tuple[float, float, tuple[int, int]], ...],
) -> Iterable[Experiment]:
    for first, second, participants in trials:
        scenario = EventsScenario(
            name=f"{first} against {second}, {participants[0]} and {participants[1]}",
            participants=participants,
            probabilities=(first, second),
        )
        intervals = (DifferenceInterval.NEWCOMBE, DifferenceInterval.MIETTINEN_NURMINEN)
        yield Experiment(
            scenario=scenario,
            analyses=tuple(
                RiskDifference(name=f"risk difference, {kind.value}", interval=kind)
                for kind in intervals
            ),
        )


def _looks() -> Iterable[Experiment]:
    plan = GroupSequentialDesign(
        information_fractions=equally_spaced(3),
        significance_level=0.025,
        statistical_power=0.9,
        sides=Sides.ONE_SIDED,
        efficacy=OBrienFlemingSpending(),
    )
    futile = replace(plan, futility=BetaSpending(function=PocockSpending()))
    control = ArmAssumptions(participants=90, means=(0.0, 0.0))
    scenario = VisitsScenario(
        name="90 per arm, 3 looks, no effect",
        first=control,
        second=control,
        standard_deviations=(1.0, 1.0),
        correlation=exchangeable(2, 0.5),
        truth=0.0,
    )
    yield Experiment(
        scenario=scenario,
        analyses=tuple(
            Sequential(
                analysis=replace(Ancova(criterion=Differs()), name=name),
                boundaries=solve_design(design).boundaries,
            )
            for name, design in (
                ("ANCOVA, Lan-DeMets O'Brien-Fleming", plan),
                ("the same with non-binding futility", futile),
            )
        ),
    )


def _clusters() -> Iterable[Experiment]:
    control = ArmAssumptions(participants=60, means=(0.0, 0.0))
    scenario = VisitsScenario(
        name="6 therapists of 10 in one arm, ICC 0.1, no effect",
        first=replace(control, cluster_size=10, intracluster_correlation=0.1),
        second=control,
        standard_deviations=(1.0, 1.0),
        correlation=exchangeable(2, 0.5),
        truth=0.0,
    )
    yield Experiment(
        scenario=scenario,
        analyses=(MeansTest(name="t test, therapists ignored"), ClusterMeansTest()),
    )


def print_rows(found: list[OperatingCharacteristics]) -> None:
    """Print the table in Markdown."""
    print("| " + " | ".join(COLUMNS) + " |")
    print("| " + " | ".join("---" for _ in COLUMNS) + " |")
    for one in found:
        cells = (
            one.scenario,
            one.analysis,
            str(one.estimable),
            percent(one.missed_below),
            percent(one.missed_above),
            percent(one.shown),
            f"{one.bias.value:.4f} ({one.bias.standard_error:.4f})",
        )
        print("| " + " | ".join(cells) + " |")


def percent(share: Simulated) -> str:
    """Return a share in percent with its Monte Carlo standard error."""
    return f"{100 * share.value:.2f} ({100 * share.standard_error:.2f})"


if __name__ == "__main__":
    main()
