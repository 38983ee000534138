"""When a trial claims to have shown something: a rule on its interval."""

from dataclasses import dataclass
from typing import Protocol

from analysis.operating_characteristics.batches import BoolArray, FloatArray
from analysis.operating_characteristics.errors import SimulationError


class Criterion(Protocol):
    """A claim about the difference."""

    def is_met(self, lower: FloatArray, upper: FloatArray) -> BoolArray:
        """Say for each interval whether it makes the claim; False where it is NaN."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Differs:
    """The interval excludes one value, on whichever side."""

    from_value: float = 0.0

    def is_met(self, lower: FloatArray, upper: FloatArray) -> BoolArray:
        """Say for each interval whether it excludes the value."""
        return (lower > self.from_value) | (upper < self.from_value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    """The interval lies above a value: superiority at 0, non-inferiority at minus the margin."""

    value: float

    def is_met(self, lower: FloatArray, upper: FloatArray) -> BoolArray:  # noqa: ARG002 - the other limit does not matter
        """Say for each interval whether it lies above the value."""
        return lower > self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Below:
    """The interval lies below a value: as `Above` where less is better."""

    value: float

    def is_met(self, lower: FloatArray, upper: FloatArray) -> BoolArray:  # noqa: ARG002 - the other limit does not matter
        """Say for each interval whether it lies below the value."""
        return upper < self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """The interval lies between two margins: equivalence."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not self.lower < self.upper:
            message = f"The margins {self.lower} and {self.upper} leave no room between them: the first must be the smaller."
            raise SimulationError(message)

    def is_met(self, lower: FloatArray, upper: FloatArray) -> BoolArray:
        """Say for each interval whether it lies between the margins."""
        return (lower > self.lower) & (upper < self.upper)
