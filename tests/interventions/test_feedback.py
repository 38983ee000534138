"""What came back after a segment, and what the loop learns of a listener's range."""

from dataclasses import replace

import pytest

from data.records.sessions import ListenerState, SelfReport
from data.records.signals import WindowGrade, WindowMeasures
from interventions.control.reaction import FLAT_BELIEFS, RANGES, Beliefs, drift, pull
from interventions.feedback import Pass, learn, react

MEASURES = WindowMeasures(
    grade=WindowGrade.GOOD,
    reason="",
    heart_rate_bpm=74.0,
    ln_rmssd=3.3,
    flagged_share=0.0,
    covered_share=1.0,
    valid_pairs=70,
)
STATE = ListenerState(
    arousal=1.0,
    arousal_sd=0.05,
    valence=None,
    heart_rate_z=1.0,
    ln_rmssd_z=-0.5,
    held=False,
    model="test",
)
FIRST = Pass(at_s=0.0, measures=MEASURES, state=STATE, level=-0.2)


def after(arousal: float, *, measures: WindowMeasures = MEASURES) -> Pass:
    """Return the pass 15 seconds later."""
    return Pass(at_s=15.0, measures=measures, state=replace(STATE, arousal=arousal), level=-0.2)


def expected_range(beliefs: Beliefs) -> float:
    return sum(belief * range_z for belief, range_z in zip(beliefs, RANGES, strict=True))


@pytest.mark.parametrize("true_range", [RANGES[0], RANGES[-1]])
def test_beliefs_move_towards_the_range_that_explains_what_came_back(true_range: float) -> None:
    beliefs = FLAT_BELIEFS
    moved = drift(1.0) + pull(-1.2, true_range)

    for _ in range(30):
        beliefs = learn(beliefs, FIRST, after(1.0 + moved))

    wrong = abs(expected_range(FLAT_BELIEFS) - true_range)
    assert abs(expected_range(beliefs) - true_range) < wrong - 0.05
    assert sum(beliefs) == pytest.approx(1.0)


@pytest.mark.parametrize("grade", [WindowGrade.DEGRADED, WindowGrade.HOLD])
def test_nothing_is_learned_while_the_signal_is_poor(grade: WindowGrade) -> None:
    poor = after(0.2, measures=replace(MEASURES, grade=grade))

    assert learn(FLAT_BELIEFS, FIRST, poor) == FLAT_BELIEFS
    assert react(FIRST, poor, None, FLAT_BELIEFS).learned == "nothing"


def test_the_first_pass_has_nothing_to_compare_with() -> None:
    reactivity = react(None, FIRST, None, learn(FLAT_BELIEFS, None, FIRST))

    assert reactivity.heart_rate_change_bpm is None
    assert reactivity.arousal_change == 0.0
    assert reactivity.learned == "nothing"


def test_the_change_since_the_last_pass_is_recorded_with_the_rating() -> None:
    now = after(0.8, measures=replace(MEASURES, heart_rate_bpm=72.5))

    reactivity = react(FIRST, now, SelfReport(tension=40.0), FLAT_BELIEFS)

    assert reactivity.heart_rate_change_bpm == -1.5
    assert reactivity.arousal_change == pytest.approx(-0.2)
    assert reactivity.rating == 40.0
    assert reactivity.learned == "music draws this listener best from about 0.90 away"


def test_without_a_heart_rate_there_is_no_change_of_it() -> None:
    lost = after(0.8, measures=replace(MEASURES, heart_rate_bpm=None, grade=WindowGrade.HOLD))

    assert react(FIRST, lost, None, FLAT_BELIEFS).heart_rate_change_bpm is None
