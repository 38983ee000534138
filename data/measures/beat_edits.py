"""Edits of people on the beats of a recording: the rules by which entries make the edited series from the original.

Conventions: times in seconds, intervals in milliseconds. An interval is told by the beat that ends it. Nothing is edited in
place: `replay` begins with the original each time, so the same entries give the same bits, and an entry that is taken
back leaves no trace in the numbers. What is accepted counts although the policy flags it, never outside 300-2000 ms;
what is rejected is left out like a flagged beat, never replaced.

Contents: `replay`, `in_force`, `EditedBeats`, `EditRefusedError`, `heart_recording_of_edited`, `corrected_share`.

References
----------
Quintana et al. (2016), Translational Psychiatry 6, e803 (GRAPH 3b-3d: report how beats were edited, and how many).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.measures.beat_policy import (
    CONTIGUITY_S,
    LONGEST_RR_MS,
    SHORTEST_RR_MS,
    BoolArray,
    JudgedBeats,
    Verdicts,
)
from data.measures.heart_recordings import HeartRecording, heart_recording_of_beats
from data.measures.time_domain import FloatArray
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.signals import RRSeries, SignalKind

IntArray: TypeAlias = NDArray[np.int64]


class EditRefusedError(ValueError):
    """An entry cannot be carried out; the message says which, why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EditedBeats:
    """The series that the entries in force make of the original; arrays have one element an interval."""

    kind: SignalKind
    originals: int
    """Beats of the original."""
    numbers: IntArray
    """Of the beat that ends each interval; up to ``originals`` it was recorded. Below zero: the beat at the end of a gap
    that somebody closed, minus the number of the beat after it."""
    times_s: FloatArray
    rr_ms: FloatArray
    accepted: BoolArray
    rejected: BoolArray
    moved: BoolArray
    added: BoolArray
    removed: int
    """Beats that are no longer there."""
    edits: int
    """Entries in force."""

    @property
    def series(self) -> RRSeries:
        """The intervals as they are measured."""
        return RRSeries(
            times_s=tuple(self.times_s.tolist()), rr_ms=tuple(self.rr_ms.tolist()), kind=self.kind
        )

    @property
    def verdicts(self) -> Verdicts:
        """What people said of single intervals."""
        return Verdicts(accepted=self.accepted, rejected=self.rejected)

    def place_of(self, number: int) -> int | None:
        """Return the index of a beat; None when it is not there."""
        found = np.flatnonzero(self.numbers == number)
        return int(found[0]) if found.size else None

    def is_joined(self, place: int) -> bool:
        """Tell whether an interval begins where the one before it ended."""
        if place == 0 or place >= self.times_s.size:
            return False
        begins_s = self.times_s[place] - self.rr_ms[place] / 1000.0
        return bool(abs(begins_s - self.times_s[place - 1]) <= CONTIGUITY_S)


def replay(original: RRSeries, operations: Sequence[BeatOperation]) -> EditedBeats:
    """Make the edited series.

    Parameters
    ----------
    original : RRSeries
        The beats as received; those without a time or an interval are left out, the others put in order.
    operations : sequence of BeatOperation
        Every entry in order; those that were taken back have no effect.

    Returns
    -------
    EditedBeats
        Without entries the original itself, bit for bit.

    Raises
    ------
    EditRefusedError
        If an entry in force cannot be carried out: the beat is not there, or would pass another.
    """
    beats = _as_received(original)
    count = beats.originals
    for number, (operation, stands) in enumerate(
        zip(operations, in_force(operations), strict=True), start=1
    ):
        if not stands or operation.act is BeatAct.REVERT:
            continue
        try:
            beats = _ACTS[operation.act](beats, operation, count + number)
        except EditRefusedError as refusal:
            raise EditRefusedError(f"Edit {number} cannot be carried out: {refusal}") from None
        beats = replace(beats, edits=beats.edits + 1)
    return beats


def in_force(operations: Sequence[BeatOperation]) -> tuple[bool, ...]:
    """Tell which entries stand: those that no later entry in force takes back.

    Raises
    ------
    EditRefusedError
        If an entry takes back one that is not there, or that was not in force then.

    Examples
    --------
    >>> reject = BeatOperation(act=BeatAct.REJECT, beat=5)
    >>> undo = BeatOperation(act=BeatAct.REVERT, reverts=1)
    >>> redo = BeatOperation(act=BeatAct.REVERT, reverts=2)
    >>> in_force([reject, undo]), in_force([reject, undo, redo])
    ((False, True), (True, False, True))
    """
    stands: list[bool] = []
    for number, operation in enumerate(operations, start=1):
        if operation.act is BeatAct.REVERT:
            wanted = operation.reverts or 0
            if not 1 <= wanted < number or not stands[wanted - 1]:
                message = f"Edit {wanted} is not in force, so edit {number} cannot take it back."
                raise EditRefusedError(message)
            stands = _settled(operations[:number])
        else:
            stands.append(True)
    return tuple(stands)


