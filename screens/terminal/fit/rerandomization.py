"""`antiphon fit rerandomization`: the allocation drawn again as designed, the outcomes as they are."""

from typing import Annotated

import typer

from screens.terminal.fit.allocation import Allocation, planned_allocation
from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Outcome,
    Seed,
    Where,
    listed,
)
from screens.terminal.fit.python_lines import python_lines, seeded_generator
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import comparison_of, sentences_for, source_of

CONSTANT_EFFECT = "The interval holds the constant effects that the test does not refute."


@with_groups
def fit_rerandomization(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    allocation: Allocation,
    arms: Arms = None,
    covariates: Covariates = None,
    draws: Annotated[int, typer.Option(min=99, help="Allocations drawn.")] = 9_999,
    seed: Seed = 1,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Re-randomization test of two arms: the allocation drawn again as designed, one row a participant."""
    from numpy.random import PCG64, Generator

    from analysis.estimators.allocation_columns import compare_as_allocated
    from analysis.estimators.rerandomization_frame import AllocatedColumns

    names = listed(covariates)
    planned = planned_allocation(allocation)
    source = source_of(data, where)
    table = source.read(
        numeric=(outcome,), other=(arm, *allocation.columns), covariates=names, varying=(outcome,)
    )
    comparison = comparison_of(table, arm, arms)
    columns = AllocatedColumns(outcome=outcome, comparison=comparison, covariates=names)
    with sentences_for(table.name):
        frame = table.frame((arm,))
        found = compare_as_allocated(
            frame,
            columns,
            planned,
            order=allocation.order,
            draws=draws,
            generator=Generator(PCG64(seed)),
            confidence_level=level,
        )
        drawn_by = planned.design(frame, comparison).description
    effect = found.effect
    n_left_out = len(table.lines) - sum(size.n for size in effect.arms)
    answer = effects_answer(
        f"{outcome} by {arm}",
        Found(
            effects={"difference": effect},
            table=table,
            calls=Calls(
                python=python_lines(
                    compare_as_allocated,
                    source.python((arm,)),
                    columns,
                    planned,
                    order=allocation.order,
                    draws=draws,
                    generator=seeded_generator(seed),
                    confidence_level=level,
                )
            ),
            level=level,
            more={
                "design": drawn_by,
                "draws": found.draws,
                "seed": seed,
                "monte_carlo_error": found.monte_carlo_error,
                "n_left_out": n_left_out,
            },
            notes=_notes(drawn_by, found.monte_carlo_error, n_left_out),
        ),
    )
    give(answer, as_json=as_json)


def _notes(design: str, monte_carlo_error: float, n_left_out: int) -> tuple[str, ...]:
    notes = [
        f"Drawn again by {design}.",
        f"Monte Carlo error of p: {monte_carlo_error:.2g}; more draws make it smaller.",
        CONSTANT_EFFECT,
    ]
    if n_left_out:
        notes.append(f"Allocated again but not compared, without a value: {n_left_out}.")
    return tuple(notes)
