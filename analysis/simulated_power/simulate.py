"""From a design and its assumptions to rejections with their Monte Carlo error, with the effect and without it."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd

from analysis.estimators.frame import ColumnError
from analysis.operating_characteristics.batches import BatchEstimates
from analysis.operating_characteristics.executors import Executor
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.operating_characteristics.tables import TablesBatch, TableScenario
from analysis.operating_characteristics.tally import OperatingCharacteristics
from analysis.results import NotEstimableError
from analysis.simulated_power.designs import Claim, Design, design_named
from analysis.simulated_power.finding import Finding
from analysis.simulated_power.world import World

WITH_EFFECT, WITHOUT_EFFECT = "with the effect", "without it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An estimator applied to the table of one trial after another."""

    name: str
    design: Design
    world: World
    confidence_level: float

    def analyse(self, batch: TablesBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        rows = [astuple(self._found(table)) for table in batch.tables]
        estimate, error, lower, upper, p = np.array(rows).T
        if self.design.claim is Claim.P_VALUE:
            is_shown = p < 1 - self.confidence_level
        else:
            is_shown = self.design.criterion(self.world).is_met(lower, upper)
        return BatchEstimates(
            estimate=estimate,
            standard_error=error,
            df=np.full(len(rows), np.nan),
            lower=lower,
            upper=upper,
            is_shown=is_shown,
            participants=np.full(len(rows), float(batch.participants)),
        )

    def _found(self, table: pd.DataFrame) -> Finding:
        try:
            return self.design.estimate(self.world, table, self.confidence_level)
        except (NotEstimableError, ColumnError):
            return Finding()


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedPower:
    """How often the claim is made."""

    with_effect: OperatingCharacteristics
    """Its `shown` is the power."""
    without_effect: OperatingCharacteristics
    """Its `shown` is the type I error."""


def simulate_power(
    name: str,
    world: World,
    *,
    confidence_level: float,
    trials: int,
    seed: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> SimulatedPower:
    """Simulate trials with the effect and without it.

    Parameters
    ----------
    name : str
        Of the design: `analysis.simulated_power.designs.DESIGNS`.
    world : World
        Of that design.
    confidence_level : float
        Of the intervals; a claim is made at 1 minus this, two-sided (equivalence and non-inferiority: one-sided, the latter at half).
    trials : int
        With the effect, and as many without.
    seed : int
        The same seed gives the same numbers, wherever they are computed.
    executor : Executor
    progress : callable, optional
        Told how many batches of how many are done.
    """
    design = design_named(name)
    experiments = tuple(
        Experiment(
            scenario=TableScenario(
                name=label, people=one, participants=one.people.total, truth=design.truth_in(one)
            ),
            analyses=(
                Judged(name=name, design=design, world=one, confidence_level=confidence_level),
            ),
        )
        for label, one in ((WITH_EFFECT, world), (WITHOUT_EFFECT, world.without_effect()))
    )
    with_effect, without_effect = simulate(
        experiments, trials=trials, seed=seed, executor=executor, progress=progress
    )
    return SimulatedPower(with_effect=with_effect, without_effect=without_effect)
