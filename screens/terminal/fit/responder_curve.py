"""`antiphon fit responder-curve`: responders at every threshold, instead of one minimal important difference."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import (
    NOTHING,
    Answer,
    TextTable,
    effect_plain,
    give,
    percent,
    shown,
    shown_p,
)
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    DataFile,
    Level,
    Where,
    listed,
    number_grid,
)
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.responder_curve import ResponderPoint

POINTWISE = "Intervals hold at one threshold each, not for the whole curve."


class BetterChange(StrEnum):
    """Which direction of the change helps."""

    HIGHER = "higher"
    LOWER = "lower"


def fit_responder_curve(
    data: DataFile,
    change: Annotated[str, typer.Option(help="Column of the change, after minus before.")],
    arm: Arm,
    better: Annotated[BetterChange, typer.Option(help="Better direction of the change.")],
    arms: Arms = None,
    thresholds: Annotated[
        str | None,
        typer.Option(
            help="Improvements that count, above 0 is better: '1,2,5' or 'from:to:step'. Without "
            "it: every improvement in the file."
        ),
    ] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Share of each arm that improved by at least so much, over thresholds; one row a participant."""
    from analysis.estimators.equivalence import Better
    from analysis.estimators.frame import Comparison
    from analysis.estimators.responder_curve import trace_responders
    from analysis.estimators.two_means import samples_of_frame

    source = source_of(data, where)
    table = source.read(numeric=(change,), other=(arm,), varying=(change,))
    first, second = two_arms(table, arm, listed(arms))
    comparison = Comparison(column=arm, first=first, second=second)
    direction = Better[better.name]
    chosen = None if thresholds is None else number_grid(thresholds, "--thresholds")
    with sentences_for(table.name):
        samples = samples_of_frame(table.frame((arm,)), change, comparison)
        points = trace_responders(samples, direction, confidence_level=level, thresholds=chosen)
    calls = Calls(
        python=python_lines(
            trace_responders,
            Called(function=samples_of_frame, values=(source.python((arm,)), change, comparison)),
            direction,
            confidence_level=level,
            thresholds=chosen,
        ),
        r=_in_r(change, comparison.column, (first, second), direction is Better.LOWER, points),
    )
    plain = {
        "points": [_plain(one) for one in points],
        "first": first,
        "second": second,
        "n_first": len(samples.first),
        "n_second": len(samples.second),
        "better": better.value,
        "level": level,
        **record(table, calls, (POINTWISE,)),
    }
    answer = Answer(
        plain=plain,
        tables=(_table(change, (first, second), points, level),),
        remarks=remarks(table, (POINTWISE,)),
    )
    give(answer, as_json=as_json)


def _plain(point: "ResponderPoint") -> dict[str, Any]:
    return {
        "threshold": point.threshold,
        "share_first": point.share_first,
        "share_second": point.share_second,
        "difference": effect_plain(point.difference),
    }


def _table(
    change: str, arms: tuple[str, str], points: "tuple[ResponderPoint, ...]", level: float
) -> TextTable:
    rows = []
    for point in points:
        effect = point.difference
        limits = (
            NOTHING
            if effect.interval is None
            else f"{shown(effect.interval.lower)} to {shown(effect.interval.upper)}"
        )
        rows.append(
            (
                shown(point.threshold),
                shown(point.share_first),
                shown(point.share_second),
                shown(effect.estimate),
                limits,
                shown_p(effect.p),
            )
        )
    return TextTable(
        title=f"{change}: share that improved by at least the threshold",
        header=("threshold", *arms, "difference", f"{percent(level)} interval", "p"),
        rows=tuple(rows),
    )


def _in_r(
    change: str,
    arm: str,
    arms: tuple[str, str],
    lower_is_better: bool,  # noqa: FBT001 - the sign of the change, in R
    points: "tuple[ResponderPoint, ...]",
) -> str:
    sign = "-" if lower_is_better else ""
    thresholds = ", ".join(f"{point.threshold:.15g}" for point in points)
    return (
        f'a <- na.omit({sign}subset(d, {arm} == "{arms[0]}")${change})\n'
        f'b <- na.omit({sign}subset(d, {arm} == "{arms[1]}")${change})\n'
        f"t(sapply(c({thresholds}), function(t) DescTools::BinomDiffCI("
        'sum(a >= t), length(a), sum(b >= t), length(b), method = "score")))'
    )
