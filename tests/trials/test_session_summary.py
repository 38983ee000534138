"""What was played without a gap is counted in stretches of 30 s, so that it tells nothing of the arms."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from data.measures.beat_policy import judge_beats
from data.records.sessions import LoopStep, Playback
from data.records.signals import RRSeries, SignalKind
from tests.data.storage.examples import SESSION, loop_step
from trials.session_summary import ShownBeats, summarize_session

RATE_HZ = loop_step().delivered.sampling_rate_hz


def steps_of(length_s: float, until_s: float) -> list[LoopStep]:
    """Return passes whose segments have one length."""
    count = round(until_s / length_s)
    return [
        replace(
            loop_step(number),
            composed=replace(loop_step().composed, duration_s=length_s),
        )
        for number in range(count)
    ]


def played(sequence: int, length_s: float, *, gap_s: float = 0.0, underruns: int = 0) -> Playback:
    return Playback(
        id=f"{SESSION.id}/{sequence}",
        session_id=SESSION.id,
        sequence=sequence,
        frames_played=round(length_s * RATE_HZ),
        underruns=underruns,
        gap_s=gap_s,
        volume=0.5,
        reported_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def counts(steps: list[LoopStep], playbacks: list[Playback]) -> tuple[int, int]:
    summary = summarize_session(SESSION, steps, playbacks)
    return summary.stretches_played, summary.stretches_without_gap


@pytest.mark.parametrize("length_s", [10.0, 12.0, 15.0, 20.0])
def test_segments_of_any_length_count_the_same(length_s: float) -> None:
    """At 60 s a segment begins whatever the length, and it came late."""
    steps = steps_of(length_s, 600)
    playbacks = [
        played(step.sequence, length_s, gap_s=0.4 * (step.sequence * length_s == 60))
        for step in steps
    ]

    assert counts(steps, playbacks) == (20, 19)


def test_two_gaps_in_one_stretch_break_it_once() -> None:
    steps = steps_of(10, 300)
    late = {3, 4, 12}

    playbacks = [played(number, 10, underruns=number in late) for number in range(30)]

    assert counts(steps, playbacks) == (10, 8)


def test_a_segment_that_the_player_never_told_of_counts_as_a_gap() -> None:
    steps = steps_of(10, 300)

    playbacks = [played(number, 10) for number in range(30) if number != 7]

    assert counts(steps, playbacks) == (10, 9)


def test_what_was_made_after_the_last_segment_heard_does_not_count() -> None:
    steps = steps_of(10, 300)

    playbacks = [played(number, 10) for number in range(12)]

    assert counts(steps, playbacks) == (4, 4)


@pytest.mark.parametrize("length_s", [10.0, 12.5, 20.0])
def test_a_stop_within_a_segment_counts_the_time_heard_and_not_the_segment(length_s: float) -> None:
    stopped_s = 100.0
    steps = steps_of(length_s, 600)
    playbacks = [
        played(step.sequence, min(length_s, stopped_s - step.sequence * length_s))
        for step in steps
        if step.sequence * length_s < stopped_s
    ]

    assert counts(steps, playbacks) == (3, 3)


def test_a_session_without_a_report_has_no_stretch() -> None:
    assert counts(steps_of(10, 300), []) == (0, 0)
    assert counts(steps_of(10, 300), [played(0, 0)]) == (0, 0)


def test_stretches_after_the_sensor_fell_off_are_not_good() -> None:
    at_s = np.cumsum(np.tile([0.82, 0.85, 0.81, 0.86], 200)) - 60.0
    beats = RRSeries(
        times_s=tuple(at_s[at_s < 150.0].tolist()),
        rr_ms=tuple(np.tile([820.0, 850.0, 810.0, 860.0], 200)[at_s < 150.0].tolist()),
        kind=SignalKind.RR,
    )
    shown = ShownBeats(judged=judge_beats(beats), until_s=240.0, edits=0, corrected_share=None)

    summary = summarize_session(SESSION, steps_of(15.0, 300.0), [], shown)

    assert summary.steps == 10
    assert summary.good_share == 0.62  # middles at 15 to 135 s, of eight up to 225 s
