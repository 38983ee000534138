"""What holds for the measures of any recording of intervals."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.measures.heart_recordings import heart_recording_of_beats
from data.measures.hrv_windows import HrvWindow, measure_windows
from data.measures.window_plan import WindowPlan
from data.records.signals import RRSeries, SignalKind

anything = st.floats(width=32) | st.floats(300.0, 2000.0)
resting = st.lists(st.floats(700.0, 900.0), min_size=40, max_size=120)


def windows_of(rr_ms: list[float], times_s: list[float], plan: WindowPlan) -> tuple[HrvWindow, ...]:
    """Measure beats with times of their own."""
    beats = RRSeries(times_s=tuple(times_s), rr_ms=tuple(rr_ms), kind=SignalKind.RR)
    return measure_windows(heart_recording_of_beats(beats), plan)


@settings(max_examples=150, deadline=None)
@given(pairs=st.lists(st.tuples(anything, st.floats(-10.0, 200.0)), max_size=80))
def test_whatever_is_sensed_each_measure_has_a_number_or_a_reason(
    pairs: list[tuple[float, float]],
) -> None:
    found = windows_of([rr for rr, _ in pairs], [at for _, at in pairs], WindowPlan(length_s=60.0))

    for window in found:
        for one in window.measures:
            assert (one.value is None) != (one.reason is None)
            assert one.value is None or math.isfinite(one.value)


@settings(max_examples=60, deadline=None)
@given(rr_ms=resting, shift_s=st.integers(0, 5000))
def test_measures_do_not_depend_on_when_the_recording_began(
    rr_ms: list[float], shift_s: int
) -> None:
    times_s = np.cumsum(rr_ms) / 1000.0

    early = windows_of(rr_ms, times_s.tolist(), WindowPlan())[0]
    late = windows_of(rr_ms, (times_s + shift_s).tolist(), WindowPlan())[0]

    for one, other in zip(early.measures, late.measures, strict=True):
        assert one.reason is other.reason
        if one.value is not None and other.value is not None:
            assert math.isclose(one.value, other.value, rel_tol=1e-6, abs_tol=1e-6)


@settings(max_examples=60, deadline=None)
@given(rr_ms=resting)
def test_poincare_and_time_domain_agree(rr_ms: list[float]) -> None:
    window = windows_of(rr_ms, (np.cumsum(rr_ms) / 1000.0).tolist(), WindowPlan())[0]

    found = {one.name.value: one.value for one in window.measures if one.value is not None}
    if "sdnn_ms" in found:
        assert found["sd1_ms"] * math.sqrt(2.0) <= found["sdsd_ms"] * (1.0 + 1e-9)
        assert found["ln_rmssd"] == math.log(found["rmssd_ms"])
        assert 0.0 <= found["pnn50_percent"] <= 100.0
