"""`antiphon fit mediation`: how much of an effect goes through a mediator."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import Answer, give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor, quoted
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
from screens.terminal.fit.python_lines import Called, python_lines, seeded_generator
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import Source, comparison_of, sentences_for, source_of

if TYPE_CHECKING:
    from analysis.estimators.mediation import (
        Mediation,
        MediationColumns,
        PathVariance,
        ProductError,
    )
    from analysis.estimators.mediation_sensitivity import MediationSensitivity
    from data.exchange.tables import Table


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncertainty:
    """How sure the indirect effect is."""

    error: Annotated[
        ProductErrorName, typer.Option(help="Standard error of the indirect effect.")
    ] = ProductErrorName.SOBEL
    variance: Annotated[DividedBy, typer.Option(help="lavaan: maximum-likelihood.")] = (
        DividedBy.LEAST_SQUARES
    )
    draws: Annotated[int, typer.Option(min=1000, help="Of the Monte Carlo interval.")] = 100_000
    seed: Seed = 1


@with_groups
def fit_mediation(
    data: DataFile,
    outcome: Outcome,
    mediator: Annotated[str, typer.Option(help="Column of the mediator.")],
    arm: Arm,
    uncertainty: Uncertainty,
    arms: Arms = None,
    covariates: Covariates = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Direct, indirect and total effect through one mediator, one row a participant."""
    from analysis.estimators.mediation import MediationColumns

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(numeric=(outcome, mediator), other=(arm,), covariates=names)
    columns = MediationColumns(
        outcome=outcome,
        mediator=mediator,
        comparison=comparison_of(table, arm, arms),
        covariates=names,
    )
    asked = _Asked(source=source, columns=columns, uncertainty=uncertainty, level=level)
    give(_answer(table, asked), as_json=as_json)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    source: Source
    columns: "MediationColumns"
    uncertainty: Uncertainty
    level: float

    @property
    def kinds(self) -> "tuple[PathVariance, ProductError]":
        from analysis.estimators.mediation import PathVariance, ProductError

        chosen = self.uncertainty
        return PathVariance[chosen.variance.name], ProductError[chosen.error.name]

    def python(self) -> str:
        from analysis.estimators.mediation import estimate_mediation, mediation_data

        frame = self.source.python((self.columns.comparison.column,))
        return python_lines(
            estimate_mediation,
            Called(function=mediation_data, values=(frame, self.columns)),
            *self.kinds,
            generator=seeded_generator(self.uncertainty.seed),
            confidence_level=self.level,
            draws=self.uncertainty.draws,
        )


def _answer(table: "Table", asked: _Asked) -> Answer:
    from numpy.random import PCG64, Generator

    from analysis.estimators.mediation import estimate_mediation, mediation_data
    from analysis.estimators.mediation_sensitivity import explore_hidden_cause

    columns, chosen = asked.columns, asked.uncertainty
    with sentences_for(table.name):
        read = mediation_data(table.frame((columns.comparison.column,)), columns)
        found = estimate_mediation(
            read,
            *asked.kinds,
            generator=Generator(PCG64(chosen.seed)),
            confidence_level=asked.level,
            draws=chosen.draws,
        )
        hidden = explore_hidden_cause(read)
    return effects_answer(
        f"{columns.outcome} by {columns.comparison.column}, through {columns.mediator}",
        Found(
            effects={
                "indirect": found.indirect,
                "direct": found.direct,
                "total": found.total,
                "path_a": found.path_a,
                "path_b": found.path_b,
            },
            table=table,
            calls=Calls(python=asked.python(), r=_in_r(columns, chosen.error, chosen.variance)),
            level=asked.level,
            more={
                "indirect_monte_carlo_lower": found.monte_carlo.lower,
                "indirect_monte_carlo_upper": found.monte_carlo.upper,
                "draws": chosen.draws,
                "seed": chosen.seed,
                "sensitivity": _sensitivity_plain(hidden),
            },
            notes=_notes(found, hidden, chosen),
        ),
    )


def _sensitivity_plain(hidden: "MediationSensitivity") -> dict[str, Any]:
    return {
        "correlation_at_zero": hidden.correlation_at_zero,
        "product_of_shares": hidden.product_of_shares,
        "curve": [
            {"correlation": point.correlation, "indirect": point.indirect} for point in hidden.curve
        ],
    }


def _notes(
    found: "Mediation", hidden: "MediationSensitivity", chosen: Uncertainty
) -> tuple[str, ...]:
    drawn = (
        f"Monte Carlo interval of the indirect effect, {chosen.draws} draws, seed {chosen.seed}: "
        f"{found.monte_carlo.lower:.4g} to {found.monte_carlo.upper:.4g}."
    )
    undone = (
        "The indirect effect vanishes if a hidden common cause correlates the residuals of mediator "
        f"and outcome by {hidden.correlation_at_zero:.4g} (Imai)."
    )
    return drawn, undone, found.assumptions


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
