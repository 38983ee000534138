"""Heart rate variability of one window, with NeuroKit2 beside it on the same beats."""

import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks.table import Measurement, cpu_seconds, times_as_fast
from data.measures.hrv import measure_window
from data.records.signals import RRSeries, SignalKind, Window

WINDOW_S = 60.0
REPEATS, RUNS = 20, 15


def window_of_beats(seed: int) -> Window:
    """Return a minute of made-up beats around 72 a minute."""
    draw = np.random.Generator(np.random.PCG64(seed))
    rr_ms = np.clip(draw.normal(833.0, 40.0, size=90), 600.0, 1100.0).round()
    times_s = np.cumsum(rr_ms) / 1000.0
    within = times_s <= WINDOW_S
    beats = RRSeries(
        times_s=tuple(times_s[within].tolist()),
        rr_ms=tuple(rr_ms[within].tolist()),
        kind=SignalKind.RR,
    )
    return Window(
        start_s=0.0,
        end_s=WINDOW_S,
        beats=beats,
        newest_sample_age_s=0.0,
        signal_ok=True,
        signal_reason="",
    )


def measure() -> Iterator[Measurement]:
    """Measure both on the same minutes.

    Yields
    ------
    Measurement
        Windows a second of processor time.
    """
    import neurokit2 as nk  # noqa: PLC0415 - slow to import

    windows = [window_of_beats(seed) for seed in range(REPEATS)]
    peaks = [np.round(np.array(one.beats.times_s) * 1000.0).astype(int) for one in windows]

    def ours() -> None:
        for window in windows:
            measure_window(window)

    def theirs() -> None:
        for one in peaks:
            nk.hrv_time(one, sampling_rate=1000)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours()
        theirs()
        our_speed = tuple(REPEATS / cpu_seconds(ours) for _ in range(RUNS))
        peer = Measurement(
            what="neurokit2 hrv_time",
            unit="windows a CPU s",
            values=tuple(REPEATS / cpu_seconds(theirs) for _ in range(RUNS)),
            remark="about 25 indices, no grade; the same beats",
        )
    window = Measurement(what="heart window", unit="windows a CPU s", values=our_speed)
    yield Measurement(
        what=window.what,
        unit=window.unit,
        values=window.values,
        remark="artefacts, grade, heart rate, lnRMSSD; " + times_as_fast(window, peer),
    )
    yield peer
