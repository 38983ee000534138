"""Sensing over the loopback: 24 people streaming at once, and what the transport itself loses and delays."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import ecg_ward
from benchmarks.table import Measurement
from data.measures.hrv import measure_window
from interventions.sensing.live_stream import LiveStreamSource

PEOPLE = 24
TICKS = 25
APART_BEATS = 100
CHECKOUT = Path(__file__).parents[1]
LOOPBACK = """
[ports]
PortRange = 256
[multicast]
ResolveScope = machine
[lab]
KnownPeers = {127.0.0.1}
[log]
level = -3
"""
"""Without multicast, more than 16 streams of one computer need a longer range of ports."""
CHANNELS, RATE_HZ, STREAMED_S = 8, 130, 5.0


def measure() -> Iterator[Measurement]:
    """Measure people and transport.

    Yields
    ------
    Measurement
        Milliseconds; the remarks hold the tail and the losses.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "lsl_api.cfg"
        config.write_text(LOOPBACK, "utf-8")
        os.environ["LSLAPICFG"] = str(config)
        yield _ward()
        yield from ecg_ward.measure()
        yield _transport()
        yield _reconnection()


@contextmanager
def _people(prefix: str) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own simulator
        [sys.executable, "-m", "tests.simulators.lsl_ward", prefix, str(PEOPLE)],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _ward() -> Measurement:
    """Pull and measure everybody once a second, as the loop does."""
    prefix = f"ward-{os.getpid()}"
    with _people(prefix):
        sources = [
            LiveStreamSource.connect(name=f"{prefix}-{person}", wait_s=30.0)
            for person in range(PEOPLE)
        ]
        took_ms: list[float] = []
        for _ in range(TICKS):
            began_s = time.perf_counter()
            for source in sources:
                measure_window(source.window_at(0.0))
                took_ms.append(1000.0 * (time.perf_counter() - began_s))
            time.sleep(max(0.0, 1.0 - (time.perf_counter() - began_s)))
        windows = [source.window_at(0.0) for source in sources]
        for source in sources:
            source.close()
    lost = sum(_lost_beats(person, window.beats.rr_ms) for person, window in enumerate(windows))
    p95, longest = np.percentile(took_ms, [95, 100])
    return Measurement(
        what=f"{PEOPLE} people over LSL",
        unit="ms until measured",
        values=tuple(took_ms),
        remark=f"pull and measures at 1 Hz; p95 {p95:.1f}, longest {longest:.1f}; {lost} beats lost",
    )


def _lost_beats(person: int, rr_ms: tuple[float, ...]) -> int:
    """Count the beats that differ from what was sent, from the first one on."""
    from tests.simulators.lsl_outlet import (  # noqa: PLC0415 - loads a C library, which reads its settings
        intervals_ms,
    )

    sent = islice(intervals_ms(), APART_BEATS * person, APART_BEATS * person + len(rr_ms))
    return sum(abs(one - other) > 0.001 for one, other in zip(rr_ms, sent, strict=True))


def _transport() -> Measurement:
    import pylsl  # noqa: PLC0415 - loads a C library

    name = f"transport-{os.getpid()}"
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "ECG", CHANNELS, RATE_HZ, "float32", name))
    (found,) = pylsl.resolve_byprop("name", name, timeout=10.0)
    inlet = pylsl.StreamInlet(found, processing_flags=pylsl.proc_clocksync)
    inlet.open_stream(timeout=10.0)
    inlet.time_correction(timeout=10.0)
    sent = round(STREAMED_S * RATE_HZ)
    sender = threading.Thread(target=_send, args=(outlet, sent))
    sender.start()
    late_ms: list[float] = []
    while len(late_ms) < sent:
        _, stamp_s = inlet.pull_sample(timeout=2.0)
        if stamp_s is None:
            break
        late_ms.append(1000.0 * (pylsl.local_clock() - stamp_s))
    sender.join()
    inlet.close_stream()
    return Measurement(
        what=f"LSL {CHANNELS} x {RATE_HZ} Hz",
        unit="ms late",
        values=tuple(late_ms),
        remark=f"p99 {np.percentile(late_ms, 99):.2f}; {sent - len(late_ms)} of {sent} samples lost",
    )


def _send(outlet: object, samples: int) -> None:
    import pylsl  # noqa: PLC0415 - loads a C library

    began_s = pylsl.local_clock()
    for number in range(samples):
        time.sleep(max(0.0, began_s + number / RATE_HZ - pylsl.local_clock()))
        outlet.push_sample([float(number)] * CHANNELS)  # type: ignore[attr-defined]


def _reconnection() -> Measurement:
    import pylsl  # noqa: PLC0415 - loads a C library

    name = f"reconnection-{os.getpid()}"
    info = pylsl.StreamInfo(name, "RR", 1, pylsl.IRREGULAR_RATE, "double64", name)
    outlet = pylsl.StreamOutlet(info)
    source = LiveStreamSource.connect(name=name, wait_s=10.0)
    took_ms = []
    for _ in range(3):
        del outlet
        time.sleep(1.0)
        outlet = pylsl.StreamOutlet(info)
        began_s = time.perf_counter()
        newest_s = source.watch().newest_sample_age_s
        while newest_s is None or newest_s > 0.5:
            outlet.push_sample([800.0])
            time.sleep(0.05)
            newest_s = source.watch().newest_sample_age_s
        took_ms.append(1000.0 * (time.perf_counter() - began_s))
        time.sleep(0.6)
    source.close()
    return Measurement(
        what="LSL outlet back",
        unit="ms until sensed",
        values=tuple(took_ms),
        remark="the same source id, announced anew",
    )
