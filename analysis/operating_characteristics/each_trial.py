"""Any estimator of one trial as an analysis of many: slower than closed forms, and open to all.

The estimator is a function of a module (so that other processes find it by name): it takes one `SimulatedTrial` and
returns what it estimates, or raises `NotEstimableError`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.operating_characteristics.batches import (
    BatchEstimates,
    FloatArray,
    IntArray,
    VisitsBatch,
)
from analysis.operating_characteristics.criteria import Criterion, Differs
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedTrial:
    """One trial; participants of the first arm before those of the second."""

    is_first_arm: IntArray
    """1 or 0, shape (participants,)."""
    baseline: FloatArray
    """Shape (participants,)."""
    outcomes: FloatArray
    """Shape (participants, visits); NaN where not observed."""
    cluster: IntArray
    """Different numbers in different arms, shape (participants,)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialEstimate:
    """What an estimator says about one trial, first arm minus second."""

    estimate: float
    standard_error: float
    lower: float
    upper: float
    df: float = np.inf
    """Of the t statistic; infinite: normal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EachTrial:
    """An estimator applied to one trial after another."""

    name: str
    estimator: Callable[[SimulatedTrial], TrialEstimate]
    """Of module level."""
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        found = np.array([self._estimate(batch, trial) for trial in range(batch.trials)])
        estimate, error, lower, upper, df = found.T
        entered = batch.first.baseline.shape[1] + batch.second.baseline.shape[1]
        return BatchEstimates(
            estimate=estimate,
            standard_error=error,
            df=df,
            lower=lower,
            upper=upper,
            is_shown=self.criterion.is_met(lower, upper),
            participants=np.full(batch.trials, float(entered)),
        )

    def _estimate(self, batch: VisitsBatch, trial: int) -> tuple[float, ...]:
        try:
            found = self.estimator(_trial_of(batch, trial))
        except NotEstimableError:
            return (np.nan,) * 5
        return found.estimate, found.standard_error, found.lower, found.upper, found.df


def _trial_of(batch: VisitsBatch, trial: int) -> SimulatedTrial:
    arms = (batch.first, batch.second)
    sizes = [arm.baseline.shape[1] for arm in arms]
    after = int(batch.first.cluster[-1]) + 1
    return SimulatedTrial(
        is_first_arm=np.repeat(np.array([1, 0]), sizes),
        baseline=np.concatenate([arm.baseline[trial] for arm in arms]),
        outcomes=np.concatenate([arm.outcomes[trial] for arm in arms]),
        cluster=np.concatenate([batch.first.cluster, batch.second.cluster + after]),
    )
