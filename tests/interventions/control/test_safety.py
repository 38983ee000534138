"""The safety layer: loss of signal and heart rate (conduct notes 5.4)."""

from dataclasses import replace

import pytest

from data.records.sessions import RestingBaseline
from data.records.signals import WindowGrade, WindowMeasures
from interventions.control.expression import expressed_arousal, neutral_default, parameters_at
from interventions.control.safety import (
    CALM,
    HOLD,
    LIMIT,
    NEUTRAL,
    RISE,
    TELL,
    SafetyLimits,
    SafetyMemory,
    limits_of,
    override,
    rule_in_force,
    safe_plan,
    stop_reason,
    watch,
)
from protocols.document import shipped_protocol

MUSIC = shipped_protocol().music
LIMITS = SafetyLimits(neutral_after_s=30.0, tell_after_s=60.0, rise_bpm=30.0, limit_bpm=130.0)
BASELINE = RestingBaseline(
    heart_rate_bpm=70.0,
    heart_rate_scale_bpm=3.0,
    ln_rmssd=3.4,
    ln_rmssd_scale=0.22,
    source="recorded",
)
LIVELY = parameters_at(0.8, MUSIC, 0)
QUIET = parameters_at(-1.8, MUSIC, 0)
WANTED = parameters_at(1.0, MUSIC, 0)


def measures(
    heart_rate_bpm: float | None, *, grade: WindowGrade = WindowGrade.GOOD
) -> WindowMeasures:
    """Return a window with this heart rate; None holds."""
    return WindowMeasures(
        grade=WindowGrade.HOLD if heart_rate_bpm is None else grade,
        reason="",
        heart_rate_bpm=heart_rate_bpm,
        ln_rmssd=None,
        flagged_share=0.0,
        covered_share=1.0,
        valid_pairs=70,
    )


def rules_over(
    heart_rates_bpm: list[float | None], *, step_s: float = 15.0, limits: SafetyLimits = LIMITS
) -> list[str]:
    """Return the rule in force after each window."""
    memory, rules = CALM, []
    for number, heart_rate_bpm in enumerate(heart_rates_bpm):
        now_s = number * step_s
        memory = watch(memory, measures(heart_rate_bpm), BASELINE, limits, now_s)
        rules.append(rule_in_force(memory, limits, now_s))
    return rules


def test_a_good_signal_at_rest_has_no_rule() -> None:
    assert rules_over([70.0, 72.0, 99.0]) == ["", "", ""]


def test_a_lost_signal_is_held_then_led_to_neutral_then_told() -> None:
    assert rules_over([70.0, None, None, None, None, None, None]) == [
        "", HOLD, HOLD, NEUTRAL, NEUTRAL, TELL, TELL,
    ]  # fmt: skip


def test_a_signal_that_comes_back_ends_the_hold() -> None:
    assert rules_over([None, None, None, 70.0, None]) == [HOLD, HOLD, NEUTRAL, "", HOLD]


def test_a_minute_of_a_raised_heart_rate_leads_to_the_safe_plan_for_good() -> None:
    assert rules_over([101.0, 101.0, 101.0, 101.0, 101.0, 71.0, None]) == [
        "",
        "",
        "",
        "",
        RISE,
        RISE,
        RISE,
    ]


def test_a_short_rise_changes_nothing() -> None:
    assert rules_over([101.0, 101.0, 101.0, 99.0, 101.0, 101.0]) == [""] * 6


def test_a_held_window_neither_starts_nor_ends_a_rise() -> None:
    assert rules_over([101.0, None, None, 101.0, 101.0]) == ["", HOLD, HOLD, "", RISE]


def test_a_minute_above_the_limit_ends_the_session() -> None:
    assert rules_over([131.0] * 5)[-1] == LIMIT
    assert "session ends" in stop_reason(LIMIT)
    assert {stop_reason(rule) for rule in ("", HOLD, NEUTRAL, TELL, RISE)} == {""}


def test_a_degraded_window_still_counts_for_the_heart_rate() -> None:
    memory = watch(CALM, measures(120.0, grade=WindowGrade.DEGRADED), BASELINE, LIMITS, now_s=15.0)

    assert memory.risen_since_s == 15.0


def test_without_a_rule_in_the_protocol_the_heart_rate_is_not_judged() -> None:
    silent = limits_of(())

    assert silent == SafetyLimits(
        neutral_after_s=30.0, tell_after_s=60.0, rise_bpm=None, limit_bpm=None
    )
    assert rules_over([180.0] * 6, limits=silent) == [""] * 6


def test_the_shipped_protocol_sets_every_threshold() -> None:
    assert limits_of(shipped_protocol().safety_rules) == LIMITS


def test_hold_keeps_what_was_played() -> None:
    applied, changes = override(HOLD, WANTED, LIVELY, MUSIC, 0)

    assert applied == LIVELY
    assert {change.because for change in changes} == {HOLD}
    assert {change.parameter for change in changes} >= {"tempo_bpm", "dynamics"}


@pytest.mark.parametrize("rule", [NEUTRAL, TELL])
def test_lively_music_glides_to_neutral_within_the_limits_of_change(rule: str) -> None:
    applied, _ = override(rule, WANTED, LIVELY, MUSIC, 0)

    assert applied.tempo_bpm == pytest.approx(LIVELY.tempo_bpm - 3.0)
    assert expressed_arousal(applied) < expressed_arousal(LIVELY)


@pytest.mark.parametrize("rule", [HOLD, NEUTRAL, TELL])
def test_calm_music_never_becomes_faster_without_a_signal(rule: str) -> None:
    assert override(rule, WANTED, QUIET, MUSIC, 0)[0] == QUIET


def test_a_session_without_signal_begins_at_neutral() -> None:
    assert override(HOLD, WANTED, None, MUSIC, 0)[0] == neutral_default(MUSIC, 0)


def test_the_safe_plan_is_slow_sparse_and_in_major() -> None:
    plan = safe_plan(replace(MUSIC, target_valence=-0.5), 0)

    assert (plan.tempo_bpm, plan.note_density_per_s, plan.voices) == (60.0, 1.0, 2)
    assert plan.mode == "major"


def test_without_a_rule_nothing_is_overridden() -> None:
    assert override("", WANTED, QUIET, MUSIC, 0) == (WANTED, ())


def test_the_memory_starts_empty() -> None:
    assert (
        SafetyMemory(held_since_s=None, risen_since_s=None, above_since_s=None, is_safe_plan=False)
        == CALM
    )
