"""Simulations on a Dask cluster with worker processes of its own: the same numbers, also when a worker is killed."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import pytest
from distributed import Client, LocalCluster

from analysis.operating_characteristics import dask_executor
from analysis.operating_characteristics.batches import BatchEstimates, VisitsBatch
from analysis.operating_characteristics.dask_executor import DaskExecutor
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.linear_analyses import Ancova
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.sample_size.repeated_measures import exchangeable

CONTROL = ArmAssumptions(participants=30, means=(0.0, 0.0))
SCENARIO = VisitsScenario(
    name="a small trial",
    first=replace(CONTROL, means=(0.0, 0.6)),
    second=CONTROL,
    standard_deviations=(1.0, 1.0),
    correlation=exchangeable(2, 0.5),
    truth=0.6,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slow:
    """Analysis of covariance that takes its time, so that a worker can be killed in the middle."""

    seconds: float
    name: str = "ANCOVA"

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Wait, then analyse."""
        time.sleep(self.seconds)
        return Ancova().analyse(batch)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Start two worker processes on this machine.

    Yields
    ------
    LocalCluster
        Without a dashboard.
    """
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as started:
        yield started


def serial() -> object:
    """Return the numbers of one process."""
    return simulate(
        [Experiment(scenario=SCENARIO, analyses=(Ancova(),))],
        trials=2100,
        seed=8,
        executor=SerialExecutor(),
    )


def test_a_killed_worker_loses_nothing_and_the_numbers_are_those_of_one_process(
    cluster: LocalCluster,
) -> None:
    with Client(cluster.scheduler_address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        victims = sorted(client.run(os.getpid).values())
    killed: list[int] = []

    def kill_one(done: int, _of: int) -> None:
        if done == 2 and not killed:
            os.kill(victims[0], signal.SIGKILL)
            killed.append(victims[0])

    found = simulate(
        [Experiment(scenario=SCENARIO, analyses=(Slow(seconds=0.15),))],
        trials=2100,
        seed=8,
        executor=DaskExecutor(address=cluster.scheduler_address),
        progress=kill_one,
    )

    assert killed == victims[:1]
    assert found == serial()


def test_workers_of_another_version_are_refused(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_executor, "software_version", lambda: "0.0.1")

    with pytest.raises(SimulationError, match=r"has versions .* this program 0\.0\.1"):
        list(DaskExecutor(address=cluster.scheduler_address).map(abs, [-1]))


def test_workers_without_antiphon_are_named(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = ModuleType("elsewhere")
    exec("def versions(): return ()", elsewhere.__dict__)  # noqa: S102 - a module that workers do not have
    monkeypatch.setitem(sys.modules, "elsewhere", elsewhere)
    monkeypatch.setattr(dask_executor, "versions", elsewhere.__dict__["versions"])

    with pytest.raises(SimulationError, match="does not find Antiphon"):
        list(DaskExecutor(address=cluster.scheduler_address).map(abs, [-1]))


def test_a_cluster_without_workers_is_named() -> None:
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=0, processes=False, dashboard_address=":0"
        ) as empty,
        pytest.raises(SimulationError, match="has no workers: start some with"),
    ):
        list(DaskExecutor(address=empty.scheduler_address).map(abs, [-1]))


def test_an_address_that_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_executor, "CONNECT_S", 0.5)

    with pytest.raises(SimulationError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(DaskExecutor(address="tcp://127.0.0.1:9").map(abs, [-1]))


def test_a_program_without_distributed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(SimulationError, match="A cluster needs the package distributed"):
        list(DaskExecutor(address="tcp://127.0.0.1:9").map(abs, [-1]))
