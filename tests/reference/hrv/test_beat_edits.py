"""A recorded ECG mended by hand: one beat knocked out of MIT-BIH record 100 and put back, against the record itself."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recordings import read_recording
from data.measures.beat_edits import heart_recording_of_edited, replay
from data.measures.heart_recordings import heart_recording_of_beats
from data.measures.hrv_windows import HrvWindow, judged_beats, look_at_window
from data.measures.measured_values import HrvName
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.signals import RRSeries
from screens.coordinator.uploads import beats_in

KNOCKED_OUT = 600
"""In an ordinary stretch of the record."""
FIVE_MINUTES_S = 300.0


@pytest.fixture(scope="module")
def recorded(reference: Path) -> RRSeries:
    """Return the intervals of half an hour of ECG."""
    recording = read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")
    return beats_in(recording).beats


def without_a_beat(recorded: RRSeries) -> RRSeries:
    """Return the intervals as a detector gives them that missed one beat."""
    times_s, rr_ms = list(recorded.times_s), list(recorded.rr_ms)
    del times_s[KNOCKED_OUT]
    rr_ms[KNOCKED_OUT : KNOCKED_OUT + 2] = [rr_ms[KNOCKED_OUT] + rr_ms[KNOCKED_OUT + 1]]
    return RRSeries(times_s=tuple(times_s), rr_ms=tuple(rr_ms), kind=recorded.kind)


def around(series: RRSeries, operations: list[BeatOperation], at_s: float) -> HrvWindow:
    recording = heart_recording_of_edited(replay(series, operations))
    begin_s = at_s - FIVE_MINUTES_S / 2
    return look_at_window(
        recording, judged_beats(recording), begin_s, begin_s + FIVE_MINUTES_S
    ).window


def test_putting_a_missed_beat_back_gives_the_numbers_of_the_record(recorded: RRSeries) -> None:
    missed_s = recorded.times_s[KNOCKED_OUT]
    put_back = BeatOperation(act=BeatAct.ADD, time_s=missed_s)

    truth = around(recorded, [], missed_s)
    broken = around(without_a_beat(recorded), [], missed_s)
    mended = around(without_a_beat(recorded), [put_back], missed_s)

    assert broken.stretch.flagged_share > truth.stretch.flagged_share
    for name in HrvName:
        expected, found = truth.measure(name), mended.measure(name)
        assert found.reason is expected.reason
        if expected.value is not None:
            assert found.value == pytest.approx(expected.value, rel=1e-5), name


def test_accepting_the_early_beats_of_the_record_lets_them_count(recorded: RRSeries) -> None:
    """Atrial beats come early: the rule leaves their intervals out, a person may say that they are true."""
    recording = heart_recording_of_beats(recorded)
    out = judged_beats(recording).flagged.nonzero()[0]
    assert 20 < out.size < 100

    accepted = [BeatOperation(act=BeatAct.ACCEPT, beat=int(place) + 1) for place in out]
    judged = judged_beats(heart_recording_of_edited(replay(recorded, accepted)))

    assert not judged.flagged.any()
    rmssd_ms = [
        np.sqrt(np.mean(np.diff(one.rr_ms)[one.pair_valid] ** 2))
        for one in (judged_beats(recording), judged)
    ]
    assert rmssd_ms[1] > 1.3 * rmssd_ms[0]
