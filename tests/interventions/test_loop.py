"""One pass of the loop and whole sessions: order, frames, chain, bounds, safety, both arms."""

from dataclasses import replace
from itertools import pairwise

import pytest

from data.records.sessions import SelfReport
from data.records.signals import RRSeries, SignalKind, Window
from interventions.arms.definition import arm_codes, arm_definition
from interventions.delivery.renderer import AdditiveRenderer, SilentRenderer
from interventions.inference.baseline import PROTOCOL_DEFAULT
from interventions.listeners import ListenerKind
from interventions.loop import run_pass
from interventions.loop_values import LoopPlan, LoopState, SessionEndedError, begin
from interventions.runner import run_session
from interventions.sensing.listener import rr_listener
from protocols.canonical import hash_of
from protocols.document import shipped_protocol
from tests.interventions.conftest import Run

ARMS = ("adaptive", "matched_fixed")
RATE_HZ = 44_100
SILENT = SilentRenderer()


def plan_of(arm: str, *, duration_s: float = 120.0) -> LoopPlan:
    """Return a short session of the shipped protocol."""
    protocol = shipped_protocol()
    return LoopPlan(
        session_id="LEI-001/session-1/attempt-1",
        arm=arm_definition(arm),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=PROTOCOL_DEFAULT,
        seed=11,
        duration_s=duration_s,
        software_version="0.1.0+test",
    )


def window(now_s: float, *, rr_ms: float | None = 830.0) -> Window:
    """Return a minute of a steady, not constant rhythm; None is a lost signal."""
    beats = 0 if rr_ms is None else int(60_000.0 / rr_ms)
    intervals = [(rr_ms or 0.0) + 12.0 * (-1.0) ** beat for beat in range(beats)]
    times_s = [now_s - sum(intervals[beat + 1 :]) / 1000.0 for beat in range(beats)]
    return Window(
        start_s=now_s - 60.0,
        end_s=now_s,
        beats=RRSeries(times_s=tuple(times_s), rr_ms=tuple(intervals), kind=SignalKind.RR),
        newest_sample_age_s=None if rr_ms is None else 0.0,
        signal_ok=True,
        signal_reason="",
    )


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("duration_s", [5.0, 60.0, 61.7, 1200.0])
def test_a_session_lasts_exactly_as_planned(run: Run, arm: str, duration_s: float) -> None:
    _, made = run(arm, rr_listener(ListenerKind.NULL, 3), duration_s=duration_s)

    assert sum(one.step.delivered.frames for one in made) == round(duration_s * RATE_HZ)
    assert [one.last for one in made] == [False] * (len(made) - 1) + [True]


@pytest.mark.parametrize("arm", ARMS)
def test_segments_follow_each_other_to_the_frame(run: Run, arm: str) -> None:
    _, made = run(arm, rr_listener(ListenerKind.NULL, 3), duration_s=300.0)

    assert made[0].step.start_s == 0.0
    for before, after in pairwise(made):
        length_s = before.step.delivered.frames / RATE_HZ
        assert after.step.start_s == pytest.approx(before.step.start_s + length_s, abs=2e-6)


@pytest.mark.parametrize("arm", ARMS)
def test_no_segment_is_too_short_to_be_asked_for(run: Run, arm: str) -> None:
    _, made = run(arm, rr_listener(ListenerKind.NULL, 5))

    assert min(one.step.delivered.frames for one in made) >= 3.0 * RATE_HZ


@pytest.mark.parametrize("arm", ARMS)
def test_steps_are_numbered_and_chained(run: Run, arm: str) -> None:
    plan, made = run(arm, rr_listener(ListenerKind.ENTRAINMENT, 3), duration_s=200.0)
    steps = [one.step for one in made]

    assert [step.id for step in steps] == [f"{plan.session_id}/{n}" for n in range(len(steps))]
    assert steps[0].previous_step_sha256 == ""
    assert [later.previous_step_sha256 for later in steps[1:]] == [
        hash_of(step) for step in steps[:-1]
    ]
    assert {step.arm_definition_hash for step in steps} == {arm_definition(arm).sha256}