def _settled(operations: Sequence[BeatOperation]) -> list[bool]:
    stands = [True] * len(operations)
    for place in range(len(operations) - 1, -1, -1):
        reverts = operations[place].reverts
        if stands[place] and reverts is not None:
            stands[reverts - 1] = False
    return stands


def heart_recording_of_edited(edited: EditedBeats) -> HeartRecording:
    """Return the edited series as a recording to be measured, with the verdicts of people."""
    recording = heart_recording_of_beats(edited.series)
    return replace(recording, verdicts=edited.verdicts)


def corrected_share(edited: EditedBeats, judged: JudgedBeats) -> float:
    """Return the share of beats that were left out, added, moved or removed, in [0, 1]; 0 without beats.

    Parameters
    ----------
    edited : EditedBeats
        The whole recording.
    judged : JudgedBeats
        The same beats after policy and verdicts.
    """
    beats = edited.times_s.size + edited.removed
    if not beats:
        return 0.0
    touched = judged.flagged | edited.moved | edited.added
    return round((int(np.count_nonzero(touched)) + edited.removed) / beats, 6)


def _as_received(original: RRSeries) -> EditedBeats:
    times_s = np.array(original.times_s, dtype=np.float64)
    rr_ms = np.array(original.rr_ms, dtype=np.float64)
    known = np.isfinite(times_s) & np.isfinite(rr_ms)
    times_s, rr_ms = times_s[known], rr_ms[known]
    order = np.argsort(times_s, kind="stable")
    nothing = np.zeros(times_s.size, dtype=np.bool_)
    return EditedBeats(
        kind=original.kind,
        originals=times_s.size,
        numbers=np.arange(1, times_s.size + 1, dtype=np.int64),
        times_s=times_s[order],
        rr_ms=rr_ms[order],
        accepted=nothing,
        rejected=nothing,
        moved=nothing,
        added=nothing,
        removed=0,
        edits=0,
    )


def _place(beats: EditedBeats, operation: BeatOperation) -> int:
    place = beats.place_of(operation.beat or 0)
    if place is None:
        message = (
            f"there is no beat {operation.beat} in the edited series; what made it was taken back."
        )
        raise EditRefusedError(message)
    return place


def _with(mask: BoolArray, place: int, *, said: bool) -> BoolArray:
    changed = mask.copy()
    changed[place] = said
    return changed


def _accept(beats: EditedBeats, operation: BeatOperation, _number: int) -> EditedBeats:
    place = _place(beats, operation)
    length_ms = float(beats.rr_ms[place])
    if not SHORTEST_RR_MS <= length_ms <= LONGEST_RR_MS:
        message = (
            f"its interval is {length_ms:.0f} ms, and outside {SHORTEST_RR_MS:.0f} to "
            f"{LONGEST_RR_MS:.0f} ms none counts; add, move or remove a beat instead."
        )
        raise EditRefusedError(message)
    return replace(
        beats,
        accepted=_with(beats.accepted, place, said=True),
        rejected=_with(beats.rejected, place, said=False),
    )


def _reject(beats: EditedBeats, operation: BeatOperation, _number: int) -> EditedBeats:
    place = _place(beats, operation)
    return replace(
        beats,
        accepted=_with(beats.accepted, place, said=False),
        rejected=_with(beats.rejected, place, said=True),
    )


def _move(beats: EditedBeats, operation: BeatOperation, _number: int) -> EditedBeats:
    place = _place(beats, operation)
    shift_ms = operation.shift_ms or 0.0
    if not math.isfinite(shift_ms) or shift_ms == 0.0:
        message = "say by how many milliseconds the beat moves, earlier below zero."
        raise EditRefusedError(message)
    is_before_joined = beats.is_joined(place + 1)
    times_s, rr_ms = beats.times_s.copy(), beats.rr_ms.copy()
    times_s[place] += shift_ms / 1000.0
    rr_ms[place] += shift_ms
    if is_before_joined:
        rr_ms[place + 1] -= shift_ms
    if rr_ms[place] <= 0.0 or _reaches_next(times_s, rr_ms, place):
        message = f"moved by {shift_ms:+g} ms the beat would pass the one beside it."
        raise EditRefusedError(message)
    accepted = _with(beats.accepted, place, said=False)
    if is_before_joined:
        accepted[place + 1] = False
    return replace(
        beats,
        times_s=times_s,
        rr_ms=rr_ms,
        accepted=accepted,
        moved=_with(beats.moved, place, said=True),
    )


