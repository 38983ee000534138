"""What the names and units that devices write mean: kinds of channels, and one spelling of each unit.

Contents: `kind_of_name`, `plain_unit`, `interval_name`, `IntervalName`, `name_and_unit`.
"""

import re
from dataclasses import dataclass

from data.exchange.recording import ChannelKind, RRUnit

LEADS = r"(?:mod\.?)?m?(?:lead)?[ _-]?(?:i{1,3}|av[rlf]|v[1-9]|mcl[1-6]|mlii|mliii|ecg)"

KINDS: tuple[tuple[re.Pattern[str], ChannelKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"^(eeg\b|eeg[ _-])", ChannelKind.EEG),
        (r"(\bspo2|^spo2|\bsao2|oxygen ?sat|saturation)", ChannelKind.OXYGEN_SATURATION),
        (r"(\becg|\bekg|ecg\b|ecg[ _]|^ecg|bipolar ecg)", ChannelKind.ECG),
        (rf"^{LEADS}$", ChannelKind.ECG),
        (r"(ppg|bvp|pleth|blood volume pulse|photopl)", ChannelKind.PPG),
        (r"(\beda|^eda|\bgsr|\bscr\b|\bscl\b|electroderm|skin ?cond)", ChannelKind.ELECTRODERMAL),
        (r"(resp|\bpzt\b|breath|thorax|abdomen|\brip\b)", ChannelKind.RESPIRATION),
        (r"(temp|\btmp\b|\bntc\b)", ChannelKind.TEMPERATURE),
        (r"(\bacc|accel)", ChannelKind.ACCELERATION),
        (r"^(hr|heart ?rate|pulse ?rate|bpm)\b", ChannelKind.HEART_RATE),
        (r"^(rr|r-r|rri|ibi|nni?|rr[-_ ]?intervals?)\b", ChannelKind.RR),
    )
)

UNITS = {
    "uv": "uV", "microv": "uV", "microvolt": "uV", "microvolts": "uV",
    "mv": "mV", "millivolt": "mV", "millivolts": "mV", "v": "V", "volt": "V", "volts": "V",
    "us": "uS", "usiemens": "uS", "microsiemens": "uS", "microsiemen": "uS",
    "degc": "degC", "°c": "degC", "celsius": "degC", "degreec": "degC", "deg c": "degC",
    "ms": "ms", "msec": "ms", "milliseconds": "ms", "s": "s", "sec": "s", "seconds": "s",
    "bpm": "bpm", "%": "%", "percent": "%", "mg": "mg", "g": "g",
}  # fmt: skip
"""Lower-case spellings of devices and ours."""

MICRO = str.maketrans({"\u00b5": "u", "\u03bc": "u"})
"""Micro sign and Greek letter mu."""

_INTERVAL = re.compile(
    r"^(?:r-?r|rri|ibi|nni?|inter-?beat)[-_ ]?(?:intervals?)?"
    r"[ _]*[\[(]?(?P<unit>ms|msec|milliseconds?|s|sec|seconds?)?[\])]?$",
    re.IGNORECASE,
)

_BRACKETED = re.compile(r"^(?P<name>.*?)[ _]*[\[(](?P<unit>[^\])]*)[\])]$")


def kind_of_name(name: str) -> ChannelKind:
    """Return what a channel of this name measures; ``OTHER`` when the name does not tell."""
    found = (kind for pattern, kind in KINDS if pattern.search(name.strip()))
    return next(found, ChannelKind.OTHER)


def plain_unit(unit: str) -> str:
    """Return our spelling of a unit, or the unit as it is."""
    said = unit.strip().translate(MICRO)
    return UNITS.get(said.lower(), said)


@dataclass(frozen=True, kw_only=True, slots=True)
class IntervalName:
    """That a column holds intervals between beats."""

    unit: RRUnit | None
    """None when the name does not say it."""


def interval_name(name: str) -> IntervalName | None:
    """Return what the name of a column says of intervals, or None when it names none."""
    found = _INTERVAL.match(name.strip())
    if not found:
        return None
    unit = found["unit"]
    if not unit:
        return IntervalName(unit=None)
    in_ms = unit.lower().startswith("m")
    return IntervalName(unit=RRUnit.MILLISECONDS if in_ms else RRUnit.SECONDS)


def name_and_unit(column: str) -> tuple[str, str]:
    """Split a column such as ``ecg_mv`` or ``X [mg]`` into its name and unit; no unit is empty."""
    bracketed = _BRACKETED.match(column.strip())
    if bracketed:
        return bracketed["name"], plain_unit(bracketed["unit"])
    name, mark, unit = column.strip().rpartition("_")
    if mark and plain_unit(unit) in UNITS.values():
        return name, plain_unit(unit)
    return column.strip(), ""
