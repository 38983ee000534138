"""Beats found in an ECG that grows: every one that was sent, and none that is only the beginning of one."""

from itertools import islice

import numpy as np
import pytest

from interventions.sensing.tapes import WaveformTape
from tests.simulators.lsl_outlet import draw_ecg, intervals_ms

RATE_HZ = 250.0
ECG = draw_ecg(110.0)
SENT_MS = np.array(list(islice(intervals_ms(), 150)))


@pytest.mark.parametrize("end_s", np.arange(98.0, 99.7, 0.07).tolist())
def test_wherever_a_window_ends_each_interval_is_one_that_was_sent(end_s: float) -> None:
    samples = round(end_s * RATE_HZ)
    tape = WaveformTape(RATE_HZ)
    tape.extend((np.arange(samples) / RATE_HZ).tolist(), ECG[:samples].tolist())

    times_s, rr_ms, refused = tape.beats(end_s - 60.0, end_s)

    first = int(np.argmin([np.abs(SENT_MS[n : n + len(rr_ms)] - rr_ms).max() for n in range(70)]))
    assert refused == ""
    assert np.abs(SENT_MS[first : first + len(rr_ms)] - rr_ms).max() < 8.0
    assert end_s - times_s[-1] < 1.3
