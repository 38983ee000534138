"""A small frozen plan, sessions of every arm, listeners of every kind."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from interventions.arms.definition import arm_definition
from interventions.delivery.renderer import SilentRenderer
from interventions.inference.baseline import baseline_of_recording
from interventions.loop_values import LoopPass, LoopPlan
from interventions.runner import run_session
from interventions.sensing.source import SignalSource
from protocols.design import SafetyRule
from protocols.document import shipped_protocol
from protocols.music import MusicPlan

Run: TypeAlias = Callable[..., tuple[LoopPlan, list[LoopPass]]]


@pytest.fixture(scope="session")
def music() -> MusicPlan:
    """Return the bounds and the aim of the shipped protocol."""
    return shipped_protocol().music


@pytest.fixture(scope="session")
def safety_rules() -> tuple[SafetyRule, ...]:
    """Return the safety rules of the shipped protocol."""
    return shipped_protocol().safety_rules


@pytest.fixture(scope="session")
def run(music: MusicPlan, safety_rules: tuple[SafetyRule, ...]) -> Run:
    """Return a function that runs a whole session without sound."""

    def run_one(
        arm: str, source: SignalSource, *, duration_s: float = 1200.0, seed: int = 11
    ) -> tuple[LoopPlan, list[LoopPass]]:
        plan = LoopPlan(
            session_id="LEI-001/session-1/attempt-1",
            arm=arm_definition(arm),
            music=music,
            safety_rules=safety_rules,
            baseline=baseline_of_recording(source.resting_beats()),
            seed=seed,
            duration_s=duration_s,
            software_version="0.1.0+test",
        )
        return plan, list(run_session(plan, source, SilentRenderer()))

    return run_one
