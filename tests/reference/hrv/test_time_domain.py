"""Time domain of HRV against the numbers of other programs (README beside this file)."""

from pathlib import Path

import numpy as np
import pytest

from data.measures.time_domain import (
    FloatArray,
    mean_heart_rate_bpm,
    nn50,
    pnn50,
    rmssd,
    sd1,
    sd2,
    sdnn,
    sdsd,
)


def read_column(path: Path) -> FloatArray:
    return np.loadtxt(path, skiprows=1)


def test_the_test_vector_of_bartels_is_reproduced() -> None:
    nn_ms = np.array([800.0, 810.0, 815.0, 750.0])

    assert rmssd(nn_ms) == pytest.approx(38.07, abs=0.01)
    assert sdnn(nn_ms) == pytest.approx(29.82, abs=0.01)
    assert sdsd(nn_ms) == pytest.approx(41.93, abs=0.01)
    assert nn50(nn_ms) == 1
    assert pnn50(nn_ms) == pytest.approx(100.0 / 3.0)
    assert nn_ms.mean() == 793.75
    assert mean_heart_rate_bpm(nn_ms) == pytest.approx(75.59, abs=0.01)


def test_nn1000_agrees_with_hrv_analysis(reference: Path) -> None:
    nn_ms = read_column(reference / "signals" / "rr_hrvanalysis" / "nn1000.csv")

    assert nn_ms.mean() == pytest.approx(718.248, abs=5e-4)
    assert sdnn(nn_ms) == pytest.approx(43.1131, abs=5e-5)
    assert rmssd(nn_ms) == pytest.approx(19.5194, abs=5e-5)
    assert nn50(nn_ms) == 24
    assert pnn50(nn_ms) == pytest.approx(2.4024, abs=5e-5)


def test_an_hour_agrees_with_the_report_of_pyhrv(reference: Path) -> None:
    nn_ms = read_column(reference / "signals" / "rr_pyhrv_long" / "nni4684.csv")

    assert nn_ms.mean() == pytest.approx(768.438, abs=5e-4)
    assert sdnn(nn_ms) == pytest.approx(85.357, abs=5e-4)
    assert rmssd(nn_ms) == pytest.approx(60.523, abs=6e-4)
    assert nn50(nn_ms) == 1338
    assert pnn50(nn_ms) == pytest.approx(28.571, abs=6e-4)
    assert sd1(nn_ms) == pytest.approx(42.797, abs=6e-3)
    assert sd2(nn_ms) == pytest.approx(112.837, rel=3e-3)  # pyHRV takes another denominator


def test_real_intervals_keep_their_values(reference: Path) -> None:
    """Our own regression values (signals notes 4.2), digits equal in four other programs."""
    nn_ms = read_column(reference / "signals" / "rr_bartels" / "real_rri.csv")[:-1]

    assert nn_ms.size == 771
    assert rmssd(nn_ms) == pytest.approx(72.2706, abs=5e-5)
    assert sdnn(nn_ms) == pytest.approx(75.0321, abs=5e-5)


def test_231_windows_agree_with_the_toolbox(reference: Path) -> None:
    """The toolbox's demo declares 125 Hz for a record of 128 Hz: its quirk is kept."""
    folder = reference / "signals" / "rr_nsr2db"
    samples = np.loadtxt(folder / "nsr001_beats.csv", delimiter=",", skiprows=1, usecols=0)
    table = np.genfromtxt(
        folder / "nsr001_toolbox_windows.csv",
        delimiter=",",
        names=True,
        dtype=None,
        encoding="utf-8",
    )
    times_s, rr_s = prepare_like_the_toolbox(samples)

    windows_ms = [
        1000.0 * rr_s[(times_s >= row["t_start"]) & (times_s < row["t_end"])] for row in table
    ]

    assert [nn_ms.size for nn_ms in windows_ms] == table["btsdet"].tolist()
    assert [w.mean() for w in windows_ms] == pytest.approx(table["NNmean"].tolist(), rel=1e-5)
    assert [sdnn(w) for w in windows_ms] == pytest.approx(table["SDNN"].tolist(), rel=1e-5)
    assert [rmssd(w) for w in windows_ms] == pytest.approx(table["RMSSD"].tolist(), rel=1e-5)
    assert [sd1(w) for w in windows_ms] == pytest.approx(table["SD1"].tolist(), rel=1e-5)
    assert [sd2(w) for w in windows_ms] == pytest.approx(table["SD2"].tolist(), rel=1e-5)
    assert [pnn50(w) / 100.0 for w in windows_ms] == pytest.approx(
        table["pnn50"].tolist(), abs=1e-6
    )


def prepare_like_the_toolbox(samples: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Drop what the toolbox drops: long intervals, spikes, intervals out of range."""
    rr_s = np.diff(samples) / 125.0
    times_s = np.cumsum(rr_s)
    early = times_s < 7200.0
    times_s, rr_s = times_s[early], rr_s[early]
    times_s, rr_s = times_s[rr_s < 2.0], rr_s[rr_s < 2.0]
    spikes = find_spikes(rr_s)
    times_s, rr_s = times_s[~spikes], rr_s[~spikes]
    inside = (rr_s >= 0.375) & (rr_s <= 2.0)
    return times_s[inside], rr_s[inside]


def find_spikes(rr_s: FloatArray) -> np.ndarray:
    """Flag what is 20 % away from the median of the five before and of the five after."""
    far_from_before = np.ones(rr_s.size, dtype=bool)
    far_from_after = np.ones(rr_s.size, dtype=bool)
    for i in range(rr_s.size):
        if i >= 5:
            before = np.median(rr_s[i - 5 : i])
            far_from_before[i] = abs(rr_s[i] - before) >= 0.2 * before
        if i < rr_s.size - 5:
            after = np.median(rr_s[i + 1 : i + 6])
            far_from_after[i] = abs(rr_s[i] - after) >= 0.2 * after
    return far_from_before & far_from_after
