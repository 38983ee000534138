"""`antiphon fit blinding`: whether the blind held, by the guesses of participants or staff (James's and Bang's index)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import NOTHING, Answer, TextTable, give, percent, shown
from screens.terminal.fit.in_r import quoted
from screens.terminal.fit.options import Arm, AsJson, DataFile, Level, Where
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import NO_EQUIVALENT, Calls, record, remarks
from screens.terminal.fit.source import names_in, require_arm, sentences_for, source_of

if TYPE_CHECKING:
    from analysis.estimators.blinding_index import BlindingIndex
    from analysis.estimators.james_index import CountArray

CAUTION = "Whoever feels better may guess the arm from that: an index is described, it is no test of the blind."


def fit_blinding(
    data: DataFile,
    arm: Arm,
    guess: Annotated[str, typer.Option(help="Column of the arm that was guessed.")],
    unknown: Annotated[
        str, typer.Option(help="What stands for 'do not know' in that column.")
    ] = "unknown",
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Blinding index of the trial (James) and of each arm (Bang), one row a participant."""
    from analysis.estimators.blinding_index import estimate_blinding_index
    from analysis.estimators.james_index import (
        estimate_james_index,
        guess_table,
        guesses_of_arm,
    )

    source = source_of(data, where)
    table = source.read(other=(arm, guess))
    arms = names_in(table, arm)
    require_arm(table, arm, next(iter(arms), ""))
    text = (arm, guess)
    with sentences_for(table.name):
        counts = guess_table(table.frame(text), arm, guess, arms, unknown)
        james = estimate_james_index(counts, confidence_level=level)
        bang = [
            estimate_blinding_index(guesses_of_arm(counts, place), confidence_level=level)
            for place in range(len(arms))
        ]
    read = Called(function=guess_table, values=(source.python(text), arm, guess, arms, unknown))
    answers = quoted((*arms, unknown))
    calls = Calls(
        python=python_lines(estimate_james_index, read, confidence_level=level),
        r=f"x <- table(factor(d${guess}, c({answers})), factor(d${arm}, c({quoted(arms)})))\n"
        f"BI::BI(x, conf.level = {level:g}, group.names = c({quoted(arms)}))"
        if len(arms) == 2
        else NO_EQUIVALENT,
    )
    n_left_out = len(table.lines) - int(counts.sum())
    notes = (CAUTION, *((f"Left out, without arm or guess: {n_left_out}.",) if n_left_out else ()))
    plain = {
        "james": _plain(james),
        "bang": [{arm: name, **_plain(one)} for name, one in zip(arms, bang, strict=True)],
        "answers": [*arms, unknown],
        "guesses": [
            {arm: name, "counts": counts[:, place].tolist()} for place, name in enumerate(arms)
        ],
        "n_left_out": n_left_out,
        "level": level,
        **record(table, calls, notes),
    }
    rows = (("James, all arms", james), *zip((f"Bang, {name}" for name in arms), bang, strict=True))
    answer = Answer(
        plain=plain,
        tables=(
            _indices_table(tuple(rows), level),
            _guesses_table(arm, guess, arms, unknown, counts),
        ),
        remarks=(
            *(f"{name}: no interval, {one.reason}." for name, one in rows if one.reason),
            *remarks(table, notes),
        ),
    )
    give(answer, as_json=as_json)


def _plain(found: "BlindingIndex") -> dict[str, Any]:
    interval = found.interval
    return {
        "index": found.index,
        "se": None if interval is None else found.standard_error,
        "lower": None if interval is None else interval.lower,
        "upper": None if interval is None else interval.upper,
        "reason": found.reason,
    }


def _indices_table(rows: "tuple[tuple[str, BlindingIndex], ...]", level: float) -> TextTable:
    return TextTable(
        title="Blinding: James 0 all know, 0.5 as by chance, 1 nobody guesses; Bang 0 blind, 1 all know",
        header=("", "index", "SE", f"{percent(level)} interval"),
        rows=tuple(
            (name, shown(one.index), NOTHING, NOTHING)
            if one.interval is None
            else (
                name,
                shown(one.index),
                shown(one.standard_error),
                f"{shown(one.interval.lower)} to {shown(one.interval.upper)}",
            )
            for name, one in rows
        ),
    )


def _guesses_table(
    arm: str, guess: str, arms: tuple[str, ...], unknown: str, counts: "CountArray"
) -> TextTable:
    return TextTable(
        title=f"{guess} (columns) of participants in {arm} (rows)",
        header=(arm, *arms, unknown),
        rows=tuple(
            (name, *(str(count) for count in counts[:, place])) for place, name in enumerate(arms)
        ),
    )
