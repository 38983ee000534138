"""24 people who stream an ECG and their skin at once: from the samples to the estimate of affect, once a second each.

Each person is due at a phase of the second of their own, as sessions begin when they begin; two threads serve all of them. What
counts is the time from the moment in which a person is due to the estimate. The processor's time beside it does not
depend on what else the machine does.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.table import Measurement
from data.measures.windows import measure_all
from data.records.sessions import RestingBaseline
from interventions.inference import affect
from interventions.inference.affect import NOTHING_SENSED, Belief, Sensed
from interventions.sensing.combined import combine
from interventions.sensing.registry import connect_companion, connect_sensor
from interventions.sensing.source import SignalSource

PEOPLE, TICKS, CORES = 24, 25, 2
BEFORE_S = 70.0
ALIKE_MS = 8.0
"""A beat found in an ECG of 250 Hz lies within two samples of the true one."""
CHECKOUT = Path(__file__).parents[1]
BASELINE = RestingBaseline(
    heart_rate_bpm=70.0,
    heart_rate_scale_bpm=3.0,
    ln_rmssd=3.4,
    ln_rmssd_scale=0.22,
    source="recorded",
)


class _Person:
    """Somebody who streams."""

    def __init__(self, source: SignalSource) -> None:
        self.source = source
        self.belief: Belief = NOTHING_SENSED
        self.late_ms: list[float] = []
        self.cpu_ms: list[float] = []
        self.rr_ms: tuple[float, ...] = ()

    def follow(self, due_s: float) -> None:
        """Sense, measure and infer."""
        time.sleep(max(0.0, due_s - time.perf_counter()))
        began_s = time.thread_time()
        window = self.source.window_at(0.0)
        sensed = Sensed(
            measures=measure_all(window), rest=window.rest, now_s=window.end_s, report=None
        )
        self.belief, _ = affect.infer(self.belief, sensed, BASELINE)
        self.cpu_ms.append(1000.0 * (time.thread_time() - began_s))
        self.late_ms.append(1000.0 * (time.perf_counter() - due_s))
        self.rr_ms = window.beats.rr_ms


def measure() -> Iterator[Measurement]:
    """Measure all people for 25 seconds; the streams must stay on this machine.

    Yields
    ------
    Measurement
        Milliseconds; the remark holds the tail, the processor's time and the beats lost.
    """
    prefix = f"ecg-{os.getpid()}"
    with _people(prefix), ThreadPoolExecutor(PEOPLE) as connecting:
        people = [_Person(one) for one in connecting.map(_worn, [prefix] * PEOPLE, range(PEOPLE))]
        time.sleep(5.0)
        with ThreadPoolExecutor(CORES) as pool:
            began_s = time.perf_counter() + 0.5
            for tick in range(TICKS):
                due_s = [began_s + tick + number / PEOPLE for number in range(PEOPLE)]
                list(pool.map(_Person.follow, people, due_s))
        for one in people:
            one.source.close()
    warm = 1
    late_ms = [one for person in people for one in person.late_ms[warm:]]
    cpu_ms = [one for person in people for one in person.cpu_ms[warm:]]
    lost = sum(lost_beats(person.rr_ms) for person in people)
    heard = sum(len(person.rr_ms) for person in people)
    p95, longest = np.percentile(late_ms, [95, 100])
    yield Measurement(
        what=f"{PEOPLE} people, ECG and skin",
        unit="ms to estimate",
        values=tuple(late_ms),
        remark=(
            f"p95 {p95:.1f}, longest {longest:.1f}; of the processor {np.median(cpu_ms):.1f}, "
            f"p95 {np.percentile(cpu_ms, 95):.1f}; {lost} of {heard} beats lost"
        ),
    )


def _worn(prefix: str, number: int) -> SignalSource:
    heart = connect_sensor(f"lsl:{prefix}-ecg-{number}", wait_s=30.0)
    return combine(heart, [connect_companion(f"lsl:{prefix}-skin-{number}", wait_s=30.0)])


@contextmanager
def _people(prefix: str) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own simulator
        [sys.executable, "-m", "tests.simulators.lsl_ecg_ward", prefix, f"{PEOPLE}", f"{BEFORE_S}"],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def lost_beats(rr_ms: Sequence[float]) -> int:
    """Count the intervals of a window that are not those that were sent; all, when none is there."""
    from tests.simulators.lsl_outlet import (  # noqa: PLC0415 - loads a C library, which reads its settings
        intervals_ms,
    )

    sent = np.array(list(islice(intervals_ms(), 900)))
    found = np.array(rr_ms)
    if not 40 <= found.size <= sent.size:
        return max(40 - found.size, 1)
    apart = [
        int(np.sum(np.abs(sent[first : first + found.size] - found) > ALIKE_MS))
        for first in range(sent.size - found.size)
    ]
    return min(apart)
