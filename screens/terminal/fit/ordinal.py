"""`antiphon fit ordinal`: ordered categories of two arms by proportional odds."""

from typing import Annotated

import typer

from screens.terminal.fit.answer import effect_plain, effects_table, finite, give
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
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import names_in, sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError


def fit_ordinal(
    data: DataFile,
    category: Annotated[str, typer.Option(help="Column of the category.")],
    categories: Annotated[
        str, typer.Option(help="All categories in their order: 'none,mild,severe'.")
    ],
    arm: Arm,
    arms: Arms = None,
    covariates: Covariates = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Proportional odds of ordered categories, and whether they are proportional; one row a participant."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.ordinal import (
        OrderedColumns,
        estimate_proportional_odds,
        ordered_outcomes,
    )

    source = source_of(data, where)
    names, order = listed(covariates), listed(categories)
    table = source.read(other=(category, arm), covariates=names)
    unknown = [name for name in names_in(table, category) if name not in order]
    if unknown:
        message = f"{table.name}, column {category} has {unknown[0]!r}, which --categories lacks."
        raise UnusableInputError(message)
    first, second = two_arms(table, arm, listed(arms))
    columns = OrderedColumns(
        category=category,
        categories=order,
        comparison=Comparison(column=arm, first=first, second=second),
        covariates=names,
    )
    text = (category, arm)
    with sentences_for(table.name):
        found = estimate_proportional_odds(
            ordered_outcomes(table.frame(text), columns), confidence_level=level
        )
    called = Called(function=ordered_outcomes, values=(source.python(text), columns))
    terms = " + ".join((arm, *names))
    answer = effects_answer(
        f"{category} by {arm}",
        Found(
            effects={"odds_ratio": found.odds_ratio},
            table=table,
            calls=Calls(
                python=python_lines(estimate_proportional_odds, called, confidence_level=level),
                r="\n".join(
                    [
                        as_factor(arm, (second, first)),
                        as_factor(category, order),
                        f"fit <- ordinal::clm({category} ~ {terms}, data = d)",
                        "summary(fit)",
                        f"cut <- function(k) coef(summary(glm(as.integer({category}) > k ~ {terms}, binomial, d)))[2, ]",
                        f"t(sapply(seq_len(nlevels(d${category}) - 1), cut))",
                    ]
                ),
                sas=f"proc logistic data=d order=data; class {arm}; model {category} = "
                f"{' '.join((arm, *names))}; run;",
            ),
            level=level,
            more={
                "categories": list(order),
                "odds_ratios_by_cut": [effect_plain(cut) for cut in found.by_cut],
                "p_proportional": finite(found.p_proportional),
                "thresholds": [finite(value) for value in found.thresholds],
                "coefficients": coefficients_plain(
                    found.columns, found.coefficients, found.standard_errors
                ),
                "log_likelihood": found.log_likelihood,
            },
            notes=()
            if found.p_proportional is None
            else (f"Proportional odds: p = {found.p_proportional:.4g}.",),
            tables=(
                effects_table("Odds ratio at each cut between categories", found.by_cut, level),
            ),
        ),
    )
    give(answer, as_json=as_json)
