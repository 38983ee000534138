"""When the beats were: no gap where nothing was lost, a gap where something was."""

from itertools import pairwise

import numpy as np
import pytest

from data.measures.beat_policy import CONTIGUITY_S
from interventions.sensing.bluetooth.beat_times import BeatTimes


def notified(
    rr_ms: np.ndarray, chance: np.random.Generator, every_s: float = 1.0
) -> list[tuple[float, list[float]]]:
    """Return frames as a strap sends them: once a second, with the beats since the last one."""
    ends_s = np.cumsum(rr_ms) / 1000.0
    frames = []
    sent = 0
    for at_s in np.arange(every_s, ends_s[-1] + every_s, every_s):
        due = int(np.searchsorted(ends_s, at_s, side="right"))
        if due > sent:
            frames.append((float(at_s + chance.exponential(0.03)), rr_ms[sent:due].tolist()))
        sent = due
    return frames


@pytest.mark.parametrize("mean_ms", [400.0, 600.0, 850.0, 1400.0])
def test_beats_are_exactly_one_interval_apart_where_nothing_was_lost(mean_ms: float) -> None:
    chance = np.random.Generator(np.random.PCG64(4))
    rr_ms = np.clip(chance.normal(mean_ms, 40.0, 400), 310.0, 1990.0)
    times = BeatTimes()

    found = [one for at_s, frame in notified(rr_ms, chance) for one in times.times_of(at_s, frame)]

    assert len(found) == rr_ms.size
    assert times.gaps == 0
    assert np.diff(found) * 1000.0 == pytest.approx(rr_ms[1:], abs=1e-6)


def test_a_clock_that_drifts_loses_no_beat() -> None:
    chance = np.random.Generator(np.random.PCG64(5))
    rr_ms = np.full(3600, 800.0)
    times = BeatTimes()

    for at_s, frame in notified(rr_ms, chance):
        times.times_of(at_s * (1.0 + 100e-6), frame)

    assert times.gaps == 0


@pytest.mark.parametrize("lost", [2, 3, 10])
def test_intervals_that_a_strap_discarded_leave_a_gap(lost: int) -> None:
    chance = np.random.Generator(np.random.PCG64(6))
    rr_ms = np.clip(chance.normal(800.0, 30.0, 200), 600.0, 1000.0)
    frames = notified(rr_ms, chance)
    times = BeatTimes()
    found: list[float] = []
    kept: list[float] = []
    dropped = 0
    for index, (at_s, frame) in enumerate(frames):
        if index >= 60 and dropped < lost:
            dropped += len(frame)
            continue
        found += times.times_of(at_s, frame)
        kept += frame

    missing_s = [
        after - before - rr / 1000.0
        for (before, after), rr in zip(pairwise(found), kept[1:], strict=True)
    ]

    assert times.gaps == 1
    assert sum(one > CONTIGUITY_S for one in missing_s) == 1
    assert max(missing_s) == pytest.approx(0.8 * dropped, abs=1.0)


def test_a_run_that_was_broken_off_is_never_joined() -> None:
    times = BeatTimes()
    before = times.times_of(10.0, [800.0])
    times.break_off()

    after = times.times_of(10.8, [800.0])

    assert after[0] - before[0] - 0.8 > CONTIGUITY_S
    assert times.gaps == 1


def test_breaking_off_before_the_first_beat_is_no_gap() -> None:
    times = BeatTimes()
    times.break_off()

    assert times.times_of(10.0, [800.0]) == [pytest.approx(9.75)]
    assert times.gaps == 0


def test_a_frame_without_an_interval_has_no_time() -> None:
    assert BeatTimes().times_of(1.0, []) == []
