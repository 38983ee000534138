"""Options that several commands share, and how their words are read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from screens.terminal.outcome import UnusableInputError

MOST_GRID_POINTS = 10_000

DataFile = Annotated[
    Path,
    typer.Option(
        "--data",
        help="CSV file with a header (UTF-8; comma, semicolon or tab). An empty field is missing.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(help="Take only rows with these values: 'PARAMCD=HAMD17'. Repeat it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Level = Annotated[
    float, typer.Option(help="Confidence level of intervals, e.g. 0.95.", min=0.5, max=0.9999)
]
Outcome = Annotated[str, typer.Option(help="Column of the outcome.")]
Arm = Annotated[str, typer.Option(help="Column of the arm.")]
Arms = Annotated[
    str | None,
    typer.Option(
        help="The two arms, first minus second: 'MUSIC,CTRL'. Without it: the two in the file, "
        "the later of the alphabet minus the earlier."
    ),
]
Covariates = Annotated[
    str | None,
    typer.Option(help="Columns apart by commas. Numbers stay numbers, text becomes a factor."),
]
Seed = Annotated[int, typer.Option(min=0, help="Everything random derives from it.")]


class RobustErrors(StrEnum):
    """Which standard errors a linear model has."""

    CLASSICAL = "classical"
    HC0 = "HC0"
    HC2 = "HC2"
    HC3 = "HC3"


def listed(text: str | None) -> tuple[str, ...]:
    """Split words at commas.

    Examples
    --------
    >>> listed("base, site"), listed(None)
    (('base', 'site'), ())
    """
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def listed_numbers(text: str | None, option: str) -> tuple[float, ...]:
    """Split numbers at commas.

    Examples
    --------
    >>> listed_numbers("0.5,1", "--looks")
    (0.5, 1.0)
    """
    return tuple(number_of(part, option) for part in listed(text))


def number_of(text: str, option: str) -> float:
    """Read one number of an option.

    Examples
    --------
    >>> number_of("2.5", "--delta")
    2.5
    """
    try:
        number = float(text)
    except ValueError:
        message = f"{option}: {text!r} is not a number."
        raise UnusableInputError(message) from None
    if number - number != 0:
        message = f"{option}: {text!r} is not a finite number."
        raise UnusableInputError(message)
    return number


def number_grid(text: str, option: str) -> tuple[float, ...]:
    """Read numbers, or ``from:to:step``.

    Examples
    --------
    >>> number_grid("-1:1:0.5", "--delta"), number_grid("3,4", "--delta")
    ((-1.0, -0.5, 0.0, 0.5, 1.0), (3.0, 4.0))
    """
    if ":" not in text:
        return listed_numbers(text, option)
    parts = [number_of(part, option) for part in text.split(":")]
    if len(parts) != 3 or parts[2] <= 0 or parts[1] < parts[0]:
        message = f"{option}: write 'from:to:step' with a step above 0, not {text!r}."
        raise UnusableInputError(message)
    first, last, step = parts
    count = round((last - first) / step, 9)
    if count > MOST_GRID_POINTS:
        message = f"{option}: {text!r} has more than {MOST_GRID_POINTS} points."
        raise UnusableInputError(message)
    return tuple(first + step * place for place in range(int(count) + 1))


def equal_parts(text: str, option: str) -> tuple[str, tuple[str, ...]]:
    """Read ``NAME=A,B``.

    Examples
    --------
    >>> equal_parts("SEX=Male,Female", "--levels")
    ('SEX', ('Male', 'Female'))
    """
    name, sign, values = text.partition("=")
    if not sign or not name.strip() or not listed(values):
        message = f"{option}: write {option} 'COLUMN=first,second', not {text!r}."
        raise UnusableInputError(message)
    return name.strip(), listed(values)
