"""The adaptive arm: what the listener's heart says decides what is composed next."""

from data.records.music import MusicalParameters, Score
from data.records.sessions import Decision
from interventions.arms.arm import ArmDefinition, Filling
from interventions.composition.composer import Composer
from interventions.composition.rules import RuleComposer
from interventions.control import adaptive_policy
from interventions.inference import arousal
from protocols.music import MusicPlan


def _make_composer(duration_s: float, seed: int) -> Composer:  # noqa: ARG001 - composes as it goes
    return RuleComposer()


def _instruct(
    decided: MusicalParameters,
    music: MusicPlan,  # noqa: ARG001 - inside the bounds already
    seed: int,  # noqa: ARG001 - no choice is left
) -> MusicalParameters:
    return decided


def _settle(decision: Decision, score: Score) -> Decision:  # noqa: ARG001 - decided is applied
    return decision


ADAPTIVE = Filling(
    definition=ArmDefinition(
        code="adaptive",
        sensing="window-60s-1",
        inference=arousal.MODEL,
        control=adaptive_policy.NAME,
        shadow="",
        composition=RuleComposer().name,
        delivery="additive-1",
        feedback="range-beliefs-1",
    ),
    make_composer=_make_composer,
    instruct=_instruct,
    settle=_settle,
)
