"""The power spectrum is in ms², by its recipe, and knows nothing of what is in a gap (Task Force 1996)."""

from dataclasses import replace

import numpy as np
import pytest

from data.measures.spectrum import (
    HF,
    LF,
    STANDARD,
    VLF,
    WELCH_256,
    Band,
    SegmentLayout,
    SpectrumRecipe,
    TooManyGapsError,
    compute_spectrum,
)
from data.measures.time_domain import FloatArray, TooFewIntervalsError


def oscillation(frequency_hz: float, *, beats: int = 400) -> tuple[FloatArray, FloatArray]:
    """Return intervals of 800 ms that swing by 40 ms."""
    times_s = 0.8 * np.arange(1.0, beats + 1.0)
    return times_s, 800.0 + 40.0 * np.sin(2.0 * np.pi * frequency_hz * times_s)


@pytest.mark.parametrize("recipe", [STANDARD, WELCH_256], ids=lambda recipe: recipe.id)
@pytest.mark.parametrize(
    ("frequency_hz", "band"),
    [pytest.param(0.1, LF, id="in LF"), pytest.param(0.25, HF, id="in HF")],
)
def test_a_swing_of_40_ms_has_a_power_of_800_ms2_in_its_band(
    recipe: SpectrumRecipe, frequency_hz: float, band: Band
) -> None:
    spectrum = compute_spectrum(*oscillation(frequency_hz), recipe)

    other = LF if band is HF else HF
    assert spectrum.power_ms2(band) == pytest.approx(40.0**2 / 2.0, rel=0.02)
    assert spectrum.power_ms2(other) < 1.0


def test_the_whole_power_is_the_variance() -> None:
    times_s, slow_ms = oscillation(0.1, beats=375)
    _, fast_ms = oscillation(0.25, beats=375)
    nn_ms = slow_ms + fast_ms

    everything = compute_spectrum(times_s, nn_ms).power_ms2(Band(low_hz=0.0, high_hz=2.0))

    assert everything == pytest.approx(nn_ms.var(), rel=0.02)


def test_power_does_not_depend_on_when_the_recording_began() -> None:
    times_s, nn_ms = oscillation(0.12)

    early, late = compute_spectrum(times_s, nn_ms), compute_spectrum(times_s + 50_000.0, nn_ms)

    for band in (VLF, LF, HF):
        assert late.power_ms2(band) == pytest.approx(early.power_ms2(band), rel=1e-9, abs=1e-9)


def test_segments_with_a_gap_are_left_out() -> None:
    times_s, nn_ms = oscillation(0.25, beats=2400)
    missing = slice(300, 330)
    times_s, nn_ms = np.delete(times_s, missing), np.delete(nn_ms, missing)

    spectrum = compute_spectrum(times_s, nn_ms, longest_gap_s=3.0)

    assert spectrum.power_ms2(HF) == pytest.approx(800.0, rel=0.02)
    assert spectrum.power_ms2(VLF) < 1.0


def test_a_short_recording_with_a_gap_has_no_spectrum() -> None:
    times_s, nn_ms = oscillation(0.25, beats=300)

    with pytest.raises(TooManyGapsError, match="0 of 1 segments"):
        compute_spectrum(
            np.delete(times_s, slice(100, 110)),
            np.delete(nn_ms, slice(100, 110)),
            longest_gap_s=3.0,
        )


def test_three_intervals_have_no_spectrum() -> None:
    with pytest.raises(TooFewIntervalsError, match="at least 4"):
        compute_spectrum(*oscillation(0.1, beats=3))


def test_a_band_finer_than_the_spectrum_has_no_power() -> None:
    spectrum = compute_spectrum(*oscillation(0.1))

    assert spectrum.power_ms2(Band(low_hz=0.1, high_hz=0.1001)) == 0.0


def test_even_segments_reach_the_end_and_fixed_ones_do_not() -> None:
    times_s, nn_ms = oscillation(0.25, beats=625)
    louder = nn_ms.copy()
    louder[-50:] += 600.0 * np.sin(2.0 * np.pi * 0.3 * times_s[-50:])
    fixed = replace(STANDARD, layout=SegmentLayout.FIXED)

    rises = [
        compute_spectrum(times_s, louder, recipe).power_ms2(HF)
        / compute_spectrum(times_s, nn_ms, recipe).power_ms2(HF)
        for recipe in (STANDARD, fixed)
    ]

    assert rises[0] > 1.05
    assert rises[1] == pytest.approx(1.0, abs=0.001)
