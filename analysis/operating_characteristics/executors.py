"""Where batches are computed: here, in processes of this machine, or elsewhere (``dask_executor.py``).

An executor gives results in the order of the tasks. A batch brings its own seed, so the numbers are the same wherever
it is computed.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Protocol, TypeVar

from analysis.operating_characteristics.errors import SimulationError

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
MOST_BROKEN_POOLS = 5


class Executor(Protocol):
    """Something that applies a function to many tasks."""

    def map(
        self, function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT]
    ) -> Iterator[ResultT]:
        """Yield the results in the order of the tasks."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SerialExecutor:
    """One after another, in this process."""

    def map(
        self, function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT]
    ) -> Iterator[ResultT]:
        """Yield the results in the order of the tasks."""
        return map(function, tasks)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessExecutor:
    """In several processes of this machine; a process that dies has its tasks done again."""

    workers: int

    def __post_init__(self) -> None:
        if self.workers < 1:
            message = f"The number of processes is {self.workers}: it must be 1 or more."
            raise SimulationError(message)

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
            If processes die again and again.
        """
        results: dict[int, ResultT] = {}
        given = 0
        for _ in range(MOST_BROKEN_POOLS):
            for place, result in self._until_broken(function, tasks, results):
                results[place] = result
                while given in results:
                    yield results[given]
                    given += 1
            if given == len(tasks):
                return
        message = f"Processes died {MOST_BROKEN_POOLS} times with {len(tasks) - len(results)} batches left: is the memory of this machine full?"
        raise SimulationError(message)

    def _until_broken(
        self,
        function: Callable[[TaskT], ResultT],
        tasks: Sequence[TaskT],
        done: dict[int, ResultT],
    ) -> Iterator[tuple[int, ResultT]]:
        missing = [place for place in range(len(tasks)) if place not in done]
        pool = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))
        try:
            futures: dict[Future[ResultT], int] = {
                pool.submit(function, tasks[place]): place for place in missing
            }
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)
