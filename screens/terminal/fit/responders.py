"""`antiphon fit responders`: unconditional risks by logistic regression and standardization (g-computation)."""

from enum import StrEnum
from typing import Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, coefficients_plain, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Where,
    listed,
)
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms


class LogisticErrors(StrEnum):
    """Covariance of the logistic coefficients."""

    MODEL = "model"
    HC0 = "HC0"
    HC3 = "HC3"


def fit_responders(
    data: DataFile,
    response: Annotated[str, typer.Option(help="Column of the response: 1 or 0.")],
    arm: Arm,
    arms: Arms = None,
    covariates: Covariates = None,
    robust: Annotated[LogisticErrors, typer.Option(help="Covariance.")] = LogisticErrors.HC3,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Responders adjusted for covariates: unconditional risk difference and ratio, one row a participant."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.logistic_standardization import (
        LogisticCovariance,
        ResponderColumns,
        standardize_risks_of_frame,
    )

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(numeric=(response,), other=(arm,), covariates=names)
    first, second = two_arms(table, arm, listed(arms))
    columns = ResponderColumns(
        response=response,
        comparison=Comparison(column=arm, first=first, second=second),
        covariates=names,
    )
    kind = LogisticCovariance[robust.name]
    with sentences_for(table.name):
        found = standardize_risks_of_frame(
            table.frame((arm,)), columns, kind, confidence_level=level
        )
    python = python_lines(
        standardize_risks_of_frame, source.python((arm,)), columns, kind, confidence_level=level
    )
    terms = " + ".join((arm, *names))
    errors = "" if robust is LogisticErrors.MODEL else f', vcov = "{robust.value}"'
    asked = f'fit, variables = "{arm}"{errors}, conf_level = {level:g}'
    answer = effects_answer(
        f"{response} by {arm}",
        Found(
            effects={
                "risk_difference": found.difference,
                "risk_ratio": found.ratio,
                "conditional_odds_ratio": found.conditional_odds_ratio,
                "risk_first": found.risk_first,
                "risk_second": found.risk_second,
            },
            table=table,
            calls=Calls(
                python=python,
                r="\n".join(
                    [
                        as_factor(arm, (second, first)),
                        f"fit <- glm({response} ~ {terms}, binomial, d)",
                        f"marginaleffects::avg_comparisons({asked})",
                        f'marginaleffects::avg_comparisons({asked}, comparison = "lnratioavg", transform = "exp")',
                    ]
                ),
            ),
            level=level,
            more={
                "coefficients": coefficients_plain(
                    found.columns, found.coefficients, found.standard_errors
                ),
                "standard_errors": robust.value,
            },
            notes=(
                "The odds ratio is conditional on the covariates; risks, difference and ratio are not.",
            ),
        ),
    )
    give(answer, as_json=as_json)
