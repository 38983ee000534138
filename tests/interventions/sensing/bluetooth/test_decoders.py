"""Frames to samples: what is believed, what breaks the run, what is refused."""

import numpy as np
import pytest

from interventions.sensing.bluetooth.decoders import (
    SILENT_FRAMES,
    EcgDecoder,
    HeartRateDecoder,
    PulseIntervalDecoder,
)
from interventions.sensing.bluetooth.polar_frame import ECG_RATE_HZ
from tests.simulators.bluetooth_radio import heart_rate_frame

NO_CONTACT = bytes.fromhex("14 48 40 03")
DEVICE_NS = 600 * 10**15


def ecg_frame(last_ns: int, microvolts: list[int]) -> bytes:
    samples = b"".join(one.to_bytes(3, "little", signed=True) for one in microvolts)
    return b"\x00" + last_ns.to_bytes(8, "little") + b"\x00" + samples


def pulse_frame(*records: str) -> bytes:
    return bytes.fromhex("03" + "00" * 9 + "".join(records))


def test_intervals_of_a_strap_arrive_with_the_times_of_their_beats() -> None:
    samples = HeartRateDecoder().take(10.0, heart_rate_frame(75, 800.0, 1000.0))

    assert samples.stamps_s == pytest.approx([8.75, 9.75], abs=0.001)
    assert samples.values == pytest.approx([800.0, 1000.0], abs=0.5)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(NO_CONTACT, id="no contact"),
        pytest.param(bytes.fromhex("16 48 00 00 40 03"), id="an empty interval"),
        pytest.param(bytes.fromhex("16 48 40"), id="a broken frame"),
    ],
)
def test_what_cannot_be_believed_is_left_out_and_breaks_the_run(frame: bytes) -> None:
    decoder = HeartRateDecoder()
    before = decoder.take(10.0, heart_rate_frame(75, 800.0))

    bad = decoder.take(10.4, frame)
    after = decoder.take(10.8, heart_rate_frame(75, 800.0))

    assert bad.values == []
    assert after.stamps_s[0] - before.stamps_s[0] - 0.8 > 0.05


def test_a_strap_without_contact_is_refused_until_it_touches_again() -> None:
    decoder = HeartRateDecoder()

    decoder.take(10.0, NO_CONTACT)
    without = decoder.refused
    decoder.take(11.0, heart_rate_frame(75, 800.0))

    assert without == "no_contact"
    assert decoder.refused == ""


def test_a_sensor_that_sends_a_heart_rate_without_intervals_is_refused() -> None:
    decoder = HeartRateDecoder()

    for second in range(SILENT_FRAMES):
        assert decoder.refused == ""
        decoder.take(float(second), bytes.fromhex("06 48"))

    assert decoder.refused == "no_intervals"


def test_an_invalid_pulse_interval_discards_what_is_older_in_its_frame() -> None:
    decoder = PulseIntervalDecoder()

    samples = decoder.take(10.0, pulse_frame("48 20 03 05 00 06", "48 20 03 99 00 07", "48 84 03 05 00 06"))  # fmt: skip

    assert samples.values == [900.0]
    assert samples.stamps_s == [pytest.approx(9.75)]


def test_pulses_without_contact_are_refused() -> None:
    decoder = PulseIntervalDecoder()

    samples = decoder.take(10.0, pulse_frame("00 20 03 05 00 04"))

    assert samples.values == []
    assert decoder.refused == "no_contact"


def test_a_broken_pulse_frame_gives_nothing() -> None:
    assert PulseIntervalDecoder().take(10.0, b"\x03").values == []


def test_ecg_samples_are_spread_evenly_however_late_a_frame_is() -> None:
    chance = np.random.Generator(np.random.PCG64(2))
    decoder = EcgDecoder()
    true_rate_hz = 130.4
    stamps_s: list[float] = []
    values: list[float] = []
    for frame in range(1, 60):
        last_s = frame * 73 / true_rate_hz
        received_s = 100.0 + last_s + 0.03 + chance.exponential(0.05)
        sent = [frame * 100 + one for one in range(73)]
        samples = decoder.take(received_s, ecg_frame(DEVICE_NS + round(last_s * 1e9), sent))
        stamps_s += samples.stamps_s
        values += samples.values

    steps_s = np.diff(stamps_s)
    assert values[:73] == [100.0 + one for one in range(73)]
    assert len(values) == 59 * 73
    assert steps_s.min() > 0.0
    assert steps_s.max() < 0.02
    assert steps_s.mean() == pytest.approx(1.0 / true_rate_hz, rel=0.002)


def test_a_missing_ecg_frame_leaves_its_time_empty() -> None:
    decoder = EcgDecoder()
    flat = [0] * 73
    second_ns = round(73 / ECG_RATE_HZ * 1e9)
    first = decoder.take(100.0, ecg_frame(DEVICE_NS, flat))
    decoder.break_off()

    third = decoder.take(100.0 + 2 * 73 / ECG_RATE_HZ, ecg_frame(DEVICE_NS + 2 * second_ns, flat))

    assert third.stamps_s[0] - first.stamps_s[-1] == pytest.approx(74 / ECG_RATE_HZ, abs=1e-6)


def test_an_ecg_frame_that_comes_twice_counts_once() -> None:
    decoder = EcgDecoder()
    frame = ecg_frame(DEVICE_NS, [1, 2, 3])

    once = decoder.take(100.0, frame)
    again = decoder.take(100.1, frame)

    assert once.values == [1.0, 2.0, 3.0]
    assert again.values == []


@pytest.mark.parametrize("frame", [b"", bytes.fromhex("00" * 10)])
def test_an_ecg_frame_without_samples_gives_nothing(frame: bytes) -> None:
    assert EcgDecoder().take(100.0, frame).values == []
