"""`antiphon fit sequential`: bounds of a group sequential design, and what the looks held so far say."""

from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.futility import Futility, Harm, futility_of, harm_of
from screens.terminal.fit.looks import Bounds, Errors, Looks, design_of
from screens.terminal.fit.looks_held import FileOfLooks, Held, LooksFound, TypedLooks, looks_found
from screens.terminal.fit.looks_in_r import design_in_r
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.sequential_answer import Rest, SoFar, sequential_answer

if TYPE_CHECKING:
    from analysis.interim_analysis.design import GroupSequentialDesign
    from analysis.interim_analysis.harm import HarmRule


@with_groups
def fit_sequential(
    looks: Looks,
    bounds: Bounds,
    errors: Errors,
    futility: Futility,
    harm: Harm,
    typed: TypedLooks,
    file: FileOfLooks,
    rest: Rest,
    information: Annotated[
        str | None,
        typer.Option(help="Information fractions really reached. Without it: as planned."),
    ] = None,
    held: Annotated[
        Held, typer.Option(help="Whether the last look so far ends the trial.")
    ] = Held.INTERIM,
    *,
    as_json: AsJson = False,
) -> None:
    """Bounds, power and expected size of a trial with looks; with data so far, what they advise."""
    from analysis.interim_analysis.boundaries import solve_design

    plan = design_of(looks, bounds, errors, futility_of(futility))
    rule = harm_of(harm)
    solved = solve_design(plan)
    found = looks_found(typed, file, information, plan.information_fractions)
    so_far = None if found is None else _judged(plan, found, held, rule, rest)
    calls = Calls(python=_python(plan, found, held, rule), r=design_in_r(bounds, plan, futility))
    table = None if found is None else found.table
    give(sequential_answer(solved, rule, so_far, table, calls), as_json=as_json)


def _judged(
    plan: "GroupSequentialDesign",
    found: LooksFound,
    held: Held,
    rule: "HarmRule | None",
    rest: Rest,
) -> SoFar:
    from analysis.interim_analysis.monitoring import monitor

    report = monitor(
        plan, found.estimates, found.information, is_last_look=held is Held.FINAL, harm=rule
    )
    return SoFar(report=report, estimates=found.estimates, rest=rest)


def _python(
    plan: "GroupSequentialDesign", found: LooksFound | None, held: Held, rule: "HarmRule | None"
) -> str:
    from analysis.interim_analysis.boundaries import solve_design
    from analysis.interim_analysis.monitoring import monitor

    if found is None:
        return python_lines(solve_design, plan)
    return python_lines(
        monitor,
        plan,
        found.estimates,
        found.information,
        is_last_look=held is Held.FINAL,
        harm=rule,
    )
