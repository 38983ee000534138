"""What each edit does to the beats, what it is refused for, and that the one HRV definition reads the result."""

import numpy as np
import pytest

from data.measures.beat_edits import (
    EditedBeats,
    EditRefusedError,
    corrected_share,
    heart_recording_of_edited,
    replay,
)
from data.measures.heart_recordings import heart_recording_of_beats
from data.measures.hrv import resting_measures
from data.measures.hrv_windows import judged_beats, look_at_window, measure_windows
from data.measures.measured_values import HrvName
from data.measures.spectrum import Spectrum
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.signals import RRSeries, SignalKind


def series(rr_ms: list[float]) -> RRSeries:
    times_s = np.cumsum(rr_ms) / 1000.0
    return RRSeries(
        times_s=tuple(times_s.round(6).tolist()),
        rr_ms=tuple(float(one) for one in rr_ms),
        kind=SignalKind.RR,
    )


def rhythm(beats: int = 400) -> list[float]:
    """Return a living rhythm: breathing and a slower wave."""
    at = np.arange(beats)
    return list((800 + 30 * np.sin(1.3 * at) + 20 * np.sin(0.5 * at)).round(3))


def with_missed_beat(at: int = 200) -> RRSeries:
    """Return the rhythm with two intervals run together."""
    rr_ms = rhythm()
    rr_ms[at : at + 2] = [rr_ms[at] + rr_ms[at + 1]]
    return series(rr_ms)


def accept(beat: int) -> BeatOperation:
    return BeatOperation(act=BeatAct.ACCEPT, beat=beat)


def reject(beat: int) -> BeatOperation:
    return BeatOperation(act=BeatAct.REJECT, beat=beat)


def remove(beat: int) -> BeatOperation:
    return BeatOperation(act=BeatAct.REMOVE, beat=beat)


def move(beat: int, shift_ms: float) -> BeatOperation:
    return BeatOperation(act=BeatAct.MOVE, beat=beat, shift_ms=shift_ms)


def add(time_s: float) -> BeatOperation:
    return BeatOperation(act=BeatAct.ADD, time_s=time_s)


def intervals(edited: EditedBeats) -> list[float]:
    return list(edited.rr_ms.round(6))


FIVE = series([800.0, 810.0, 790.0, 805.0, 800.0])
WITH_GAP = RRSeries(
    times_s=(0.8, 1.6, 4.0, 4.8), rr_ms=(800.0, 800.0, 800.0, 800.0), kind=SignalKind.ECG
)
"""Between 1.6 s and 3.2 s there is no interval."""


def test_a_moved_beat_lengthens_one_interval_and_shortens_the_next() -> None:
    assert intervals(replay(FIVE, [move(2, 25.0)])) == [800.0, 835.0, 765.0, 805.0, 800.0]


def test_a_moved_beat_before_a_gap_leaves_what_comes_after_it() -> None:
    edited = replay(WITH_GAP, [move(2, 30.0)])

    assert intervals(edited) == [800.0, 830.0, 800.0, 800.0]
    assert edited.times_s.tolist() == pytest.approx([0.8, 1.63, 4.0, 4.8])


def test_an_added_beat_makes_two_intervals_of_one_and_has_a_number_of_its_own() -> None:
    edited = replay(FIVE, [add(2.0)])

    assert intervals(edited) == [800.0, 810.0, 390.0, 400.0, 805.0, 800.0]
    assert edited.numbers.tolist() == [1, 2, 6, 3, 4, 5]


def test_a_removed_beat_makes_one_interval_of_two() -> None:
    edited = replay(FIVE, [remove(3)])

    assert intervals(edited) == [800.0, 810.0, 1595.0, 800.0]
    assert edited.removed == 1


def test_a_beat_in_a_gap_closes_it_on_both_sides() -> None:
    edited = replay(WITH_GAP, [add(2.4)])

    assert edited.times_s.tolist() == pytest.approx([0.8, 1.6, 2.4, 3.2, 4.0, 4.8])
    assert intervals(edited) == [800.0] * 6
    assert edited.numbers.tolist() == [1, 2, 5, -3, 3, 4]


