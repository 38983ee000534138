"""The smallest trial that reaches a power in simulation."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import Executor
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.operating_characteristics.tally import OperatingCharacteristics


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeFound:
    """A size and everything that was simulated on the way."""

    size: int
    """The smallest tried that reaches the power; uncertain by the Monte Carlo error of its power."""
    at_size: OperatingCharacteristics
    tried: tuple[tuple[int, OperatingCharacteristics], ...]
    """In the order of trying."""


def find_size(
    experiment_of: Callable[[int], Experiment],
    *,
    statistical_power: float,
    between: tuple[int, int],
    trials: int,
    seed: int,
    executor: Executor,
) -> SizeFound:
    """Search the smallest size at which the first analysis of an experiment reaches a power.

    Parameters
    ----------
    experiment_of : callable
        From a size, e.g. participants of an arm, to an experiment.
    statistical_power : float
        To be reached.
    between : tuple of int
        Smallest and largest size to try.
    trials, seed, executor
        As in `simulate`; with 10,000 trials a power near 0.9 is known to 0.3 percent points.

    Returns
    -------
    SizeFound
        By halving the range.

    Raises
    ------
    SimulationError
        If the range is empty, the power is no probability, or the largest size does not reach it.
    """
    lowest, highest = between
    if not 0 < lowest <= highest or not 0 < statistical_power < 1:
        message = f"Sizes from {lowest} to {highest} and a power of {statistical_power} cannot be searched: give a growing range above 0 and a power between 0 and 1."
        raise SimulationError(message)
    tried: dict[int, OperatingCharacteristics] = {}

    def reaches(size: int) -> bool:
        (found, *_) = simulate([experiment_of(size)], trials=trials, seed=seed, executor=executor)
        tried[size] = found
        return found.shown.value >= statistical_power

    if not reaches(highest):
        power = tried[highest].shown.value
        message = f"The largest size, {highest}, has a power of {power:.3f} in simulation, below {statistical_power}: widen the range."
        raise SimulationError(message)
    best = highest
    while lowest < best:
        middle = (lowest + best) // 2
        if reaches(middle):
            best = middle
        else:
            lowest = middle + 1
    return SizeFound(size=best, at_size=tried[best], tried=tuple(tried.items()))
