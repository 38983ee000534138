"""The adaptive policy: look one segment ahead and choose the level of music that serves the course best.

Conventions: deterministic given its arguments, so the propensity is 1. It never asks for more arousal than the listener
has on the way to calm (nor for less on the way to activation), and the music itself never stays behind the course, so that a
listener who does not answer as modelled is led all the same. When the estimate is too uncertain it follows the
course alone.

Contents: `Situation`, `Proposal`, `propose`.

Notes
-----
One-step model-predictive control on the model of `interventions.control.reaction`: for each offset between music and
listener the expected arousal after the segment is computed over the beliefs about the listener's range; the offset
whose expectation comes closest to the course is taken, the smaller one of equals.
"""

from dataclasses import dataclass

import numpy as np

from data.records.music import MusicalParameters
from data.records.sessions import ListenerState
from interventions.control.expression import parameters_at
from interventions.control.reaction import (
    DECISION_S,
    OFFSETS,
    RANGES,
    Beliefs,
    drift,
    expected_pulls,
    pull,
)
from interventions.control.trajectory import target_arousal
from protocols.music import MusicPlan

NAME = "iso-mpc-1"
LARGEST_SD = 0.8
"""Above this the estimate is too uncertain to act on."""
SEGMENT_S = 15.0
"""How far ahead the policy looks; the segment's real length is known only once it is composed."""
STEPS = SEGMENT_S / DECISION_S
LEVEL_DIGITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What the policy knows."""

    state: ListenerState
    start_arousal: float
    """First estimate of the session."""
    progress: float
    """Share of the session before this segment."""
    progress_after: float
    """Share of the session about one segment later."""
    beliefs: Beliefs


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What the policy wants, before bounds and safety."""

    target_arousal: float
    level: float
    parameters: MusicalParameters
    reason: str


def propose(situation: Situation, music: MusicPlan, seed: int) -> Proposal:
    """Propose the music of the next segment.

    Parameters
    ----------
    situation : Situation
        What is known.
    music : MusicPlan
        Aim, trajectory and bounds.
    seed : int
        The session's seed: the root of the music follows from it.

    Returns
    -------
    Proposal
        With its reason in words.
    """
    start = situation.start_arousal
    target = target_arousal(music, start, situation.progress)
    state = situation.state
    if state.arousal_sd > LARGEST_SD:
        level = round(target, LEVEL_DIGITS)
        reason = (
            f"Arousal {state.arousal:+.2f} is too uncertain (sd {state.arousal_sd:.2f}): "
            f"the music follows the course at {target:+.2f}."
        )
    else:
        goal = _goal(music, start, target_arousal(music, start, situation.progress_after), state)
        offset = _best_offset(state.arousal, goal, situation.beliefs)
        level = round(
            _not_past_the_course(music, start, target, state.arousal + offset), LEVEL_DIGITS
        )
        expected = _expected_after(state.arousal, level, situation.beliefs)
        reason = (
            f"Arousal {state.arousal:+.2f} (sd {state.arousal_sd:.2f}), the course asks for "
            f"{target:+.2f}: music at {level:+.2f} is expected to lead to {expected:+.2f}."
        )
    return Proposal(
        target_arousal=round(target, LEVEL_DIGITS),
        level=level,
        parameters=parameters_at(level, music, seed),
        reason=reason,
    )


def _goal(music: MusicPlan, start: float, target: float, state: ListenerState) -> float:
    if music.target_arousal <= start:
        return min(target, state.arousal)
    return max(target, state.arousal)


def _not_past_the_course(music: MusicPlan, start: float, target: float, level: float) -> float:
    return min(level, target) if music.target_arousal <= start else max(level, target)


def _best_offset(arousal: float, goal: float, beliefs: Beliefs) -> float:
    after = arousal + STEPS * (drift(arousal) + expected_pulls(beliefs))
    distance = np.round(np.abs(after - goal), 9)
    closest = np.flatnonzero(distance == distance.min())
    return min((OFFSETS[index] for index in closest.tolist()), key=abs)


def _expected_after(arousal: float, level: float, beliefs: Beliefs) -> float:
    drawn = sum(
        belief * pull(level - arousal, range_z)
        for belief, range_z in zip(beliefs, RANGES, strict=True)
    )
    return arousal + STEPS * (drift(arousal) + drawn)
