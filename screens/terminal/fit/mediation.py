"""`antiphon fit mediation`: how much of an effect goes through a mediator."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor, quoted
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
from screens.terminal.fit.python_lines import Called, Written, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.mediation import MediationColumns


R_PRODUCTS = {"sobel": "", "aroian": " + a[[2]]^2 * b[[2]]^2", "goodman": " - a[[2]]^2 * b[[2]]^2"}


class ProductErrorName(StrEnum):
    """Standard error of the product of both paths."""

    SOBEL = "sobel"
    AROIAN = "aroian"
    GOODMAN = "goodman"


class DividedBy(StrEnum):
    """What residual variances are divided by."""

    LEAST_SQUARES = "least-squares"
    MAXIMUM_LIKELIHOOD = "maximum-likelihood"


def fit_mediation(
    data: DataFile,
    outcome: Outcome,
    mediator: Annotated[str, typer.Option(help="Column of the mediator.")],
    arm: Arm,
    arms: Arms = None,
    covariates: Covariates = None,
    error: Annotated[
        ProductErrorName, typer.Option(help="Standard error of the indirect effect.")
    ] = ProductErrorName.SOBEL,
    variance: Annotated[
        DividedBy, typer.Option(help="lavaan: maximum-likelihood.")
    ] = DividedBy.LEAST_SQUARES,
    draws: Annotated[int, typer.Option(min=1000, help="Of the Monte Carlo interval.")] = 100_000,
    seed: Seed = 1,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Direct, indirect and total effect through one mediator, one row a participant."""
    from numpy.random import PCG64, Generator

    from analysis.estimators.frame import Comparison
    from analysis.estimators.mediation import (
        MediationColumns,
        PathVariance,
        ProductError,
        estimate_mediation,
        mediation_data,
    )

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(numeric=(outcome, mediator), other=(arm,), covariates=names)
    first, second = two_arms(table, arm, listed(arms))
    columns = MediationColumns(
        outcome=outcome,
        mediator=mediator,
        comparison=Comparison(column=arm, first=first, second=second),
        covariates=names,
    )
    path, product = PathVariance[variance.name], ProductError[error.name]
    with sentences_for(table.name):
        found = estimate_mediation(
            mediation_data(table.frame((arm,)), columns),
            path,
            product,
            generator=Generator(PCG64(seed)),
            confidence_level=level,
            draws=draws,
        )
    python = python_lines(
        estimate_mediation,
        Called(function=mediation_data, values=(source.python((arm,)), columns)),
        path,
        product,
        generator=Written(
            text=f"Generator(PCG64({seed}))", module="numpy.random", name="Generator, PCG64"
        ),
        confidence_level=level,
        draws=draws,
    )
    drawn = (
        f"Monte Carlo interval of the indirect effect, {draws} draws, seed {seed}: "
        f"{found.monte_carlo.lower:.4g} to {found.monte_carlo.upper:.4g}."
    )
    answer = effects_answer(
        f"{outcome} by {arm}, through {mediator}",
        Found(
            effects={
                "indirect": found.indirect,
                "direct": found.direct,
                "total": found.total,
                "path_a": found.path_a,
                "path_b": found.path_b,
            },
            table=table,
            calls=Calls(python=python, r=_in_r(columns, error, variance)),
            level=level,
            more={
                "indirect_monte_carlo_lower": found.monte_carlo.lower,
                "indirect_monte_carlo_upper": found.monte_carlo.upper,
                "draws": draws,
                "seed": seed,
            },
            notes=(drawn, found.assumptions),
        ),
    )
    give(answer, as_json=as_json)


def _in_r(columns: "MediationColumns", error: ProductErrorName, variance: DividedBy) -> str:
    arms, mediator = columns.comparison, columns.mediator
    used = (columns.outcome, mediator, arms.column, *columns.covariates)
    more = "".join(f" + {name}" for name in columns.covariates)
    lines = [
        as_factor(arms.column, (arms.second, arms.first)),
        f"d <- na.omit(d[c({quoted(used)})])",
        f"m <- lm({mediator} ~ {arms.column}{more}, data = d)",
        f"y <- lm({columns.outcome} ~ {arms.column} + {mediator}{more}, data = d)",
        "a <- coef(summary(m))[2, 1:2]",
        "b <- coef(summary(y))[3, 1:2]",
    ]
    if variance is DividedBy.MAXIMUM_LIKELIHOOD:
        lines += [
            "a[[2]] <- a[[2]] * sqrt(df.residual(m) / nobs(m))",
            "b[[2]] <- b[[2]] * sqrt(df.residual(y) / nobs(y))",
        ]
    product = f"a[[1]]^2 * b[[2]]^2 + b[[1]]^2 * a[[2]]^2{R_PRODUCTS[error.value]}"
    lines.append(f"c(indirect = a[[1]] * b[[1]], se = sqrt({product}))")
    return "\n".join(lines)
