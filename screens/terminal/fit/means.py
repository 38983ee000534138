"""`antiphon fit means`: two means, their standardized difference, a rank test, and margins."""

from enum import StrEnum
from typing import Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.margins import Margins, judged
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import Arm, Arms, AsJson, DataFile, Level, Outcome, Where, listed
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms


class Variances(StrEnum):
    """Whether both arms share one variance."""

    UNEQUAL = "unequal"
    EQUAL = "equal"


class RankReference(StrEnum):
    """Reference distribution of the rank test."""

    EXACT = "exact"
    NORMAL = "normal"
    NORMAL_CONTINUITY = "normal-cc"


WILCOXON_IN_R = {
    RankReference.EXACT: "exact = TRUE",
    RankReference.NORMAL: "exact = FALSE, correct = FALSE",
    RankReference.NORMAL_CONTINUITY: "exact = FALSE, correct = TRUE",
}


@with_groups
def fit_means(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    margins: Margins,
    arms: Arms = None,
    variances: Annotated[
        Variances, typer.Option(help="Welch's test (unequal) or Student's (equal).")
    ] = Variances.UNEQUAL,
    ranks: Annotated[
        RankReference, typer.Option(help="Wilcoxon's test; exact needs data without ties.")
    ] = RankReference.NORMAL_CONTINUITY,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Two means without covariates: difference, Hedges' g, rank test, equivalence, non-inferiority."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.rank import RankDistribution, estimate_shift
    from analysis.estimators.standardized_difference import estimate_cohens_d, estimate_hedges_g
    from analysis.estimators.two_means import (
        VarianceAssumption,
        estimate_difference_in_means,
        samples_of_frame,
    )

    source = source_of(data, where)
    table = source.read(numeric=(outcome,), other=(arm,), varying=(outcome,))
    first, second = two_arms(table, arm, listed(arms))
    comparison = Comparison(column=arm, first=first, second=second)
    assumption = VarianceAssumption[variances.name]
    with sentences_for(table.name):
        samples = samples_of_frame(table.frame((arm,)), outcome, comparison)
        difference = estimate_difference_in_means(samples, assumption, confidence_level=level)
        effects = {
            "difference": difference,
            "cohens_d": estimate_cohens_d(samples, confidence_level=level),
            "hedges_g": estimate_hedges_g(samples, confidence_level=level),
            "shift": estimate_shift(samples, RankDistribution[ranks.name], confidence_level=level),
        }
        by_margins = judged(difference, margins)
    read = Called(function=samples_of_frame, values=(source.python((arm,)), outcome, comparison))
    equal = "TRUE" if variances is Variances.EQUAL else "FALSE"
    answer = effects_answer(
        f"{outcome} by {arm}",
        Found(
            effects=effects,
            table=table,
            calls=Calls(
                python=python_lines(
                    estimate_difference_in_means, read, assumption, confidence_level=level
                ),
                r=f"{as_factor(arm, (first, second))}\n"
                f"t.test({outcome} ~ {arm}, data = d, var.equal = {equal}, conf.level = {level:g})\n"
                f"wilcox.test({outcome} ~ {arm}, data = d, {WILCOXON_IN_R[ranks]}, conf.int = TRUE, conf.level = {level:g})",
                sas=f"proc ttest data=d; class {arm}; var {outcome}; run;",
            ),
            level=level,
            more=by_margins.plain,
            notes=by_margins.verdicts,
        ),
    )
    give(answer, as_json=as_json)
