"""`antiphon fit cluster-correlation`: how alike participants of one therapist, group or site are, and what that costs."""

from typing import Annotated

import typer

from screens.terminal.fit.answer import Answer, TextTable, give, percent, shown
from screens.terminal.fit.options import AsJson, DataFile, Level, Outcome, Where
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import sentences_for, source_of


def fit_cluster_correlation(
    data: DataFile,
    outcome: Outcome,
    cluster: Annotated[str, typer.Option(help="Column of the therapist, group or site.")],
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Intraclass correlation of clusters and the design effect, one row a participant."""
    from analysis.estimators.cluster_correlation import estimate_cluster_correlation_of_frame

    source = source_of(data, where)
    table = source.read(numeric=(outcome,), other=(cluster,), varying=(outcome, cluster))
    text = (cluster,)
    with sentences_for(table.name):
        found = estimate_cluster_correlation_of_frame(
            table.frame(text), outcome, cluster, confidence_level=level
        )
    calls = Calls(
        python=python_lines(
            estimate_cluster_correlation_of_frame,
            source.python(text),
            outcome,
            cluster,
            confidence_level=level,
        ),
        r=f"summary(aov({outcome} ~ factor({cluster}), data = d))\n"
        f"lme4::VarCorr(lme4::lmer({outcome} ~ 1 + (1 | {cluster}), data = d))",
    )
    n_left_out = len(table.lines) - found.n
    notes = (f"Rows left out, with a missing value: {n_left_out}.",) if n_left_out else ()
    plain = {
        "n": found.n,
        "n_clusters": found.n_clusters,
        "mean_size": found.mean_size,
        "typical_size": found.typical_size,
        "between_mean_square": found.between_mean_square,
        "within_mean_square": found.within_mean_square,
        "icc_anova": found.by_anova,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "icc_reml": found.by_reml,
        "between_variance": found.between_variance,
        "within_variance": found.within_variance,
        "design_effect": found.design_effect,
        "design_effect_unequal": found.design_effect_unequal,
        "n_left_out": n_left_out,
        "level": level,
        **record(table, calls, notes),
    }
    limits = f"{shown(found.interval.lower)} to {shown(found.interval.upper)}"
    tables = (
        TextTable(
            title=f"{outcome}: {found.n} participants in {found.n_clusters} of {cluster}",
            header=("", "estimate", f"{percent(level)} interval"),
            rows=(
                ("ICC, analysis of variance", shown(found.by_anova), limits),
                ("ICC, REML", shown(found.by_reml), ""),
                ("design effect, mean size", shown(found.design_effect), ""),
                ("design effect, sizes as they are", shown(found.design_effect_unequal), ""),
            ),
        ),
    )
    give(Answer(plain=plain, tables=tables, remarks=remarks(table, notes)), as_json=as_json)
