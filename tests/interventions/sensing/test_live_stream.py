"""A real outlet in a process of its own, over the loopback: what arrives, what a death leaves, what a return brings."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pylsl
import pytest

from data.measures.hrv import measure_window, resting_measures
from data.records.signals import SignalKind, StreamKind, Window, WindowGrade
from interventions.sensing.live_stream import (
    LiveStreamSource,
    sensors_in_reach,
    streams_in_reach,
)
from interventions.sensing.registry import connect_companion, connect_sensor
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


def beats_outlet(name: str, source_id: str) -> pylsl.StreamOutlet:
    """Announce a stream of RR intervals from this process."""
    info = pylsl.StreamInfo(name, "RR", 1, pylsl.IRREGULAR_RATE, "double64", source_id)
    return pylsl.StreamOutlet(info)


def send_until(
    outlet: pylsl.StreamOutlet, happened: Callable[[], bool], at_most_s: float = 8.0
) -> float:
    """Send an interval of 50 ms now and then until something happened; return how long it took."""
    began_s = time.monotonic()
    while not happened() and time.monotonic() - began_s < at_most_s:
        outlet.push_sample([50.0])
        time.sleep(0.05)
    return time.monotonic() - began_s


def is_young(source: LiveStreamSource) -> bool:
    age_s = source.watch().newest_sample_age_s
    return age_s is not None and age_s < 0.5


def test_no_sample_is_lost_on_the_way() -> None:
    name = unique("complete")
    outlet_here = beats_outlet(name, name)
    source = LiveStreamSource.connect(name=name, wait_s=20.0)
    sent = [800.0 + number / 10.0 for number in range(650)]

    at_s = pylsl.local_clock() - sum(sent) / 1000.0 - 1.0
    for rr_ms in sent:
        at_s += rr_ms / 1000.0
        outlet_here.push_sample([rr_ms], at_s)
    deadline_s = time.monotonic() + 10.0
    beats = source.resting_beats()
    while len(beats.rr_ms) < len(sent) and time.monotonic() < deadline_s:
        time.sleep(0.05)
        beats = source.resting_beats()
    source.close()

    assert list(beats.rr_ms) == sent


@pytest.mark.parametrize(
    "source_id", [pytest.param("worn-by-one", id="source id"), pytest.param("", id="only a name")]
)
def test_an_outlet_that_comes_back_is_sensed_within_five_seconds(source_id: str) -> None:
    name = unique(f"returning-{bool(source_id)}")
    outlet_here = beats_outlet(name, source_id)
    source = LiveStreamSource.connect(name=name, wait_s=20.0)
    send_until(outlet_here, lambda: is_young(source))
    del outlet_here
    time.sleep(1.0)
    silent = source.watch().newest_sample_age_s

    outlet_here = beats_outlet(name, source_id)
    took_s = send_until(outlet_here, lambda: is_young(source))
    window = source.window_at(0.0)
    source.close()

    steps_s = [after - before for before, after in pairwise(window.beats.times_s)]
    assert silent is not None
    assert silent > 0.5
    assert took_s <= 5.0
    assert max(steps_s) > 0.9


def test_another_outlet_of_the_same_name_is_never_taken_in_its_place() -> None:
    name = unique("taken")
    outlet_here = beats_outlet(name, "worn-by-one")
    source = LiveStreamSource.connect(name=name, wait_s=20.0)
    send_until(outlet_here, lambda: is_young(source))
    del outlet_here

    other = beats_outlet(name, "worn-by-another")
    took_s = send_until(other, lambda: False, at_most_s=3.0)
    window = source.window_at(0.0)
    source.close()

    assert took_s >= 3.0
    assert window.newest_sample_age_s is not None
    assert window.newest_sample_age_s > 2.5


def test_two_streams_of_one_name_are_refused_and_told_apart_by_their_source_id() -> None:
    name = unique("twins")
    outlets = [beats_outlet(name, f"{name}-{number}") for number in range(2)]

    with pytest.raises(NoSourceError, match=r"2 live streams named .* nobody can tell"):
        LiveStreamSource.connect(name=name, wait_s=20.0)
    source = connect_sensor(f"lsl:{name}-1")
    source.close()

    assert source.sensor.address == f"{name}-1"
    assert len(outlets) == 2


def test_a_stream_is_found_as_a_sensor_with_its_name_and_its_id() -> None:
    name = unique("found")
    outlet_here = beats_outlet(name, f"{name}-id")
    found = [one for one in sensors_in_reach(wait_s=2.0) if one.label == name]
    by_name = connect_sensor(name)
    by_name.close()
    del outlet_here

    assert [one.address for one in found] == [f"{name}-id"]
    assert found[0].signal is SignalKind.RR
    assert by_name.sensor == found[0]


def test_a_skin_sensor_of_the_network_is_a_companion_and_no_heart() -> None:
    name = unique("skin")
    info = pylsl.StreamInfo(name, "EDA", 1, 32.0, "double64", f"{name}-id")
    outlet_here = pylsl.StreamOutlet(info)
    companion = connect_companion(name)
    at_s = pylsl.local_clock() - 30.0
    for number in range(960):
        outlet_here.push_sample([4.0 + number / 960.0], at_s + number / 32.0)
    ends = time.monotonic() + 10.0
    stream = companion.stream_at(0.0)
    while stream.refused and time.monotonic() < ends:
        time.sleep(0.1)
        stream = companion.stream_at(0.0)
    companion.close()

    assert companion.sensor.signal is StreamKind.ELECTRODERMAL
    assert stream.sampling_rate_hz == 8.0
    assert len(stream.samples) == 240
    assert stream.samples[0] == pytest.approx(4.0, abs=0.01)
    assert stream.samples[-1] == pytest.approx(5.0, abs=0.01)
    with pytest.raises(NoSourceError, match="brings skin conductance, no heart beats"):
        connect_sensor(name)


def test_a_heart_of_the_network_is_no_companion() -> None:
    name = unique("heart")
    outlet_here = beats_outlet(name, name)

    with pytest.raises(NoSourceError, match="brings heart beats: a session has one"):
        connect_companion(f"lsl:{name}")

    del outlet_here


def test_a_source_id_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSourceError, match=r"source id or name .it.s nobody."):
        LiveStreamSource.connect(address="it's nobody", wait_s=0.2)
