"""`antiphon fit sequential`: bounds of a group sequential design, and what the looks held so far say."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.looks import (
    AlphaSpending,
    Bounds,
    Design,
    FutilityWords,
    Looks,
    Parameter,
    Sides,
    SidesName,
    Spending,
    design_in_r,
    design_of,
    spending_of,
)
from screens.terminal.fit.options import Arms, AsJson, Where, listed, listed_numbers
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.sequential_answer import SoFar, sequential_answer
from screens.terminal.fit.source import sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.design import (
        BetaSpending,
        FixedFutility,
        GroupSequentialDesign,
    )
    from analysis.interim_analysis.looks import LookEstimate
    from data.exchange.tables import Table


class Held(StrEnum):
    """Whether the last look held ends the trial."""

    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    estimates: "tuple[LookEstimate, ...]"
    information: tuple[float, ...]
    table: "Table | None"


def fit_sequential(
    looks: Looks,
    design: Design = None,
    spending: AlphaSpending = None,
    parameter: Parameter = None,
    alpha: Annotated[
        float, typer.Option(help="Level of the whole trial, as --sides says.")
    ] = 0.025,
    power: Annotated[float, typer.Option(help="Power.")] = 0.9,
    sides: Sides = SidesName.ONE,
    futility: Annotated[
        Spending | None, typer.Option(help="Spending function of futility bounds.")
    ] = None,
    futility_parameter: Annotated[float | None, typer.Option(help="Its exponent or gamma.")] = None,
    futility_bounds: Annotated[
        str | None, typer.Option(help="Futility bounds (z) instead, one a look but the last.")
    ] = None,
    estimates: Annotated[
        str | None,
        typer.Option(help="Estimates so far, one a look, a benefit positive: '1.9,1.6'."),
    ] = None,
    standard_errors: Annotated[str | None, typer.Option(help="Their standard errors.")] = None,
    df: Annotated[
        str | None, typer.Option(help="Their degrees of freedom; without it: normal.")
    ] = None,
    information: Annotated[
        str | None,
        typer.Option(help="Information fractions really reached. Without it: as planned."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="CSV file, one row a participant, instead of estimates: pooled t test."),
    ] = None,
    outcome: Annotated[str | None, typer.Option(help="Column of the outcome.")] = None,
    arm: Annotated[str | None, typer.Option(help="Column of the arm.")] = None,
    arms: Arms = None,
    look: Annotated[
        str | None, typer.Option(help="Column of the look that first saw a participant: 1, 2, ...")
    ] = None,
    planned: Annotated[
        int | None,
        typer.Option(
            min=1, help="Participants planned in all; gives the information reached of --data."
        ),
    ] = None,
    held: Annotated[
        Held, typer.Option(help="Whether the last look so far ends the trial.")
    ] = Held.INTERIM,
    assumed_effect: Annotated[
        float | None, typer.Option(help="Effect for conditional power, in the unit of estimates.")
    ] = None,
    planned_standard_error: Annotated[
        float | None, typer.Option(help="Standard error expected at the end of the trial.")
    ] = None,
    where: Where = None,
    *,
    binding: Annotated[
        bool, typer.Option("--binding", help="Futility bounds must be kept.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bounds, power and expected size of a trial with looks; with data so far, what they advise."""
    from analysis.interim_analysis.boundaries import solve_design
    from analysis.interim_analysis.monitoring import monitor

    bounds = Bounds(design=design, spending=spending, parameter=parameter)
    plan = design_of(
        bounds,
        looks,
        alpha,
        power,
        sides,
        _futility(futility, futility_parameter, futility_bounds, binding=binding),
    )
    solved = solve_design(plan)
    found = None
    if data is not None:
        found = _from_file(
            data, where, outcome, arm, listed(arms), look, information, planned, plan
        )
    elif estimates is not None:
        found = _from_options(estimates, standard_errors, df, information, plan)
    so_far = None
    python = python_lines(solve_design, plan)
    if found is not None:
        is_last = held is Held.FINAL
        so_far = SoFar(
            report=monitor(plan, found.estimates, found.information, is_last_look=is_last),
            estimates=found.estimates,
            assumed_effect=assumed_effect,
            planned_standard_error=planned_standard_error,
        )
        python = python_lines(
            monitor, plan, found.estimates, found.information, is_last_look=is_last
        )
    calls = Calls(
        python=python,
        r=design_in_r(
            bounds,
            plan,
            sides,
            FutilityWords(spending=futility, parameter=futility_parameter, bounds=futility_bounds),
        ),
    )
    table = None if found is None else found.table
    give(sequential_answer(solved, so_far, table, calls), as_json=as_json)


def _futility(
    name: Spending | None, parameter: float | None, bounds: str | None, *, binding: bool
) -> "BetaSpending | FixedFutility | None":
    from analysis.interim_analysis.design import BetaSpending, FixedFutility, FutilityForce

    force = FutilityForce.BINDING if binding else FutilityForce.NON_BINDING
    if name is not None and bounds is not None:
        message = "Name --futility or --futility-bounds, not both."
        raise UnusableInputError(message)
    if name is not None:
        return BetaSpending(function=spending_of(name, parameter), force=force)
    if bounds is not None:
        return FixedFutility(bounds=listed_numbers(bounds, "--futility-bounds"), force=force)
    return None


def _from_options(
    estimates: str,
    standard_errors: str | None,
    df: str | None,
    information: str | None,
    plan: "GroupSequentialDesign",
) -> _Found:
    from analysis.interim_analysis.looks import LookEstimate

    values = listed_numbers(estimates, "--estimates")
    errors = listed_numbers(standard_errors, "--standard-errors")
    degrees: tuple[float | None, ...] = listed_numbers(df, "--df") or (None,) * len(values)
    if not len(values) == len(errors) == len(degrees):
        message = (
            f"{len(values)} estimates, {len(errors)} standard errors and {len(degrees)} degrees of "
            "freedom: give one of each a look."
        )
        raise UnusableInputError(message)
    reached = listed_numbers(information, "--information")
    return _Found(
        estimates=tuple(
            LookEstimate(estimate=value, standard_error=error, df=degree)
            for value, error, degree in zip(values, errors, degrees, strict=True)
        ),
        information=reached or plan.information_fractions[: len(values)],
        table=None,
    )


def _from_file(
    data: Path,
    where: list[str] | None,
    outcome: str | None,
    arm: str | None,
    arms: tuple[str, ...],
    look: str | None,
    information: str | None,
    planned: int | None,
    plan: "GroupSequentialDesign",
) -> _Found:
    from analysis.estimators.frame import Comparison
    from analysis.interim_analysis.frame import LookColumns, looks_of_frame

    if outcome is None or arm is None or look is None:
        message = "--data needs its columns: --outcome, --arm and --look."
        raise UnusableInputError(message)
    table = source_of(data, where).read(numeric=(outcome, look), other=(arm,), varying=(outcome,))
    first, second = two_arms(table, arm, arms)
    comparison = Comparison(column=arm, first=first, second=second)
    with sentences_for(table.name):
        found = looks_of_frame(
            table.frame((arm,)), LookColumns(outcome=outcome, comparison=comparison, look=look)
        )
    reached = listed_numbers(information, "--information")
    if planned is not None and not reached:
        reached = tuple(seen / planned for seen in found.participants)
    return _Found(
        estimates=found.estimates,
        information=reached or plan.information_fractions[: len(found.estimates)],
        table=table,
    )
