"""What a tab looks at: which recording, which stretch of it, which beat; and what was computed for that, kept until it changes.

Contents: `Looking`, `looking`, `Prepared`, `prepare`, `View`, `view_of`, `LENGTHS_S`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from data.measures.beat_edits import EditedBeats, heart_recording_of_edited, replay
from data.measures.beat_policy import JudgedBeats
from data.measures.heart_recordings import HeartRecording
from data.measures.hrv_windows import HrvWindow, WindowView, judged_beats, look_at_window
from screens.state import of_screen
from trials.recordings import OpenedRecording

Made = TypeVar("Made")
LENGTHS_S = (30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0)
"""What can be on view; more beats than half an hour has cannot be told from each other on a screen."""
USUAL_S = 300.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prepared:
    """A recording ready to be looked at: judged once, whichever stretch is on view."""

    opened: OpenedRecording
    recording: HeartRecording
    """The edited series."""
    beats: JudgedBeats
    received: HeartRecording
    """The original."""
    received_beats: JudgedBeats

    @property
    def edited(self) -> EditedBeats:
        """The edited series with what was done to it."""
        return self.opened.edited

    @property
    def key(self) -> tuple[str, int]:
        """What it was made of."""
        return self.opened.entry.id, len(self.opened.edits)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class View:
    """One stretch of a recording."""

    start_s: float
    end_s: float
    places: range
    """Indices of the beats on view, in the edited series."""
    shown: WindowView
    as_received: HrvWindow


@dataclass(kw_only=True, slots=True)
class Looking:
    """What the tab looks at."""

    recording_id: str = ""
    start_s: float = 0.0
    length_s: float = USUAL_S
    number: int = 0
    """Of the chosen beat; 0 for none."""
    reason: str = ""
    """Of the last edit, offered for the next one."""
    asked: tuple[str, str] | None = None
    """Participant and recording to be shown next, whatever was chosen before."""
    kept: dict[str, tuple[object, Any]] = field(default_factory=dict)
    """What was computed last, by name, with what it was computed from."""

    def turn_to(self, recording_id: str) -> None:
        """Begin with another recording."""
        if recording_id != self.recording_id:
            self.recording_id, self.start_s, self.number = recording_id, 0.0, 0
            self.kept.clear()

    def keep(self, name: str, key: object, make: Callable[[], Made]) -> Made:
        """Return what was made last under a name, made anew when the key is another."""
        if name not in self.kept or self.kept[name][0] != key:
            self.kept[name] = key, make()
        made: Made = self.kept[name][1]
        return made

    def show(self, prepared: Prepared, place: int) -> None:
        """Choose a beat, and bring it on view."""
        edited = prepared.edited
        place = min(max(place, 0), edited.times_s.size - 1)
        self.number = int(edited.numbers[place])
        at_s = float(edited.times_s[place])
        start_s, end_s = bounds(prepared.recording, self.start_s, self.length_s)
        if not start_s < at_s <= end_s:
            self.start_s = bounds(prepared.recording, at_s - self.length_s / 2, self.length_s)[0]


def looking() -> Looking:
    """Return what this tab looks at."""
    return of_screen(Looking)


def bounds(recording: HeartRecording, start_s: float, length_s: float) -> tuple[float, float]:
    """Return begin and end of a stretch that lies inside the recording, as long as wanted where it can be."""
    latest_s = max(recording.start_s, recording.end_s - length_s)
    begin_s = min(max(start_s, recording.start_s), latest_s)
    return begin_s, min(begin_s + length_s, recording.end_s)


def prepare(here: Looking, opened: OpenedRecording) -> Prepared:
    """Judge a recording; nothing is judged again while nobody edits."""
    key = (opened.entry.id, len(opened.edits), opened.closed)
    return here.keep("prepared", key, lambda: _prepared(opened))


def _prepared(opened: OpenedRecording) -> Prepared:
    recording = heart_recording_of_edited(opened.edited)
    received = heart_recording_of_edited(replay(opened.original, ()))
    return Prepared(
        opened=opened,
        recording=recording,
        beats=judged_beats(recording),
        received=received,
        received_beats=judged_beats(received),
    )


def view_of(here: Looking, prepared: Prepared) -> View:
    """Measure the stretch on view, edited and as received."""
    start_s, end_s = bounds(prepared.recording, here.start_s, here.length_s)
    key = (prepared.key, start_s, end_s)
    return here.keep("view", key, lambda: _view(prepared, start_s, end_s))


def _view(prepared: Prepared, start_s: float, end_s: float) -> View:
    first, last = np.searchsorted(prepared.edited.times_s, (start_s, end_s), side="right")
    received = look_at_window(prepared.received, prepared.received_beats, start_s, end_s)
    return View(
        start_s=start_s,
        end_s=end_s,
        places=range(int(first), int(last)),
        shown=look_at_window(prepared.recording, prepared.beats, start_s, end_s),
        as_received=received.window,
    )
