"""What every answer carries beside its numbers: the data, the software, and how to get the same again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.in_r import reading_in_r

if TYPE_CHECKING:
    from data.exchange.tables import Table

NO_EQUIVALENT = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """How to get the same numbers; empty where there is no such call."""

    python: str
    r: str = NO_EQUIVALENT
    sas: str = NO_EQUIVALENT


def record(table: "Table | None", calls: Calls, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the keys that stand at the end of every JSON answer.

    Parameters
    ----------
    table
        The file; None when the numbers came as options.
    calls
        Python, R and SAS.
    notes
        Why the numbers may differ from those of other software, and what to beware of.
    """
    from analysis.study import software_versions
    from protocols.software import software_version

    data = None
    if table is not None:
        data = {
            "file": table.name,
            "sha256": table.sha256,
            "n_rows": len(table.lines),
            "where": {column: list(values) for column, values in table.chosen},
        }
    return {
        "data": data,
        "software": {
            "Antiphon": software_version(),
            **{one.name: one.version for one in software_versions()},
        },
        "python": calls.python,
        "equivalent_calls": {
            "r": _with_reading([] if table is None else reading_in_r(table), calls.r),
            "sas": _with_reading(_reading_in_sas(table), calls.sas),
        },
        "notes": list(notes),
    }


def _with_reading(reading: list[str], call: str) -> str:
    return "\n".join([*reading, call]) if call else ""


def _reading_in_sas(table: "Table | None") -> list[str]:
    if table is None:
        return []
    chosen = [
        f"data d; set d; if strip(vvalue({column})) in ({', '.join(map(_quoted, values))}); run;"
        for column, values in table.chosen
    ]
    return [f'proc import datafile="{table.name}" out=d dbms=csv; run;', *chosen]


def _quoted(value: str) -> str:
    return f'"{value}"'


def remarks(table: "Table | None", notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same for a person, in short."""
    source = (
        () if table is None else (f"{table.name}: {len(table.lines)} rows, {table.sha256[:12]}.",)
    )
    return (*notes, *source)
