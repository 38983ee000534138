"""Sessions that earlier versions recorded are computed again bit for bit, whatever has been added since."""

from pathlib import Path

import pytest

from data.records.sessions import LoopStep
from interventions.arms.definition import arm_definition
from interventions.loop_values import LoopPlan
from interventions.replay import replay
from protocols.canonical import adapter_of, canonical_json
from protocols.design import AffectModel

EARLIER = Path(__file__).parent / "earlier_sessions"
FOLDERS = ["adaptive_1", "matched_fixed_1"]
HASHES = {
    "adaptive": "6212b7398cf2248b220f31e02d8efdf05457cef15ebbe95ad03afb0ba911a012",
    "matched_fixed": "c5dfe1a0a11dbb5befd97f313599338c7f2751653bd91bd795789a23bb6a3d99",
}
"""Of the first presets, as software 0.1.0 recorded them with every session."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_session_of_the_first_presets_with_lost_contact_and_ratings_replays(folder: str) -> None:
    plan_bytes = (EARLIER / folder / "plan.json").read_bytes().strip()
    lines = (EARLIER / folder / "steps.jsonl").read_bytes().splitlines()
    plan = adapter_of(LoopPlan).validate_json(plan_bytes)
    steps = [adapter_of(LoopStep).validate_json(line) for line in lines]

    found = replay(plan, steps)

    assert found.equal, found.differences
    assert found.passes == len(lines) > 10
    assert {step.reactivity.rating for step in steps} == {None, 72.0, 30.0}
    assert [canonical_json(step) for step in steps] == lines
    assert canonical_json(plan) == plan_bytes


@pytest.mark.parametrize("code", HASHES)
def test_the_first_presets_keep_their_hashes(code: str) -> None:
    assert arm_definition(code).sha256 == HASHES[code]
    assert arm_definition(code, AffectModel.HEART).sha256 == HASHES[code]
    assert arm_definition(code, AffectModel.ALL_SIGNALS).sha256 != HASHES[code]
