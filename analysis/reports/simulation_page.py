"""A simulated protocol as files: one self-contained page, the drawing, and every number as CSV and JSON.

Conventions: UTF-8, line feeds, no clock, nothing about where it was computed; the same protocol, trials and seed give the same bytes.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.operating_characteristics.planned_analyses import Beyond
from analysis.operating_characteristics.tally import OperatingCharacteristics, Simulated
from analysis.reports.figure import Figure, render_figure
from analysis.reports.formatting import esc
from analysis.reports.simulated_designs import characteristics_figure
from analysis.reports.table import render_table
from analysis.results import SoftwareVersion
from protocols.canonical import to_plain
from protocols.design import Protocol
from protocols.document import protocol_hash
from protocols.promised_tests import looks_in_words

SIMULATED = (
    "Every trial on this page was made by a program, from assumptions. It says nothing about people, "
    "and nothing about whether the music helps."
)
_STYLE_FILE = Path(__file__).with_name("report.css")
_SIMULATED_FIELDS = (
    "shown",
    "bias",
    "empirical_error",
    "coverage",
    "missed_below",
    "missed_above",
    "participants",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedProtocol:
    """What came out, and of what."""

    protocol: Protocol
    trials: int
    """Of each scenario."""
    seed: int
    found: tuple[OperatingCharacteristics, ...]
    beyond: Beyond
    """What was assumed beyond the protocol."""
    code_version: str
    software: tuple[SoftwareVersion, ...]


def simulation_plain(simulated: SimulatedProtocol) -> dict[str, Any]:
    """Return everything as plain JSON values, every number with every digit."""
    protocol = simulated.protocol
    return {
        "study_id": protocol.study_id,
        "version": protocol.version,
        "protocol_sha256": protocol_hash(protocol),
        "trials": simulated.trials,
        "seed": simulated.seed,
        "beyond_protocol": {
            **to_plain(simulated.beyond),
            "analyses": list(simulated.beyond.analyses),
        },
        "characteristics": [to_plain(one) for one in simulated.found],
        "software": {
            "Antiphon": simulated.code_version,
            **{one.name: one.version for one in simulated.software},
        },
    }


def simulation_csv(found: Sequence[OperatingCharacteristics]) -> str:
    """Return every number with every digit, one scenario and analysis a row; ``_se``: its Monte Carlo standard error."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = (name for field in _SIMULATED_FIELDS for name in (field, f"{field}_se"))
    writer.writerow(("scenario", "analysis", "truth", "trials", "estimable", "model_error", *names))
    for one in found:
        simulated: tuple[Simulated, ...] = tuple(getattr(one, field) for field in _SIMULATED_FIELDS)
        numbers = (number for s in simulated for number in (s.value, s.standard_error))
        model_error = "" if one.model_error is None else one.model_error
        writer.writerow(
            (
                one.scenario,
                one.analysis,
                one.truth,
                one.trials,
                one.estimable,
                model_error,
                *numbers,
            )
        )
    return buffer.getvalue()


def write_simulation(simulated: SimulatedProtocol, folder: Path) -> tuple[Path, ...]:
    """Write page, drawing and numbers.

    Parameters
    ----------
    simulated : SimulatedProtocol
        What came out.
    folder : Path
        Where to write; made when it does not exist. Files of the same names are replaced.

    Returns
    -------
    tuple of Path
        ``simulation.html`` first.
    """
    figure = characteristics_figure(simulated.found, seed=simulated.seed)
    plain = simulation_plain(simulated)
    files = {
        "simulation.html": simulation_html(simulated, figure),
        "simulation.svg": figure.svg,
        "simulation.csv": simulation_csv(simulated.found),
        "simulation.json": json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in files)


def simulation_html(simulated: SimulatedProtocol, figure: Figure) -> str:
    """Return one self-contained page: assumptions, table, figure, and what it was made of."""
    protocol = simulated.protocol
    title = f"{protocol.study_id}: the protocol simulated"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(title)}</title><style>{_STYLE_FILE.read_text('utf-8')}</style></head><body>"
        '<aside aria-label="State of the data"><p class="banner simulated">'
        f"<strong>SIMULATED DATA.</strong> {esc(SIMULATED)}</p></aside>"
        f"<header><h1>{esc(title)}</h1></header><main>"
        f"{_section('assumptions', 'What is assumed', _definitions(_assumptions(simulated)))}"
        f"{_section('characteristics', 'What came out', render_table(figure.table, 1) + render_figure(figure, 1))}"
        f"{_section('provenance', 'Provenance', _definitions(_provenance(simulated)))}"
        "</main></body></html>\n"
    )


def _section(section_id: str, title: str, body: str) -> str:
    return (
        f'<section id="{section_id}" aria-labelledby="{section_id}-title">'
        f'<h2 id="{section_id}-title">{esc(title)}</h2>{body}</section>'
    )


def _definitions(pairs: Iterator[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{esc(term)}</dt><dd>{esc(text)}</dd>" for term, text in pairs if text)
    return f"<dl>{rows}</dl>"


def _assumptions(simulated: SimulatedProtocol) -> Iterator[tuple[str, str]]:
    protocol = simulated.protocol
    size = protocol.sample_size
    yield "Outcome", f"{protocol.primary_outcome.label}, in {protocol.primary_outcome.unit}"
    yield "Participants", f"{size.per_arm} in each of {len(protocol.arms)} arms"
    yield (
        "Outcome in the population",
        (
            f"normal; standard deviation {size.standard_deviation:g}, correlation of any two visits "
            f"{size.baseline_correlation:g}"
        ),
    )
    yield from _beyond(simulated.beyond)
    yield "Planned difference", f"{size.difference:g}"
    yield "Losses", f"{size.dropout_share:.0%} by the visit of the primary outcome, evenly"
    yield "Level", f"{protocol.analysis.significance_level:g}, two-sided"
    yield "Looks", " ".join(looks_in_words(protocol))
    yield (
        "Planned statistical power",
        f"{size.statistical_power:.0%} at the planned difference, for the primary analysis",
    )


def _beyond(beyond: Beyond) -> Iterator[tuple[str, str]]:
    if beyond.cluster_size > 1:
        yield (
            "Therapists or sites",
            f"{beyond.cluster_size} participants each; correlation within {beyond.intracluster_correlation:g}",
        )
    if beyond.attendance < 1:
        yield "Attendance", f"{beyond.attendance:.0%} of visits or sessions by those still there"


def _provenance(simulated: SimulatedProtocol) -> Iterator[tuple[str, str]]:
    protocol = simulated.protocol
    software = ", ".join(f"{one.name} {one.version}" for one in simulated.software)
    yield "Protocol", f"{protocol.study_id}, version {protocol.version}"
    yield "Hash of the protocol", protocol_hash(protocol)
    yield "Trials of each scenario", str(simulated.trials)
    yield "Seed", str(simulated.seed)
    yield "Version of the program", simulated.code_version
    yield "Software", software
