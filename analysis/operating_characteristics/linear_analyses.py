"""Analyses of means, for many trials at once: covariance, t test, cluster means.

Each equals the analysis of one trial by `analysis.estimators`; here closed forms do all trials of a batch together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

import numpy as np
from scipy.special import stdtrit

from analysis.operating_characteristics.batches import (
    ArmVisits,
    BatchEstimates,
    FloatArray,
    VisitsBatch,
)
from analysis.operating_characteristics.criteria import Criterion, Differs

BatchT_contra = TypeVar("BatchT_contra", contravariant=True)


class Analysis(Protocol[BatchT_contra]):
    """What is done with the data of each trial."""

    @property
    def name(self) -> str:
        """Name that people read."""
        ...

    def analyse(self, batch: BatchT_contra) -> BatchEstimates:
        """Analyse every trial of a batch."""
        ...


class Summary(StrEnum):
    """Which number of a participant is analysed."""

    LAST_VISIT = "last visit"
    MEAN_OF_VISITS = "mean of the visits seen"
    """Of sessions: as many as each participant came to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ancova:
    """Analysis of covariance on baseline, of those with the outcome."""

    name: str = "ANCOVA"
    summary: Summary = Summary.LAST_VISIT
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen
    confidence_level: float = 0.95

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        arms = [_moments(arm, self.summary) for arm in (batch.first, batch.second)]
        first, second = arms
        sxx, sxy = first.sxx + second.sxx, first.sxy + second.sxy
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = sxy / sxx
            shift = first.mean_x - second.mean_x
            estimate = first.mean_y - second.mean_y - slope * shift
            residual = first.syy + second.syy - slope * sxy
            df = first.n + second.n - 3
            variance = residual / df * (1 / first.n + 1 / second.n + shift**2 / sxx)
        return _estimates(batch, estimate, variance, df, self.criterion, self.confidence_level)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeansTest:
    """Student's t test of those with the outcome, without baseline."""

    name: str = "t test"
    summary: Summary = Summary.LAST_VISIT
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen
    confidence_level: float = 0.95

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        first, second = (_moments(arm, self.summary) for arm in (batch.first, batch.second))
        df = first.n + second.n - 2
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (first.syy + second.syy) / df * (1 / first.n + 1 / second.n)
        estimate = first.mean_y - second.mean_y
        return _estimates(batch, estimate, variance, df, self.criterion, self.confidence_level)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterMeansTest:
    """t test of the means of therapists or groups: valid however few they are."""

    name: str = "t test of cluster means"
    summary: Summary = Summary.LAST_VISIT
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen
    confidence_level: float = 0.95

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Analyse every trial of a batch; Welch's test, as the arms' clusters may differ in size."""
        first, second = (_cluster_means(arm, self.summary) for arm in (batch.first, batch.second))
        with np.errstate(divide="ignore", invalid="ignore"):
            one = first.syy / (first.n - 1) / first.n
            two = second.syy / (second.n - 1) / second.n
            df = (one + two) ** 2 / (one**2 / (first.n - 1) + two**2 / (second.n - 1))
        estimate = first.mean_y - second.mean_y
        return _estimates(batch, estimate, one + two, df, self.criterion, self.confidence_level)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Moments:
    n: FloatArray
    mean_x: FloatArray
    mean_y: FloatArray
    sxx: FloatArray
    sxy: FloatArray
    syy: FloatArray


def _summarize(arm: ArmVisits, summary: Summary) -> FloatArray:
    if summary is Summary.LAST_VISIT:
        return arm.outcomes[:, :, -1]
    seen = np.isfinite(arm.outcomes)
    total = np.where(seen, arm.outcomes, 0.0).sum(axis=2)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / seen.sum(axis=2))


def _moments(arm: ArmVisits, summary: Summary) -> _Moments:
    return _moments_of(arm.baseline, _summarize(arm, summary))


def _moments_of(x: FloatArray, y: FloatArray) -> _Moments:
    seen = np.isfinite(y)
    n = seen.sum(axis=1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x = np.where(seen, x, 0.0).sum(axis=1) / n
        mean_y = np.where(seen, y, 0.0).sum(axis=1) / n
    dx = np.where(seen, x - mean_x[:, None], 0.0)
    dy = np.where(seen, y - mean_y[:, None], 0.0)
    return _Moments(
        n=n,
        mean_x=mean_x,
        mean_y=mean_y,
        sxx=(dx * dx).sum(axis=1),
        sxy=(dx * dy).sum(axis=1),
        syy=(dy * dy).sum(axis=1),
    )


def _cluster_means(arm: ArmVisits, summary: Summary) -> _Moments:
    values = _summarize(arm, summary)
    seen = np.isfinite(values)
    starts = np.flatnonzero(np.diff(arm.cluster, prepend=-1))
    totals = np.add.reduceat(np.where(seen, values, 0.0), starts, axis=1)
    counts = np.add.reduceat(seen.astype(np.float64), starts, axis=1)
    with np.errstate(invalid="ignore"):
        means = totals / counts
    return _moments_of(np.zeros_like(means), means)


def _estimates(
    batch: VisitsBatch,
    estimate: FloatArray,
    variance: FloatArray,
    df: FloatArray,
    criterion: Criterion,
    confidence_level: float,
) -> BatchEstimates:
    usable = np.isfinite(estimate) & np.isfinite(variance) & (variance > 0) & (df >= 1)
    estimate = np.where(usable, estimate, np.nan)
    error = np.sqrt(np.where(usable, variance, np.nan))
    half = stdtrit(np.where(usable, df, 1.0), (1 + confidence_level) / 2) * error
    lower, upper = estimate - half, estimate + half
    entered = batch.first.baseline.shape[1] + batch.second.baseline.shape[1]
    return BatchEstimates(
        estimate=estimate,
        standard_error=error,
        df=np.where(usable, df, np.nan),
        lower=lower,
        upper=upper,
        is_shown=criterion.is_met(lower, upper),
        participants=np.full(batch.trials, float(entered)),
    )
