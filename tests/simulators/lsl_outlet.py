"""A sensor on the network: a process that announces a Lab Streaming Layer stream and feeds it.

Run as ``python lsl_outlet.py NAME TYPE BEFORE_S``: waits for a listener, sends BEFORE_S seconds of the past at once and
then goes on in real time until it is killed. TYPE is RR, or ECG (250 Hz, a sum of bells for P, Q, R, S and T).
"""

import math
import sys
import time
from collections.abc import Iterator

import numpy as np
import pylsl
from numpy.typing import NDArray

ECG_RATE_HZ = 250
CHUNK = 25
BELLS = ((-0.18, 0.025, 0.12), (-0.03, 0.010, -0.1), (0.0, 0.010, 1.0), (0.03, 0.010, -0.2))
"""Centre and width in seconds from the R peak, height in millivolts; the T wave follows."""
T_WAVE = (0.27, 0.045, 0.25)


def main(name: str, stream_type: str, before_s: float) -> None:
    """Announce the stream and feed it."""
    rate_hz = ECG_RATE_HZ if stream_type == "ECG" else pylsl.IRREGULAR_RATE
    info = pylsl.StreamInfo(name, stream_type, 1, rate_hz, "double64", f"simulated-{name}")
    outlet = pylsl.StreamOutlet(info)
    outlet.wait_for_consumers(30.0)
    feed = feed_ecg if stream_type == "ECG" else feed_beats
    feed(outlet, pylsl.local_clock() - before_s)


def intervals_ms() -> Iterator[float]:
    """Make a resting rhythm of about 73 beats a minute.

    Yields
    ------
    float
        RR interval in milliseconds.
    """
    beat = 0
    while True:
        yield 820.0 + 35.0 * math.sin(1.7 * beat) + 15.0 * math.sin(0.4 * beat)
        beat += 1


def feed_beats(outlet: pylsl.StreamOutlet, at_s: float) -> None:
    """Send one interval after the other, each when its last beat is over."""
    for rr_ms in intervals_ms():
        at_s += rr_ms / 1000.0
        time.sleep(max(0.0, at_s - pylsl.local_clock()))
        outlet.push_sample([rr_ms], at_s)


def feed_ecg(outlet: pylsl.StreamOutlet, at_s: float) -> None:
    """Send a tenth of a second after the other."""
    ecg = draw_ecg(300.0)
    for first in range(0, ecg.size - CHUNK, CHUNK):
        at_s += CHUNK / ECG_RATE_HZ
        time.sleep(max(0.0, at_s - pylsl.local_clock()))
        outlet.push_chunk(ecg[first : first + CHUNK].reshape(-1, 1), at_s)


def draw_ecg(duration_s: float) -> NDArray[np.float64]:
    """Return an ECG in millivolts."""
    times_s = np.arange(0.0, duration_s, 1.0 / ECG_RATE_HZ)
    ecg = np.zeros(times_s.size)
    peak_s = 0.4
    for rr_ms in intervals_ms():
        near = slice(*np.searchsorted(times_s, (peak_s - 0.4, peak_s + 0.6)))
        for centre_s, width_s, height_mv in (*BELLS, T_WAVE):
            from_peak = (times_s[near] - peak_s - centre_s) / width_s
            ecg[near] += height_mv * np.exp(-0.5 * from_peak**2)
        peak_s += rr_ms / 1000.0
        if peak_s > duration_s:
            break
    return ecg


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