def _reaches_next(times_s: FloatArray, rr_ms: FloatArray, place: int) -> bool:
    if place + 1 == times_s.size:
        return False
    next_ms = float(rr_ms[place + 1])
    begins_s = float(times_s[place + 1]) - next_ms / 1000.0
    return next_ms <= 0.0 or bool(times_s[place] > begins_s + CONTIGUITY_S)


def _remove(beats: EditedBeats, operation: BeatOperation, _number: int) -> EditedBeats:
    place = _place(beats, operation)
    if beats.times_s.size == 1:
        message = "it is the only one."
        raise EditRefusedError(message)
    rr_ms, accepted = beats.rr_ms.copy(), beats.accepted.copy()
    if beats.is_joined(place + 1):
        rr_ms[place + 1] += rr_ms[place]
        accepted[place + 1] = False
    return replace(
        beats,
        numbers=np.delete(beats.numbers, place),
        times_s=np.delete(beats.times_s, place),
        rr_ms=np.delete(rr_ms, place),
        accepted=np.delete(accepted, place),
        rejected=np.delete(beats.rejected, place),
        moved=np.delete(beats.moved, place),
        added=np.delete(beats.added, place),
        removed=beats.removed + (0 if beats.added[place] else 1),
    )


def _add(beats: EditedBeats, operation: BeatOperation, number: int) -> EditedBeats:
    at_s = operation.time_s if operation.time_s is not None else np.nan
    place = int(np.searchsorted(beats.times_s, at_s))
    begins_s = (
        float(beats.times_s[place] - beats.rr_ms[place] / 1000.0)
        if place < beats.times_s.size
        else np.inf
    )
    inside = begins_s < at_s < (beats.times_s[place] if place < beats.times_s.size else -np.inf)
    if inside:
        after_ms = (float(beats.times_s[place]) - at_s) * 1000.0
        before_ms = float(beats.rr_ms[place]) - after_ms
        split = replace(
            beats,
            rr_ms=_put(beats.rr_ms, place, after_ms),
            accepted=_with(beats.accepted, place, said=False),
        )
        return _inserted(split, place, number, at_s, before_ms)
    if not 0 < place < beats.times_s.size or at_s >= begins_s:
        message = "a beat can be added inside the recording and beside no other one."
        raise EditRefusedError(message)
    return _added_in_gap(beats, place, number, at_s, begins_s)


def _added_in_gap(
    beats: EditedBeats, place: int, number: int, at_s: float, begins_s: float
) -> EditedBeats:
    since_ms = (at_s - float(beats.times_s[place - 1])) * 1000.0
    until_ms = (begins_s - at_s) * 1000.0
    if min(since_ms, until_ms) > LONGEST_RR_MS:
        message = (
            f"{at_s:.3f} s is more than {LONGEST_RR_MS / 1000.0:g} s from any beat: fill a gap from its "
            "edges, or leave it."
        )
        raise EditRefusedError(message)
    if until_ms <= LONGEST_RR_MS:
        closing = -int(beats.numbers[place])
        beats = _inserted(beats, place, closing, begins_s, until_ms)
    if since_ms <= LONGEST_RR_MS:
        beats = _inserted(beats, place, number, at_s, since_ms)
    return beats


def _put(values: FloatArray, place: int, value: float) -> FloatArray:
    changed = values.copy()
    changed[place] = value
    return changed


def _inserted(
    beats: EditedBeats, place: int, number: int, at_s: float, length_ms: float
) -> EditedBeats:
    return replace(
        beats,
        numbers=np.insert(beats.numbers, place, number),
        times_s=np.insert(beats.times_s, place, at_s),
        rr_ms=np.insert(beats.rr_ms, place, length_ms),
        accepted=np.insert(beats.accepted, place, values=False),
        rejected=np.insert(beats.rejected, place, values=False),
        moved=np.insert(beats.moved, place, values=False),
        added=np.insert(beats.added, place, values=True),
    )


_Act: TypeAlias = Callable[[EditedBeats, BeatOperation, int], EditedBeats]
_ACTS: Mapping[BeatAct, _Act] = MappingProxyType(
    {
        BeatAct.ACCEPT: _accept,
        BeatAct.REJECT: _reject,
        BeatAct.MOVE: _move,
        BeatAct.ADD: _add,
        BeatAct.REMOVE: _remove,
    }
)
