"""A real outlet in a process of its own, over the loopback: what arrives, what a death leaves, what a return brings."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data.measures.hrv import measure_window, resting_measures
from data.records.signals import SignalKind, Window, WindowGrade
from interventions.sensing.live_stream import LiveStreamSource, streams_in_reach
from interventions.sensing.source import NoSourceError

OUTLET = Path(__file__).parents[2] / "simulators" / "lsl_outlet.py"
LOOPBACK = """
[multicast]
ResolveScope = machine
[lab]
KnownPeers = {127.0.0.1}
"""


@pytest.fixture(scope="module", autouse=True)
def _loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the streams of this module on this machine."""
    config = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    config.write_text(LOOPBACK, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(config))
        yield


@contextmanager
def outlet(name: str, stream_type: str, before_s: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run a sensor until the block ends.

    Yields
    ------
    subprocess.Popen
        The process.
    """
    command = [sys.executable, str(OUTLET), name, stream_type, str(before_s)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(
    source: LiveStreamSource, wanted: Callable[[Window], bool], at_most_s: float = 15.0
) -> Window:
    """Ask for windows until one is as wanted, or time is up."""
    ends = time.monotonic() + at_most_s
    window = source.window_at(0.0)
    while not wanted(window) and time.monotonic() < ends:
        time.sleep(0.2)
        window = source.window_at(0.0)
    return window


def is_good(window: Window) -> bool:
    return measure_window(window).grade is WindowGrade.GOOD


def unique(name: str) -> str:
    return f"{name}-{os.getpid()}"


def test_beats_arrive_as_they_were_sent() -> None:
    name = unique("beats")
    with outlet(name, "RR", 62.0):
        source = LiveStreamSource.connect(name=name, wait_s=20.0)

        window = wait_for(source, is_good)
        rest = source.resting_beats()
        source.close()
        source.close()

    measures = measure_window(window)
    assert source.kind is SignalKind.RR
    assert measures.grade is WindowGrade.GOOD
    assert measures.heart_rate_bpm == pytest.approx(73.0, abs=2.5)
    assert measures.covered_share > 0.95
    assert window.newest_sample_age_s is not None
    assert window.newest_sample_age_s < 2.0
    assert len(rest.rr_ms) > 60
    assert rest.times_s[-1] <= 0.0


def test_beats_before_the_first_window_are_the_rest() -> None:
    name = unique("rest")
    with outlet(name, "RR", 200.0):
        source = LiveStreamSource.connect(name=name, stream_type="RR", wait_s=20.0)
        rest = source.resting_beats()
        ends = time.monotonic() + 10.0
        while len(rest.rr_ms) < 200 and time.monotonic() < ends:
            time.sleep(0.2)
            rest = source.resting_beats()
        source.close()

    assert resting_measures(rest).reason == ""


@pytest.mark.parametrize(
    ("stream_type", "message"),
    [
        pytest.param("EEG", "is of type 'EEG': what is needed is ECG or RR", id="another signal"),
        pytest.param("EKG", "an ECG without a declared sampling rate", id="no rate"),
    ],
)
def test_a_stream_that_cannot_be_used_says_why(stream_type: str, message: str) -> None:
    name = unique(stream_type)
    with outlet(name, stream_type, 0.0), pytest.raises(NoSourceError, match=message):
        LiveStreamSource.connect(name=name, wait_s=20.0)


def test_a_dead_outlet_makes_the_window_stale_and_its_return_leaves_a_gap() -> None:
    name = unique("mortal")
    with outlet(name, "RR", 62.0):
        source = LiveStreamSource.connect(name=name, wait_s=20.0)
        alive = wait_for(source, is_good)
    stale = wait_for(source, lambda window: measure_window(window).reason == "stale")
    with outlet(name, "RR", 0.0):
        back = wait_for(source, lambda window: (window.newest_sample_age_s or 9.0) < 2.0)
        returned = measure_window(back)
        source.close()

    assert measure_window(alive).grade is WindowGrade.GOOD
    assert measure_window(stale).reason == "stale"
    assert (back.newest_sample_age_s or 9.0) < 2.0
    assert returned.covered_share < 0.95
    assert returned.valid_pairs == len(back.beats.rr_ms) - 2
    assert returned.ln_rmssd == pytest.approx(measure_window(alive).ln_rmssd, abs=0.2)


def test_beats_are_found_in_a_live_ecg() -> None:
    name = unique("waveform")
    with outlet(name, "ECG", 70.0):
        source = LiveStreamSource.connect(name=name, wait_s=20.0)

        window = wait_for(source, is_good, at_most_s=30.0)
        listed = streams_in_reach(wait_s=1.0)
        source.close()

    assert source.kind is SignalKind.ECG
    assert window.signal_reason == ""
    assert measure_window(window).heart_rate_bpm == pytest.approx(73.0, abs=2.5)
    assert name in [stream.name for stream in listed]


def test_a_stream_that_is_not_there_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NoSourceError, match=r"'nobody' was found .* Switch the sensor"):
        LiveStreamSource.connect(name="nobody", wait_s=0.2)
