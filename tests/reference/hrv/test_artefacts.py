"""Injected artefacts: excluding flagged pairs keeps RMSSD near the truth (signals notes, T5)."""

from pathlib import Path

import numpy as np
import pytest

from data.measures.beat_policy import flag_beats, is_pair_valid
from data.measures.time_domain import FloatArray, rmssd

WINDOWS = 120
WINDOW_S = 300.0


@pytest.fixture(scope="module")
def clean_windows(reference: Path) -> list[FloatArray]:
    """Return five-minute windows of nsr001 in which every beat is annotated as normal."""
    return read_clean_windows(reference)


def read_clean_windows(reference: Path) -> list[FloatArray]:
    """Read them."""
    path = reference / "signals" / "rr_nsr2db" / "nsr001_beats.csv"
    table = np.genfromtxt(path, delimiter=",", skip_header=1, dtype=None, encoding="utf-8")
    times_s = np.array([row[0] for row in table]) / 128.0
    is_normal = np.array([row[1] == "N" for row in table])
    windows = []
    for start_s in np.arange(600.0, times_s[-1] - WINDOW_S, 400.0):
        inside = (times_s >= start_s) & (times_s < start_s + WINDOW_S)
        rr_ms = 1000.0 * np.diff(times_s[inside])
        if is_normal[inside].all() and rr_ms.max() < 2000.0:
            windows.append(rr_ms)
    return windows[:WINDOWS]


def cleaned_rmssd(rr_ms: FloatArray) -> float:
    """Return RMSSD over valid pairs only."""
    times_s = np.cumsum(rr_ms) / 1000.0
    valid = is_pair_valid(times_s, rr_ms, flag_beats(rr_ms))
    return float(np.sqrt(np.mean(np.diff(rr_ms)[valid] ** 2)))


def inject(rr_ms: FloatArray, share: float, chance: np.random.Generator) -> FloatArray:
    """Miss, invent or displace a share of the beats, one kind as often as the other."""
    spoilt = rr_ms.tolist()
    count = max(1, round(share * rr_ms.size))
    for at in sorted(chance.choice(rr_ms.size - 2, count, replace=False), reverse=True):
        kind = chance.integers(3)
        if kind == 0:
            spoilt[at : at + 2] = [spoilt[at] + spoilt[at + 1]]
        elif kind == 1:
            cut = float(chance.uniform(0.3, 0.7))
            spoilt[at : at + 1] = [cut * spoilt[at], (1.0 - cut) * spoilt[at]]
        else:
            by_ms = float(chance.choice([-1, 1]) * chance.uniform(0.20, 0.35)) * spoilt[at]
            spoilt[at] += by_ms
            spoilt[at + 1] -= by_ms
    return np.array(spoilt)


def test_clean_windows_are_left_alone(clean_windows: list[FloatArray]) -> None:
    errors = [abs(cleaned_rmssd(w) / rmssd(w) - 1.0) for w in clean_windows]

    assert len(clean_windows) >= 60
    assert np.median(errors) == pytest.approx(0.0, abs=1e-9)
    assert np.quantile(errors, 0.9) <= 0.10


@pytest.mark.parametrize(
    ("share", "median", "ninth_decile"),
    [
        pytest.param(0.01, 0.02, 0.20, id="1 % of the beats"),
        pytest.param(0.05, 0.06, 0.20, id="5 % of the beats"),
    ],
)
def test_artefacts_hardly_move_rmssd(
    clean_windows: list[FloatArray], share: float, median: float, ninth_decile: float
) -> None:
    chance = np.random.Generator(np.random.PCG64(20261124))

    errors = [
        abs(cleaned_rmssd(inject(w, share, chance)) / cleaned_rmssd(w) - 1.0) for w in clean_windows
    ]

    assert np.median(errors) <= median
    assert np.quantile(errors, 0.9) <= ninth_decile


def test_without_the_policy_one_percent_of_artefacts_doubles_rmssd(
    clean_windows: list[FloatArray],
) -> None:
    chance = np.random.Generator(np.random.PCG64(20261124))

    errors = [rmssd(inject(w, 0.01, chance)) / rmssd(w) - 1.0 for w in clean_windows]

    assert np.median(errors) > 1.0
