"""`antiphon fit reliable-change`: who changed by more than the questionnaire's error, and who recovered."""

from enum import StrEnum
from typing import Annotated

import typer

from screens.terminal.fit.answer import Answer, TextTable, give
from screens.terminal.fit.options import AsJson, DataFile, Where
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import sentences_for, source_of


class BetterScore(StrEnum):
    """Which direction of the score helps."""

    HIGHER = "higher"
    LOWER = "lower"


def fit_reliable_change(
    data: DataFile,
    before: Annotated[str, typer.Option(help="Column of the score before.")],
    after: Annotated[str, typer.Option(help="Column of the score after.")],
    sd: Annotated[float, typer.Option(help="Standard deviation of the questionnaire.", min=0.0)],
    reliability: Annotated[float, typer.Option(help="Its reliability.", min=0.0, max=1.0)],
    better: Annotated[BetterScore, typer.Option(help="Better direction.")],
    threshold: Annotated[float, typer.Option(help="Cut-off between people with and without.")],
    where: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Reliable and clinically significant change (Jacobson and Truax), one row a participant."""
    from analysis.estimators.clinical_change import (
        Measurement,
        classify_change_of_frame,
        count_changes,
        measure_reliable_change,
    )
    from analysis.estimators.equivalence import Better

    source = source_of(data, where)
    table = source.read(numeric=(before, after))
    measurement = Measurement(
        standard_deviation=sd, reliability=reliability, better=Better[better.name]
    )
    with sentences_for(table.name):
        found = measure_reliable_change(measurement)
        changes = classify_change_of_frame(table.frame(), before, after, measurement, threshold)
    counts = count_changes(changes)
    calls = Calls(
        python=python_lines(
            classify_change_of_frame, source.python(), before, after, measurement, threshold
        )
    )
    plain = {
        "standard_error_of_measurement": found.standard_error_of_measurement,
        "standard_error_of_difference": found.standard_error_of_difference,
        "smallest_reliable_change": found.smallest_reliable_change,
        "threshold": threshold,
        "n": len(changes),
        "counts": [{"change": one.change.value, "n": one.n} for one in counts],
        "reliable_change_indices": [one.reliable_change_index for one in changes],
        **record(table, calls),
    }
    tables = (
        TextTable(
            title=f"Change of {len(changes)} participants",
            header=("change", "participants"),
            rows=tuple((one.change.value, str(one.n)) for one in counts),
        ),
    )
    said = f"Changes below {found.smallest_reliable_change:.4g} points may be error of measurement."
    give(Answer(plain=plain, tables=tables, remarks=(said, *remarks(table, ()))), as_json=as_json)
