"""Risk differences of many trials: every pair of counts is analysed once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.estimators.proportions import Share
from analysis.estimators.two_proportions import DifferenceInterval, estimate_difference
from analysis.operating_characteristics.batches import BatchEstimates, EventsBatch
from analysis.operating_characteristics.criteria import Criterion, Differs


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskDifference:
    """The difference of two proportions with one of its intervals."""

    name: str = "risk difference"
    interval: DifferenceInterval = DifferenceInterval.MIETTINEN_NURMINEN
    criterion: Criterion = Differs()  # noqa: RUF009 - frozen
    confidence_level: float = 0.95

    def analyse(self, batch: EventsBatch) -> BatchEstimates:
        """Analyse every trial of a batch."""
        n_first, n_second = batch.participants
        pairs, place = np.unique(
            np.column_stack([batch.first, batch.second]), axis=0, return_inverse=True
        )
        found = np.array(
            [
                _analyse_counts(
                    (one, other), batch.participants, self.interval, self.confidence_level
                )
                for one, other in pairs.tolist()
            ]
        )
        estimate, lower, upper = found[place.ravel()].T
        return BatchEstimates(
            estimate=estimate,
            standard_error=np.full(batch.trials, np.nan),
            df=np.full(batch.trials, np.nan),
            lower=lower,
            upper=upper,
            is_shown=self.criterion.is_met(lower, upper),
            participants=np.full(batch.trials, float(n_first + n_second)),
        )


@lru_cache(maxsize=100_000)
def _analyse_counts(
    events: tuple[int, int],
    participants: tuple[int, int],
    interval: DifferenceInterval,
    confidence_level: float,
) -> tuple[float, float, float]:
    found = estimate_difference(
        Share(arm="first", label="first", events=events[0], n=participants[0]),
        Share(arm="second", label="second", events=events[1], n=participants[1]),
        interval,
        confidence_level=confidence_level,
    )
    if found.estimate is None or found.interval is None:
        return (np.nan, np.nan, np.nan)
    return found.estimate, found.interval.lower, found.interval.upper
