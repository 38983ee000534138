"""Any estimator of a plain table as an analysis of simulated trials: counts, survival, ordered outcomes, crossover, ...

The estimator is a function (of a module, so that other processes find it by name) from one data frame to an `Effect`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import pandas as pd

from analysis.estimators.effect import Effect
from analysis.operating_characteristics.batches import BatchEstimates
from analysis.operating_characteristics.criteria import Criterion, Differs
from analysis.results import NotEstimableError

NO_NUMBER = (np.nan, np.nan, np.nan, np.nan)


class People(Protocol):
    """A truth that the table of one trial can be drawn from (``people.py``)."""

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TablesBatch:
    """Trials as tables."""

    tables: tuple[pd.DataFrame, ...]
    participants: int
    """Of one trial, both arms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableScenario:
    """People and the truth about them."""

    name: str
    people: People
    participants: int
    """Of one trial, both arms."""
    truth: float
    """On the scale of the analysis: of a ratio, with `EstimateScale.LOG`, its logarithm."""

    def draw(self, trials: int, generator: np.random.Generator) -> TablesBatch:
        """Draw so many trials."""
        return TablesBatch(
            tables=tuple(self.people.draw(generator) for _ in range(trials)),
            participants=self.participants,
        )


class EstimateScale(StrEnum):
    """On which scale estimates are judged."""

    AS_IS = "as is"
    LOG = "logarithm"
    """Of ratios; the standard error of an `Effect` is then that of the logarithm already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EachTable:
    """An estimator applied to one table after another."""

    name: str
    estimator: Callable[[pd.DataFrame], Effect]
    """Of module level."""
    scale: EstimateScale = EstimateScale.AS_IS
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen

    def analyse(self, batch: TablesBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        found = np.array([self._estimate(table) for table in batch.tables])
        if self.scale is EstimateScale.LOG:
            with np.errstate(divide="ignore"):
                found[:, [0, 2, 3]] = np.log(found[:, [0, 2, 3]])
        estimate, error, lower, upper = found.T
        return BatchEstimates(
            estimate=estimate,
            standard_error=error,
            df=np.full(len(found), np.nan),
            lower=lower,
            upper=upper,
            is_shown=self.criterion.is_met(lower, upper),
            participants=np.full(len(found), float(batch.participants)),
        )

    def _estimate(self, table: pd.DataFrame) -> tuple[float, float, float, float]:
        try:
            found = self.estimator(table)
        except NotEstimableError:
            return NO_NUMBER
        if found.estimate is None or found.interval is None:
            return NO_NUMBER
        error = np.nan if found.standard_error is None else found.standard_error
        return found.estimate, error, found.interval.lower, found.interval.upper
