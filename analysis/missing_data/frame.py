"""A plain table, one row a participant and visit, to outcomes with an intercurrent event for whoever left.

Without a column that says so, the event lies before the first visit after a participant's last value; gaps before that are missing at
random. Participants and visits are sorted (visits by the numbers in their names, unless an order is given), so the order of
the rows changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimators.design import Covariate
from analysis.estimators.frame import ColumnError, require_column
from analysis.missing_data.frame_cells import (
    OnceEach,
    RowKeys,
    natural_order,
    read_numbers,
    read_texts,
)
from analysis.missing_data.repeated_outcomes import Interruption, RepeatedOutcomes
from analysis.missing_data.strategies import ImputationStrategy

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationColumns:
    """Which column of a table plays which part."""

    participant: str
    visit: str
    arm: str
    outcome: str
    """Numbers; empty where missing. A visit without a row is missing too."""
    covariates: tuple[str, ...] = ()
    """Constant within a participant and never empty; numbers, or text for a factor."""
    event_visit: str | None = None
    """Constant within a participant: first visit after the intercurrent event, empty without one."""
    strategy: str | None = None
    """Constant within a participant: MAR, JR, CR, CIR or LMCF; empty: that of the plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventStrategy:
    """What stands for values missing after an intercurrent event, unless the table says otherwise."""

    strategy: ImputationStrategy
    reference_arm: str


def read_outcomes(
    frame: pd.DataFrame,
    columns: ImputationColumns,
    after_event: EventStrategy,
    visits: Sequence[str] | None = None,
) -> RepeatedOutcomes:
    """Read outcomes from a table and check them.

    `ColumnError` says in one sentence what cannot be used and where.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a participant and visit, with the columns named in ``columns``. Visits before treatment must not be in it.
    columns : ImputationColumns
        Which column plays which part.
    after_event : EventStrategy
        What stands for values missing after an intercurrent event.
    visits : sequence of str, optional
        The visits in the order of time; by default in the order of the numbers in their names.

    Returns
    -------
    RepeatedOutcomes
        Participants sorted by name; the reference arm comes last.
    """
    _check_columns(frame, columns)
    rows = RowKeys(
        participant=read_texts(frame[columns.participant]),
        visit=read_texts(frame[columns.visit]),
        arm=read_texts(frame[columns.arm]),
    )
    _check_rows(rows, columns)
    order = _visit_order(rows, visits)
    people = sorted(set(rows.participant), key=natural_order)
    outcome = _table(frame, rows, columns, people, order)
    once = OnceEach(rows=rows, people=people)
    arm = once.texts(rows.arm, columns.arm)
    arms = _arm_order(set(arm), after_event.reference_arm)
    events = _events(frame, columns, once, outcome, order)
    strategies = _strategies(frame, columns, once, after_event.strategy)
    return RepeatedOutcomes(
        outcome_name=columns.outcome,
        participants=tuple(people),
        visits=tuple(order),
        arms=arms,
        arm=arm,
        outcome=outcome,
        covariates=tuple(_covariate(frame[name], name, once) for name in columns.covariates),
        interruptions=tuple(
            None
            if first is None
            else Interruption(
                first_visit=first, strategy=strategy, reference_arm=after_event.reference_arm
            )
            for first, strategy in zip(events, strategies, strict=True)
        ),
    )


def _check_columns(frame: pd.DataFrame, columns: ImputationColumns) -> None:
    named = [columns.participant, columns.visit, columns.arm, columns.outcome, *columns.covariates]
    named += [name for name in (columns.event_visit, columns.strategy) if name is not None]
    for name in named:
        require_column(frame, name)
    if len(frame) == 0:
        raise ColumnError("the table has no rows")


def _check_rows(rows: RowKeys, columns: ImputationColumns) -> None:
    for name, values in (
        (columns.participant, rows.participant),
        (columns.visit, rows.visit),
        (columns.arm, rows.arm),
    ):
        if "" in values:
            raise ColumnError(f"row {values.index('') + 1} has no {name}")
    seen = set()
    for key in zip(rows.participant, rows.visit, strict=True):
        if key in seen:
            raise ColumnError(
                f"participant {key[0]} has more than one row at visit {key[1]}; keep one"
            )
        seen.add(key)


