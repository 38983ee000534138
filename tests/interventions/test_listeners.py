"""Simulated listeners: what music does to their arousal, and arousal to their heart."""

from dataclasses import replace

import numpy as np
import pytest

from data.measures.hrv import resting_measures
from interventions.listeners import (
    Heart,
    Listener,
    ListenerKind,
    beats_at_rest,
    draw_listener,
    effect_of,
    step_arousal,
)

SOMEONE = Listener(
    kind=ListenerKind.ENTRAINMENT,
    rest=0.6,
    start=1.2,
    gain=0.06,
    range_z=0.9,
    heart_rate_bpm=70.0,
    ln_rmssd=3.4,
    breaths_hz=0.25,
)


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_music_draws_an_entrained_listener_only_from_nearby() -> None:
    near, at_the_range, far = (effect_of(SOMEONE, 1.0, 1.0 - offset) for offset in (0.3, 0.9, 3.0))

    assert at_the_range < near < 0.0
    assert abs(far) < abs(near)
    assert effect_of(SOMEONE, 1.0, 1.9) == -at_the_range


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        pytest.param(ListenerKind.NULL, 0.0, id="null: music does nothing"),
        pytest.param(ListenerKind.ADDITIVE, -0.035, id="additive: only the level counts"),
    ],
)
def test_other_listeners_do_not_answer_to_being_followed(kind: ListenerKind, effect: float) -> None:
    listener = replace(SOMEONE, kind=kind)

    assert [effect_of(listener, arousal, -1.0) for arousal in (-0.5, 2.0)] == [effect, effect]


def test_in_silence_arousal_returns_to_rest() -> None:
    assert effect_of(SOMEONE, 2.0, None) == 0.0
    assert step_arousal(SOMEONE, 2.0, None, 0.0) < 2.0
    assert step_arousal(SOMEONE, 0.0, None, 0.0) > 0.0


def test_fifteen_steps_make_one_decision_of_the_model() -> None:
    arousal = 1.0
    for _ in range(15):
        arousal = step_arousal(SOMEONE, arousal, None, 0.0)

    assert arousal == pytest.approx(1.0 + 0.03 * (0.6 - 1.0), abs=2e-4)


def test_the_population_is_that_of_the_notes() -> None:
    generator = chance()
    people = [draw_listener(ListenerKind.ENTRAINMENT, generator) for _ in range(2000)]

    assert np.mean([one.rest for one in people]) == pytest.approx(0.6, abs=0.05)
    assert np.mean([one.start for one in people]) == pytest.approx(1.2, abs=0.05)
    assert np.std([one.start for one in people]) == pytest.approx(0.5, abs=0.03)
    assert min(one.gain for one in people) >= 0.0
    assert all(0.5 <= one.range_z <= 1.3 for one in people)


@pytest.mark.parametrize("arousal", [0.0, 1.5])
def test_the_heart_shows_arousal_in_rate_and_variability(arousal: float) -> None:
    measured = resting_measures(
        beats_at_rest(SOMEONE, chance(4), duration_s=600.0, arousal=arousal)
    )

    assert measured.heart_rate_bpm == pytest.approx(70.0 + 3.2 * arousal, abs=0.8)
    assert measured.ln_rmssd == pytest.approx(3.4 - 0.22 * arousal, abs=0.12)
    assert measured.flagged_share < 0.01


def test_a_heart_never_beats_impossibly_fast() -> None:
    wild = Heart(replace(SOMEONE, ln_rmssd=7.0), chance(), 0.0)

    assert min(wild.beat(0.0) for _ in range(500)) >= 350.0


def test_times_and_intervals_agree_exactly() -> None:
    beats = beats_at_rest(SOMEONE, chance())

    assert np.diff(beats.times_s) * 1000.0 == pytest.approx(np.array(beats.rr_ms[1:]), abs=1e-6)
