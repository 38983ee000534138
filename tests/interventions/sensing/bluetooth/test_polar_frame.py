"""Frames of Polar's measurement data service, byte by byte."""

import pytest

from interventions.sensing.bluetooth.heart_rate_frame import Contact, FrameError
from interventions.sensing.bluetooth.polar_frame import (
    PulseInterval,
    check_answer,
    parse_ecg,
    parse_pulse_intervals,
)

TWO_SECONDS = "00 94 35 77 00 00 00 00"
"""2e9 nanoseconds, the lowest byte first."""


def test_an_ecg_is_read_as_signed_microvolts_at_the_time_of_its_last_sample() -> None:
    frame = bytes.fromhex(f"00 {TWO_SECONDS} 00  01 00 00  ff ff ff  ff ff 7f  00 00 80  02 80 ff")

    read = parse_ecg(frame)

    assert read.microvolts == (1, -1, 8388607, -8388608, -32766)
    assert read.last_sample_s == 946684802.0


def test_the_clock_of_a_strap_that_was_just_put_on_begins_in_2019() -> None:
    nanoseconds = (19 * 365 + 5) * 86400 * 10**9

    read = parse_ecg(b"\x00" + nanoseconds.to_bytes(8, "little") + b"\x00")

    assert read.last_sample_s == 1546300800.0
    assert read.microvolts == ()


def test_an_ecg_says_in_its_upper_bits_where_it_comes_from_and_is_read_all_the_same() -> None:
    assert parse_ecg(bytes.fromhex(f"80 {TWO_SECONDS} 00 01 00 00")).microvolts == (1,)


def test_pulse_intervals_are_read_with_the_devices_own_doubts() -> None:
    frame = bytes.fromhex(
        f"03 {TWO_SECONDS} 00  48 3e 03 0a 00 06  48 40 03 c8 00 05  00 20 03 05 00 00"
    )

    assert parse_pulse_intervals(frame) == (
        PulseInterval(
            heart_rate_bpm=72,
            interval_ms=830,
            error_ms=10,
            is_valid=True,
            contact=Contact.PRESENT,
        ),
        PulseInterval(
            heart_rate_bpm=72,
            interval_ms=832,
            error_ms=200,
            is_valid=False,
            contact=Contact.ABSENT,
        ),
        PulseInterval(
            heart_rate_bpm=0, interval_ms=800, error_ms=5, is_valid=True, contact=Contact.UNKNOWN
        ),
    )


def test_every_bit_of_a_pulse_intervals_values_counts() -> None:
    (read,) = parse_pulse_intervals(bytes.fromhex(f"03 {TWO_SECONDS} 00  80 80 80 81 82 00"))

    assert (read.heart_rate_bpm, read.interval_ms, read.error_ms) == (128, 32896, 33409)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param("", "has 0 bytes", id="empty"),
        pytest.param("00 01 02", "has 3 bytes; its header needs 10", id="half a header"),
        pytest.param(f"02 {TWO_SECONDS} 00 01 00 00", "not an ECG", id="an acceleration"),
        pytest.param(f"00 {TWO_SECONDS} 80 01 00 00", "in plain form", id="compressed"),
        pytest.param(f"00 {TWO_SECONDS} 01 01 00 00", "in plain form", id="another layout"),
        pytest.param(f"00 {TWO_SECONDS} 00 01 00", "ends within an ECG", id="half a sample"),
    ],
)
def test_a_frame_that_is_no_ecg_says_why(frame: str, message: str) -> None:
    with pytest.raises(FrameError, match=message):
        parse_ecg(bytes.fromhex(frame))


@pytest.mark.parametrize(
    "frame", [f"00 {TWO_SECONDS} 00", f"03 {TWO_SECONDS} 00 48 3e 03 0a 00", "03"]
)
def test_a_frame_that_holds_no_pulse_intervals_is_refused(frame: str) -> None:
    with pytest.raises(FrameError):
        parse_pulse_intervals(bytes.fromhex(frame))


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        pytest.param("f0 02 00 00 00", "", id="agreed"),
        pytest.param("f0 02 00 03", "it does not offer this measurement", id="refused"),
        pytest.param("f0 02 00 0d", "it is charging", id="charging"),
        pytest.param("f0 02 00 63", "its error code is 99", id="unknown"),
        pytest.param("0f 01", "", id="no answer to a command"),
    ],
)
def test_an_answer_says_why_a_measurement_does_not_start(answer: str, refusal: str) -> None:
    assert check_answer(bytes.fromhex(answer)) == refusal
