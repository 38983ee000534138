"""Every measure of heart rate variability: one minute beside NeuroKit2, eight hours of windows, eight hours of ECG."""

import multiprocessing
import resource
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from benchmarks.table import Measurement, cpu_seconds, times_as_fast
from data.measures.heart_recordings import heart_recording_of_beats, heart_recording_of_ecg
from data.measures.hrv_windows import measure_windows
from data.measures.neurokit import simulate_ecg
from data.measures.time_domain import FloatArray
from data.measures.window_plan import WindowPlan
from data.records.signals import RRSeries, SignalKind

MINUTES, RUNS, LONG_RUNS = 40, 15, 3
EIGHT_HOURS_S = 8 * 3600.0
ECG_HZ = 250
NIGHT = WindowPlan(length_s=300.0, step_s=30.0)


def rest(length_s: float, seed: int) -> FloatArray:
    """Return made-up intervals of about 833 ms."""
    draw = np.random.Generator(np.random.PCG64(seed))
    return np.clip(draw.normal(833.0, 40.0, size=round(length_s / 0.833)), 600.0, 1100.0).round()


def series(rr_ms: FloatArray) -> RRSeries:
    """Return beats one after the other."""
    return RRSeries(
        times_s=tuple((np.cumsum(rr_ms) / 1000.0).tolist()),
        rr_ms=tuple(rr_ms.tolist()),
        kind=SignalKind.RR,
    )


def measure() -> Iterator[Measurement]:
    """Measure minutes beside a peer, then a night.

    Yields
    ------
    Measurement
        Processor time.
    """
    yield from _minutes()
    night = series(rest(EIGHT_HOURS_S, 1))

    def windows() -> None:
        measure_windows(heart_recording_of_beats(night), NIGHT)

    yield Measurement(
        what="HRV, 8 h of intervals in 950 windows",
        unit="CPU s",
        values=tuple(cpu_seconds(windows) for _ in range(LONG_RUNS)),
        remark="25 measures a window of 5 min, every 30 s; at most 5",
    )
    yield from _long_ecg()


def _minutes() -> Iterator[Measurement]:
    import neurokit2 as nk  # noqa: PLC0415 - slow to import

    beats = [series(rest(60.0, seed)) for seed in range(MINUTES)]
    peaks = [np.round(np.array(one.times_s) * 1000.0).astype(int) for one in beats]

    def one_of_ours(one: RRSeries) -> None:
        measure_windows(heart_recording_of_beats(one))

    def ours() -> None:
        for one in beats:
            one_of_ours(one)

    def theirs() -> None:
        for one in peaks:
            nk.hrv_time(one, sampling_rate=1000)
            nk.hrv_frequency(one, sampling_rate=1000, normalize=False)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours()
        theirs()
        each_ms = [1000.0 * cpu_seconds(partial(one_of_ours, one)) for one in beats * RUNS]
        our_speed = tuple(MINUTES / cpu_seconds(ours) for _ in range(RUNS))
        peer = Measurement(
            what="neurokit2 hrv_time + hrv_frequency",
            unit="windows a CPU s",
            values=tuple(MINUTES / cpu_seconds(theirs) for _ in range(RUNS)),
            remark="no quality, no reasons; the same beats",
        )
    speed = Measurement(what="HRV, 60 s", unit="windows a CPU s", values=our_speed)
    p95_ms = float(np.quantile(each_ms, 0.95))
    yield Measurement(
        what=speed.what,
        unit=speed.unit,
        values=speed.values,
        remark=f"every measure with its quality, p95 {p95_ms:.2g} ms; "
        + times_as_fast(speed, peer),
    )
    yield peer


def _long_ecg() -> Iterator[Measurement]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        found = [pool.submit(_search_eight_hours).result() for _ in range(LONG_RUNS)]
    megabytes = max(memory for _, memory, _ in found)
    yield Measurement(
        what="ECG to beats, 8 h at 250 Hz",
        unit="CPU s",
        values=tuple(seconds for seconds, _, _ in found),
        remark=f"{found[0][2]} beats, at most {megabytes:.0f} MB in the process; limits 30 s, 2 GB",
    )


def _search_eight_hours() -> tuple[float, float, int]:
    """Return processor time, the largest memory of the process in MB, and the number of intervals."""
    minute = simulate_ecg(duration_s=60.0, sampling_rate_hz=ECG_HZ, heart_rate_bpm=70.0, seed=1)
    ecg = np.tile(minute, round(EIGHT_HOURS_S / 60.0))
    beats: list[int] = []

    def search() -> None:
        beats.append(len(heart_recording_of_ecg(ecg, float(ECG_HZ)).beats.rr_ms))

    seconds = cpu_seconds(search)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seconds, kilobytes / 1000.0, beats[0]
