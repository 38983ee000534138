"""`antiphon fit ancova`: adjusted means of the arms and their differences from the reference arm."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import (
    Answer,
    TextTable,
    effect_remarks,
    effects_table,
    finite,
    give,
    percent,
    shown,
    shown_p,
)
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.margins import Judged, Margins, judged
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import (
    Arm,
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
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import names_in, require_arm, sentences_for, source_of
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.ancova_frame import AncovaColumns
    from analysis.estimators.ancova_summary import AncovaSummary
    from data.exchange.tables import Table

MEANS_ARE_AT = (
    "Adjusted means are at the mean of every covariate over the participants analysed; a factor counts "
    "with the shares of its levels (emmeans: weights = 'proportional')."
)


@with_groups
def fit_ancova(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    margins: Margins,
    covariates: Covariates = None,
    reference: Annotated[
        str | None,
        typer.Option(help="Reference arm. Without it: the first of the alphabet."),
    ] = None,
    interactions: Annotated[
        str | None, typer.Option(help="Covariates whose effect may differ between arms.")
    ] = None,
    robust: Annotated[RobustErrors, typer.Option(help="Standard errors.")] = RobustErrors.CLASSICAL,
    cluster: Annotated[
        str | None,
        typer.Option(help="Column of therapist, group or site: cluster-robust errors (CR2)."),
    ] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    dunnett: Annotated[
        bool, typer.Option("--dunnett", help="Adjust for comparing several arms with one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Analysis of covariance: outcome on arm and covariates, one row a participant."""
    from analysis.estimators.ancova import CovarianceKind
    from analysis.estimators.ancova_frame import AncovaColumns
    from analysis.estimators.ancova_summary import Simultaneous, summarise_ancova

    if dunnett and margins.are_named:
        message = "--dunnett: margins are judged for one comparison alone; leave one of them out."
        raise UnusableInputError(message)
    names = listed(covariates)
    source = source_of(data, where)
    others = (arm, *([cluster] if cluster else []))
    table = source.read(numeric=(outcome,), other=others, covariates=names)
    columns = AncovaColumns(
        outcome=outcome,
        arm=arm,
        arms=_arms(table, arm, reference),
        covariates=names,
        interactions=listed(interactions),
        cluster=cluster,
    )
    kind = CovarianceKind(robust.value)
    simultaneous = Simultaneous.DUNNETT if dunnett else Simultaneous.EACH_ALONE
    with sentences_for(table.name):
        found = summarise_ancova(table.frame(), columns, kind, simultaneous, confidence_level=level)
        by_margins = tuple(judged(one, margins) for one in found.differences)
    calls = Calls(
        python=python_lines(
            summarise_ancova, source.python(), columns, kind, simultaneous, confidence_level=level
        ),
        r=_r_of(columns, robust, "mvt" if dunnett else "none", level),
        sas=_sas_of(columns),
    )
    give(_answer(table, columns, found, by_margins, calls, level), as_json=as_json)


def _arms(table: "Table", column: str, reference: str | None) -> tuple[str, ...]:
    present = names_in(table, column)
    first = reference or next(iter(present), "")
    require_arm(table, column, first)
    return (first, *(name for name in present if name != first))


def _answer(
    table: "Table",
    columns: "AncovaColumns",
    found: "AncovaSummary",
    by_margins: tuple[Judged, ...],
    calls: Calls,
    level: float,
) -> Answer:
    notes = tuple(note for note in (found.comment, MEANS_ARE_AT) if note)
    df = float(found.fit.df)
    plain = {
        "coefficients": [
            {
                "name": one.name,
                "estimate": one.estimate,
                "se": finite(one.standard_error),
                "df": finite(one.df),
                "t": finite(one.t),
                "p": finite(one.p),
            }
            for one in found.coefficients
        ],
        "ls_means": [
            {
                columns.arm: mean.arm,
                "n": mean.n_analysed,
                "mean": finite(mean.mean),
                "sd": finite(mean.standard_deviation),
                "estimate": finite(mean.adjusted_mean),
                "se": finite(mean.adjusted_standard_error),
                "df": own_df,
                "lower": None if mean.interval is None else mean.interval.lower,
                "upper": None if mean.interval is None else mean.interval.upper,
            }
            for mean, own_df in zip(found.means, found.mean_df, strict=True)
        ],
        "contrasts": _contrasts_plain(columns, found, by_margins),
        "tests": [
            {
                "term": columns.arm if one.term == "arm" else one.term,
                "num_df": one.numerator_df,
                "denom_df": one.denominator_df,
                "F": one.statistic,
                "p": one.p,
            }
            for one in found.tests
        ],
        "formula": _formula(columns),
        "reference": columns.arms[0],
        "standard_errors": found.standard_errors,
        "level": level,
        "df": df,
        "n_participants": len(found.fit.sample.outcome),
        **record(table, calls, notes),
    }
    return Answer(
        plain=plain,
        tables=(
            _coefficients_table(columns, found),
            _means_table(columns, found, level),
            effects_table("Differences in adjusted means", found.differences, level),
        ),
        remarks=(
            *effect_remarks(found.differences),
            *_verdicts(columns, by_margins),
            *remarks(table, notes),
        ),
    )


