"""What many analyses got right and wrong: sums that add up, and the characteristics they give.

References
----------
Morris, White & Crowther (2019), Statistics in Medicine 38, 2074-2102, table 6 (Monte Carlo standard errors).
"""

import math
from dataclasses import dataclass, fields

import numpy as np

from analysis.operating_characteristics.batches import BatchEstimates
from analysis.operating_characteristics.errors import SimulationError


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Sums over trials; tallies of batches are added in their order, so the last digit does not depend on who computed them."""

    trials: int = 0
    estimable: int = 0
    """With an estimate and an interval."""
    shown: int = 0
    missed_below: int = 0
    """Intervals that lie wholly below the truth."""
    missed_above: int = 0
    """Intervals that lie wholly above the truth."""
    error: float = 0.0
    """Estimate minus truth, summed."""
    squared_error: float = 0.0
    with_variance: int = 0
    """With a standard error."""
    variance: float = 0.0
    """Squared standard errors, summed."""
    participants: float = 0.0
    squared_participants: float = 0.0

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """A number from simulation, with its Monte Carlo standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingCharacteristics:
    """How one analysis fares in one scenario."""

    scenario: str
    analysis: str
    truth: float
    trials: int
    estimable: int
    """Trials with an estimate; everything but ``shown`` is about these."""
    shown: Simulated
    """Share of all trials with the claim made: power, or type I error where the claim is wrong."""
    bias: Simulated
    empirical_error: Simulated
    """Standard deviation of the estimates."""
    model_error: float | None
    """Root mean square of the standard errors; None for intervals without one."""
    coverage: Simulated
    missed_below: Simulated
    """Share of intervals wholly below the truth."""
    missed_above: Simulated
    participants: Simulated
    """Randomized by the time a trial stopped, both arms, on average."""


def tally_batch(found: BatchEstimates, truth: float) -> Tally:
    """Count what the analyses of one batch got right."""
    usable = np.isfinite(found.estimate) & ~np.isnan(found.lower) & ~np.isnan(found.upper)
    error = found.estimate[usable] - truth
    spread = found.standard_error[usable]
    with_variance = np.isfinite(spread)
    return Tally(
        trials=len(usable),
        estimable=int(usable.sum()),
        shown=int(found.is_shown.sum()),
        missed_below=int((found.upper[usable] < truth).sum()),
        missed_above=int((found.lower[usable] > truth).sum()),
        error=float(error.sum()),
        squared_error=float((error**2).sum()),
        with_variance=int(with_variance.sum()),
        variance=float((spread[with_variance] ** 2).sum()),
        participants=float(found.participants.sum()),
        squared_participants=float((found.participants**2).sum()),
    )


def characterize(
    tally: Tally, *, scenario: str, analysis: str, truth: float
) -> OperatingCharacteristics:
    """Turn sums into characteristics.

    Raises
    ------
    SimulationError
        If fewer than two trials had an estimate.
    """
    n = tally.estimable
    if n < 2:
        message = f"Of {tally.trials} trials of “{scenario}” {n} could be analysed by “{analysis}”: nothing can be said about it."
        raise SimulationError(message)
    bias = tally.error / n
    spread = math.sqrt(max(0.0, tally.squared_error - n * bias**2) / (n - 1))
    return OperatingCharacteristics(
        scenario=scenario,
        analysis=analysis,
        truth=truth,
        trials=tally.trials,
        estimable=n,
        shown=_share(tally.shown, tally.trials),
        bias=Simulated(value=bias, standard_error=spread / math.sqrt(n)),
        empirical_error=Simulated(value=spread, standard_error=spread / math.sqrt(2 * (n - 1))),
        model_error=math.sqrt(tally.variance / tally.with_variance)
        if tally.with_variance
        else None,
        coverage=_share(n - tally.missed_below - tally.missed_above, n),
        missed_below=_share(tally.missed_below, n),
        missed_above=_share(tally.missed_above, n),
        participants=_mean(tally.participants, tally.squared_participants, tally.trials),
    )


def _share(count: int, total: int) -> Simulated:
    share = count / total
    return Simulated(value=share, standard_error=math.sqrt(share * (1 - share) / total))


def _mean(total: float, squares: float, n: int) -> Simulated:
    mean = total / n
    variance = max(0.0, squares / n - mean**2)
    return Simulated(value=mean, standard_error=math.sqrt(variance / n))
