"""Batches on a Dask cluster: ``--cluster tcp://host:8786``.

Workers are started in a checkout of the same version, because Antiphon is never installed as a package:
``PYTHONPATH=. dask worker tcp://host:8786``. The scheduler needs nothing of ours. Results are fetched as they come; when a worker dies, only what it had not
handed over is computed again.
"""

import asyncio
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import scipy

from analysis.operating_characteristics.errors import SimulationError
from protocols.software import software_version

if TYPE_CHECKING:
    from distributed import Client

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
MOST_LOSSES = 20
"""How often one batch may lose its worker before the simulation gives up."""
CONNECT_S = 5
"""How long a scheduler may take to answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DaskExecutor:
    """On the workers of a Dask scheduler."""

    address: str
    """E.g. ``tcp://192.168.1.5:8786``."""

    def map(
        self, function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT]
    ) -> Iterator[ResultT]:
        """Yield the results in the order of the tasks.

        Yields
        ------
        ResultT
            As soon as it and all before it are there.

        Raises
        ------
        SimulationError
            If the cluster is not there, has no workers, or has another version than this program.
        """  # noqa: DOC502 - raised by the checks
        with _connect(self.address) as client:
            _check_workers(client, self.address)
            yield from _in_order(_as_they_come(client, function, tasks), len(tasks))


def versions() -> tuple[str, str, str]:
    """Return what decides the last digit: Antiphon, numpy, scipy."""
    return software_version(), np.__version__, scipy.__version__


def _connect(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise SimulationError(
            "A cluster needs the package distributed: install it into this environment, e.g. `uv pip install distributed`."
        ) from error
    try:
        asyncio.run(_knock(address))
        return Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, MemoryError) as error:
        message = f"No Dask scheduler answers at {address}: start one with `dask scheduler`, or check the address."
        raise SimulationError(message) from error


async def _knock(address: str) -> None:
    """Connect and leave: a `Client` that finds nobody would go on trying, and complain at the end of the program.

    A server of another kind may greet with what reads as a length beyond any memory: a MemoryError.
    """
    from distributed.comm.core import connect
    from distributed.security import Security

    security = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    comm = await connect(address, timeout=CONNECT_S, **security)  # type: ignore[no-untyped-call]
    await comm.close()


def _check_workers(client: "Client", address: str) -> None:
    if not client.scheduler_info(n_workers=-1)["workers"]:
        message = f"The cluster at {address} has no workers: start some with `PYTHONPATH=. dask worker {address}` in a checkout of Antiphon."
        raise SimulationError(message)
    own = versions()
    for worker, theirs in sorted(client.run(versions, on_error="return").items()):
        if isinstance(theirs, BaseException):
            message = f"Worker {worker} does not find Antiphon ({theirs}): start it with `PYTHONPATH=. dask worker {address}` in a checkout of the same version."
            raise SimulationError(message)
        if tuple(theirs) != own:
            message = f"Worker {worker} has versions {', '.join(theirs)} of Antiphon, numpy and scipy, this program {', '.join(own)}: results could differ, so start it with the same."
            raise SimulationError(message)


def _as_they_come(
    client: "Client", function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT]
) -> Iterator[tuple[int, ResultT]]:
    from distributed import KilledWorker, as_completed

    calls = [pickle.dumps((function, task)) for task in tasks]
    call = _opaque_call()
    places = {client.submit(call, one, pure=False): place for place, one in enumerate(calls)}
    losses = 0
    waiting = as_completed(list(places), loop=client.loop)  # type: ignore[no-untyped-call]
    for future in waiting:
        place = places.pop(future)
        try:
            answer: bytes = future.result()
        except KilledWorker as error:
            losses += 1
            if losses > MOST_LOSSES:
                message = (
                    f"Workers died {losses} times and took batches along: is their memory full?"
                )
                raise SimulationError(message) from error
            again = client.submit(call, calls[place], pure=False)
            places[again] = place
            waiting.add(again)  # type: ignore[no-untyped-call]
        else:
            future.release()
            result: ResultT = pickle.loads(answer)  # noqa: S301 - from the cluster that the user named
            yield place, result


def _opaque_call() -> Callable[[bytes], bytes]:
    """Return what workers run: without a name of ours, so that the scheduler need not know Antiphon."""

    def call(packed: bytes) -> bytes:
        import pickle  # noqa: PLC0415 - the function travels without its module

        function, task = pickle.loads(packed)  # noqa: S301 - from the program that the worker was started for
        return pickle.dumps(function(task))

    return call


def _in_order(found: Iterator[tuple[int, ResultT]], count: int) -> Iterator[ResultT]:
    waiting: dict[int, ResultT] = {}
    given = 0
    for place, result in found:
        waiting[place] = result
        while given in waiting:
            yield waiting.pop(given)
            given += 1
    if given < count:
        message = f"The cluster gave {given} of {count} batches and then stopped."
        raise SimulationError(message)
