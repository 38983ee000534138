"""A trial that may stop at a look: its analysis at each look, until a bound is crossed."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.special import ndtri, stdtr

from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.operating_characteristics.batches import (
    BatchEstimates,
    BoolArray,
    FloatArray,
    VisitsBatch,
)
from analysis.operating_characteristics.linear_analyses import Analysis


class Better(StrEnum):
    """Which direction is a benefit."""

    HIGHER = "higher is better"
    LOWER = "lower is better"


class StopReason(StrEnum):
    """What a trial stops for; the one that is counted as its claim."""

    BENEFIT = "a benefit shown"
    FUTILITY = "stopped for futility"
    HARM = "stopped for harm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequential:
    """An analysis at looks. Estimates are the plain ones at the look that stopped the trial.

    Look k has the outcomes of the first share of participants of each arm; nobody enters while a look waits for its
    data. Intervals are not corrected for looking; ``is_shown`` is. Every rule is kept, binding or not.
    """

    analysis: Analysis[VisitsBatch]
    boundaries: Boundaries
    better: Better = Better.HIGHER
    harm: tuple[float, ...] = ()
    """Statistic (z) at or below which each look stops for harm; empty without such a rule."""
    counted: StopReason = StopReason.BENEFIT
    """What ``is_shown`` says of a trial."""

    @property
    def name(self) -> str:
        """Name that people read."""
        looks = f"{self.analysis.name}, {len(self.boundaries.information)} looks"
        return looks if self.counted is StopReason.BENEFIT else f"{looks}: {self.counted}"

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Analyse every trial of a batch, look by look."""
        found, goes_on = self._at_look(batch, 0)
        for place in range(1, len(self.boundaries.information)):
            later, still = self._at_look(batch, place)
            found = _where(goes_on, later, found)
            goes_on = goes_on & still
        return found

    def _at_look(self, batch: VisitsBatch, place: int) -> tuple[BatchEstimates, BoolArray]:
        share = self.boundaries.information[place] / self.boundaries.information[-1]
        found = self.analysis.analyse(batch.share(share))
        z = self._statistic(found)
        benefit = z >= self.boundaries.efficacy[place]
        harm = z <= (self.harm[place] if self.harm else -np.inf)
        below = z <= self.boundaries.stopping_below[place]
        is_end = place == len(self.boundaries.information) - 1
        stops = {
            StopReason.BENEFIT: benefit,
            StopReason.HARM: harm,
            StopReason.FUTILITY: np.zeros_like(below) if is_end else below & ~harm,
        }
        return replace(found, is_shown=stops[self.counted]), ~(benefit | harm | below)

    def _statistic(self, found: BatchEstimates) -> FloatArray:
        """Return the normal statistic with the p value of the analysis; NaN where there is none."""
        sign = 1.0 if self.better is Better.HIGHER else -1.0
        t = sign * found.estimate / found.standard_error
        return np.asarray(np.copysign(ndtri(stdtr(found.df, -np.abs(t))), t))


def _where(condition: BoolArray, one: BatchEstimates, other: BatchEstimates) -> BatchEstimates:
    return BatchEstimates(
        estimate=np.where(condition, one.estimate, other.estimate),
        standard_error=np.where(condition, one.standard_error, other.standard_error),
        df=np.where(condition, one.df, other.df),
        lower=np.where(condition, one.lower, other.lower),
        upper=np.where(condition, one.upper, other.upper),
        is_shown=np.where(condition, one.is_shown, other.is_shown),
        participants=np.where(condition, one.participants, other.participants),
    )
