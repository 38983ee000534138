"""A recorded ECG through a whole session in both arms: graded, decided, bounded, replayable, equally long."""

from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from data.exchange.recording import ChannelKind, Recording
from data.exchange.recordings import read_recording
from data.records.sessions import LoopStep
from data.records.signals import WindowGrade
from interventions.arms.definition import arm_definition
from interventions.control.expression import expressed_arousal
from interventions.delivery.renderer import SilentRenderer
from interventions.inference.baseline import baseline_of_recording
from interventions.loop_values import LoopPlan
from interventions.replay import replay
from interventions.runner import run_session
from interventions.sensing.recording import RecordedSource
from protocols.document import shipped_protocol

ARMS = ("adaptive", "matched_fixed")
DURATION_S = 1200.0
REST_S = 300.0
Session: TypeAlias = tuple[LoopPlan, list[LoopStep]]


def run_one(arm: str, recording: Recording, seed: int) -> Session:
    """Run a whole session on the recording."""
    ecg = recording.sampled(ChannelKind.ECG)
    assert ecg is not None
    protocol = shipped_protocol()
    source = RecordedSource.of_ecg(
        recording.name, ecg.samples, ecg.sampling_rate_hz, music_starts_s=REST_S
    )
    plan = LoopPlan(
        session_id=f"LEI-001/session-1/{arm}",
        arm=arm_definition(arm),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=baseline_of_recording(source.resting_beats()),
        seed=seed,
        duration_s=DURATION_S,
        software_version="0.1.0+test",
    )
    return plan, [one.step for one in run_session(plan, source, SilentRenderer())]


@pytest.fixture(scope="module")
def recording(reference: Path) -> Recording:
    """Return record 100."""
    return read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")


@pytest.fixture(scope="module")
def sessions(recording: Recording) -> dict[str, Session]:
    """Return a whole session of each arm on the same recording."""
    return {arm: run_one(arm, recording, 100) for arm in ARMS}


def levels_of(steps: list[LoopStep]) -> list[float]:
    return [expressed_arousal(step.decision.applied) for step in steps]


def arousals_of(steps: list[LoopStep]) -> list[float]:
    return [step.state.arousal for step in steps]


@pytest.mark.parametrize("arm", ARMS)
def test_the_rest_before_the_music_gives_the_baseline(
    sessions: dict[str, Session], arm: str
) -> None:
    plan, _ = sessions[arm]

    assert plan.baseline.source == "recorded"
    assert plan.baseline.heart_rate_bpm == pytest.approx(74.2, abs=0.3)


@pytest.mark.parametrize("arm", ARMS)
def test_every_window_is_graded_and_most_are_good(sessions: dict[str, Session], arm: str) -> None:
    _, steps = sessions[arm]
    grades = [step.measures.grade for step in steps]

    assert len(steps) > 75
    assert grades.count(WindowGrade.GOOD) / len(grades) > 0.8
    assert WindowGrade.HOLD not in grades
    assert {s.measures.reason for s in steps if s.measures.grade is WindowGrade.DEGRADED} == {
        "artefacts"
    }


@pytest.mark.parametrize("arm", ARMS)
def test_every_pass_can_be_computed_again(sessions: dict[str, Session], arm: str) -> None:
    plan, steps = sessions[arm]

    found = replay(plan, steps)

    assert (found.passes, found.equal) == (len(steps), True)


@pytest.mark.parametrize("arm", ARMS)
def test_what_the_adaptive_policy_decides_stays_inside_bounds_and_limits(
    sessions: dict[str, Session], arm: str
) -> None:
    plan, steps = sessions[arm]
    decided = [step.decision.shadow or step.decision.applied for step in steps]

    for one in plan.music.ranges:
        values = [getattr(parameters, one.parameter) for parameters in decided]
        assert one.minimum <= min(values) <= max(values) <= one.maximum
        assert max(abs(b - a) for a, b in pairwise(values)) <= one.maximum_change + 1e-9


def correlation_of(steps: list[LoopStep]) -> float:
    """Return how closely the music follows the listener's own state."""
    return float(np.corrcoef(arousals_of(steps), levels_of(steps))[0, 1])


def test_adaptive_music_follows_the_listener_and_fixed_music_does_not(
    recording: Recording, sessions: dict[str, Session]
) -> None:
    """One programme may rise and fall with a listener by chance; programmes together do not."""
    fixed = [correlation_of(run_one("matched_fixed", recording, seed)[1]) for seed in range(16)]

    assert correlation_of(sessions["adaptive"][1]) > 0.7
    assert abs(np.mean(fixed)) < 0.2


def test_both_arms_estimate_the_same_listener(sessions: dict[str, Session]) -> None:
    adaptive, fixed = (sessions[arm][1] for arm in ARMS)
    seconds = np.arange(60.0, DURATION_S - 30.0, 30.0)

    tracks = [
        np.interp(seconds, [step.start_s for step in steps], arousals_of(steps))
        for steps in (adaptive, fixed)
    ]

    assert np.corrcoef(tracks[0], tracks[1])[0, 1] > 0.9


def test_both_arms_last_equally_long_to_the_frame(sessions: dict[str, Session]) -> None:
    frames = [sum(step.delivered.frames for step in sessions[arm][1]) for arm in ARMS]

    assert frames == [round(DURATION_S * 44_100)] * 2
