"""Resting values: from a measurement, from a recording, or the protocol's default, and it says which."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from data.records.signals import RRSeries, SignalKind
from data.records.visits import RestingMeasurement
from interventions.inference.baseline import (
    PROTOCOL_DEFAULT,
    baseline_of_recording,
    resting_baseline,
)
from interventions.listeners import ListenerKind, beats_at_rest, draw_listener

MEASURED = RestingMeasurement(
    id="LEI-001/baseline",
    participant_id="LEI-001",
    visit="baseline",
    recipe="rmssd-median11-20pct-v1",
    ln_rmssd=3.2,
    heart_rate_bpm=66.0,
    flagged_share=0.0,
    covered_share=1.0,
    valid_pairs=320,
    reason="",
    source="ecg",
    measured_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
)


def test_a_measurement_gives_its_values_with_the_spread_of_its_recording() -> None:
    baseline = resting_baseline(replace(MEASURED, heart_rate_mad_bpm=3.0, ln_rmssd_mad=0.3))

    assert baseline.heart_rate_scale_bpm == pytest.approx(1.4826 * 3.0)
    assert baseline.ln_rmssd_scale == pytest.approx(1.4826 * 0.3)


def test_a_measurement_that_kept_no_spread_has_the_smallest_scales() -> None:
    baseline = resting_baseline(MEASURED)

    assert (baseline.heart_rate_bpm, baseline.ln_rmssd) == (66.0, 3.2)
    assert baseline.heart_rate_scale_bpm == pytest.approx(1.4826 * 2.0)
    assert baseline.ln_rmssd_scale == pytest.approx(1.4826 * 0.15)
    assert baseline.source == "recorded"


@pytest.mark.parametrize(
    "measured",
    [
        pytest.param(None, id="no visit"),
        pytest.param(replace(MEASURED, ln_rmssd=None), id="no variability"),
        pytest.param(replace(MEASURED, heart_rate_bpm=None), id="no heart rate"),
    ],
)
def test_without_a_usable_measurement_the_default_is_taken_and_said(
    measured: RestingMeasurement | None,
) -> None:
    assert resting_baseline(measured) == PROTOCOL_DEFAULT
    assert PROTOCOL_DEFAULT.source == "protocol_default"


def test_a_recording_gives_its_own_values_and_scales() -> None:
    chance = np.random.Generator(np.random.PCG64(2))
    listener = draw_listener(ListenerKind.NULL, chance)

    baseline = baseline_of_recording(beats_at_rest(listener, chance))

    assert baseline.heart_rate_bpm == pytest.approx(listener.heart_rate_bpm, abs=1.0)
    assert baseline.ln_rmssd == pytest.approx(listener.ln_rmssd, abs=0.15)
    assert baseline.heart_rate_scale_bpm >= 1.4826 * 2.0
    assert baseline.source == "recorded"


def test_a_restless_recording_has_a_wider_scale() -> None:
    minutes = [np.full(70, mean_ms) for mean_ms in (900.0, 800.0, 900.0, 700.0, 850.0)]
    rr_ms = np.concatenate(minutes) + 20.0 * np.sin(np.arange(350))
    times_s = np.cumsum(rr_ms) / 1000.0
    beats = RRSeries(
        times_s=tuple(times_s.tolist()), rr_ms=tuple(rr_ms.tolist()), kind=SignalKind.RR
    )

    assert baseline_of_recording(beats).heart_rate_scale_bpm > 4.0


def test_two_minutes_are_too_short_for_a_baseline() -> None:
    chance = np.random.Generator(np.random.PCG64(2))
    listener = draw_listener(ListenerKind.NULL, chance)

    short = beats_at_rest(listener, chance, duration_s=120.0)

    assert baseline_of_recording(short) == PROTOCOL_DEFAULT
