"""The fixed policy: nothing that was decided reaches the composer or the listener."""

from dataclasses import replace

from data.records.music import Score
from data.records.sessions import Decision, ParameterChange
from interventions.control.expression import neutral_default, parameters_at
from interventions.control.fixed_policy import NAME, instruct, settle
from protocols.document import shipped_protocol

MUSIC = shipped_protocol().music
CALM = parameters_at(-1.5, MUSIC, 0)
DECISION = Decision(
    target_arousal=0.2,
    proposed=replace(CALM, tempo_bpm=40.0),
    applied=CALM,
    changes=(ParameterChange(parameter="tempo_bpm", proposed=40, applied=50, because="bound"),),
    reason="because",
    propensity=1.0,
    shadow=None,
    policy="iso-mpc-1",
    safety_rule="signal_hold",
)


def test_the_composer_is_told_the_same_whatever_was_decided() -> None:
    told = [instruct(parameters_at(level, MUSIC, 3), MUSIC, 3) for level in (-2.0, 0.0, 1.0)]

    assert told == [neutral_default(MUSIC, 3)] * 3


def test_the_piece_is_applied_and_the_adaptive_decision_kept_in_shadow() -> None:
    of_piece = replace(CALM, tempo_bpm=66.0)
    score = Score(
        sequence=3,
        beats=12.0,
        tempo_bpm=66.0,
        parameters=of_piece,
        composer="pieces-1/satie",
        seed=1,
        phase="Gymnopédie",
        notes=(),
    )

    settled = settle(DECISION, score)

    assert settled.applied == settled.proposed == of_piece
    assert settled.shadow == CALM
    assert settled.changes == ()
    assert settled.policy == NAME
    assert settled.safety_rule == "signal_hold"
    assert "Gymnopédie" in settled.reason
