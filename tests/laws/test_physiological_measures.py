"""Whatever a sensor sends, a measure is a number or a reason, never both, never an exception."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from data.measures.electrodermal import measure_electrodermal
from data.measures.oxygen_saturation import measure_oxygen_saturation
from data.measures.physiology import PhysiologicalValue, Quality
from data.measures.respiration import measure_respiration, measure_respiration_of_beats

Measure = Callable[[NDArray[np.float64], float], Any]

SAMPLES = st.one_of(
    st.floats(0.0, 100.0),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, 0.5, 97.0, -1.0]),
)
RATES_HZ = st.sampled_from([-1.0, 0.0, float("nan"), float("inf"), 0.1, 1.0, 2.0, 4.0, 10.0])


def values_of(measured: object) -> dict[str, PhysiologicalValue]:
    every = {one.name: getattr(measured, one.name) for one in fields(measured)}  # type: ignore[arg-type]
    return {name: one for name, one in every.items() if isinstance(one, PhysiologicalValue)}


@pytest.mark.parametrize(
    "measure",
    [
        pytest.param(measure_electrodermal, id="electrodermal"),
        pytest.param(measure_respiration, id="respiration"),
        pytest.param(measure_oxygen_saturation, id="oxygen saturation"),
    ],
)
@given(
    block=arrays(np.float64, st.integers(0, 60), elements=SAMPLES),
    repeats=st.integers(1, 12),
    rate_hz=RATES_HZ,
)
@settings(max_examples=60, deadline=None)
def test_a_measure_is_a_number_or_a_reason(
    measure: Measure, block: NDArray[np.float64], repeats: int, rate_hz: float
) -> None:
    measured = measure(np.tile(block, repeats), rate_hz)

    for value in values_of(measured).values():
        assert (value.value is None) != (value.reason is None)
        assert value.value is None or np.isfinite(value.value)
    assert 0.0 <= measured.usable_share <= 1.0
    if measured.quality is Quality.HOLD:
        assert all(value.value is None for value in values_of(measured).values())


@given(
    steps_s=arrays(np.float64, 60, elements=st.floats(0.3, 4.0)),
    heights=arrays(np.float64, 60, elements=SAMPLES),
)
@settings(max_examples=60, deadline=None)
def test_breathing_in_beats_is_a_number_or_a_reason(
    steps_s: NDArray[np.float64], heights: NDArray[np.float64]
) -> None:
    measured = measure_respiration_of_beats(np.cumsum(steps_s), heights)

    for value in values_of(measured).values():
        assert (value.value is None) != (value.reason is None)


@given(scale=st.floats(0.5, 20.0))
@settings(max_examples=20, deadline=None)
def test_the_unit_of_a_belt_changes_its_depth_and_nothing_else(scale: float) -> None:
    times_s = np.arange(0.0, 60.0, 0.04)
    signal = np.sin(2.0 * np.pi * 0.25 * times_s)

    plain, scaled = measure_respiration(signal, 25.0), measure_respiration(scale * signal, 25.0)

    assert scaled.rate_per_min.value == pytest.approx(plain.rate_per_min.value)
    assert scaled.depth.value == pytest.approx(scale * (plain.depth.value or 0.0))