@pytest.mark.parametrize("arm", ARMS)
def test_no_parameter_of_the_adaptive_policy_leaves_the_bounds(run: Run, arm: str) -> None:
    plan, made = run(arm, rr_listener(ListenerKind.DROPOUT, 4))
    decided = [one.step.decision.shadow or one.step.decision.applied for one in made]

    for one in plan.music.ranges:
        values = [getattr(parameters, one.parameter) for parameters in decided]
        assert one.minimum <= min(values) <= max(values) <= one.maximum
        moved = [abs(later - earlier) for earlier, later in pairwise(values)]
        assert max(moved) <= one.maximum_change + 1e-9


@pytest.mark.parametrize("arm", ARMS)
def test_each_change_explains_the_difference_between_wish_and_music(run: Run, arm: str) -> None:
    _, made = run(arm, rr_listener(ListenerKind.DROPOUT, 4))

    for one in made:
        decision = one.step.decision
        reached = {change.parameter: change.applied for change in decision.changes}
        for name, applied in reached.items():
            assert getattr(decision.applied, name) == applied
        assert {change.because for change in decision.changes} <= {
            "bound",
            "change_limit",
            decision.safety_rule,
        }


def test_the_adaptive_arm_has_no_shadow_and_the_fixed_arm_has_one(run: Run) -> None:
    _, adaptive = run("adaptive", rr_listener(ListenerKind.NULL, 3), duration_s=60.0)
    _, fixed = run("matched_fixed", rr_listener(ListenerKind.NULL, 3), duration_s=60.0)

    assert {one.step.decision.shadow for one in adaptive} == {None}
    assert None not in {one.step.decision.shadow for one in fixed}


def test_the_fixed_arm_plays_the_same_whatever_is_sensed(run: Run) -> None:
    listeners = [
        rr_listener(ListenerKind.ENTRAINMENT, 3),
        rr_listener(ListenerKind.ADDITIVE, 77),
        rr_listener(ListenerKind.DROPOUT, 9),
    ]

    played = [run("matched_fixed", listener)[1] for listener in listeners]

    scores = [[one.step.composed.score_sha256 for one in made] for made in played]
    applied = [[one.step.decision.applied for one in made] for made in played]
    assert scores[0] == scores[1] == scores[2]
    assert applied[0] == applied[1] == applied[2]


def test_the_adaptive_arm_plays_each_listener_something_else(run: Run) -> None:
    first, second = (
        run("adaptive", rr_listener(ListenerKind.ENTRAINMENT, seed), duration_s=120.0)[1]
        for seed in (3, 4)
    )

    assert [one.step.composed.score_sha256 for one in first] != [
        one.step.composed.score_sha256 for one in second
    ]


def run_with(plan: LoopPlan, rr_ms_by_pass: list[float | None]) -> tuple[LoopState, list[str]]:
    """Run one pass for each heart rate and return the rules in force."""
    state, rules = begin(plan), []
    for rr_ms in rr_ms_by_pass:
        made = run_pass(plan, state, window(state.start_s, rr_ms=rr_ms), SILENT)
        state = made.state
        rules.append(made.step.decision.safety_rule)
    return state, rules


@pytest.mark.parametrize("arm", ARMS)
def test_a_lost_signal_is_held_glides_and_calls_the_coordinator_in_every_arm(arm: str) -> None:
    state, rules = run_with(plan_of(arm, duration_s=600.0), [830.0] + [None] * 6)

    assert rules[:2] == ["", "signal_hold"]
    assert rules[-1] == "signal_tell"
    assert "signal_neutral" in rules
    assert state.coordinator_needed


