"""Numbers of options must be finite: `nan` and `inf` can be typed where a number is asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from screens.terminal.outcome import UnusableInputError

LARGEST = 1e30
"""Larger numbers are mistyped, and their powers overflow."""


def with_finite_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that refuses a number that is not finite, or is beyond 1e30, and names its option.

    `UnusableInputError` when it is run with such a number.
    """

    @wraps(command)
    def run(**options: Any) -> None:  # noqa: ANN401 - whatever typer reads
        for name, value in options.items():
            if isinstance(value, float):
                _require_finite(name, value)
        command(**options)

    return run


def _require_finite(name: str, value: float) -> None:
    if not abs(value) <= LARGEST:
        what = "is too large" if abs(value) < float("inf") else "is not a finite number"
        raise UnusableInputError(f"--{name.replace('_', '-')}: {value:g} {what}.")
