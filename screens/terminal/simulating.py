"""Where simulated trials are computed, and the bar that shows how far they are."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.operating_characteristics.executors import Executor

ResultT = TypeVar("ResultT")
Workers = Annotated[
    int | None, typer.Option(help="Processes of this machine; all processors without it.")
]
Cluster = Annotated[
    str | None, typer.Option(help="Dask scheduler to compute on, e.g. tcp://host:8786.")
]


def executor_for(workers: int | None, cluster: str | None) -> "Executor":
    """Return where to compute.

    Raises
    ------
    UnusableInputError
        If both this machine and a cluster are named.
    """
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


def with_bar(run: Callable[[Callable[[int, int], None]], ResultT]) -> ResultT:
    """Run something that tells how many batches of how many are done, with a bar on standard error."""
    with ExitStack() as shown:
        bars: list[Any] = []

        def show(_done: int, of: int) -> None:
            """Begin the bar with the first batch: what fails before it is one sentence alone."""
            if not bars:
                bar = typer.progressbar(length=of, label="Simulating trials", file=sys.stderr)
                bars.append(shown.enter_context(bar))
            bars[0].update(1)

        return run(show)
