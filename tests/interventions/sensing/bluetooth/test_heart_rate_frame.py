"""Heart Rate Measurement (0x2A37), byte by byte."""

import pytest

from interventions.sensing.bluetooth.heart_rate_frame import (
    Contact,
    FrameError,
    parse_heart_rate,
)


@pytest.mark.parametrize(
    ("frame", "heart_rate_bpm", "contact", "energy_kj", "rr_ms"),
    [
        pytest.param("10 48 40 03", 72, "unknown", None, (812.5,), id="one interval"),
        pytest.param(
            "16 4b 2a 03 12 03", 75, "present", None, (791.015625, 767.578125), id="two intervals"
        ),
        pytest.param("00 48", 72, "unknown", None, (), id="no interval"),
        pytest.param(
            "1f 2c 01 34 12 9a 02 a0 02",
            300,
            "present",
            4660,
            (650.390625, 656.25),
            id="16-bit rate, energy, two intervals",
        ),
        pytest.param("06 60", 96, "present", None, (), id="contact, no interval"),
        pytest.param("04 60", 96, "absent", None, (), id="no contact"),
        pytest.param("02 60", 96, "unknown", None, (), id="contact bit of one that does not say"),
        pytest.param("08 48 34 12", 72, "unknown", 4660, (), id="energy, no interval"),
        pytest.param("01 48 00", 72, "unknown", None, (), id="16-bit rate"),
        pytest.param("10 48", 72, "unknown", None, (), id="intervals announced, none there"),
        pytest.param("f0 48 40 03", 72, "unknown", None, (812.5,), id="reserved bits"),
        pytest.param(
            "16 3c 11 04", 60, "present", None, (1041 / 1.024,), id="as a Polar H7 sent it"
        ),
        pytest.param("00 48 40 03", 72, "unknown", None, (), id="bytes that no flag announces"),
    ],
)
def test_a_frame_is_read_exactly(
    frame: str, heart_rate_bpm: int, contact: str, energy_kj: int | None, rr_ms: tuple[float, ...]
) -> None:
    read = parse_heart_rate(bytes.fromhex(frame))

    assert read.heart_rate_bpm == heart_rate_bpm
    assert read.contact is Contact(contact)
    assert read.energy_kj == energy_kj
    assert read.rr_ms == rr_ms
    assert read.empty_intervals == 0


def test_the_longest_frame_holds_nine_intervals() -> None:
    read = parse_heart_rate(bytes.fromhex("1048" + "0004" * 9))

    assert read.rr_ms == (1000.0,) * 9


def test_an_interval_of_zero_is_left_out_and_counted() -> None:
    read = parse_heart_rate(bytes.fromhex("104800004003"))

    assert read.rr_ms == (812.5,)
    assert read.empty_intervals == 1


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("00", "has 1 bytes; its flags need 2", id="only flags"),
        pytest.param("01 48", "has 2 bytes; its flags need 3", id="half a rate"),
        pytest.param("08 48 34", "has 3 bytes; its flags need 4", id="half an energy"),
        pytest.param("10 48 40", "ends with half an interval", id="half an interval"),
        pytest.param("10 48 40 03 12", "ends with half an interval", id="an odd tail"),
    ],
)
def test_a_frame_that_ends_early_says_where(frame: str, message: str) -> None:
    with pytest.raises(FrameError, match=message):
        parse_heart_rate(bytes.fromhex(frame))
