"""Laws of beat edits: what is taken back leaves no trace, and the same entries always make the same series."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.measures.beat_edits import EditedBeats, EditRefusedError, in_force, replay
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.signals import RRSeries, SignalKind
from protocols.canonical import canonical_json
from protocols.reading import value_from_json

BEATS = 40


@st.composite
def recordings(draw: st.DrawFn) -> RRSeries:
    """Make a recording, some of its intervals missing."""
    lengths = draw(st.lists(st.integers(250, 1500), min_size=BEATS, max_size=BEATS))
    missing = draw(st.sets(st.integers(1, BEATS - 1), max_size=6))
    times_s = np.cumsum(lengths) / 1000.0
    kept = [place for place in range(BEATS) if place not in missing]
    return RRSeries(
        times_s=tuple(float(times_s[place]) for place in kept),
        rr_ms=tuple(float(lengths[place]) for place in kept),
        kind=SignalKind.RR,
    )


def edits() -> st.SearchStrategy[BeatOperation]:
    """Make an entry that takes nothing back."""
    beat = st.integers(1, BEATS)
    verdicts = st.sampled_from([BeatAct.ACCEPT, BeatAct.REJECT, BeatAct.REMOVE])
    return st.one_of(
        st.builds(BeatOperation, act=verdicts, beat=beat),
        st.builds(
            BeatOperation, act=st.just(BeatAct.MOVE), beat=beat, shift_ms=st.floats(-400, 400)
        ),
        st.builds(BeatOperation, act=st.just(BeatAct.ADD), time_s=st.floats(0.3, 40.0)),
    )


def carried_out(original: RRSeries, wanted: list[BeatOperation]) -> list[BeatOperation]:
    """Return the entries that are not refused, one after the other."""
    done: list[BeatOperation] = []
    for one in wanted:
        try:
            replay(original, [*done, one])
        except EditRefusedError:
            continue
        done.append(one)
    return done


def bits(edited: EditedBeats) -> tuple[bytes, ...]:
    """Return all that is measured, bit by bit."""
    arrays = (edited.numbers, edited.times_s, edited.rr_ms, edited.accepted, edited.rejected)
    return tuple(array.tobytes() for array in (*arrays, edited.moved, edited.added))


lawful = settings(max_examples=30, deadline=None)


@lawful
@given(recordings())
def test_without_entries_the_series_is_the_original(original: RRSeries) -> None:
    edited = replay(original, ())

    assert (edited.series, edited.edits) == (original, 0)


@lawful
@given(recordings(), st.lists(edits(), max_size=6), edits())
def test_an_entry_taken_back_leaves_no_trace(
    original: RRSeries, before: list[BeatOperation], last: BeatOperation
) -> None:
    done = carried_out(original, [*before, last])
    if not done:
        return
    taken_back = [*done, BeatOperation(act=BeatAct.REVERT, reverts=len(done))]

    assert bits(replay(original, taken_back)) == bits(replay(original, done[:-1]))
    redone = [*taken_back, BeatOperation(act=BeatAct.REVERT, reverts=len(taken_back))]
    assert bits(replay(original, redone)) == bits(replay(original, done))


@lawful
@given(recordings(), st.lists(edits(), max_size=8))
def test_entries_that_were_stored_make_the_same_series(
    original: RRSeries, wanted: list[BeatOperation]
) -> None:
    done = carried_out(original, wanted)
    stored = [value_from_json(BeatOperation, canonical_json(one).decode()) for one in done]

    assert stored == done
    assert bits(replay(original, stored)) == bits(replay(original, done))


@lawful
@given(recordings(), st.lists(edits(), max_size=8))
def test_time_is_neither_made_nor_lost_inside_a_recording(
    original: RRSeries, wanted: list[BeatOperation]
) -> None:
    edited = replay(original, carried_out(original, wanted))
    begins_s = edited.times_s - edited.rr_ms / 1000.0

    assert (edited.rr_ms > 0).all()
    assert (np.diff(edited.times_s) >= 0).all()
    assert (begins_s[1:] >= edited.times_s[:-1] - 0.0201).all()
    assert np.unique(edited.numbers).size == edited.numbers.size


@lawful
@given(st.lists(st.integers(0, 12), max_size=12))
def test_an_entry_stands_until_one_that_stands_takes_it_back(targets: list[int]) -> None:
    operations: list[BeatOperation] = []
    for target in targets:
        undo = BeatOperation(act=BeatAct.REVERT, reverts=target)
        try:
            in_force([*operations, undo])
        except EditRefusedError:
            undo = BeatOperation(act=BeatAct.REJECT, beat=1)
        operations.append(undo)

    stands = in_force(operations)

    for number, is_standing in enumerate(stands, start=1):
        taken_back = any(
            one.reverts == number and stands[place] for place, one in enumerate(operations)
        )
        assert is_standing is not taken_back
