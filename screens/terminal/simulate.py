"""`antiphon protocol simulate`: how often the planned trial would make its claim, on all processors or on a cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    on what was not seen.
    """
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
    found = _run(protocol_experiments(protocol), trials, seed, executor)
    simulated = SimulatedProtocol(
        protocol=protocol,
        trials=trials,
        seed=seed,
        found=found,
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
