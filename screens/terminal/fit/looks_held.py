"""Options about the looks held so far, and the estimates that they give: typed, or from a file."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import Arms, Where, listed, listed_numbers
from screens.terminal.fit.source import sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.looks import LookEstimate
    from data.exchange.tables import Table


class Held(StrEnum):
    """Whether the last look held ends the trial."""

    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedLooks:
    """What the looks found, as numbers."""

    estimates: Annotated[
        str | None,
        typer.Option(help="Estimates so far, one a look, a benefit positive: '1.9,1.6'."),
    ] = None
    standard_errors: Annotated[str | None, typer.Option(help="Their standard errors.")] = None
    df: Annotated[
        str | None, typer.Option(help="Their degrees of freedom; without it: normal.")
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileOfLooks:
    """The participants so far, in a file."""

    data: Annotated[
        Path | None,
        typer.Option(help="CSV file, one row a participant, instead of estimates: pooled t test."),
    ] = None
    outcome: Annotated[str | None, typer.Option(help="Column of the outcome.")] = None
    arm: Annotated[str | None, typer.Option(help="Column of the arm.")] = None
    arms: Arms = None
    look: Annotated[
        str | None, typer.Option(help="Column of the look that first saw a participant: 1, 2, ...")
    ] = None
    planned: Annotated[
        int | None,
        typer.Option(
            min=1, help="Participants planned in all; gives the information reached of --data."
        ),
    ] = None
    where: Where = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksFound:
    """What the looks held so far found."""

    estimates: "tuple[LookEstimate, ...]"
    information: tuple[float, ...]
    """Reached, as shares of the planned."""
    table: "Table | None"


def looks_found(
    typed: TypedLooks, file: FileOfLooks, information: str | None, planned: tuple[float, ...]
) -> LooksFound | None:
    """Return what the looks found; None before the first.

    Parameters
    ----------
    information
        Fractions really reached, as typed.
    planned
        Fractions of the plan, taken where none were typed.
    """
    reached = listed_numbers(information, "--information")
    if file.data is not None:
        return _from_file(file, reached, planned)
    if typed.estimates is not None:
        return _typed(typed, typed.estimates, reached, planned)
    return None


def _typed(
    typed: TypedLooks, estimates: str, reached: tuple[float, ...], planned: tuple[float, ...]
) -> LooksFound:
    from analysis.interim_analysis.looks import LookEstimate

    values = listed_numbers(estimates, "--estimates")
    errors = listed_numbers(typed.standard_errors, "--standard-errors")
    degrees: tuple[float | None, ...] = listed_numbers(typed.df, "--df") or (None,) * len(values)
    if not len(values) == len(errors) == len(degrees):
        message = (
            f"{len(values)} estimates, {len(errors)} standard errors and {len(degrees)} degrees of "
            "freedom: give one of each a look."
        )
        raise UnusableInputError(message)
    return LooksFound(
        estimates=tuple(
            LookEstimate(estimate=value, standard_error=error, df=degree)
            for value, error, degree in zip(values, errors, degrees, strict=True)
        ),
        information=reached or planned[: len(values)],
        table=None,
    )


def _from_file(
    file: FileOfLooks, reached: tuple[float, ...], planned: tuple[float, ...]
) -> LooksFound:
    from analysis.estimators.frame import Comparison
    from analysis.interim_analysis.frame import LookColumns, looks_of_frame

    outcome, arm, look = file.outcome, file.arm, file.look
    if file.data is None or outcome is None or arm is None or look is None:
        message = "--data needs its columns: --outcome, --arm and --look."
        raise UnusableInputError(message)
    table = source_of(file.data, file.where).read(
        numeric=(outcome, look), other=(arm,), varying=(outcome,)
    )
    first, second = two_arms(table, arm, listed(file.arms))
    comparison = Comparison(column=arm, first=first, second=second)
    with sentences_for(table.name):
        found = looks_of_frame(
            table.frame((arm,)), LookColumns(outcome=outcome, comparison=comparison, look=look)
        )
    if file.planned is not None and not reached:
        reached = tuple(seen / file.planned for seen in found.participants)
    return LooksFound(
        estimates=found.estimates,
        information=reached or planned[: len(found.estimates)],
        table=table,
    )
