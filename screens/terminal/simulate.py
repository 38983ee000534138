"""`antiphon protocol simulate`: how often the planned trial would make its claim, on all processors or on a cluster."""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.outcome import UnusableInputError, say, say_json

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
    workers: Annotated[
        int | None, typer.Option(help="Processes of this machine; all processors without it.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler to compute on, e.g. tcp://host:8786.")
    ] = None,
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
    executor = _executor(workers, cluster)
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


def _executor(workers: int | None, cluster: str | None) -> "Executor":
    if cluster is not None:
        if workers is not None:
            message = (
                "--workers is about this machine and --cluster about others: name one of them."
            )
            raise UnusableInputError(message)
        from analysis.operating_characteristics.dask_executor import DaskExecutor

        return DaskExecutor(address=cluster)
    from analysis.operating_characteristics.executors import ProcessExecutor, SerialExecutor

    count = (os.cpu_count() or 1) if workers is None else workers
    return SerialExecutor() if count == 1 else ProcessExecutor(workers=count)


def _run(
    experiments: "tuple[Experiment, ...]", trials: int, seed: int, executor: "Executor"
) -> "tuple[OperatingCharacteristics, ...]":
    from analysis.operating_characteristics.simulate import simulate as simulate_experiments

    with ExitStack() as shown:
        bars: list[Any] = []

        def show(_done: int, of: int) -> None:
            """Begin the bar with the first batch: what fails before it is one sentence alone."""
            if not bars:
                bar = typer.progressbar(length=of, label="Simulating trials", file=sys.stderr)
                bars.append(shown.enter_context(bar))
            bars[0].update(1)

        return simulate_experiments(
            experiments, trials=trials, seed=seed, executor=executor, progress=show
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
