"""`antiphon fit win-ratio`: every participant of one arm against everyone of the other, on ranked outcomes."""

from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import TextTable, give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    DataFile,
    Level,
    Where,
    listed,
    number_of,
)
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.win_ratio import Decided
    from analysis.estimators.win_ratio_frame import NumberColumn, TimeColumns

OPTION = "--ranked"


def fit_win_ratio(
    data: DataFile,
    ranked: Annotated[
        list[str],
        typer.Option(
            help="An outcome; repeat it, the most important first. Number: 'SCORE=higher' or "
            "'SCORE=lower', with a margin up to which it is a tie 'SCORE=lower,2'. Time to an "
            "event, later is better: 'DAYS=event,DIED' (DIED: 1 event, 0 censored)."
        ),
    ],
    arm: Arm,
    arms: Arms = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Win ratio, win odds and net benefit of ranked outcomes, one row a participant."""
    from analysis.estimators.frame import Comparison, compared_rows
    from analysis.estimators.win_ratio_frame import estimate_win_ratio_of_frame

    columns = tuple(_column(text) for text in ranked)
    names = tuple(name for column in columns for name in _names(column))
    source = source_of(data, where)
    table = source.read(numeric=names, other=(arm,))
    first, second = two_arms(table, arm, listed(arms))
    comparison = Comparison(column=arm, first=first, second=second)
    with sentences_for(table.name):
        frame = table.frame((arm,))
        n_left_out = compared_rows(frame, comparison, names).n_left_out
        found = estimate_win_ratio_of_frame(frame, columns, comparison, confidence_level=level)
    answer = effects_answer(
        f"{', '.join(ranked)} by {arm}",
        Found(
            effects={
                "win_ratio": found.win_ratio,
                "win_odds": found.win_odds,
                "net_benefit": found.net_benefit,
            },
            table=table,
            calls=Calls(
                python=python_lines(
                    estimate_win_ratio_of_frame,
                    source.python((arm,)),
                    columns,
                    comparison,
                    confidence_level=level,
                )
            ),
            level=level,
            more={
                "wins": found.wins,
                "losses": found.losses,
                "ties": found.ties,
                "by_outcome": [
                    {"outcome": one.outcome, "wins": one.wins, "losses": one.losses}
                    for one in found.by_outcome
                ],
                "n_left_out": n_left_out,
            },
            notes=(f"Rows left out, with a missing value: {n_left_out}.",) if n_left_out else (),
            tables=(_decided(found.by_outcome),),
        ),
    )
    give(answer, as_json=as_json)


def _column(text: str) -> "NumberColumn | TimeColumns":
    """Read ``SCORE=higher``, ``SCORE=lower,2`` or ``DAYS=event,DIED``."""
    from analysis.estimators.equivalence import Better
    from analysis.estimators.win_ratio_frame import NumberColumn, TimeColumns

    name, _, rest = (part.strip() for part in text.partition("="))
    match listed(rest):
        case ("higher" | "lower" as better,) if name:
            return NumberColumn(name=name, better=Better[better.upper()])
        case ("higher" | "lower" as better, size) if name:
            margin = number_of(size, OPTION)
            if margin < 0:
                message = f"{OPTION}: the margin of {name} is {size}; it must be 0 or more."
                raise UnusableInputError(message)
            return NumberColumn(name=name, better=Better[better.upper()], margin=margin)
        case ("event", event) if name:
            return TimeColumns(time=name, event=event)
    message = (
        f"{OPTION}: write 'SCORE=higher', 'SCORE=lower,MARGIN' or 'TIME=event,EVENT', not {text!r}."
    )
    raise UnusableInputError(message)


def _names(column: "NumberColumn | TimeColumns") -> tuple[str, ...]:
    from analysis.estimators.win_ratio_frame import NumberColumn

    return (column.name,) if isinstance(column, NumberColumn) else (column.time, column.event)


def _decided(by_outcome: "tuple[Decided, ...]") -> TextTable:
    return TextTable(
        title="Pairs decided, by outcome",
        header=("outcome", "wins", "losses"),
        rows=tuple((one.outcome, str(one.wins), str(one.losses)) for one in by_outcome),
    )
