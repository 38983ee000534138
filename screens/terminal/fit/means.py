"""`antiphon fit means`: two means, their standardized difference, a rank test, and margins."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import Arm, Arms, AsJson, DataFile, Level, Outcome, Where, listed
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.effect import Effect
    from analysis.estimators.equivalence import Equivalence, NonInferiority


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


class BetterDirection(StrEnum):
    """Which direction helps the participant."""

    HIGHER = "higher"
    LOWER = "lower"


Margin = Annotated[float | None, typer.Option(help="Two one-sided tests (equivalence).")]


def fit_means(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    arms: Arms = None,
    variances: Annotated[
        Variances, typer.Option(help="Welch's test (unequal) or Student's (equal).")
    ] = Variances.UNEQUAL,
    ranks: Annotated[
        RankReference, typer.Option(help="Wilcoxon's test; exact needs data without ties.")
    ] = RankReference.NORMAL_CONTINUITY,
    lower_margin: Margin = None,
    upper_margin: Margin = None,
    non_inferiority_margin: Annotated[
        float | None, typer.Option(help="Above 0; needs --better.")
    ] = None,
    better: Annotated[BetterDirection | None, typer.Option(help="Better direction.")] = None,
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
        margins = _margins(difference, lower_margin, upper_margin)
        worse = _non_inferiority(difference, non_inferiority_margin, better)
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
            more={
                "equivalence": None if margins is None else _equivalence_plain(margins),
                "non_inferiority": None if worse is None else _worse_plain(worse),
            },
            notes=_verdicts(margins, worse),
        ),
    )
    give(answer, as_json=as_json)


def _margins(
    difference: "Effect", lower: float | None, upper: float | None
) -> "Equivalence | None":
    from analysis.estimators.equivalence import judge_equivalence

    if lower is None and upper is None:
        return None
    if lower is None or upper is None:
        message = "Equivalence needs both --lower-margin and --upper-margin."
        raise UnusableInputError(message)
    return judge_equivalence(difference, margin_lower=lower, margin_upper=upper)


def _non_inferiority(
    difference: "Effect", margin: float | None, better: BetterDirection | None
) -> "NonInferiority | None":
    from analysis.estimators.equivalence import Better, judge_non_inferiority

    if margin is None:
        return None
    if better is None:
        message = "--non-inferiority-margin needs --better higher or --better lower."
        raise UnusableInputError(message)
    return judge_non_inferiority(difference, margin=margin, better=Better[better.name])


def _equivalence_plain(found: "Equivalence") -> dict[str, Any]:
    return {
        "margin_lower": found.margin_lower,
        "margin_upper": found.margin_upper,
        "p_lower": found.p_lower,
        "p_upper": found.p_upper,
        "p": found.p,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "interval_level": found.interval.level,
        "verdict": found.verdict.value,
        "method": found.method,
    }


def _worse_plain(found: "NonInferiority") -> dict[str, Any]:
    return {
        "margin": found.margin,
        "p": found.p,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "interval_level": found.interval.level,
        "verdict": found.verdict.value,
        "method": found.method,
    }


def _verdicts(margins: "Equivalence | None", worse: "NonInferiority | None") -> tuple[str, ...]:
    said = []
    if margins is not None:
        said.append(
            f"Equivalence between {margins.margin_lower:g} and {margins.margin_upper:g}: "
            f"{margins.verdict.value}, p = {margins.p:.4g}."
        )
    if worse is not None:
        said.append(
            f"Non-inferiority by {worse.margin:g}: {worse.verdict.value}, p = {worse.p:.4g}."
        )
    return tuple(said)
