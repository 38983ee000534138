"""`antiphon fit cace`: the effect in those who take up what they were offered (complier average causal effect)."""

from enum import StrEnum
from typing import Annotated

import typer

from screens.terminal.fit.answer import finite, give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.options import AsJson, Covariates, DataFile, Level, Outcome, Where, listed
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of


class InstrumentErrors(StrEnum):
    """Standard errors of two-stage least squares."""

    MODEL = "model"
    HC1 = "HC1"


SUMMARY_IN_R = {
    InstrumentErrors.MODEL: "summary(fit, diagnostics = TRUE)",
    InstrumentErrors.HC1: 'summary(fit, vcov. = sandwich::vcovHC(fit, type = "HC1"))',
}


def fit_complier_effect(
    data: DataFile,
    outcome: Outcome,
    assigned: Annotated[str, typer.Option(help="Column of the assignment: 1 offered, 0 not.")],
    received: Annotated[str, typer.Option(help="Column of what was taken up: 1 or 0, or a dose.")],
    covariates: Covariates = None,
    robust: Annotated[
        InstrumentErrors, typer.Option(help="Standard errors.")
    ] = InstrumentErrors.MODEL,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Complier average causal effect by two-stage least squares, one row a participant."""
    from analysis.estimators.complier_effect import (
        ComplierCovariance,
        UptakeColumns,
        estimate_complier_effect_of_frame,
    )

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(numeric=(outcome, assigned, received), covariates=names)
    columns = UptakeColumns(outcome=outcome, assigned=assigned, received=received, covariates=names)
    kind = ComplierCovariance[robust.name]
    with sentences_for(table.name):
        found = estimate_complier_effect_of_frame(
            table.frame(), columns, kind, confidence_level=level
        )
    more = "".join(f" + {name}" for name in names)
    answer = effects_answer(
        f"{outcome} by {received}",
        Found(
            effects={
                "complier_effect": found.effect,
                "intention_to_treat": found.intention_to_treat,
                "first_stage": found.first_stage,
            },
            table=table,
            calls=Calls(
                python=python_lines(
                    estimate_complier_effect_of_frame,
                    source.python(),
                    columns,
                    kind,
                    confidence_level=level,
                ),
                r=f"fit <- AER::ivreg({outcome} ~ {received}{more} | {assigned}{more}, data = d)\n"
                f"{SUMMARY_IN_R[robust]}",
            ),
            level=level,
            more={
                "first_stage_f": finite(found.first_stage_f),
                "is_weak": found.is_weak,
                "p_anderson_rubin": found.p_anderson_rubin,
            },
            notes=(found.assumptions,),
        ),
    )
    give(answer, as_json=as_json)
