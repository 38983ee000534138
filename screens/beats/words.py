"""How the editor says things: times, beats, verdicts, edits, reasons, measures.

Contents: `clock`, `BeatState`, `state_of`, `beat_in_words`, `edit_in_words`, `MEASURES`, `REASONS`, `value_in_words`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from data.measures.beat_policy import LONGEST_RR_MS, SHORTEST_RR_MS
from data.measures.measured_values import HrvName, MeasuredValue, NoValueReason
from data.records.beat_edits import BeatAct, BeatEdit
from screens.beats.looking import Prepared

MINUS = "\u2212"


class BeatState(StrEnum):
    """What becomes of the interval that ends with a beat."""

    COUNTS = "counts"
    LEFT_OUT = "left out by the rule"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    CHANGED = "added or moved"


REASONS: Mapping[NoValueReason, str] = MappingProxyType(
    {
        NoValueReason.NO_SIGNAL: "no signal",
        NoValueReason.TOO_SHORT: "too short for it",
        NoValueReason.GAP: "beats are missing",
        NoValueReason.ARTEFACTS: "too many beats are left out",
        NoValueReason.WRONG_RATE: "wrong sampling rate",
        NoValueReason.OUT_OF_RANGE: "intervals are outside 300-2000 ms",
        NoValueReason.TEMPLATE: "noise",
        NoValueReason.CONSTANT: "hardly varies",
        NoValueReason.NO_BREATHING: "no breathing was recorded",
        NoValueReason.UNCLEAR_BREATHING: "breathing has no clear rate",
    }
)
MEASURES: Mapping[HrvName, tuple[str, str, int]] = MappingProxyType(
    {
        HrvName.HEART_RATE_BPM: ("Heart rate", "bpm", 1),
        HrvName.MEAN_NN_MS: ("Mean NN", "ms", 1),
        HrvName.SDNN_MS: ("SDNN", "ms", 1),
        HrvName.RMSSD_MS: ("RMSSD", "ms", 1),
        HrvName.LN_RMSSD: ("lnRMSSD", "ln ms", 2),
        HrvName.PNN50_PERCENT: ("pNN50", "%", 1),
        HrvName.SD1_MS: ("SD1", "ms", 1),
        HrvName.SD2_MS: ("SD2", "ms", 1),
        HrvName.VLF_POWER_MS2: ("VLF power", "ms²", 0),
        HrvName.LF_POWER_MS2: ("LF power", "ms²", 0),
        HrvName.HF_POWER_MS2: ("HF power", "ms²", 0),
        HrvName.TOTAL_POWER_MS2: ("Total power", "ms²", 0),
        HrvName.LF_NORMALIZED_PERCENT: ("LF, normalized", "%", 1),
        HrvName.HF_NORMALIZED_PERCENT: ("HF, normalized", "%", 1),
        HrvName.LF_HF_RATIO: ("LF/HF", "", 2),
    }
)
"""Label, unit and decimals of the measures that the editor shows."""
SHORTEST_SHOWN = 1
_DID: Mapping[BeatAct, str] = MappingProxyType(
    {
        BeatAct.ACCEPT: "accepted {beat}",
        BeatAct.REJECT: "rejected {beat}",
        BeatAct.MOVE: "moved {beat} by {shift} ms",
        BeatAct.ADD: "added a beat at {time}",
        BeatAct.REMOVE: "removed {beat}",
        BeatAct.REVERT: "took back edit {reverts}",
    }
)


def clock(seconds: float, decimals: int = 0) -> str:
    """Return a time of the recording as minutes and seconds; before its zero with a minus sign.

    Examples
    --------
    >>> clock(185.25), clock(61.25, 2), clock(3725.0)
    ('3:05', '1:01.25', '1:02:05')
    """
    sign = MINUS if seconds < 0 else ""
    whole = round(abs(seconds), decimals)
    minutes, rest = divmod(whole, 60.0)
    width = 2 if not decimals else 3 + decimals
    if minutes < 60:
        return f"{sign}{int(minutes)}:{rest:0{width}.{decimals}f}"
    return f"{sign}{int(minutes // 60)}:{int(minutes % 60):02d}:{rest:0{width}.{decimals}f}"


def state_of(prepared: Prepared, place: int) -> BeatState:
    """Return what becomes of the interval that ends with a beat."""
    edited = prepared.edited
    if edited.rejected[place]:
        return BeatState.REJECTED
    if prepared.beats.flagged[place]:
        return BeatState.LEFT_OUT
    if edited.accepted[place]:
        return BeatState.ACCEPTED
    if edited.added[place] or edited.moved[place]:
        return BeatState.CHANGED
    return BeatState.COUNTS


def beat_in_words(prepared: Prepared, place: int) -> str:
    """Return a beat in one sentence: where, how long its interval is, and what becomes of it."""
    edited = prepared.edited
    length_ms = float(edited.rr_ms[place])
    state = state_of(prepared, place)
    why = f": {_why_left_out(edited.rr_ms, place)}" if state is BeatState.LEFT_OUT else ""
    return (
        f"Beat {place + 1} of {edited.times_s.size} at {clock(float(edited.times_s[place]), 2)}, "
        f"interval {length_ms:.0f} ms, {state}{why}."
    )


def _why_left_out(rr_ms: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", place: int) -> str:
    length_ms = float(rr_ms[place])
    if not SHORTEST_RR_MS <= length_ms <= LONGEST_RR_MS:
        return f"outside {SHORTEST_RR_MS:.0f} to {LONGEST_RR_MS:.0f} ms"
    first = min(max(place - 5, 0), max(rr_ms.size - 11, 0))
    median_ms = float(np.median(rr_ms[first : first + 11]))
    percent = 100.0 * (length_ms / median_ms - 1.0)
    return f"{percent:+.0f} % from the median of the eleven around it".replace("-", MINUS)


def edit_in_words(edit: BeatEdit, originals: int) -> str:
    """Return what an entry did; beats by their number as recorded."""
    number = edit.beat or 0
    if number > originals:
        beat = f"the beat that edit {number - originals} added"
    elif number < 0:
        beat = f"the beat before beat {-number}"
    else:
        beat = f"beat {number}"
    shift = f"{edit.shift_ms or 0.0:+g}".replace("-", MINUS)
    return _DID[edit.act].format(
        beat=beat, shift=shift, time=clock(edit.time_s or 0.0, 3), reverts=edit.reverts
    )


def value_in_words(measured: MeasuredValue) -> str:
    """Return a value with its decimals, or why there is none."""
    if measured.value is None:
        return f"– ({REASONS[measured.reason]})" if measured.reason else "–"
    return f"{measured.value:.{MEASURES[measured.name][2]}f}".replace("-", MINUS)
