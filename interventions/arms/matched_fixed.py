"""The matched arm: human-composed pieces in a programme fixed before the session; the loop runs in shadow."""

from dataclasses import replace

from interventions.arms.arm import ArmDefinition, Filling
from interventions.composition import matched_programme
from interventions.composition.composer import Composer
from interventions.composition.pieces import PieceComposer, schedule_pieces
from interventions.control import adaptive_policy, fixed_policy
from interventions.inference import arousal


def _make_matched_composer(duration_s: float, seed: int) -> Composer:
    programme = matched_programme.schedule_matched(duration_s, seed)
    return matched_programme.MatchedPieceComposer(programme=programme)


def _make_composer(duration_s: float, seed: int) -> Composer:
    return PieceComposer(programme=schedule_pieces(duration_s, seed))


MATCHED_FIXED = Filling(
    definition=ArmDefinition(
        code="matched_fixed",
        sensing="window-60s-1",
        inference=arousal.MODEL,
        control=fixed_policy.NAME,
        shadow=adaptive_policy.NAME,
        composition="pieces-1",
        delivery="additive-1",
        feedback="range-beliefs-1",
    ),
    make_composer=_make_composer,
    instruct=fixed_policy.instruct,
    settle=fixed_policy.settle,
)

MATCHED_FIXED_2 = replace(
    MATCHED_FIXED,
    definition=replace(MATCHED_FIXED.definition, composition=matched_programme.NAME),
    make_composer=_make_matched_composer,
)
