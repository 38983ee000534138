"""Laws of heart rate variability: what holds for every rhythm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.measures.beat_policy import flag_beats
from data.measures.hrv import measure_window
from data.measures.time_domain import FloatArray, rmssd, sd1, sd2, sdnn, sdsd
from data.records.signals import RRSeries, SignalKind, Window, WindowGrade

intervals_ms = st.floats(min_value=300.0, max_value=2000.0, width=32)
rhythms = arrays(np.float64, st.integers(3, 60), elements=intervals_ms)
anything = st.floats(allow_nan=True, allow_infinity=True, width=32)


@given(rhythms, st.floats(min_value=-100.0, max_value=100.0))
def test_variability_does_not_depend_on_the_mean(nn_ms: FloatArray, shift_ms: float) -> None:
    for measure in (rmssd, sdnn, sdsd):
        assert measure(nn_ms + shift_ms) == pytest.approx(measure(nn_ms), abs=1e-6)


@given(rhythms, st.floats(min_value=0.1, max_value=10.0))
def test_variability_scales_with_the_intervals(nn_ms: FloatArray, factor: float) -> None:
    for measure in (rmssd, sdnn, sdsd):
        assert measure(nn_ms * factor) == pytest.approx(measure(nn_ms) * factor, rel=1e-9, abs=1e-9)


@given(rhythms)
def test_variability_is_the_same_backwards(nn_ms: FloatArray) -> None:
    for measure in (rmssd, sdnn, sdsd):
        assert measure(nn_ms[::-1]) == pytest.approx(measure(nn_ms), rel=1e-9, abs=1e-9)


@given(rhythms)
def test_the_axes_of_the_poincare_plot_hold_the_variance(nn_ms: FloatArray) -> None:
    whole = sd1(nn_ms) ** 2 + sd2(nn_ms) ** 2

    assert whole >= 2.0 * sdnn(nn_ms) ** 2 - 1e-6


@given(rhythms, st.floats(min_value=0.9, max_value=1.1))
def test_a_steady_rhythm_is_never_flagged(nn_ms: FloatArray, spread: float) -> None:
    steady = np.clip(nn_ms[0] * np.linspace(1.0, spread, nn_ms.size), 300.0, 2000.0)

    assert not flag_beats(steady).any()


@given(
    st.lists(st.tuples(anything, anything), max_size=80),
    st.one_of(st.none(), st.floats(min_value=0.0, max_value=100.0)),
    st.sampled_from(["", "template"]),
)
def test_whatever_is_sensed_gets_a_grade_and_no_silent_number(
    beats: list[tuple[float, float]], age_s: float | None, refused: str
) -> None:
    window = Window(
        start_s=0.0,
        end_s=60.0,
        beats=RRSeries(
            times_s=tuple(time_s for time_s, _ in beats),
            rr_ms=tuple(rr_ms for _, rr_ms in beats),
            kind=SignalKind.RR,
        ),
        newest_sample_age_s=age_s,
        signal_ok=not refused,
        signal_reason=refused,
    )

    measures = measure_window(window)

    assert (measures.reason == "") == (measures.grade is WindowGrade.GOOD)
    assert 0.0 <= measures.flagged_share <= 1.0
    assert 0.0 <= measures.covered_share <= 1.0
    assert measures.ln_rmssd is None or np.isfinite(measures.ln_rmssd)
    assert measures.heart_rate_bpm is None or 30.0 <= measures.heart_rate_bpm <= 200.0
