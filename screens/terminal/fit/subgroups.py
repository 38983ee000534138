"""`antiphon fit subgroups`: the adjusted difference of two arms in every level of a column, compared and shrunk."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import TextTable, effect_plain, effects_table, give, shown
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Outcome,
    RobustErrors,
    Where,
    listed,
)
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import NO_EQUIVALENT, Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.subgroup_frame import SubgroupAnalysis
    from analysis.estimators.subgroups import Subgroups


def fit_subgroups(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    subgroup: Annotated[str, typer.Option(help="Column whose levels are the subgroups.")],
    arms: Arms = None,
    covariates: Covariates = None,
    robust: Annotated[RobustErrors, typer.Option(help="Standard errors.")] = RobustErrors.CLASSICAL,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Difference of two arms within subgroups, test of interaction, shrinkage; one row a participant."""
    from analysis.estimators.ancova import CovarianceKind
    from analysis.estimators.ancova_frame import AncovaColumns
    from analysis.estimators.subgroup_frame import compare_subgroups_of_frame

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(
        numeric=(outcome,), other=(arm, subgroup), covariates=names, varying=(outcome,)
    )
    first, second = two_arms(table, arm, listed(arms))
    columns = AncovaColumns(outcome=outcome, arm=arm, arms=(second, first), covariates=names)
    kind = CovarianceKind[robust.name]
    text = (arm, subgroup)
    with sentences_for(table.name):
        found = compare_subgroups_of_frame(
            table.frame(text), columns, subgroup, kind, confidence_level=level
        )
    terms = " + ".join((f'I({arm} == "{first}")', *names))
    answer = effects_answer(
        f"{outcome} by {arm}, over the levels of {subgroup}",
        Found(
            effects={"overall": found.compared.overall},
            table=table,
            calls=Calls(
                python=python_lines(
                    compare_subgroups_of_frame,
                    source.python(text),
                    columns,
                    subgroup,
                    kind,
                    confidence_level=level,
                ),
                r=f'd <- subset(d, {arm} %in% c("{first}", "{second}"))\n'
                f"s <- sapply(split(d, d${subgroup}), function(x) "
                f"coef(summary(lm({outcome} ~ {terms}, data = x)))[2, 1:2])\n"
                'metafor::rma(yi = s[1, ], sei = s[2, ], method = "PM")'
                if robust is RobustErrors.CLASSICAL
                else NO_EQUIVALENT,
            ),
            level=level,
            more=_plain(found),
            notes=_notes(found, f"{first} − {second}"),
            tables=(_own_table(found.compared, level), _shrunken_table(found.compared)),
        ),
    )
    give(answer, as_json=as_json)


def _plain(found: "SubgroupAnalysis") -> dict[str, Any]:
    compared = found.compared
    return {
        "subgroups": [
            {
                "name": one.name,
                "own": effect_plain(one.own),
                "shrunken": effect_plain(one.shrunken),
                "weight_on_own": one.weight_on_own,
            }
            for one in compared.subgroups
        ],
        "interaction": {
            "statistic": compared.interaction_statistic,
            "df": compared.interaction_df,
            "p": compared.p_interaction,
        },
        "heterogeneity": compared.heterogeneity,
        "left_out": [{"name": one.name, "reason": one.reason} for one in found.left_out],
    }


def _notes(found: "SubgroupAnalysis", contrast: str) -> tuple[str, ...]:
    compared = found.compared
    interaction = (
        f"Do effects differ? Cochran's Q = {compared.interaction_statistic:.4g}, "
        f"df {compared.interaction_df}, p = {compared.p_interaction:.4g}."
    )
    return (
        f"Effects are {contrast}. Every subgroup has a model and a residual variance of its own.",
        interaction,
        *(f"{one.name} is left out: {one.reason}." for one in found.left_out),
    )


def _own_table(compared: "Subgroups", level: float) -> TextTable:
    return effects_table("Each on its own", [one.own for one in compared.subgroups], level)


def _shrunken_table(compared: "Subgroups") -> TextTable:
    return TextTable(
        title="Shrunk towards their mean",
        header=("subgroup", "estimate", "SE", "weight on its own"),
        rows=tuple(
            (
                one.name,
                shown(one.shrunken.estimate),
                shown(one.shrunken.standard_error),
                shown(one.weight_on_own),
            )
            for one in compared.subgroups
        ),
    )
