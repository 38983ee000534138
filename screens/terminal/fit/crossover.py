"""`antiphon fit crossover`: two treatments in two periods."""

from typing import Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import AsJson, DataFile, Level, Outcome, Where, listed
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms


def fit_crossover(
    data: DataFile,
    outcome: Outcome,
    subject: Annotated[str, typer.Option(help="Column of the participant.")],
    period: Annotated[str, typer.Option(help="Column of the period: 1 or 2.")],
    treatment: Annotated[str, typer.Option(help="Column of the treatment in the period.")],
    treatments: Annotated[
        str | None, typer.Option(help="First minus second: 'MUSIC,SILENCE'.")
    ] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Two-period crossover: treatment, period and carry-over, one row a participant and period."""
    from analysis.estimators.crossover import CrossoverColumns, estimate_crossover, two_by_two

    source = source_of(data, where)
    table = source.read(numeric=(outcome,), other=(subject, period, treatment), varying=(outcome,))
    table.require_one_row_each((subject, period))
    first, second = two_arms(table, treatment, listed(treatments))
    columns = CrossoverColumns(
        outcome=outcome,
        participant=subject,
        period=period,
        treatment=treatment,
        first=first,
        second=second,
    )
    text = (subject, treatment)
    with sentences_for(table.name):
        read = two_by_two(table.frame(text), columns)
        found = estimate_crossover(read, confidence_level=level)
    called = Called(function=two_by_two, values=(source.python(text), columns))
    answer = effects_answer(
        f"{outcome} by {treatment}",
        Found(
            effects={
                "treatment": found.treatment,
                "period": found.period,
                "carry_over": found.carry_over,
            },
            table=table,
            calls=Calls(
                python=python_lines(estimate_crossover, called, confidence_level=level),
                r=f"{as_factor(treatment, (second, first))}\n"
                f"summary(lm({outcome} ~ {treatment} + factor({period}) + factor({subject}), data = d))",
                sas=f"proc glm data=d; class {subject} {period} {treatment}; "
                f"model {outcome} = {subject} {period} {treatment} / solution; run;",
            ),
            level=level,
            more={"n_left_out": read.n_left_out},
            notes=("Carry-over is shown and never used to choose the analysis (Freeman 1989).",),
        ),
    )
    give(answer, as_json=as_json)
