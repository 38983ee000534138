"""The rows of `antiphon fit mmrm`: read, checked, and without the visits at which nobody has an outcome."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.terminal.fit.mmrm_options import Columns
from screens.terminal.fit.options import equal_parts
from screens.terminal.fit.source import Source, names_in
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.mixed_model.formulas.roles import Roles
    from data.exchange.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """The rows that are analysed."""

    source: Source
    table: "Table"
    visits_left_out: tuple[str, ...]
    """Nobody has an outcome there."""


def read_rows(source: Source, formula: str, columns: Columns) -> Rows:
    """Read the file; visits at which nobody has an outcome are left out, as R does.

    Raises
    ------
    UnusableInputError
        If fewer than two visits are left.
    """
    outcome = formula.partition("~")[0].strip()
    is_plain = outcome.isidentifier()
    numeric = [name for name in (outcome if is_plain else None, columns.weights) if name]
    group = [columns.group] if columns.group else []
    table = source.read((*numeric, *columns.places), (columns.subject, columns.visit, *group))
    for name in _measured_in(formula, table, columns.visit):
        table.require_no_stray_text(name)
    table.require_one_row_each((columns.subject, columns.visit))
    rows = Rows(source=source, table=table, visits_left_out=())
    if is_plain:
        rows = _of_visits_with(rows, outcome, columns.visit)
    visits = names_in(rows.table, columns.visit)
    if len(visits) < 2:
        message = (
            f"{table.name}, column {columns.visit} holds one visit with an outcome ({visits[0]}); "
            "repeated measures need two. Use `antiphon fit ancova`."
        )
        raise UnusableInputError(message)
    return rows


def roles_of(table: "Table", columns: Columns) -> "Roles":
    """Return which column plays which part, with the levels of the categories."""
    from analysis.estimators.mixed_model.formulas.roles import Roles

    return Roles(
        participant=columns.subject,
        visit=columns.visit,
        group=columns.group,
        weight=columns.weights,
        coordinates=columns.places,
        levels=_levels(table, columns.levels or [], columns.visit),
        baseline=columns.baseline(),
    )


def _measured_in(formula: str, table: "Table", visit: str) -> tuple[str, ...]:
    """Return the columns that a formula names, the visit left out: it always is a category."""
    words = re.findall(r"\w[\w.]*", formula)
    return tuple(
        column.name for column in table.columns if column.name in words and column.name != visit
    )


def _of_visits_with(rows: Rows, outcome: str, visit: str) -> Rows:
    observed = _visits_with(rows.table, outcome, visit)
    left_out = tuple(name for name in names_in(rows.table, visit) if name not in observed)
    if not left_out:
        return rows
    return Rows(
        source=rows.source.with_rows(visit, observed),
        table=rows.table.where(visit, observed),
        visits_left_out=left_out,
    )


def _visits_with(table: "Table", outcome: str, visit: str) -> tuple[str, ...]:
    """Return the visits at which somebody has an outcome."""
    from data.exchange.tables import plain_label

    pairs = zip(table.column(visit).fields, table.column(outcome).fields, strict=True)
    return tuple(dict.fromkeys(plain_label(place) for place, value in pairs if value is not None))


def _levels(table: "Table", given: list[str], visit: str) -> dict[str, tuple[str, ...]]:
    """Return the levels that were given; visits without any are in the order of the numbers in their names."""
    from analysis.missing_data.frame_cells import natural_order

    levels = dict(equal_parts(text, "--levels") for text in given)
    for name, values in levels.items():
        present = names_in(table, name)
        absent = [value for value in values if value not in present]
        if absent:
            message = (
                f"--levels: {table.name} has no {absent[0]!r} in column {name}; "
                f"it has {', '.join(present[:8])}."
            )
            raise UnusableInputError(message)
    levels.setdefault(visit, tuple(sorted(names_in(table, visit), key=natural_order)))
    return levels