def _visit_order(rows: RowKeys, visits: Sequence[str] | None) -> list[str]:
    found = set(rows.visit)
    if visits is None:
        return sorted(found, key=natural_order)
    unknown = sorted(found - set(visits), key=natural_order)
    if unknown:
        raise ColumnError(
            f"visit {unknown[0]} is not in the order of the visits ({', '.join(visits)})"
        )
    return [visit for visit in visits if visit in found]


def _table(
    frame: pd.DataFrame,
    rows: RowKeys,
    columns: ImputationColumns,
    people: Sequence[str],
    visits: Sequence[str],
) -> FloatArray:
    values = read_numbers(frame[columns.outcome], columns.outcome)
    infinite = np.nonzero(np.isinf(values))[0]
    if len(infinite):
        row = int(infinite[0])
        raise ColumnError(
            f"{columns.outcome} of participant {rows.participant[row]} at visit {rows.visit[row]} is infinite"
        )
    row_of = {person: index for index, person in enumerate(people)}
    column_of = {visit: index for index, visit in enumerate(visits)}
    table = np.full((len(people), len(visits)), np.nan)
    places = [row_of[person] for person in rows.participant]
    table[places, [column_of[visit] for visit in rows.visit]] = values
    return table


def _arm_order(found: set[str], reference_arm: str) -> tuple[str, ...]:
    if reference_arm not in found:
        raise ColumnError(
            f"the reference arm {reference_arm} is not in the data; there are {', '.join(sorted(found))}"
        )
    if len(found) < 2:
        raise ColumnError(f"there is only one arm, {reference_arm}; a comparison needs two")
    return (*sorted(found - {reference_arm}, key=natural_order), reference_arm)


def _covariate(column: "pd.Series[Any]", name: str, once: OnceEach) -> Covariate:
    texts = once.texts(read_texts(column), name)
    for person, text in zip(once.people, texts, strict=True):
        if text == "":
            raise ColumnError(
                f"participant {person} has no {name}; leave the participant out or fill it in"
            )
    if column.dtype.kind not in "iufb":
        return Covariate(name=name, values=texts)
    numbers = read_numbers(column, name)
    by_person = dict(zip(once.rows.participant, numbers.tolist(), strict=True))
    for person, number in by_person.items():
        if np.isinf(number):
            raise ColumnError(f"{name} of participant {person} is infinite")
    return Covariate(name=name, values=tuple(by_person[person] for person in once.people))


def _events(
    frame: pd.DataFrame,
    columns: ImputationColumns,
    once: OnceEach,
    outcome: FloatArray,
    visits: Sequence[str],
) -> list[int | None]:
    if columns.event_visit is None:
        return [_after_last_value(row) for row in ~np.isnan(outcome)]
    named = once.texts(read_texts(frame[columns.event_visit]), columns.event_visit)
    position: Mapping[str, int | None] = {
        "": None,
        **{visit: index for index, visit in enumerate(visits)},
    }
    for person, visit in zip(once.people, named, strict=True):
        if visit not in position:
            raise ColumnError(
                f"the {columns.event_visit} of participant {person}, {visit}, is not a visit"
            )
    return [position[visit] for visit in named]


def _after_last_value(observed: NDArray[np.bool_]) -> int | None:
    seen = np.nonzero(observed)[0]
    first = int(seen[-1]) + 1 if len(seen) else 0
    return None if first == len(observed) else first


def _strategies(
    frame: pd.DataFrame, columns: ImputationColumns, once: OnceEach, default: ImputationStrategy
) -> list[ImputationStrategy]:
    if columns.strategy is None:
        return [default] * len(once.people)
    known = {strategy.value: strategy for strategy in ImputationStrategy}
    named = once.texts(read_texts(frame[columns.strategy]), columns.strategy)
    for person, name in zip(once.people, named, strict=True):
        if name and name not in known:
            raise ColumnError(
                f"participant {person} has the strategy {name}; known are {', '.join(known)}"
            )
    return [known.get(name, default) for name in named]
