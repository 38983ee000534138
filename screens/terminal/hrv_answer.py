"""What `antiphon hrv` prints: JSON, CSV, or a table a window."""

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from data.measures.hrv_windows import HrvWindow
from data.measures.measured_values import DEFINITIONS, MeasuredValue, NoValueReason
from screens.terminal.fit.answer import NOTHING, TextTable, shown
from screens.terminal.outcome import say, say_json

COLUMNS = (
    "file",
    "kind",
    "sampling_rate_hz",
    "start_s",
    "end_s",
    "beats",
    "corrected_percent",
    "quality",
    "measure",
    "value",
    "unit",
    "recipe",
    "reason",
)
IN_WORDS: Mapping[NoValueReason, str] = MappingProxyType(
    {
        NoValueReason.NO_SIGNAL: "no signal",
        NoValueReason.TOO_SHORT: "too short",
        NoValueReason.GAP: "beats or samples are missing",
        NoValueReason.ARTEFACTS: "too many beats are flagged",
        NoValueReason.WRONG_RATE: "wrong sampling rate",
        NoValueReason.OUT_OF_RANGE: "intervals are outside 300-2000 ms; is the unit right?",
        NoValueReason.TEMPLATE: "beats do not look alike: noise",
        NoValueReason.CONSTANT: "hardly varies",
        NoValueReason.NO_BREATHING: "no breathing was recorded",
        NoValueReason.UNCLEAR_BREATHING: "breathing has no clear rate",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HrvAnswer:
    """The measures of one file."""

    file: str
    kind: str
    sampling_rate_hz: float | None
    windows: tuple[HrvWindow, ...]
    notes: tuple[str, ...]
    """What the reader of the file inferred or dropped."""

    @property
    def recipe(self) -> str:
        """Every recipe that took part, joined by plus signs."""
        return "+".join(dict.fromkeys(one.recipe for one in DEFINITIONS.values()))


def print_json(answer: HrvAnswer) -> None:
    """Print the answer by its schema, docs/reference/schemas/hrv.schema.json."""
    say_json(
        {
            "file": answer.file,
            "kind": answer.kind,
            "sampling_rate_hz": answer.sampling_rate_hz,
            "recipe": answer.recipe,
            "windows": [_plain(window) for window in answer.windows],
        }
    )


def _plain(window: HrvWindow) -> dict[str, Any]:
    return {
        "start_s": window.stretch.start_s,
        "end_s": window.stretch.end_s,
        "beats": window.stretch.beats,
        "corrected_percent": _percent(window.stretch.flagged_share),
        "quality": window.grade.value,
        "measures": {
            one.name.value: {
                "value": one.value,
                "unit": one.unit,
                "reason": None if one.reason is None else one.reason.value,
            }
            for one in window.measures
        },
    }


def print_csv(answer: HrvAnswer) -> None:
    """Print one line a measure and window, with a header; what does not exist is empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for window in answer.windows:
        stretch = window.stretch
        begin = (
            answer.file,
            answer.kind,
            _cell(answer.sampling_rate_hz),
            stretch.start_s,
            stretch.end_s,
            stretch.beats,
            _percent(stretch.flagged_share),
            window.grade.value,
        )
        for one in window.measures:
            reason = "" if one.reason is None else one.reason.value
            writer.writerow(
                (*begin, one.name.value, _cell(one.value), one.unit, one.recipe, reason)
            )


def print_tables(answer: HrvAnswer) -> None:
    """Print a table a window for a person."""
    rate = "" if answer.sampling_rate_hz is None else f" at {answer.sampling_rate_hz:g} Hz"
    say(f"{answer.file}: {answer.kind}{rate}, {len(answer.windows)} window(s).")
    for note in answer.notes:
        say(note)
    for window in answer.windows:
        say()
        for line in _table(window).lines():
            say(line)


def _table(window: HrvWindow) -> TextTable:
    stretch = window.stretch
    return TextTable(
        title=(
            f"{stretch.start_s:g} to {stretch.end_s:g} s: {stretch.beats} intervals, "
            f"{_percent(stretch.flagged_share):g}% left out by the beat policy, "
            f"{_percent(stretch.covered_share):g}% of the time covered; {window.grade.value}"
        ),
        header=("", "value", "unit", "recipe or reason"),
        rows=tuple(
            (one.name.value, shown(one.value), one.unit or NOTHING, _remark(one))
            for one in window.measures
        ),
    )


def _remark(one: MeasuredValue) -> str:
    return one.recipe if one.reason is None else IN_WORDS[one.reason]


def _percent(share: float) -> float:
    return round(100.0 * share, 4)


def _cell(value: float | None) -> str | float:
    return "" if value is None else value
