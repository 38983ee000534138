"""`antiphon fit dose-response`: does the outcome rise with the dose, and in which shape."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import NOTHING, Answer, TextTable, give, percent, shown, shown_p
from screens.terminal.fit.in_r import quoted
from screens.terminal.fit.options import AsJson, DataFile, Level, Outcome, Where
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import sentences_for, source_of

if TYPE_CHECKING:
    from analysis.estimators.dose_response import DoseResponse


def fit_dose_response(
    data: DataFile,
    outcome: Outcome,
    dose: Annotated[str, typer.Option(help="Column of the dose, 0 for control.")],
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Test for a dose response by several shapes at once (MCP-Mod), one row a participant."""
    from analysis.estimators.dose_response import dose_outcomes, estimate_dose_response

    source = source_of(data, where)
    table = source.read(numeric=(outcome, dose), varying=(outcome,))
    with sentences_for(table.name):
        found = estimate_dose_response(
            dose_outcomes(table.frame(), outcome, dose), confidence_level=level
        )
    called = Called(function=dose_outcomes, values=(source.python(), outcome, dose))
    calls = Calls(
        python=python_lines(estimate_dose_response, called, confidence_level=level),
        r=_in_r(outcome, dose),
    )
    plain = {**_plain(found), "level": level, **record(table, calls)}
    said = (f"{found.method}.", *remarks(table, ()))
    answer = Answer(plain=plain, tables=_tables(found, level), remarks=said)
    give(answer, as_json=as_json)


def _plain(found: "DoseResponse") -> dict[str, Any]:
    return {
        "p": found.p,
        "best": found.best.value,
        "critical_value": found.critical_value,
        "df": found.df,
        "tests": [
            {"shape": one.shape.value, "statistic": one.statistic, "p": one.p}
            for one in found.tests
        ],
        "doses": [
            {
                "dose": one.dose,
                "n": one.n,
                "mean": one.observed_mean,
                "effect": one.effect,
                "lower": None if one.interval is None else one.interval.lower,
                "upper": None if one.interval is None else one.interval.upper,
            }
            for one in found.doses
        ],
        "method": found.method,
    }


def _tables(found: "DoseResponse", level: float) -> tuple[TextTable, ...]:
    return (
        TextTable(
            title="Shapes, p adjusted for trying several",
            header=("shape", "statistic", "p"),
            rows=tuple(
                (one.shape.value, shown(one.statistic), shown_p(one.p)) for one in found.tests
            ),
        ),
        TextTable(
            title=f"Best shape: {found.best.value}",
            header=("dose", "n", "mean", "effect", f"{percent(level)} interval"),
            rows=tuple(
                (
                    shown(one.dose),
                    str(one.n),
                    shown(one.observed_mean),
                    shown(one.effect),
                    NOTHING
                    if one.interval is None
                    else f"{shown(one.interval.lower)} to {shown(one.interval.upper)}",
                )
                for one in found.doses
            ),
        ),
    )


def _in_r(outcome: str, dose: str) -> str:
    return "\n".join(
        [
            f"d <- na.omit(d[c({quoted((outcome, dose))})])",
            f"levels <- sort(unique(d${dose}))",
            "x <- levels / max(levels)",
            "curves <- cbind(linear = x, emax = x / (0.2 + x), s_shaped = x^4 / (0.5^4 + x^4))",
            f"n <- tabulate(match(d${dose}, levels))",
            "contrasts <- n * (curves - rep(colSums(n * curves) / sum(n), each = length(n)))",
            f"fit <- lm({outcome} ~ 0 + factor({dose}), data = d)",
            "covariance <- t(contrasts) %*% vcov(fit) %*% contrasts",
            "t <- drop(t(contrasts) %*% coef(fit)) / sqrt(diag(covariance))",
            "exact <- mvtnorm::GenzBretz(maxpts = 1e6, abseps = 1e-8)",
            (
                "p <- function(t) 1 - mvtnorm::pmvt(rep(-abs(t), 3), rep(abs(t), 3), df = fit$df.residual, "
                "corr = cov2cor(covariance), algorithm = exact)"
            ),
            "cbind(t, p = sapply(t, p))",
        ]
    )