def test_a_verdict_falls_with_the_interval_that_it_was_about() -> None:
    edited = replay(FIVE, [accept(3), move(2, 10.0)])

    assert not edited.accepted.any()


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (accept(9), "Edit 1 cannot be carried out: there is no beat 9"),
        (move(2, -900.0), "the beat would pass the one beside it"),
        (move(2, 900.0), "the beat would pass the one beside it"),
        (move(2, float("nan")), "by how many milliseconds"),
        (add(0.0), "inside the recording"),
        (add(99.0), "inside the recording"),
        (add(float("nan")), "inside the recording"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(operation: BeatOperation, said: str) -> None:
    with pytest.raises(EditRefusedError, match=said):
        replay(FIVE, [operation])


def test_an_interval_out_of_range_is_never_accepted() -> None:
    with pytest.raises(EditRefusedError, match="2100 ms, and outside 300 to 2000 ms none counts"):
        replay(series([800.0, 2100.0, 800.0]), [accept(2)])


def test_a_beat_in_the_middle_of_a_long_gap_is_refused() -> None:
    far = RRSeries(times_s=(0.8, 1.6, 22.4), rr_ms=(800.0,) * 3, kind=SignalKind.RR)

    with pytest.raises(EditRefusedError, match="fill a gap from its edges"):
        replay(far, [add(10.0)])
    assert intervals(replay(far, [add(2.4), add(3.2)])) == [800.0] * 5


def test_what_a_later_entry_needs_cannot_be_taken_back() -> None:
    undo = BeatOperation(act=BeatAct.REVERT, reverts=1)

    with pytest.raises(EditRefusedError, match="Edit 2 cannot be carried out: there is no beat 6"):
        replay(FIVE, [add(2.0), move(6, 5.0), undo])


def test_adding_a_missed_beat_gives_back_the_numbers_of_the_whole_rhythm() -> None:
    broken, whole = with_missed_beat(), series(rhythm())
    missed_s = whole.times_s[200]

    mended = heart_recording_of_edited(replay(broken, [add(missed_s)]))

    (found,), (truth,) = (measure_windows(one) for one in (mended, heart_recording_of_beats(whole)))
    for name in (HrvName.RMSSD_MS, HrvName.SDNN_MS, HrvName.HF_POWER_MS2):
        assert found.measure(name).value == pytest.approx(truth.measure(name).value, rel=1e-6)
    assert found.stretch.flagged_share == 0.0


def test_rejected_and_accepted_intervals_stand_above_the_local_rhythm() -> None:
    rr_ms = rhythm()
    rr_ms[100] = 1000.0  # more than 20 % off: flagged
    original = series(rr_ms)
    flagged = judged_beats(heart_recording_of_edited(replay(original, ()))).flagged
    assert flagged.nonzero()[0].tolist() == [100]

    said = judged_beats(heart_recording_of_edited(replay(original, [accept(101), reject(51)])))

    assert said.flagged.nonzero()[0].tolist() == [50]
    assert not said.pair_valid[[49, 50]].any()
    assert said.pair_valid[[99, 100]].all()


def test_the_resting_outcome_heeds_the_same_verdicts() -> None:
    original = with_missed_beat()
    edited = replay(original, [reject(10)])

    found = resting_measures(edited.series, edited.verdicts)

    assert found.flagged_share == pytest.approx(2 / 399, abs=1e-6)
    assert found.valid_pairs == 398 - 4


def test_the_corrected_share_counts_what_people_and_policy_touched() -> None:
    original = with_missed_beat()
    edited = replay(original, [move(5, 3.0), remove(9), accept(50)])

    judged = judged_beats(heart_recording_of_edited(edited))

    assert np.count_nonzero(judged.flagged) == 2  # the missed beat, and where a beat was removed
    assert corrected_share(edited, judged) == pytest.approx((2 + 1 + 1) / 399, abs=1e-6)


def test_the_window_on_view_has_the_measures_of_the_windowed_definition() -> None:
    recording = heart_recording_of_edited(replay(with_missed_beat(), [add(161.0)]))

    view = look_at_window(recording, judged_beats(recording), recording.start_s, recording.end_s)

    assert (view.window,) == measure_windows(recording)
    assert isinstance(view.spectrum, Spectrum)


def test_an_empty_recording_stays_empty() -> None:
    nothing = RRSeries(times_s=(), rr_ms=(), kind=SignalKind.RR)

    assert replay(nothing, ()).series == nothing
    assert (
        corrected_share(replay(nothing, ()), judged_beats(heart_recording_of_beats(nothing))) == 0
    )
