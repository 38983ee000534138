"""The adaptive policy: what it proposes follows the listener, and it says why."""

from dataclasses import replace

import pytest

from data.records.sessions import ListenerState
from interventions.control.adaptive_policy import Situation, propose
from interventions.control.expression import expressed_arousal
from interventions.control.reaction import FLAT_BELIEFS, RANGES, Beliefs
from protocols.document import shipped_protocol

MUSIC = shipped_protocol().music


def situation(
    arousal: float,
    *,
    sd: float = 0.4,
    start: float = 1.0,
    progress: float = 0.3,
    beliefs: Beliefs = FLAT_BELIEFS,
) -> Situation:
    """Return what the policy knows in the middle of a session."""
    return Situation(
        state=ListenerState(
            arousal=arousal,
            arousal_sd=sd,
            valence=None,
            heart_rate_z=None,
            ln_rmssd_z=None,
            held=False,
            model="test",
        ),
        start_arousal=start,
        progress=progress,
        progress_after=progress + 0.0125,
        beliefs=beliefs,
    )


def certain(range_z: float) -> Beliefs:
    """Believe in one range only."""
    return tuple(float(one == range_z) for one in RANGES)


def test_music_is_calmer_than_a_listener_who_is_behind_the_course() -> None:
    proposal = propose(situation(1.0), MUSIC, 0)

    assert proposal.level < 0.6
    assert expressed_arousal(proposal.parameters) == pytest.approx(proposal.level, abs=1e-3)


def test_a_more_aroused_listener_gets_more_aroused_music_on_the_way_down() -> None:
    levels = [propose(situation(arousal), MUSIC, 0).level for arousal in (0.4, 0.8, 1.2)]

    assert levels == sorted(levels)


def test_a_listener_of_narrow_range_is_followed_closely() -> None:
    near, far = (
        propose(situation(1.0, beliefs=certain(w)), MUSIC, 0).level for w in (RANGES[0], RANGES[-1])
    )

    assert near > far


def test_a_listener_ahead_of_the_course_is_not_aroused() -> None:
    proposal = propose(situation(-0.5), MUSIC, 0)

    assert proposal.level <= -0.5


@pytest.mark.parametrize("arousal", [-1.0, 0.0, 1.0, 3.0])
@pytest.mark.parametrize("progress", [0.0, 0.4, 0.9])
def test_music_never_stays_behind_the_course(arousal: float, progress: float) -> None:
    proposal = propose(situation(arousal, progress=progress), MUSIC, 0)

    assert proposal.level <= proposal.target_arousal


@pytest.mark.parametrize("arousal", [-1.0, 0.0, 1.0])
def test_an_activating_aim_is_the_mirror_image(arousal: float) -> None:
    activating = replace(MUSIC, target_arousal=0.8)

    proposal = propose(situation(arousal, start=-1.0), activating, 0)

    assert proposal.level >= proposal.target_arousal


def test_an_uncertain_estimate_is_not_acted_on() -> None:
    proposal = propose(situation(2.0, sd=0.9), MUSIC, 0)

    assert proposal.level == pytest.approx(proposal.target_arousal)
    assert "too uncertain (sd 0.90)" in proposal.reason


def test_the_reason_names_estimate_course_and_expectation() -> None:
    reason = propose(situation(1.0), MUSIC, 0).reason

    assert reason.startswith("Arousal +1.00 (sd 0.40), the course asks for +0.31: music at ")
    assert "is expected to lead to +0." in reason


def test_the_same_situation_gives_the_same_proposal() -> None:
    assert propose(situation(0.7), MUSIC, 5) == propose(situation(0.7), MUSIC, 5)
