"""Every decision computed again from the log; whatever was altered is found."""

from dataclasses import replace

import pytest

from data.records.sessions import LoopStep
from interventions.listeners import ListenerKind
from interventions.loop_values import LoopPlan
from interventions.replay import Difference, replay
from interventions.sensing.listener import rr_listener
from protocols.canonical import adapter_of, canonical_json
from tests.interventions.conftest import Run

ARMS = ("adaptive", "matched_fixed")


@pytest.fixture(scope="module")
def logged(run: Run) -> tuple[LoopPlan, list[LoopStep]]:
    """Return a short adaptive session."""
    plan, made = run("adaptive", rr_listener(ListenerKind.DROPOUT, 5), duration_s=240.0)
    return plan, [one.step for one in made]


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("kind", [ListenerKind.ENTRAINMENT, ListenerKind.DROPOUT])
def test_a_session_that_was_stored_and_read_is_replayed_bit_for_bit(
    run: Run, arm: str, kind: ListenerKind
) -> None:
    plan, made = run(arm, rr_listener(kind, 21))
    lines = [canonical_json(one.step) for one in made]
    stored_plan = adapter_of(LoopPlan).validate_json(canonical_json(plan))

    steps = [adapter_of(LoopStep).validate_json(line) for line in lines]

    assert replay(stored_plan, steps).equal
    assert [canonical_json(step) for step in steps] == lines


def test_an_altered_decision_is_found(logged: tuple[LoopPlan, list[LoopStep]]) -> None:
    plan, steps = logged
    faster = replace(steps[4].decision.applied, tempo_bpm=99.0)
    altered = [*steps]
    altered[4] = replace(steps[4], decision=replace(steps[4].decision, applied=faster))

    found = replay(plan, altered)

    assert not found.equal
    assert found.differences == (
        Difference(sequence=4, part="decision"),
        Difference(sequence=5, part="chain"),
    )


def test_an_altered_window_is_found(logged: tuple[LoopPlan, list[LoopStep]]) -> None:
    plan, steps = logged
    beats = steps[3].window.beats
    slower = replace(beats, rr_ms=tuple(rr_ms + 40.0 for rr_ms in beats.rr_ms))
    altered = [*steps]
    altered[3] = replace(steps[3], window=replace(steps[3].window, beats=slower))

    parts = {one.part for one in replay(plan, altered).differences if one.sequence == 3}

    assert {"measures", "state", "decision"} <= parts


def test_an_altered_length_is_found(logged: tuple[LoopPlan, list[LoopStep]]) -> None:
    plan, steps = logged
    altered = [replace(steps[0], delivered=replace(steps[0].delivered, frames=1)), *steps[1:]]

    parts = [one.part for one in replay(plan, altered).differences]

    assert parts[:2] == ["delivered.frames", "chain"]


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(lambda steps: [*steps[:2], *steps[3:]], id="a step is missing"),
        pytest.param(lambda steps: [*steps, steps[-1]], id="a step after the last"),
        pytest.param(lambda steps: [steps[1], steps[0]], id="in another order"),
    ],
)
def test_a_log_that_is_not_whole_is_found(
    logged: tuple[LoopPlan, list[LoopStep]], lose: object
) -> None:
    plan, steps = logged
    assert callable(lose)

    assert "order" in {one.part for one in replay(plan, lose(steps)).differences}


def test_another_seed_is_another_session(logged: tuple[LoopPlan, list[LoopStep]]) -> None:
    plan, steps = logged

    parts = {one.part for one in replay(replace(plan, seed=plan.seed + 1), steps).differences}

    assert "composed" in parts


def test_an_empty_log_replays(logged: tuple[LoopPlan, list[LoopStep]]) -> None:
    assert replay(logged[0], []).equal
