"""The Kalman filter for arousal: quality decides how much a window counts."""

import math
from itertools import pairwise

import numpy as np
import pytest

from data.records.sessions import RestingBaseline
from data.records.signals import WindowGrade, WindowMeasures
from interventions.inference.arousal import PRIOR, Estimate, infer

BASELINE = RestingBaseline(
    heart_rate_bpm=70.0,
    heart_rate_scale_bpm=3.0,
    ln_rmssd=3.4,
    ln_rmssd_scale=0.22,
    source="recorded",
)


def measures(
    heart_rate_bpm: float | None = None,
    ln_rmssd: float | None = None,
    grade: WindowGrade = WindowGrade.GOOD,
) -> WindowMeasures:
    """Return what a window measured."""
    return WindowMeasures(
        grade=grade,
        reason="",
        heart_rate_bpm=heart_rate_bpm,
        ln_rmssd=ln_rmssd,
        flagged_share=0.0,
        covered_share=1.0,
        valid_pairs=70,
    )


RESTING = measures(70.0, 3.4)
RAISED = measures(76.0, 3.4 - 0.44)
HELD = measures(grade=WindowGrade.HOLD)
KNOWN = Estimate(arousal=0.5, variance=0.1, at_s=0.0)


def test_a_raised_heart_rate_and_a_lowered_variability_both_mean_arousal() -> None:
    by_rate, _ = infer(PRIOR, measures(heart_rate_bpm=76.0), BASELINE, now_s=0.0)
    by_variability, _ = infer(PRIOR, measures(70.0, 3.4 - 0.44), BASELINE, now_s=0.0)
    by_both, _ = infer(PRIOR, RAISED, BASELINE, now_s=0.0)

    assert 0.0 < by_rate.arousal < by_both.arousal < 2.0
    assert 0.0 < by_variability.arousal < by_both.arousal


def test_rest_is_zero() -> None:
    estimate, state = infer(PRIOR, RESTING, BASELINE, now_s=0.0)

    assert estimate.arousal == 0.0
    assert (state.heart_rate_z, state.ln_rmssd_z) == (0.0, 0.0)
    assert state.valence is None
    assert not state.held


def test_each_window_makes_the_estimate_more_certain_up_to_a_level() -> None:
    estimate, sds = PRIOR, []
    for number in range(20):
        estimate, state = infer(estimate, RAISED, BASELINE, now_s=15.0 * number)
        sds.append(state.arousal_sd)

    assert sds[0] > sds[1] > sds[2]
    assert sds[-1] == pytest.approx(sds[-2], abs=1e-3)
    assert 1.6 < estimate.arousal < 2.0


def test_variance_grows_while_the_signal_is_held_and_never_beyond_the_prior() -> None:
    estimate, sds = KNOWN, []
    for number in range(1, 200):
        estimate, state = infer(estimate, HELD, BASELINE, now_s=15.0 * number)
        sds.append(state.arousal_sd)

    assert state.held
    assert all(later > earlier for earlier, later in pairwise(sds))
    assert sds[-1] == pytest.approx(math.sqrt(PRIOR.variance), rel=1e-3)
    assert estimate.arousal == pytest.approx(0.0, abs=0.01)


def test_a_degraded_window_counts_a_quarter() -> None:
    good, _ = infer(KNOWN, measures(79.0), BASELINE, now_s=15.0)
    degraded, _ = infer(KNOWN, measures(79.0, grade=WindowGrade.DEGRADED), BASELINE, now_s=15.0)

    assert 0.5 < degraded.arousal < good.arousal
    assert degraded.variance > good.variance


def test_a_rating_is_trusted_more_than_the_heart() -> None:
    calm_heart, _ = infer(KNOWN, RESTING, BASELINE, now_s=15.0)
    tense_word, state = infer(KNOWN, RESTING, BASELINE, now_s=15.0, rating=100.0)

    assert tense_word.arousal - calm_heart.arousal > 0.5
    assert state.arousal_sd < math.sqrt(calm_heart.variance)


def test_a_rating_counts_while_the_signal_is_held() -> None:
    estimate, state = infer(PRIOR, HELD, BASELINE, now_s=0.0, rating=75.0)

    assert estimate.arousal == pytest.approx(1.0, abs=0.25)
    assert state.held


def test_artefacts_that_inflate_variability_are_not_rewarded() -> None:
    without, _ = infer(KNOWN, measures(70.0), BASELINE, now_s=15.0)
    inflated, state = infer(KNOWN, measures(70.0, 3.4 + math.log(3.2)), BASELINE, now_s=15.0)

    assert inflated == without
    assert state.ln_rmssd_z == 4.0


def test_windows_that_overlap_count_less() -> None:
    near, _ = infer(KNOWN, measures(70.0, 2.9), BASELINE, now_s=5.0)
    apart, _ = infer(KNOWN, measures(70.0, 2.9), BASELINE, now_s=60.0)

    assert apart.arousal > near.arousal


def test_extreme_values_are_clamped() -> None:
    _, state = infer(PRIOR, measures(200.0, -1.0), BASELINE, now_s=0.0)

    assert (state.heart_rate_z, state.ln_rmssd_z) == (4.0, -4.0)


def test_ninety_percent_bands_cover_about_ninety_percent_of_the_true_arousal() -> None:
    """Simulation-based calibration, in the world that the filter assumes."""
    chance = np.random.Generator(np.random.PCG64(8))
    covered = []
    for _ in range(200):
        arousal, estimate = float(chance.normal(0.0, math.sqrt(PRIOR.variance))), PRIOR
        for number in range(12):
            kept = math.exp(-60.0 / 600.0)
            spread = math.sqrt(PRIOR.variance * (1.0 - kept * kept))
            arousal = kept * arousal + float(chance.normal(0.0, spread)) if number else arousal
            seen = measures(
                70.0 + 3.0 * (arousal + float(chance.normal())),
                3.4 - 0.22 * (arousal + float(chance.normal())),
            )
            estimate, state = infer(estimate, seen, BASELINE, now_s=60.0 * number)
        covered.append(abs(arousal - state.arousal) <= 1.645 * state.arousal_sd)

    assert np.mean(covered) == pytest.approx(0.90, abs=0.06)
