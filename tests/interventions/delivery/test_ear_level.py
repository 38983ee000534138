"""The level at the ear stays below the limit, with the loudest music that was ever made (H.870)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interventions.delivery.ear_level import (
    LOUDEST_OVER_LU,
    UNCALIBRATED_DBA,
    Heard,
    ear_level_dba,
    gain_cap,
    is_too_loud,
    limit_dba,
    uncalibrated_gain_cap,
)
from protocols.document import shipped_protocol

levels = st.floats(45, 105)
loudness = st.floats(-40, -16)
limits = st.floats(60, 90)


@given(limit=limits, spl=levels, lufs=loudness)
def test_the_loudest_music_at_the_cap_is_never_above_the_limit(
    limit: float, spl: float, lufs: float
) -> None:
    cap = gain_cap(limit, spl, lufs)

    loudest = ear_level_dba([Heard(frames=3, volume=cap)], spl, lufs + LOUDEST_OVER_LU)
    assert 0 < cap <= 1
    assert loudest is not None
    assert loudest <= limit + 0.5  # whole decibels


@given(limit=limits, spl=levels, lufs=loudness)
def test_a_louder_pair_of_headphones_has_no_higher_cap(
    limit: float, spl: float, lufs: float
) -> None:
    assert gain_cap(limit, spl + 1, lufs) <= gain_cap(limit, spl, lufs)


def test_headphones_that_are_quiet_enough_play_at_full_volume() -> None:
    assert gain_cap(75.0, 74.0, -23.0) == 1.0
    assert gain_cap(75.0, 74.1, -23.0) < 1.0


def test_six_decibels_too_loud_halve_the_volume() -> None:
    assert gain_cap(75.0, 80.0206, -23.0) == pytest.approx(0.5, abs=1e-4)


def test_without_calibration_the_cap_is_that_of_a_loud_player() -> None:
    music = shipped_protocol().music
    limit = limit_dba(shipped_protocol().safety_rules)

    assert limit == 75.0
    assert uncalibrated_gain_cap(limit, music.loudness_lufs) == pytest.approx(0.158, abs=1e-3)
    assert uncalibrated_gain_cap(limit, music.loudness_lufs) == gain_cap(
        limit, UNCALIBRATED_DBA, music.loudness_lufs
    )


def test_a_protocol_without_the_rule_has_no_cap() -> None:
    assert limit_dba(()) is None
    assert gain_cap(None, 100.0, -16.0) == 1.0


@pytest.mark.parametrize(
    ("segment_lufs", "said"), [(-23.0, False), (-19.0, False), (-18.9, True), (None, False)]
)
def test_a_segment_above_the_margin_is_too_loud(segment_lufs: float | None, said: bool) -> None:  # noqa: FBT001 - a table
    assert is_too_loud(segment_lufs, -23.0) is said


def test_the_level_of_a_session_is_the_mean_of_its_energy() -> None:
    halves = [Heard(frames=600, volume=1.0), Heard(frames=600, volume=0.1)]

    assert ear_level_dba([Heard(frames=1200, volume=1.0)], 72.0, -23.0) == 69.0
    assert ear_level_dba(halves, 72.0, -23.0) == 66.0


def test_a_session_of_which_nothing_was_heard_has_no_level() -> None:
    assert ear_level_dba([], 72.0, -23.0) is None
    assert ear_level_dba([Heard(frames=10, volume=0.0)], 72.0, -23.0) is None
