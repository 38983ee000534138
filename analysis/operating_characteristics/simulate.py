"""Simulate scenarios with their analyses and say how each fares.

One seed gives one set of trials for each scenario, and every analysis of the scenario sees the same trials. Batches have
a fixed size and seeds of their own (`numpy.random.SeedSequence.spawn`), so neither the number of processes nor the
machine they run on changes a number; more trials only add batches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import Executor
from analysis.operating_characteristics.linear_analyses import Analysis
from analysis.operating_characteristics.scenarios import Scenario
from analysis.operating_characteristics.tally import (
    OperatingCharacteristics,
    Tally,
    characterize,
    tally_batch,
)

TRIALS_OF_A_BATCH = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Experiment:
    """One scenario and what is tried on it; both take the same kind of batch."""

    scenario: Scenario[Any]
    analyses: tuple[Analysis[Any], ...]
    truths: tuple[float, ...] = ()
    """Of the quantity of each analysis; empty: that of the scenario for all of them."""

    def truth_of(self, place: int) -> float:
        """Return what is true of the quantity of an analysis."""
        return self.truths[place] if self.truths else self.scenario.truth


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BatchTask:
    """What one process has to do; small, and complete in itself."""

    experiment: Experiment
    seed: np.random.SeedSequence
    trials: int


def simulate(
    experiments: Sequence[Experiment],
    *,
    trials: int,
    seed: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[OperatingCharacteristics, ...]:
    """Simulate trials and characterize their analyses.

    Parameters
    ----------
    experiments : sequence of Experiment
        Scenarios with analyses.
    trials : int
        Of each scenario.
    seed : int
        The same seed gives the same numbers.
    executor : Executor
        Where batches are computed.
    progress : callable, optional
        Told how many batches of how many are done.

    Returns
    -------
    tuple of OperatingCharacteristics
        Scenario after scenario, in each the analyses in their order.

    Raises
    ------
    SimulationError
        If there is nothing to simulate, or nothing can be estimated.
    """
    if not experiments or trials < 2:
        message = f"There are {len(experiments)} scenarios with {trials} trials each: name at least one scenario and two trials."
        raise SimulationError(message)
    tasks = plan_batches(experiments, trials=trials, seed=seed)
    places = [place for place, _ in tasks]
    sums = [[Tally() for _ in experiment.analyses] for experiment in experiments]
    results = executor.map(run_batch, [task for _, task in tasks])
    for done, (place, tallies) in enumerate(zip(places, results, strict=True), start=1):
        sums[place] = [old.plus(new) for old, new in zip(sums[place], tallies, strict=True)]
        if progress is not None:
            progress(done, len(tasks))
    return tuple(
        characterize(
            tally,
            scenario=experiment.scenario.name,
            analysis=analysis.name,
            truth=experiment.truth_of(place),
        )
        for experiment, tallies in zip(experiments, sums, strict=True)
        for place, (analysis, tally) in enumerate(zip(experiment.analyses, tallies, strict=True))
    )


def plan_batches(
    experiments: Sequence[Experiment], *, trials: int, seed: int
) -> list[tuple[int, BatchTask]]:
    """Return the batches, each with the place of its experiment."""
    batches = -(-trials // TRIALS_OF_A_BATCH)
    last = trials - (batches - 1) * TRIALS_OF_A_BATCH
    roots = np.random.SeedSequence(seed).spawn(len(experiments))
    return [
        (
            place,
            BatchTask(
                experiment=experiment,
                seed=child,
                trials=last if number == batches - 1 else TRIALS_OF_A_BATCH,
            ),
        )
        for place, (experiment, root) in enumerate(zip(experiments, roots, strict=True))
        for number, child in enumerate(root.spawn(batches))
    ]


def run_batch(task: BatchTask) -> tuple[Tally, ...]:
    """Draw the trials of one batch and analyse them in every way asked for."""
    generator = np.random.Generator(np.random.PCG64(task.seed))
    scenario = task.experiment.scenario
    batch = scenario.draw(task.trials, generator)
    return tuple(
        tally_batch(analysis.analyse(batch), task.experiment.truth_of(place))
        for place, analysis in enumerate(task.experiment.analyses)
    )
