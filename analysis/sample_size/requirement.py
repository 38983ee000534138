"""What a design must reach, and how many participants that takes."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from scipy.optimize import brentq

from analysis.interim_analysis.design import Sides

ROUNDING_SLACK = 1e-9
MOST_PARTICIPANTS = 1e9


class SampleSizeError(ValueError):
    """Assumptions that no sample size follows from; the text says what to mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Error rates and allocation that a design is planned for."""

    significance_level: float = 0.05
    statistical_power: float = 0.9
    sides: Sides = Sides.TWO_SIDED
    """Non-inferiority and equivalence use `tail` on each of their sides."""
    allocation_ratio: float = 1.0
    """Participants of the first arm for each one of the second."""

    def __post_init__(self) -> None:
        check_probability("The significance level", self.significance_level)
        check_probability("The power", self.statistical_power)
        check_positive("The allocation ratio", self.allocation_ratio)
        if self.statistical_power <= self.tail:
            message = f"The power is {self.statistical_power}: it must be above the level of a side, {self.tail}."
            raise SampleSizeError(message)

    @property
    def tail(self) -> float:
        """One-sided level."""
        return self.significance_level / (2 if self.sides is Sides.TWO_SIDED else 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """Participants that a design needs, not rounded."""

    first: float
    """In the first arm."""
    second: float
    """In the second arm."""
    method: str
    """Formula and source, for the protocol."""

    @property
    def participants(self) -> tuple[int, int]:
        """Whole participants of the first and the second arm, rounded up once, at the end."""
        return _up(self.first), _up(self.second)

    @property
    def total(self) -> float:
        """Both arms together, not rounded."""
        return self.first + self.second

    def multiplied(self, first: float, second: float, because: str) -> "Requirement":
        """Return the requirement with each arm multiplied by a factor."""
        return replace(
            self,
            first=self.first * first,
            second=self.second * second,
            method=f"{self.method}; {because}",
        )


class Design(Protocol):
    """A comparison of two arms that has a closed form."""

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        ...

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants; the power of the target does not matter."""
        ...


def smallest_size(
    power_at: Callable[[float], float], least: float, statistical_power: float
) -> float:
    """Return the size of the first arm at which a growing power is reached, not rounded.

    Raises
    ------
    SampleSizeError
        If no number of participants reaches it.
    """

    def excess(size: float) -> float:
        return power_at(size) - statistical_power

    if excess(least) >= 0:
        return least
    most = 2 * least
    while excess(most) < 0:
        most *= 2
        if most > MOST_PARTICIPANTS:
            raise SampleSizeError(
                "Not even a billion participants reach this power: look at the effect and the margin again."
            )
    return float(brentq(excess, least, most, xtol=1e-10, rtol=1e-14))


def check_probability(what: str, value: float) -> None:
    """Check that a number lies between 0 and 1.

    Raises
    ------
    SampleSizeError
        If it does not.
    """
    if not 0 < value < 1:
        message = f"{what} is {value}: it must lie between 0 and 1."
        raise SampleSizeError(message)


def check_positive(what: str, value: float) -> None:
    """Check that a number is above 0 and finite.

    Raises
    ------
    SampleSizeError
        If it is not.
    """
    if not (value > 0 and math.isfinite(value)):
        message = f"{what} is {value}: it must be above 0."
        raise SampleSizeError(message)


def check_effect(what: str, value: float) -> None:
    """Check that there is an effect to be found.

    Raises
    ------
    SampleSizeError
        If it is 0 or no number.
    """
    if value == 0 or not math.isfinite(value):
        message = f"{what} is {value}: write the effect that the trial must not miss."
        raise SampleSizeError(message)


def check_correlation(what: str, value: float) -> None:
    """Check that a number is a correlation.

    Raises
    ------
    SampleSizeError
        If it is not between -1 and 1.
    """
    if not -1 < value < 1:
        message = f"{what} is {value}: a correlation lies between -1 and 1."
        raise SampleSizeError(message)


def _up(size: float) -> int:
    return math.ceil(size - ROUNDING_SLACK * max(1.0, size))
