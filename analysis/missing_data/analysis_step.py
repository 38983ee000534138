"""The analysis of completed datasets: any function of one dataset, or an analysis of covariance at every visit, all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.completed_outcomes import CompletedOutcomes
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


class Quantity(StrEnum):
    """What kind of number an analysis gives."""

    DIFFERENCE = "difference in adjusted means"
    ADJUSTED_MEAN = "adjusted mean"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What an estimate is an estimate of."""

    quantity: Quantity
    label: str
    """For people, e.g. ``DRUG − PLACEBO``."""
    visit: str = ""
    """Empty when the estimate belongs to no single visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetEstimate:
    """What a function of one completed dataset gives for one target."""

    target: Target
    estimate: float
    variance: float
    df: float | None
    """Complete-data degrees of freedom; None for a normal reference distribution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetEstimates:
    """One target in every completed dataset, or the reason why it cannot be estimated."""

    target: Target
    estimates: FloatArray
    """Shape (datasets,); empty when not estimable."""
    variances: FloatArray
    """Shape (datasets,); empty when not estimable."""
    df: float | None
    """Complete-data degrees of freedom; the smallest where datasets differ; None: normal."""
    reason: str = ""


class Response(StrEnum):
    """How the estimates of an analysis answer to a shift of the outcome."""

    LINEAR = "linear"
    """Estimates are linear in the outcome, their variances quadratic."""
    ANY = "any"


class AnalysisStep(Protocol):
    """An analysis of completed datasets."""

    @property
    def response(self) -> Response:
        """How its estimates answer to a shift of the outcome."""
        ...

    def analyse(self, completed: CompletedOutcomes) -> tuple[TargetEstimates, ...]:
        """Analyse every completed dataset."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class EachDataset:
    """Any estimator: a function of one completed dataset, called for each of them."""

    function: Callable[[RepeatedOutcomes], Sequence[DatasetEstimate]]
    """Gives the same targets in the same order for every dataset; may raise NotEstimableError."""

    @property
    def response(self) -> Response:
        """Nothing is known of the function."""
        return Response.ANY

    def analyse(self, completed: CompletedOutcomes) -> tuple[TargetEstimates, ...]:
        """Call the function for every dataset.

        Raises
        ------
        NotEstimableError
            If one dataset cannot be analysed.
        """
        found: list[tuple[DatasetEstimate, ...]] = []
        for number, dataset in enumerate(completed.datasets(), start=1):
            try:
                found.append(tuple(self.function(dataset)))
            except NotEstimableError as error:
                raise NotEstimableError(
                    f"completed dataset {number} of {completed.count} cannot be analysed: {error}"
                ) from None
        return tuple(_collected(of_target) for of_target in zip(*found, strict=True))


def _collected(estimates: tuple[DatasetEstimate, ...]) -> TargetEstimates:
    df = [one.df for one in estimates if one.df is not None]
    return TargetEstimates(
        target=estimates[0].target,
        estimates=np.array([one.estimate for one in estimates]),
        variances=np.array([one.variance for one in estimates]),
        df=min(df, default=None),
    )
