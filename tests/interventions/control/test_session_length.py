"""The longest session: cut on the frame, faded, named, in every arm; shorter sessions are as they were."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from data.records.music import Score
from interventions.control import session_length
from interventions.delivery.renderer import AdditiveRenderer, Rendered, SilentRenderer, Tail
from interventions.listeners import ListenerKind
from interventions.loop_values import LoopPass, LoopPlan
from interventions.replay import replay
from interventions.runner import run_session
from interventions.sensing.listener import rr_listener
from protocols.canonical import hash_of
from protocols.design import SafetyRule
from protocols.document import shipped_protocol
from tests.interventions.test_loop import ARMS, RATE_HZ, plan_of

SHIPPED_MINUTES = 25.0


def longest(minutes: float | None) -> tuple[SafetyRule, ...]:
    """Return the shipped rules with another longest session, or without that rule."""
    rules = shipped_protocol().safety_rules
    others = tuple(rule for rule in rules if rule.code != session_length.SESSION_LENGTH)
    (rule,) = (rule for rule in rules if rule.code == session_length.SESSION_LENGTH)
    return others if minutes is None else (*others, replace(rule, threshold=minutes))


def listened(plan: LoopPlan) -> list[LoopPass]:
    source = rr_listener(ListenerKind.ENTRAINMENT, 3)
    return list(run_session(plan, source, SilentRenderer()))


def frames_of(made: list[LoopPass]) -> int:
    return sum(one.step.delivered.frames for one in made)


@pytest.mark.parametrize("arm", ARMS)
def test_music_that_is_planned_longer_ends_on_the_frame_of_the_rule(arm: str) -> None:
    made = listened(plan_of(arm, duration_s=45 * 60.0))

    assert frames_of(made) == round(SHIPPED_MINUTES * 60 * RATE_HZ)
    assert [one.last for one in made] == [False] * (len(made) - 1) + [True]
    assert made[-1].stop_reason == session_length.IN_WORDS
    assert made[-1].step.decision.safety_rule == "session_length"
    assert made[-1].step.decision.reason.endswith(session_length.IN_WORDS)
    assert {one.stop_reason for one in made[:-1]} == {""}


@dataclass
class Noted:
    """A silent renderer that notes how long each fade at the end is."""

    fades: list[int] = field(default_factory=list)
    sampling_rate_hz: int = RATE_HZ

    def render(
        self, score: Score, tail: Tail, *, frames: int, fade_in_frames: int, fade_out_frames: int
    ) -> Rendered:
        """Note the fade."""
        self.fades.append(fade_out_frames)
        return SilentRenderer().render(
            score,
            tail,
            frames=frames,
            fade_in_frames=fade_in_frames,
            fade_out_frames=fade_out_frames,
        )


@pytest.mark.parametrize("arm", ARMS)
def test_the_cut_segment_alone_fades_out_over_the_plans_fade(arm: str) -> None:
    plan = replace(plan_of(arm, duration_s=300.0), safety_rules=longest(1.0))
    noted = Noted()

    list(run_session(plan, rr_listener(ListenerKind.NULL, 3), noted))

    assert noted.fades[-1] == plan.music.fade_s * RATE_HZ
    assert set(noted.fades[:-1]) == {0}


def test_what_is_cut_falls_to_silence() -> None:
    plan = replace(plan_of("adaptive", duration_s=120.0), safety_rules=longest(0.5))

    (*_, last) = run_session(plan, rr_listener(ListenerKind.NULL, 3), AdditiveRenderer())

    assert last.pcm is not None
    fade = round(plan.music.fade_s * RATE_HZ)
    assert np.abs(last.pcm[-200:]).max() < 1e-3
    assert np.abs(last.pcm[:-fade]).max() > 0.02


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("duration_s", [240.0, 1200.0])
def test_sessions_within_the_rule_are_recorded_byte_for_byte_as_without_it(
    arm: str, duration_s: float
) -> None:
    plan = plan_of(arm, duration_s=duration_s)

    with_rule = listened(plan)
    without = listened(replace(plan, safety_rules=longest(None)))

    assert [hash_of(one.step) for one in with_rule] == [hash_of(one.step) for one in without]
    assert with_rule[-1].stop_reason == ""


def test_a_session_as_long_as_the_rule_is_heard_to_its_planned_end() -> None:
    made = listened(plan_of("adaptive", duration_s=SHIPPED_MINUTES * 60))

    assert frames_of(made) == round(SHIPPED_MINUTES * 60 * RATE_HZ)
    assert made[-1].stop_reason == ""
    assert made[-1].step.decision.safety_rule == ""


@pytest.mark.parametrize("arm", ARMS)
def test_a_session_that_was_cut_replays_bit_by_bit(arm: str) -> None:
    plan = replace(plan_of(arm, duration_s=600.0), safety_rules=longest(3.0))

    found = replay(plan, [one.step for one in listened(plan)])

    assert found.differences == ()


def test_a_protocol_without_the_rule_has_no_longest_session() -> None:
    made = listened(replace(plan_of("adaptive", duration_s=1600.0), safety_rules=longest(None)))

    assert frames_of(made) == 1600 * RATE_HZ
