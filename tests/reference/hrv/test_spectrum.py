"""Power spectrum against other programs, and against itself when beats are dropped (signals notes 4.2; T3, T4)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.measures.spectrum import (
    HF,
    LF,
    STANDARD,
    VLF,
    WELCH_256,
    SpectrumRecipe,
    compute_spectrum,
)
from data.measures.time_domain import FloatArray

Series = Callable[[Path], FloatArray]
FIVE_MINUTES_MS = 300_000.0


def nn1000(signals: Path) -> FloatArray:
    return np.loadtxt(signals / "rr_hrvanalysis" / "nn1000.csv", skiprows=1)


def pyhrv(signals: Path) -> FloatArray:
    return np.loadtxt(signals / "rr_pyhrv_long" / "nni4684.csv", skiprows=1)


def real_rri(signals: Path) -> FloatArray:
    """Return the series without the zero at its end."""
    return np.loadtxt(signals / "rr_bartels" / "real_rri.csv", skiprows=1)[:-1]


def rest_rri(signals: Path) -> FloatArray:
    return np.loadtxt(signals / "rr_bartels" / "rest_rri.txt")


def ibi_103(signals: Path) -> FloatArray:
    return 1000.0 * np.loadtxt(signals / "rr_hrvas" / "103.ibi", delimiter=",")[:, 1]


def nsr001(signals: Path) -> FloatArray:
    samples = np.loadtxt(
        signals / "rr_nsr2db" / "nsr001_beats.csv", delimiter=",", skiprows=1, usecols=0
    )
    rr_ms = 1000.0 * np.diff(samples) / 128.0
    kept_ms = rr_ms[(rr_ms > 375.0) & (rr_ms < 2000.0)]
    times_s = np.cumsum(kept_ms) / 1000.0
    return kept_ms[(times_s > 600.0) & (times_s < 900.0)]


SERIES = (nn1000, pyhrv, real_rri, rest_rri, ibi_103)


def beginning(nn_ms: FloatArray) -> FloatArray:
    """Return the beats of the first five minutes."""
    return nn_ms[np.cumsum(nn_ms) <= FIVE_MINUTES_MS]


def powers(nn_ms: FloatArray, recipe: SpectrumRecipe = STANDARD) -> tuple[float, float, float]:
    """Return VLF, LF and HF power in ms²."""
    spectrum = compute_spectrum(np.cumsum(nn_ms) / 1000.0, nn_ms, recipe)
    return spectrum.power_ms2(VLF), spectrum.power_ms2(LF), spectrum.power_ms2(HF)


def test_another_programs_welch_is_reproduced(reference: Path) -> None:
    """The values are those of rhenanbartels/hrv, printed to two decimals."""
    vlf, lf, hf = powers(real_rri(reference / "signals"), WELCH_256)

    assert vlf == pytest.approx(844.5, abs=0.05)
    assert lf == pytest.approx(1343.5, abs=0.05)
    assert hf == pytest.approx(1414.88, abs=0.05)
    assert vlf + lf + hf == pytest.approx(3602.89, abs=0.05)
    assert 100.0 * lf / (lf + hf) == pytest.approx(48.7, abs=0.02)


@pytest.mark.parametrize(
    ("series", "whole", "start"),
    [
        pytest.param(nn1000, (800.1, 545.4, 197.4), (1227.2, 523.1, 230.9), id="nn1000"),
        pytest.param(pyhrv, (2327.8, 2790.3, 1580.6), (2315.5, 1773.1, 1404.6), id="pyhrv"),
        pytest.param(real_rri, (1593.2, 1692.9, 1539.6), (1881.7, 1718.3, 1479.8), id="real_rri"),
        pytest.param(rest_rri, (1031.3, 749.5, 873.0), (1240.5, 1548.6, 903.0), id="rest_rri"),
        pytest.param(ibi_103, (493.5, 195.4, 570.6), (493.5, 195.4, 570.6), id="103.ibi"),
    ],
)
def test_the_recipe_keeps_its_values(
    reference: Path,
    series: Series,
    whole: tuple[float, float, float],
    start: tuple[float, float, float],
) -> None:
    """Regression values of the recipe, computed independently; on one series within 1 % of Kubios HRV 2.2."""
    nn_ms = series(reference / "signals")

    assert powers(nn_ms) == pytest.approx(whole, abs=0.06)
    assert powers(beginning(nn_ms)) == pytest.approx(start, abs=0.06)


def test_a_window_of_a_holter_recording_keeps_its_values(reference: Path) -> None:
    nn_ms = nsr001(reference / "signals")

    assert nn_ms.size == 516
    assert powers(nn_ms) == pytest.approx((783.9, 143.8, 61.5), abs=0.06)


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.__name__)
@pytest.mark.parametrize("dropped", [1, 2, 3, 4, 5])
def test_a_beat_more_or_less_at_an_end_hardly_moves_power(
    reference: Path, series: Series, dropped: int
) -> None:
    nn_ms = series(reference / "signals")

    for stretch in (nn_ms, beginning(nn_ms)):
        _, lf, hf = powers(stretch)
        for cut in (stretch[dropped:], stretch[:-dropped]):
            _, cut_lf, cut_hf = powers(cut)
            assert cut_lf == pytest.approx(lf, rel=0.10)
            assert cut_hf == pytest.approx(hf, rel=0.10)
