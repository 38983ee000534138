"""Assumptions that can be named: what each means, and what it is unless somebody says otherwise."""

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from analysis.operating_characteristics.errors import SimulationError

Value = float | tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """One assumption of a world."""

    name: str
    meaning: str
    usual: Value
    """Unless somebody says otherwise."""


def assumed(usual: Value, meaning: str) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Return a field that is an assumption."""
    return field(default=usual, metadata={"meaning": meaning})


def assumptions_of(world: type[Any]) -> tuple[Assumption, ...]:
    """Return the assumptions of a world, in their order."""
    return tuple(
        Assumption(name=one.name, meaning=one.metadata["meaning"], usual=one.default)
        for one in fields(world)
        if "meaning" in one.metadata and one.default is not MISSING
    )


def read_assumptions(world: type[Any], said: dict[str, str]) -> dict[str, Value]:
    """Read assumptions from text.

    Parameters
    ----------
    world : type
        A dataclass with assumptions.
    said : dict
        Name to text: ``{"rates": "1.2,0.8"}``.

    Raises
    ------
    SimulationError
        If a name does not exist or a text holds no number.
    """
    known: dict[str, Field[Any]] = {
        one.name: one for one in fields(world) if "meaning" in one.metadata
    }
    read: dict[str, Value] = {}
    for name, text in said.items():
        if name not in known:
            message = (
                f"There is no assumption {name!r} here; there is {', '.join(known) or 'none'}."
            )
            raise SimulationError(message)
        numbers = tuple(_number(part, name) for part in text.split(","))
        if isinstance(known[name].default, tuple):
            read[name] = numbers
        elif len(numbers) == 1:
            read[name] = numbers[0]
        else:
            message = f"{name}: {len(numbers)} numbers; one is needed."
            raise SimulationError(message)
    return read


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        message = (
            f"{name}: {text!r} is not a number; write e.g. {name}=0.5, several apart by commas."
        )
        raise SimulationError(message) from error


def require(holds: bool, message: str) -> None:  # noqa: FBT001 - the condition itself
    """Refuse assumptions that do not describe anything.

    Raises
    ------
    SimulationError
        If the condition does not hold.
    """
    if not holds:
        raise SimulationError(message)


def require_positive(**values: Value) -> None:
    """Refuse numbers that are not above 0."""
    for name, value in values.items():
        smallest = min(value) if isinstance(value, tuple) else value
        require(smallest > 0, f"{name} is {shown(value)}: it must be above 0.")


def require_two(**values: Value) -> None:
    """Refuse what is not one number for each of two arms."""
    for name, value in values.items():
        count = len(value) if isinstance(value, tuple) else 1
        require(count == 2, f"{name} is {shown(value)}: give two numbers, first and second arm.")


def shown(value: Value) -> str:
    """Return a value as it is written on a command line.

    Examples
    --------
    >>> shown((0.5, 2.0)), shown(1.25)
    ('0.5,2', '1.25')
    """
    return ",".join(f"{one:g}" for one in value) if isinstance(value, tuple) else f"{value:g}"
