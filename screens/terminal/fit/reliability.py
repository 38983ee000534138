"""`antiphon fit reliability`: how far the items of a scale, or several raters, measure the same thing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import Answer, TextTable, finite, give, percent, shown
from screens.terminal.fit.options import AsJson, DataFile, Level, Where, listed
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import sentences_for, source_of
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.estimators.intraclass import IntraclassCorrelation
    from analysis.estimators.scale_reliability import ScaleReliability

FEWEST_COLUMNS = 2


def fit_reliability(
    data: DataFile,
    items: Annotated[str, typer.Option(help="Columns of items or raters, apart by commas.")],
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Cronbach's alpha, omega and the six intraclass correlations, one row a participant."""
    from analysis.estimators.frame import complete_rows
    from analysis.estimators.intraclass import estimate_intraclass_correlations
    from analysis.estimators.scale_reliability import estimate_scale_reliability_of_frame

    source = source_of(data, where)
    names = listed(items)
    if len(names) < FEWEST_COLUMNS:
        message = "--items: name at least two columns."
        raise UnusableInputError(message)
    table = source.read(numeric=names)
    with sentences_for(table.name):
        frame = table.frame()
        found = estimate_scale_reliability_of_frame(frame, names, confidence_level=level)
        ratings = complete_rows(frame, names).frame[list(names)].to_numpy()
        correlations = estimate_intraclass_correlations(ratings, confidence_level=level)
    joined = ", ".join(f'"{name}"' for name in names)
    calls = Calls(
        python=python_lines(
            estimate_scale_reliability_of_frame, source.python(), names, confidence_level=level
        ),
        r=f"x <- na.omit(d[c({joined})])\n"
        "psych::alpha(x)\n"
        f"psych::ICC(x, lmer = FALSE, alpha = {1 - level:.10g})\n"
        "one <- factanal(x, 1)\n"
        "loadings <- one$loadings[, 1] * sapply(x, sd)\n"
        "sum(loadings)^2 / (sum(loadings)^2 + sum(one$uniquenesses * sapply(x, var)))",
    )
    notes = (
        *(() if found.omega is not None else (f"No omega: {found.omega_reason}.",)),
        "The interval of alpha is Feldt's; omega is that of a one-factor model.",
    )
    plain = {**_plain(found, correlations), "level": level, **record(table, calls, notes)}
    answer = Answer(
        plain=plain,
        tables=(_table(found, correlations, level),),
        remarks=remarks(table, notes),
    )
    give(answer, as_json=as_json)


def _plain(
    found: "ScaleReliability", correlations: "Sequence[IntraclassCorrelation]"
) -> dict[str, Any]:
    return {
        "n": found.n,
        "n_items": found.n_items,
        "alpha": found.alpha,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "standardized_alpha": found.standardized_alpha,
        "mean_correlation": found.mean_correlation,
        "omega": finite(found.omega),
        "without_item": [{"item": one.item, "alpha": one.alpha} for one in found.without_item],
        "intraclass_correlations": [
            {
                "kind": one.kind.value,
                "n_ratings": one.n_ratings,
                "estimate": one.estimate,
                "lower": finite(one.interval.lower),
                "upper": finite(one.interval.upper),
                "F": one.f_statistic,
                "num_df": one.numerator_df,
                "denom_df": one.denominator_df,
                "p": one.p,
            }
            for one in correlations
        ],
    }


def _table(
    found: "ScaleReliability", correlations: "Sequence[IntraclassCorrelation]", level: float
) -> TextTable:
    interval = f"{shown(found.interval.lower)} to {shown(found.interval.upper)}"
    return TextTable(
        title=f"{found.n_items} items, {found.n} participants",
        header=("", "estimate", f"{percent(level)} interval"),
        rows=(
            ("Cronbach’s alpha", shown(found.alpha), interval),
            ("standardized alpha", shown(found.standardized_alpha), ""),
            ("omega", shown(found.omega), ""),
            *((f"alpha without {one.item}", shown(one.alpha), "") for one in found.without_item),
            *(
                (
                    f"{one.kind.value}, mean of {one.n_ratings}",
                    shown(one.estimate),
                    f"{shown(one.interval.lower)} to {shown(one.interval.upper)}",
                )
                for one in correlations
            ),
        ),
    )
