"""Parameters and the arousal they express: monotone, additive, inside the bounds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interventions.control.expression import (
    CUES,
    expressed_arousal,
    expressed_valence,
    level_span,
    neutral_default,
    parameters_at,
)
from protocols.document import shipped_protocol

MUSIC = shipped_protocol().music


@pytest.mark.parametrize("name", [name for name, cue in CUES.items() if cue.weight > 0])
def test_more_of_an_arousing_parameter_expresses_more_arousal(name: str) -> None:
    middle = neutral_default(MUSIC, 0)
    louder: dict[str, Any] = {name: getattr(middle, name) * 1.1 + 0.01}
    more = replace(middle, **louder)

    assert expressed_arousal(more) > expressed_arousal(middle)


def test_detached_notes_express_more_arousal_than_legato() -> None:
    middle = neutral_default(MUSIC, 0)

    assert expressed_arousal(replace(middle, articulation=0.6)) > expressed_arousal(middle)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("mode", "minor", id="minor"),
        pytest.param("dissonance", 0.9, id="dissonant"),
        pytest.param("tempo_bpm", 40.0, id="slow"),
        pytest.param("register", 40.0, id="low"),
    ],
)
def test_darker_music_expresses_less_valence(name: str, value: object) -> None:
    middle = neutral_default(MUSIC, 0)

    darker: dict[str, Any] = {name: value}

    assert expressed_valence(replace(middle, **darker)) < expressed_valence(middle)


@given(st.floats(min_value=-2.1, max_value=1.2))
def test_a_level_inside_the_span_is_expressed_exactly(level: float) -> None:
    lowest, highest = level_span(MUSIC)

    expressed = expressed_arousal(parameters_at(level, MUSIC, 3))

    assert expressed == pytest.approx(min(highest, max(lowest, level)), abs=1e-3)


@given(st.floats(min_value=-50.0, max_value=50.0), st.integers(0, 2**53))
def test_no_level_leaves_the_bounds(level: float, seed: int) -> None:
    parameters = parameters_at(level, MUSIC, seed)

    for one in MUSIC.ranges:
        assert one.minimum <= getattr(parameters, one.parameter) <= one.maximum


def test_loudness_mode_root_and_voices_are_no_active_ingredient() -> None:
    calm, arousing = (parameters_at(level, MUSIC, 3) for level in (-2.0, 1.0))

    for name in ("loudness_lufs", "mode", "root", "voices"):
        assert getattr(calm, name) == getattr(arousing, name)


def test_a_parameter_without_bounds_stays_at_its_centre() -> None:
    only_tempo = replace(MUSIC, ranges=MUSIC.ranges[:1])

    assert parameters_at(1.0, only_tempo, 0).dynamics == CUES["dynamics"].centre


def test_an_aim_of_low_valence_is_in_minor() -> None:
    dark = replace(MUSIC, target_valence=-0.2)

    assert parameters_at(0.0, dark, 0).mode == "minor"


def test_bounds_without_width_leave_no_choice() -> None:
    tempo = replace(MUSIC.ranges[0], minimum=60.0, maximum=60.0)
    narrow = replace(MUSIC, ranges=(tempo,))

    assert parameters_at(2.0, narrow, 0) == parameters_at(-2.0, narrow, 0)