@pytest.mark.parametrize("arm", ARMS)
def test_a_signal_that_comes_back_sends_the_coordinator_away(arm: str) -> None:
    plan = plan_of(arm, duration_s=600.0)

    state, rules = run_with(plan, [830.0] + [None] * 6 + [830.0])

    assert rules[-1] == ""
    assert not state.coordinator_needed


@pytest.mark.parametrize("arm", ARMS)
def test_a_heart_rate_above_the_limit_ends_the_session_with_its_reason(arm: str) -> None:
    plan = plan_of(arm, duration_s=600.0)
    state = begin(plan)
    reasons = []
    while not state.is_over:
        made = run_pass(plan, state, window(state.start_s, rr_ms=420.0), SILENT)
        state = made.state
        reasons.append(made.stop_reason)

    assert 4 <= len(reasons) <= 9
    assert "above the limit" in reasons[-1]
    assert state.coordinator_needed
    with pytest.raises(SessionEndedError, match="ended with segment"):
        run_pass(plan, state, window(state.start_s), SILENT)


def test_a_session_without_any_signal_plays_the_neutral_default() -> None:
    plan = plan_of("adaptive", duration_s=300.0)

    _, rules = run_with(plan, [None] * 3)
    first = run_pass(plan, begin(plan), window(0.0, rr_ms=None), SILENT)

    assert rules[0] == "signal_hold"
    assert first.step.decision.applied.tempo_bpm == 75.0
    assert first.step.state.held


def test_the_course_begins_at_the_first_usable_estimate() -> None:
    plan = plan_of("adaptive", duration_s=600.0)

    held = run_pass(plan, begin(plan), window(0.0, rr_ms=None), SILENT)
    usable = run_pass(plan, held.state, window(held.state.start_s, rr_ms=700.0), SILENT)

    assert held.state.course_start is None
    assert usable.state.course_start == usable.step.state.arousal


def test_a_rating_is_recorded_and_moves_the_estimate() -> None:
    plan = plan_of("adaptive")

    silent = run_pass(plan, begin(plan), window(0.0), SILENT)
    tense = run_pass(plan, begin(plan), window(0.0), SILENT, report=SelfReport(tension=95.0))

    assert tense.step.reactivity.rating == 95.0
    assert tense.step.state.arousal > silent.step.state.arousal + 0.5


def test_the_phases_follow_the_session(run: Run) -> None:
    _, made = run("adaptive", rr_listener(ListenerKind.NULL, 1), duration_s=600.0)

    phases = list(dict.fromkeys(one.step.composed.phase for one in made))

    assert phases == ["opening", "middle", "closing"]


@pytest.mark.parametrize("arm", ARMS)
def test_with_sound_the_same_is_decided_and_the_audio_is_evidence(arm: str) -> None:
    plan = plan_of(arm, duration_s=24.0)

    silent = list(run_session(plan, rr_listener(ListenerKind.NULL, 3), SILENT))
    heard = list(run_session(plan, rr_listener(ListenerKind.NULL, 3), AdditiveRenderer()))

    assert [one.step.decision for one in silent] == [one.step.decision for one in heard]
    assert [one.step.composed for one in silent] == [one.step.composed for one in heard]
    for one in heard:
        assert one.pcm is not None
        assert one.pcm.shape == (one.step.delivered.frames, 2)
        assert len(one.step.delivered.audio_sha256) == 64
    assert {one.step.delivered.audio_sha256 for one in silent} == {""}


def test_the_plan_of_every_arm_of_the_protocol_can_be_played() -> None:
    assert {arm.code for arm in shipped_protocol().arms} == set(arm_codes())


def test_a_wish_outside_every_bound_is_no_reason_to_fail() -> None:
    protocol = shipped_protocol()
    strict = replace(
        plan_of("adaptive"),
        music=replace(
            protocol.music,
            ranges=tuple(replace(one, maximum=one.minimum) for one in protocol.music.ranges),
        ),
    )

    made = run_pass(strict, begin(strict), window(0.0), SILENT)

    assert made.step.decision.applied.tempo_bpm == 50.0
