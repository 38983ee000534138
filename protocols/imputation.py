"""How missing outcomes are imputed before an analysis, promised before unblinding."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ImputationStrategy(StrEnum):
    """What stands for the values that are missing after an intercurrent event (Carpenter, Roger & Kenward 2013)."""

    MISSING_AT_RANDOM = "MAR"
    JUMP_TO_REFERENCE = "JR"
    COPY_REFERENCE = "CR"
    COPY_INCREMENTS_IN_REFERENCE = "CIR"
    LAST_MEAN_CARRIED_FORWARD = "LMCF"

    @property
    def label(self) -> str:
        """The strategy in words."""
        return _WORDS[self]


_WORDS: Mapping[ImputationStrategy, str] = {
    ImputationStrategy.MISSING_AT_RANDOM: "missing at random",
    ImputationStrategy.JUMP_TO_REFERENCE: "jump to reference",
    ImputationStrategy.COPY_REFERENCE: "copy reference",
    ImputationStrategy.COPY_INCREMENTS_IN_REFERENCE: "copy increments in reference",
    ImputationStrategy.LAST_MEAN_CARRIED_FORWARD: "last mean carried forward",
}


class ImputedVariance(StrEnum):
    """How the variance of an estimate from imputed values is estimated; the two answer different questions."""

    JACKKNIFE = "jackknife"
    """What the estimate varies by over repeated trials. No chance takes part."""
    RUBIN = "rubin"
    """Rubin's rules over random imputations: the information is kept no larger than under missing at random."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedImputation:
    """What stands for missing values of one analysis. The reference arm is the one that the others are compared with."""

    strategy: ImputationStrategy
    """After a participant's last value; gaps before it are missing at random."""
    variance: ImputedVariance
    """The only variance that is reported."""
    largest_delta: float | None = None
    """Tipping curve from minus to plus this, in the unit of the outcome; None: no curve."""
    imputations: int | None = None
    """Number of random imputations; none for the jackknife."""
    seed: int | None = None
    """Start of the random numbers; none for the jackknife."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        if self.variance is ImputedVariance.JACKKNIFE:
            return f"{self.strategy.label}; jackknife"
        return f"{self.strategy.label}; {self.imputations} imputations, Rubin's rules"
