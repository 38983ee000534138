"""`antiphon fit counts`: the ratio of two rates, over a time or dose."""

from enum import StrEnum
from typing import Annotated

import typer

from screens.terminal.fit.answer import finite, give
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


class CountDistribution(StrEnum):
    """Which distribution counts are given."""

    NEGATIVE_BINOMIAL = "negative-binomial"
    POISSON_ROBUST = "poisson-robust"


def fit_counts(
    data: DataFile,
    count: Annotated[str, typer.Option(help="Column of the count: 0, 1, 2, ...")],
    arm: Arm,
    arms: Arms = None,
    exposure: Annotated[
        str | None,
        typer.Option(help="Column of time at risk or dose; its logarithm is the offset."),
    ] = None,
    covariates: Covariates = None,
    model: Annotated[
        CountDistribution, typer.Option(help="Distribution.")
    ] = CountDistribution.NEGATIVE_BINOMIAL,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Rate ratio of counts by negative binomial or robust Poisson regression, one row a participant."""
    from analysis.estimators.counts import (
        CountColumns,
        CountModel,
        estimate_rate_ratio_of_frame,
    )
    from analysis.estimators.frame import Comparison

    source = source_of(data, where)
    names = listed(covariates)
    numeric = (count, exposure) if exposure else (count,)
    table = source.read(numeric=numeric, other=(arm,), covariates=names)
    first, second = two_arms(table, arm, listed(arms))
    columns = CountColumns(
        count=count,
        comparison=Comparison(column=arm, first=first, second=second),
        exposure=exposure,
        covariates=names,
    )
    kind = CountModel[model.name]
    with sentences_for(table.name):
        found = estimate_rate_ratio_of_frame(
            table.frame((arm,)), columns, kind, confidence_level=level
        )
    python = python_lines(
        estimate_rate_ratio_of_frame, source.python((arm,)), columns, kind, confidence_level=level
    )
    terms = " + ".join((arm, *names, *([f"offset(log({exposure}))"] if exposure else ())))
    fit_in_r = (
        f"summary(MASS::glm.nb({count} ~ {terms}, data = d))"
        if model is CountDistribution.NEGATIVE_BINOMIAL
        else f"fit <- glm({count} ~ {terms}, poisson, d)\n"
        'lmtest::coeftest(fit, vcov. = sandwich::vcovHC(fit, "HC0"))'
    )
    answer = effects_answer(
        f"Rates of {count} by {arm}",
        Found(
            effects={"rate_ratio": found.rate_ratio},
            table=table,
            calls=Calls(
                python=python,
                r=f"{as_factor(arm, (second, first))}\n{fit_in_r}",
            ),
            level=level,
            more={
                "coefficients": coefficients_plain(
                    found.columns, found.coefficients, found.standard_errors
                ),
                "theta": finite(found.theta),
                "theta_se": finite(found.theta_standard_error),
                "log_likelihood": found.log_likelihood,
                "aic": found.aic,
            },
            notes=("AIC counts theta.",) if model is CountDistribution.NEGATIVE_BINOMIAL else (),
        ),
    )
    give(answer, as_json=as_json)
