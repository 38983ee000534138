"""The frame of the Heart Rate Measurement characteristic (0x2A37), byte by byte.

Conventions: intervals stay fractions of a millisecond: a strap counts in 1/1024 s, and rounding would add up.

Contents: `parse_heart_rate`, `HeartRateMeasurement`, `Contact`, `FrameError`.

References
----------
Bluetooth SIG, Heart Rate Service 1.0, section 3.1; GATT Specification Supplement, Heart Rate Measurement.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

WIDE_RATE = 0x01
CONTACT_DETECTED = 0x02
CONTACT_SUPPORTED = 0x04
HAS_ENERGY = 0x08
HAS_INTERVALS = 0x10
UNITS_PER_S = 1024.0


class FrameError(ValueError):
    """The bytes are not such a frame; the message says what is missing."""


class Contact(StrEnum):
    """What a sensor says of the skin."""

    UNKNOWN = "unknown"
    """It does not say."""
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartRateMeasurement:
    """One notification of a strap."""

    heart_rate_bpm: int
    contact: Contact
    energy_kj: int | None
    """Energy expended since it was reset; None when the frame has none."""
    rr_ms: tuple[float, ...]
    """Intervals, the oldest first; those of 0 are left out."""
    empty_intervals: int
    """How many intervals of 0 the frame held: beats are missing there."""


def parse_heart_rate(frame: bytes) -> HeartRateMeasurement:
    """Read one notification.

    Parameters
    ----------
    frame : bytes
        The value of the characteristic.

    Returns
    -------
    HeartRateMeasurement
        With every interval of the frame.

    Raises
    ------
    FrameError
        If the frame is empty, ends early, or ends with half an interval.

    Examples
    --------
    >>> parse_heart_rate(bytes.fromhex("10484003")).rr_ms
    (812.5,)
    """
    if not frame:
        raise FrameError("The heart rate frame is empty.")
    flags = frame[0]
    layout = "<B" + ("H" if flags & WIDE_RATE else "B") + ("H" if flags & HAS_ENERGY else "")
    head = struct.calcsize(layout)
    if len(frame) < head:
        raise FrameError(f"The heart rate frame has {len(frame)} bytes; its flags need {head}.")
    _, heart_rate_bpm, *energy = struct.unpack_from(layout, frame)
    tail = frame[head:] if flags & HAS_INTERVALS else b""
    if len(tail) % 2:
        raise FrameError("The heart rate frame ends with half an interval.")
    counts = struct.unpack(f"<{len(tail) // 2}H", tail)
    return HeartRateMeasurement(
        heart_rate_bpm=heart_rate_bpm,
        contact=_contact_of(flags),
        energy_kj=energy[0] if energy else None,
        rr_ms=tuple(count * 1000.0 / UNITS_PER_S for count in counts if count),
        empty_intervals=counts.count(0),
    )


def _contact_of(flags: int) -> Contact:
    if not flags & CONTACT_SUPPORTED:
        return Contact.UNKNOWN
    return Contact.PRESENT if flags & CONTACT_DETECTED else Contact.ABSENT
