"""`antiphon fit donors`: yoked controls, each donor of music against those who heard it."""

from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.options import Arm, AsJson, DataFile, Level, Outcome, Where, listed
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.donors import DonorColumns, DonorComparison


def fit_donors(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    arms: Annotated[
        str, typer.Option(help="Arm of the donors, then that of the listeners: 'ADAPTIVE,YOKED'.")
    ],
    donor: Annotated[
        str,
        typer.Option(help="Column: of a donor the own name, of a listener whose music was heard."),
    ],
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Donors minus the mean of those who heard the same music, one row a participant."""
    from analysis.estimators.donors import DonorColumns, compare_with_donors_of_frame
    from analysis.estimators.frame import Comparison, compared_rows

    source = source_of(data, where)
    table = source.read(numeric=(outcome,), other=(arm, donor), varying=(outcome,))
    first, second = two_arms(table, arm, listed(arms))
    columns = DonorColumns(
        outcome=outcome,
        comparison=Comparison(column=arm, first=first, second=second),
        donor=donor,
    )
    text = (arm, donor)
    with sentences_for(table.name):
        frame = table.frame(text)
        n_left_out = compared_rows(frame, columns.comparison, (outcome, donor)).n_left_out
        found = compare_with_donors_of_frame(frame, columns, confidence_level=level)
    answer = effects_answer(
        f"{outcome}, {first} minus {second} who heard the same music",
        Found(
            effects={"mean_difference": found.mean_difference, "shift": found.shift},
            table=table,
            calls=Calls(
                python=python_lines(
                    compare_with_donors_of_frame,
                    source.python(text),
                    columns,
                    confidence_level=level,
                ),
                r=_in_r(columns),
            ),
            level=level,
            more={
                "donors_without_listener": list(found.donors_without_listener),
                "listeners_without_donor": found.listeners_without_donor,
                "n_left_out": n_left_out,
            },
            notes=_notes(found, n_left_out),
        ),
    )
    give(answer, as_json=as_json)


def _notes(found: "DonorComparison", n_left_out: int) -> tuple[str, ...]:
    notes = ["Every donor counts once, however many heard the music."]
    if found.donors_without_listener:
        alone = ", ".join(found.donors_without_listener)
        notes.append(f"Left out, because nobody heard their music: {alone}.")
    if found.listeners_without_donor:
        notes.append(f"Listeners left out, without their donor: {found.listeners_without_donor}.")
    if n_left_out:
        notes.append(f"Rows left out, with a missing value: {n_left_out}.")
    return tuple(notes)


def _in_r(columns: "DonorColumns") -> str:
    arms, y, donor = columns.comparison, columns.outcome, columns.donor
    return (
        f'a <- subset(d, {arms.column} == "{arms.first}")\n'
        f'b <- subset(d, {arms.column} == "{arms.second}")\n'
        f"heard <- tapply(b${y}, b${donor}, mean, na.rm = TRUE)[as.character(a${donor})]\n"
        f"t.test(a${y}, heard, paired = TRUE)"
    )
