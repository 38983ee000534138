"""Frames of a Bluetooth sensor to samples with times: one class a kind of frame.

Conventions: a frame that cannot be read, an interval without a value and a lost link break the run of beats: nothing is
differenced across them. Beats without contact are not believed.

Contents: `Decoder` (the port), `Samples`, `HeartRateDecoder`, `PulseIntervalDecoder`, `EcgDecoder`.
"""

from dataclasses import dataclass
from typing import Protocol

from interventions.sensing.bluetooth.beat_times import BeatTimes
from interventions.sensing.bluetooth.heart_rate_frame import Contact, FrameError, parse_heart_rate
from interventions.sensing.bluetooth.polar_frame import (
    ECG_RATE_HZ,
    parse_ecg,
    parse_pulse_intervals,
)
from interventions.sensing.clock_map import RESET_S, ClockMap
from interventions.sensing.live_source import NO_CONTACT, NO_INTERVALS

SILENT_FRAMES = 15
"""So many heart rates without a single interval, and the sensor is taken to send none."""
RATE_TOLERANCE = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """What a frame held."""

    stamps_s: list[float]
    """On the receiver's clock."""
    values: list[float]


NOTHING = Samples(stamps_s=[], values=[])


class Decoder(Protocol):
    """What makes samples of the frames of one sensor."""

    @property
    def refused(self) -> str:
        """Why the signal must not be believed now; empty when nothing speaks against it."""

    def take(self, received_s: float, frame: bytes) -> Samples:
        """Read one frame; one that cannot be read gives nothing."""

    def break_off(self) -> None:
        """Note that samples are missing before the next frame."""


class HeartRateDecoder:
    """Heart Rate Measurement frames to RR intervals."""

    def __init__(self) -> None:
        self._times = BeatTimes()
        self._contact = Contact.UNKNOWN
        self._silent_frames = 0

    @property
    def refused(self) -> str:
        """``no_contact`` or ``no_intervals``; empty when nothing speaks against the signal."""
        if self._contact is Contact.ABSENT:
            return NO_CONTACT
        return NO_INTERVALS if self._silent_frames >= SILENT_FRAMES else ""

    def take(self, received_s: float, frame: bytes) -> Samples:
        """Read one frame."""
        try:
            read = parse_heart_rate(frame)
        except FrameError:
            self._times.break_off()
            return NOTHING
        self._contact = read.contact
        self._silent_frames = 0 if read.rr_ms else self._silent_frames + 1
        if read.contact is Contact.ABSENT or read.empty_intervals:
            self._times.break_off()
            return NOTHING
        values = list(read.rr_ms)
        return Samples(stamps_s=self._times.times_of(received_s, values), values=values)

    def break_off(self) -> None:
        """Note that beats are missing before the next frame."""
        self._times.break_off()


class PulseIntervalDecoder:
    """Polar's pulse-to-pulse intervals; those that the device itself calls invalid are gaps."""

    def __init__(self) -> None:
        self._times = BeatTimes()
        self._contact = Contact.UNKNOWN

    @property
    def refused(self) -> str:
        """``no_contact``; empty when nothing speaks against the signal."""
        return NO_CONTACT if self._contact is Contact.ABSENT else ""

    def take(self, received_s: float, frame: bytes) -> Samples:
        """Read one frame; an invalid interval discards what is older in it."""
        try:
            read = parse_pulse_intervals(frame)
        except FrameError:
            self._times.break_off()
            return NOTHING
        values: list[float] = []
        for one in read:
            self._contact = one.contact
            if not one.is_valid or one.contact is Contact.ABSENT or not one.interval_ms:
                self._times.break_off()
                values.clear()
            else:
                values.append(float(one.interval_ms))
        return Samples(stamps_s=self._times.times_of(received_s, values), values=values)

    def break_off(self) -> None:
        """Note that beats are missing before the next frame."""
        self._times.break_off()


class EcgDecoder:
    """Polar's ECG frames to microvolts, on the receiver's clock."""

    refused = ""

    def __init__(self) -> None:
        self._clocks = ClockMap()
        self._before_s: float | None = None
        self._device_s: float | None = None
        self._newest_s = float("-inf")

    def take(self, received_s: float, frame: bytes) -> Samples:
        """Read one frame; its samples end at its time stamp, spread evenly, and never before those of the last one."""
        try:
            read = parse_ecg(frame)
        except FrameError:
            return NOTHING
        count = len(read.microvolts)
        if not count or self._is_repeated(read.last_sample_s):
            return NOTHING
        step_s = self._step_s(read.last_sample_s, count)
        mapped_s = self._clocks.to_host(read.last_sample_s, received_s)
        last_s = max(mapped_s, self._newest_s + step_s * count)
        self._before_s = self._device_s = read.last_sample_s
        self._newest_s = last_s
        return Samples(
            stamps_s=[last_s - step_s * behind for behind in range(count - 1, -1, -1)],
            values=[float(one) for one in read.microvolts],
        )

    def _is_repeated(self, last_sample_s: float) -> bool:
        """Tell whether a frame was there before; a clock that was set anew repeats nothing."""
        return self._device_s is not None and 0.0 <= self._device_s - last_sample_s < RESET_S

    def _step_s(self, last_sample_s: float, count: int) -> float:
        """Return the distance of samples: measured where no frame is missing, else nominal."""
        nominal_s = 1.0 / ECG_RATE_HZ
        if self._before_s is None:
            return nominal_s
        seen_s = (last_sample_s - self._before_s) / count
        return seen_s if abs(seen_s / nominal_s - 1.0) <= RATE_TOLERANCE else nominal_s

    def break_off(self) -> None:
        """Note that samples are missing before the next frame."""
        self._before_s = None
