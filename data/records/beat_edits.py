"""What people changed in the beats of a recording: one entry an edit, never overwritten; and recordings from files.

Conventions: the beats as received stay as they are. The edited series is computed from them and the entries, in order
(`data.measures.beat_edits`). Beats of the original are numbered from 1 in order of time; a beat that edit k added has
the number of the last original beat plus k.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.records.signals import SignalKind


class BeatAct(StrEnum):
    """What a person can do to a beat."""

    ACCEPT = "accept"
    """The interval that ends with it is true, although the beat policy flags it."""
    REJECT = "reject"
    """The interval that ends with it does not count, although the beat policy believes it."""
    MOVE = "move"
    """It was at another moment: the intervals on both sides change."""
    ADD = "add"
    """A beat was missed: one interval becomes two, or a gap is closed."""
    REMOVE = "remove"
    """It was no beat: two intervals become one."""
    REVERT = "revert"
    """An earlier entry is taken back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatOperation:
    """One act with what it needs; the rest is None."""

    act: BeatAct
    beat: int | None = None
    """Number of the beat; of every act but ``add`` and ``revert``."""
    time_s: float | None = None
    """Of ``add``: where, on the recording's clock."""
    shift_ms: float | None = None
    """Of ``move``: how far; later is positive."""
    reverts: int | None = None
    """Of ``revert``: the number of the entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatEdit:
    """One entry."""

    id: str
    """``<recording>/edit-<number>``."""
    participant_id: str
    recording_id: str
    number: int
    """Of the entry within its recording, from 1."""
    act: BeatAct
    beat: int | None
    time_s: float | None
    shift_ms: float | None
    reverts: int | None
    reason: str
    edited_at: datetime
    edited_by: str

    @property
    def operation(self) -> BeatOperation:
        """The act without who, when and why."""
        return BeatOperation(
            act=self.act,
            beat=self.beat,
            time_s=self.time_s,
            shift_ms=self.shift_ms,
            reverts=self.reverts,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedBeats:
    """The beats of a file that somebody brought to a participant, as they were found; no outcome of the protocol."""

    id: str
    """``<participant>/import-<number>``, from 1."""
    participant_id: str
    label: str
    """What was recorded, in the words of who brought it."""
    kind: SignalKind
    sampling_rate_hz: float | None
    """Of the waveform that the beats were found in; None when the file held intervals."""
    rr_times_s: tuple[float, ...]
    rr_ms: tuple[float, ...]
    imported_at: datetime
    imported_by: str
