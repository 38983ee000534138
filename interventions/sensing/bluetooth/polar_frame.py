"""The frames of Polar's measurement data service (PMD): ECG, and pulse-to-pulse intervals of optical sensors.

Conventions: a time stamp is that of the frame's last sample, on the device's clock, in seconds since 1970. The clock of
an H10 begins at 2019-01-01 each time it is put on, so it is only good for differences. Microvolts, milliseconds.

Contents: `parse_ecg`, `parse_pulse_intervals`, `check_answer`, their values, and the commands that start a measurement.

References
----------
Polar, Measurement Data Specification (technical documentation of the Polar BLE SDK).
"""

import struct
from dataclasses import dataclass

from interventions.sensing.bluetooth.heart_rate_frame import Contact, FrameError

ECG_TYPE = 0x00
PULSE_INTERVAL_TYPE = 0x03
TYPE_MASK = 0x3F
COMPRESSED = 0x80
HEADER = struct.Struct("<BQB")
EPOCH_S = 946_684_800
"""2000-01-01 in seconds since 1970."""
ECG_RATE_HZ = 130.0
BYTES_A_SAMPLE = 3
PULSE = struct.Struct("<BHHB")
BLOCKED, TOUCHES, SAYS_CONTACT = 0x01, 0x02, 0x04

START_ECG = bytes.fromhex("02000001820001010e00")
"""Start, ECG, 130 samples a second, 14 bits."""
START_PULSE_INTERVALS = bytes.fromhex("0203")
ANSWER = 0xF0
ALREADY_MEASURING = "it is measuring this already"
REFUSALS = {
    1: "it does not know the command",
    2: "it does not know the measurement",
    3: "it does not offer this measurement",
    4: "the command has a wrong length",
    5: "a setting is wrong",
    6: ALREADY_MEASURING,
    7: "it does not offer this resolution",
    8: "it does not offer this sampling rate",
    13: "it is charging",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EcgFrame:
    """Samples of one notification."""

    last_sample_s: float
    microvolts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseInterval:
    """One interval between two pulses."""

    heart_rate_bpm: int
    interval_ms: int
    error_ms: int
    """The device's own estimate of the error."""
    is_valid: bool
    """False when the device moved too much."""
    contact: Contact


def parse_ecg(frame: bytes) -> EcgFrame:
    """Read one notification of an ECG.

    Parameters
    ----------
    frame : bytes
        Header of 10 bytes, then samples of 3 bytes, signed, the lowest byte first.

    Notes
    -----
    Refused with `FrameError` when it is no plain ECG frame, or ends within a sample.
    """
    last_sample_s, samples = _content_of(frame, ECG_TYPE, "an ECG", BYTES_A_SAMPLE)
    return EcgFrame(
        last_sample_s=last_sample_s,
        microvolts=tuple(
            int.from_bytes(samples[first : first + BYTES_A_SAMPLE], "little", signed=True)
            for first in range(0, len(samples), BYTES_A_SAMPLE)
        ),
    )


def parse_pulse_intervals(frame: bytes) -> tuple[PulseInterval, ...]:
    """Read one notification of pulse-to-pulse intervals.

    Parameters
    ----------
    frame : bytes
        Header of 10 bytes, then records of 6 bytes. The device sends no time with them.

    Notes
    -----
    Refused with `FrameError` when it is no plain frame of intervals, or ends within a record.
    """
    _, records = _content_of(frame, PULSE_INTERVAL_TYPE, "pulse intervals", PULSE.size)
    return tuple(
        PulseInterval(
            heart_rate_bpm=rate,
            interval_ms=interval,
            error_ms=error,
            is_valid=not flags & BLOCKED,
            contact=_contact_of(flags),
        )
        for rate, interval, error, flags in PULSE.iter_unpack(records)
    )


def check_answer(answer: bytes) -> str:
    """Return why a device refuses to start a measurement; empty when it does not.

    Parameters
    ----------
    answer : bytes
        The indication of the control point.
    """
    if len(answer) < 4 or answer[0] != ANSWER:
        return ""
    code = answer[3]
    return "" if code == 0 else REFUSALS.get(code, f"its error code is {code}")


def _content_of(frame: bytes, wanted: int, what: str, size: int) -> tuple[float, bytes]:
    if len(frame) < HEADER.size:
        raise FrameError(f"The Polar frame has {len(frame)} bytes; its header needs {HEADER.size}.")
    kind, nanoseconds, frame_type = HEADER.unpack_from(frame)
    if kind & TYPE_MASK != wanted or frame_type & COMPRESSED or frame_type:
        raise FrameError(f"The Polar frame is not {what} in plain form.")
    content = frame[HEADER.size :]
    if len(content) % size:
        raise FrameError(f"The Polar frame ends within {what}.")
    return EPOCH_S + nanoseconds / 1e9, content


def _contact_of(flags: int) -> Contact:
    if not flags & SAYS_CONTACT:
        return Contact.UNKNOWN
    return Contact.PRESENT if flags & TOUCHES else Contact.ABSENT
