"""Many people with an ECG and a skin sensor: a process that announces two Lab Streaming Layer streams a person.

Run as ``python -m tests.simulators.lsl_ecg_ward PREFIX PEOPLE BEFORE_S``: streams PREFIX-ecg-0, PREFIX-skin-0 and so on, at 250
and 4 samples a second, first BEFORE_S seconds of the past at once and then in real time until the process is killed. Person
n begins the ECG of `lsl_outlet` `APART_S` n seconds in.
"""

import sys
import time

import numpy as np
import pylsl
from numpy.typing import NDArray

from tests.simulators.lsl_outlet import ECG_RATE_HZ, draw_ecg

APART_S = 5
STEP_S = 0.1
SKIN_RATE_HZ = 4
LASTS_S = 400.0


def main(prefix: str, people: int, before_s: float) -> None:
    """Announce the streams and feed them."""
    hearts = [_outlet(f"{prefix}-ecg-{one}", "ECG", ECG_RATE_HZ) for one in range(people)]
    skins = [_outlet(f"{prefix}-skin-{one}", "EDA", SKIN_RATE_HZ) for one in range(people)]
    ecg = draw_ecg(LASTS_S + APART_S * people)
    skin = 4.0 + 0.02 * np.sin(np.arange(0.0, LASTS_S, 1.0 / SKIN_RATE_HZ))
    for outlet in (*hearts, *skins):
        outlet.wait_for_consumers(90.0)
    began_s = pylsl.local_clock() - before_s
    sent_s = 0.0
    while sent_s < LASTS_S - 1.0:
        until_s = max(sent_s + STEP_S, pylsl.local_clock() - began_s)
        time.sleep(max(0.0, began_s + until_s - pylsl.local_clock()))
        for person, (heart, skin_of) in enumerate(zip(hearts, skins, strict=True)):
            _push(
                heart,
                ecg[APART_S * ECG_RATE_HZ * person :],
                ECG_RATE_HZ,
                (sent_s, until_s),
                began_s,
            )
            _push(skin_of, skin, SKIN_RATE_HZ, (sent_s, until_s), began_s)
        sent_s = until_s


def _outlet(name: str, stream_type: str, rate_hz: int) -> pylsl.StreamOutlet:
    return pylsl.StreamOutlet(pylsl.StreamInfo(name, stream_type, 1, rate_hz, "double64", name))


def _push(
    outlet: pylsl.StreamOutlet,
    samples: NDArray[np.float64],
    rate_hz: int,
    span_s: tuple[float, float],
    began_s: float,
) -> None:
    first, end = (int(one * rate_hz) for one in span_s)
    if end > first:
        newest_s = began_s + (end - 1) / rate_hz
        outlet.push_chunk(samples[first:end].reshape(-1, 1), newest_s)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