def _verdicts(columns: "AncovaColumns", by_margins: tuple[Judged, ...]) -> Iterator[str]:
    reference, *others = columns.arms
    for arm, one in zip(others, by_margins, strict=True):
        yield from (f"{arm} − {reference}: {verdict}" for verdict in one.verdicts)


def _contrasts_plain(
    columns: "AncovaColumns", found: "AncovaSummary", by_margins: tuple[Judged, ...]
) -> Sequence[dict[str, Any]]:
    reference, *others = columns.arms
    return [
        {
            "contrast": f"{arm} - {reference}",
            "first": arm,
            "second": reference,
            "estimate": finite(one.estimate),
            "se": finite(one.standard_error),
            "df": finite(one.df),
            "t": finite(one.statistic),
            "lower": None if one.interval is None else finite(one.interval.lower),
            "upper": None if one.interval is None else finite(one.interval.upper),
            "p": finite(one.p),
            "method": one.method,
            **judgement.plain,
        }
        for arm, one, judgement in zip(others, found.differences, by_margins, strict=True)
    ]


def _coefficients_table(columns: "AncovaColumns", found: "AncovaSummary") -> TextTable:
    return TextTable(
        title=f"{_formula(columns)}, least squares, {found.standard_errors} standard errors",
        header=("coefficient", "estimate", "SE", "df", "t", "p"),
        rows=tuple(
            (
                one.name,
                shown(one.estimate),
                shown(one.standard_error),
                shown(one.df),
                shown(one.t),
                shown_p(one.p),
            )
            for one in found.coefficients
        ),
    )


def _means_table(columns: "AncovaColumns", found: "AncovaSummary", level: float) -> TextTable:
    return TextTable(
        title=f"Adjusted means of {columns.outcome}, in its unit",
        header=(
            columns.arm,
            "n",
            "mean",
            "SD",
            "adjusted mean",
            "SE",
            f"{percent(level)} interval",
        ),
        rows=tuple(
            (
                mean.arm,
                str(mean.n_analysed),
                shown(mean.mean),
                shown(mean.standard_deviation),
                shown(mean.adjusted_mean),
                shown(mean.adjusted_standard_error),
                ""
                if mean.interval is None
                else f"{shown(mean.interval.lower)} to {shown(mean.interval.upper)}",
            )
            for mean in found.means
        ),
    )


def _formula(columns: "AncovaColumns") -> str:
    terms = [columns.arm, *columns.covariates]
    terms += [f"{columns.arm}:{name}" for name in columns.interactions]
    return f"{columns.outcome} ~ {' + '.join(terms)}"


def _r_of(columns: "AncovaColumns", robust: RobustErrors, adjust: str, level: float) -> str:
    lines = [
        as_factor(columns.arm, columns.arms),
        f"fit <- lm({_formula(columns)}, data = d)",
    ]
    if columns.cluster:
        lines.append(
            f'clubSandwich::conf_int(fit, vcov = "CR2", cluster = d${columns.cluster}, '
            f"level = {level:g}, p_values = TRUE)"
        )
        return "\n".join(lines)
    vcov = ""
    if robust is not RobustErrors.CLASSICAL:
        vcov = f', vcov. = sandwich::vcovHC(fit, type = "{robust.value}")'
    lines.append(
        f'summary(emmeans::emmeans(fit, trt.vs.ctrl ~ {columns.arm}, weights = "proportional", '
        f'adjust = "{adjust}"{vcov}), infer = TRUE, level = {level:g})'
    )
    return "\n".join(lines)


def _sas_of(columns: "AncovaColumns") -> str:
    terms = [columns.arm, *columns.covariates]
    terms += [f"{columns.arm}*{name}" for name in columns.interactions]
    return (
        f"proc glm data=d; class {columns.arm}(ref='{columns.arms[0]}'); "
        f"model {columns.outcome} = {' '.join(terms)} / solution; "
        f"lsmeans {columns.arm} / om stderr cl pdiff=control('{columns.arms[0]}'); run;"
    )
