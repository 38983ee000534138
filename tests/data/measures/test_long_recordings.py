"""Geometric measures and those of five-minute means (Task Force 1996, pages 1046-1047)."""

import numpy as np
import pytest

from data.measures.long_recordings import (
    BIN_MS,
    compute_sdann,
    compute_tinn,
    compute_triangular_index,
)
from data.measures.time_domain import TooFewIntervalsError


def triangle(half_bins: int) -> np.ndarray:
    """Return intervals whose histogram is a triangle."""
    counts = [half_bins - abs(place) for place in range(-half_bins + 1, half_bins)]
    centres_ms = 800.0 + BIN_MS * (np.arange(-half_bins + 1, half_bins) + 0.2)
    return np.repeat(centres_ms, counts)


def test_the_triangular_index_is_all_intervals_over_the_fullest_bin() -> None:
    assert compute_triangular_index(triangle(10)) == pytest.approx(100 / 10)


def test_tinn_is_the_base_of_the_triangle() -> None:
    assert compute_tinn(triangle(10)) == pytest.approx(20 * BIN_MS)


def test_a_few_intervals_far_away_do_not_widen_tinn() -> None:
    with_outliers = np.concatenate([triangle(10), [500.0, 1500.0]])

    assert compute_tinn(with_outliers) == pytest.approx(20 * BIN_MS)


@pytest.mark.parametrize("compute", [compute_triangular_index, compute_tinn])
def test_one_interval_has_no_histogram(compute: object) -> None:
    assert callable(compute)

    with pytest.raises(TooFewIntervalsError, match="at least 2"):
        compute(np.array([800.0]))


def steps(means_ms: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return five minutes of each mean interval."""
    nn_ms = np.concatenate([np.full(int(300_000 // mean_ms), mean_ms) for mean_ms in means_ms])
    return np.cumsum(nn_ms) / 1000.0, nn_ms


def test_sdann_is_the_deviation_of_five_minute_means() -> None:
    means_ms = [750.0, 1000.0, 750.0, 1000.0, 750.0, 1000.0]
    times_s, nn_ms = steps(means_ms)

    assert compute_sdann(times_s, nn_ms, 0.0, 1800.0) == pytest.approx(np.std(means_ms, ddof=1))


def test_segments_that_are_hardly_covered_do_not_count() -> None:
    times_s, nn_ms = steps([750.0, 1000.0] * 4)
    kept = (times_s <= 300.0) | (times_s > 500.0)

    with_gap = compute_sdann(times_s[kept], nn_ms[kept], 0.0, 2400.0)

    assert with_gap == pytest.approx(np.std([750.0] * 4 + [1000.0] * 3, ddof=1))


def test_less_than_six_segments_have_no_sdann() -> None:
    times_s, nn_ms = steps([750.0, 1000.0] * 2)

    with pytest.raises(TooFewIntervalsError, match="at least 6"):
        compute_sdann(times_s, nn_ms, 0.0, 1200.0)
