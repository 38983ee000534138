"""`antiphon protocol simulate`: how often the planned trial would make its claim, on all processors or on a cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed
from screens.terminal.outcome import UnusableInputError, say, say_json
from screens.terminal.simulating import Cluster, Workers, executor_for, with_bar

if TYPE_CHECKING:
    from analysis.operating_characteristics.executors import Executor
    from analysis.operating_characteristics.simulate import Experiment
    from analysis.operating_characteristics.tally import OperatingCharacteristics
    from analysis.reports.simulation_page import SimulatedProtocol
    from analysis.reports.table import Row

TOLD = ("Shown, %", "Bias", "Interval covers truth, %", "Participants")
"""Columns that fit a terminal."""
INDENT = "  "


def simulate(
    file: Annotated[Path, typer.Argument(help="A protocol document (YAML).")],
    trials: Annotated[int, typer.Option(help="Simulated trials of each scenario.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers, anywhere.")] = 1,
    analyses: Annotated[
        str | None,
        typer.Option(help="Codes of analyses of the primary outcome; without it, the primary one."),
    ] = None,
    cluster_size: Annotated[
        int, typer.Option(help="Participants of a therapist or site in an arm; 1: none.", min=1)
    ] = 1,
    icc: Annotated[float, typer.Option(help="Correlation within a therapist or site.")] = 0.0,
    attendance: Annotated[
        float, typer.Option(help="Share of visits or sessions that those still there come to.")
    ] = 1.0,
    session_correlation: Annotated[
        float, typer.Option(help="Of two sessions of a participant, if the outcome is rated there.")
    ] = 0.5,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for page, drawing, CSV and JSON; made if needed.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Simulate the whole protocol: power, type I error, bias, coverage under nine truths.

    No effect, half of the planned difference, and all of it; with losses that depend on nothing, on what was seen, and
    on what was not seen. The analyses are those of the plan.
    """
    from analysis.operating_characteristics.planned_analyses import Beyond
    from analysis.operating_characteristics.protocol_scenarios import protocol_experiments
    from analysis.reports.simulation_page import (
        SimulatedProtocol,
        simulation_plain,
        write_simulation,
    )
    from analysis.study import software_versions
    from protocols.document import read_protocol
    from protocols.software import software_version

    if seed < 0:
        raise UnusableInputError(f"The seed is {seed}: it must be 0 or more.")
    executor = executor_for(workers, cluster)
    protocol = read_protocol(file)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    beyond = Beyond(
        analyses=listed(analyses),
        cluster_size=cluster_size,
        intracluster_correlation=icc,
        attendance=attendance,
        session_correlation=session_correlation,
    )
    found = _run(protocol_experiments(protocol, beyond), trials, seed, executor)
    simulated = SimulatedProtocol(
        protocol=protocol,
        trials=trials,
        seed=seed,
        found=found,
        beyond=beyond,
        code_version=software_version(),
        software=software_versions(),
    )
    paths = () if out is None else write_simulation(simulated, out)
    if as_json:
        say_json(simulation_plain(simulated))
        return
    _tell(simulated)
    if paths:
        say(f"{len(paths)} files in {out}. Open {paths[0]}.")


def _run(
    experiments: "tuple[Experiment, ...]", trials: int, seed: int, executor: "Executor"
) -> "tuple[OperatingCharacteristics, ...]":
    from analysis.operating_characteristics.simulate import simulate as simulate_experiments

    return with_bar(
        lambda show: simulate_experiments(
            experiments, trials=trials, seed=seed, executor=executor, progress=show
        )
    )


def _tell(simulated: "SimulatedProtocol") -> None:
    from analysis.reports.simulated_designs import characteristics_table
    from screens.terminal.fit.answer import TextTable

    table = characteristics_table(simulated.found, seed=simulated.seed)
    places = [table.columns.index(column) for column in TOLD]
    text = TextTable(
        title=f"{table.title}: {table.population}",
        header=(table.stub_heading, *TOLD),
        rows=tuple(
            (f"{INDENT * row.indent}{row.stub}", *_cells(row, places)) for row in table.rows
        ),
    )
    for line in text.lines():
        say(line)
    say()
    for footnote in table.footnotes[:2]:
        say(footnote)
    say("Standard errors and misses on each side are in the files of --out and in --json.")


def _cells(row: "Row", places: Sequence[int]) -> tuple[str, ...]:
    return tuple(row.cells[place].text if row.cells else "" for place in places)
