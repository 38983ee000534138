"""`antiphon fit crossover-many-periods`: several treatments in several periods (Williams designs and others)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import (
    Answer,
    effect_plain,
    effect_remarks,
    effects_table,
    give,
    require_estimates,
)
from screens.terminal.fit.options import AsJson, DataFile, Level, Outcome, Where
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import NO_EQUIVALENT, Calls, record, remarks
from screens.terminal.fit.source import require_arm, sentences_for, source_of

if TYPE_CHECKING:
    from analysis.estimators.crossover_many_periods import PeriodColumns, TreatmentEffects


class CarryOverName(StrEnum):
    """Whether the treatment of the period before is in the model."""

    LEFT_OUT = "left-out"
    FIRST_ORDER = "first-order"


def fit_crossover_many_periods(
    data: DataFile,
    outcome: Outcome,
    subject: Annotated[str, typer.Option(help="Column of the participant.")],
    period: Annotated[str, typer.Option(help="Column of the period: 1, 2, 3, ...")],
    treatment: Annotated[str, typer.Option(help="Column of the treatment in the period.")],
    reference: Annotated[str, typer.Option(help="Treatment that the others are compared with.")],
    carry_over: Annotated[
        CarryOverName, typer.Option(help="Effect of the treatment of the period before.")
    ] = CarryOverName.LEFT_OUT,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Crossover of several treatments and periods, one row a participant and period."""
    from analysis.estimators.crossover_many_periods import (
        CarryOver,
        PeriodColumns,
        estimate_treatments,
        period_records,
    )

    source = source_of(data, where)
    table = source.read(numeric=(outcome, period), other=(subject, treatment), varying=(outcome,))
    table.require_one_row_each((subject, period))
    require_arm(table, treatment, reference)
    columns = PeriodColumns(
        outcome=outcome, participant=subject, period=period, treatment=treatment
    )
    kind = CarryOver[carry_over.name]
    text = (subject, treatment)
    with sentences_for(table.name):
        read = period_records(table.frame(text), columns)
        found = estimate_treatments(read, reference, kind, confidence_level=level)
    require_estimates(found.effects, table.name)
    n_left_out = len(table.lines) - len(read.outcome)
    calls = Calls(
        python=python_lines(
            estimate_treatments,
            Called(function=period_records, values=(source.python(text), columns)),
            reference,
            kind,
            confidence_level=level,
        ),
        r=_in_r(columns, reference) if carry_over is CarryOverName.LEFT_OUT else NO_EQUIVALENT,
    )
    notes = _notes(found, n_left_out)
    plain = {
        "reference": reference,
        "effects": [effect_plain(one) for one in found.effects],
        **_joint(found),
        "n_left_out": n_left_out,
        "level": level,
        **record(table, calls, notes),
    }
    answer = Answer(
        plain=plain,
        tables=(effects_table(f"{outcome} by {treatment}", found.effects, level),),
        remarks=(*effect_remarks(found.effects), *remarks(table, notes)),
    )
    give(answer, as_json=as_json)


def _joint(found: "TreatmentEffects") -> dict[str, Any]:
    return {
        "p_treatments": found.p_treatments,
        "p_periods": found.p_periods,
        "p_carry_over": found.p_carry_over,
    }


def _notes(found: "TreatmentEffects", n_left_out: int) -> tuple[str, ...]:
    notes = [
        f"All treatments together: p = {found.p_treatments:.4g}.",
        f"All periods together: p = {found.p_periods:.4g}.",
    ]
    if found.p_carry_over is not None:
        notes.append(
            f"Carry-over: p = {found.p_carry_over:.4g}. It is shown and never used to choose the "
            "analysis."
        )
    if n_left_out:
        notes.append(f"Rows left out, with a missing value: {n_left_out}.")
    return tuple(notes)


def _in_r(columns: "PeriodColumns", reference: str) -> str:
    return (
        f'd${columns.treatment} <- relevel(factor(d${columns.treatment}), ref = "{reference}")\n'
        f"summary(lm({columns.outcome} ~ {columns.treatment} + factor({columns.period}) + "
        f"factor({columns.participant}), data = d))"
    )
