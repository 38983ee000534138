"""Samples of a signal other than the heart's as they arrive, and a stretch of them thinned on an even grid.

Conventions: times are those of the source's clock, in seconds, ascending. A tape keeps ten minutes. A stretch ends with the
newest sample, so that a sensor that sends once a second leaves no gap at its end; what is missing within it is None.

Contents: `StreamTape`, `Stretch`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.measures.heartbeats import is_rate_true
from interventions.sensing.tapes import KEPT_S

THINNED_HZ = 8.0
SHORTEST_S = 10.0
APART_SAMPLES = 2.5
"""Time stamps of neighbouring samples further apart than this have samples missing between them."""
SIGNIFICANT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A thinned stretch of a signal."""

    start_s: float
    sampling_rate_hz: float
    samples: tuple[float | None, ...]
    refused: str = ""
    """``too_short`` or ``wrong_rate``; empty when the samples came as declared."""


class StreamTape:
    """Where the samples of one sensor are kept.

    Parameters
    ----------
    sampling_rate_hz : float
        Declared samples a second.
    """

    def __init__(self, sampling_rate_hz: float) -> None:
        self._rate_hz = sampling_rate_hz
        self._stamps_s = np.empty(0)
        self._samples = np.empty(0)

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        """Keep samples that arrived, in ascending order."""
        if not stamps_s:
            return
        stamps = np.concatenate([self._stamps_s, stamps_s])
        kept = int(np.searchsorted(stamps, stamps[-1] - KEPT_S))
        self._stamps_s = stamps[kept:]
        self._samples = np.concatenate([self._samples, values])[kept:]

    def newest_s(self) -> float | None:
        """Return the time of the newest sample; None when there was none."""
        return float(self._stamps_s[-1]) if self._stamps_s.size else None

    def stretch(self, longest_s: float, end_s: float) -> Stretch:
        """Return the samples up to a time, back to at most ``longest_s`` before the newest of them.

        Parameters
        ----------
        longest_s : float
            How much is wanted.
        end_s : float
            Samples after this are not seen.
        """
        end = int(np.searchsorted(self._stamps_s, end_s, side="right"))
        if not end:
            return Stretch(start_s=end_s, sampling_rate_hz=0.0, samples=(), refused="too_short")
        newest_s = float(self._stamps_s[end - 1])
        first = int(np.searchsorted(self._stamps_s, newest_s - longest_s))
        stamps_s, samples = self._stamps_s[first:end], self._samples[first:end]
        refused = self._why_refused(stamps_s)
        if refused:
            return Stretch(start_s=newest_s, sampling_rate_hz=0.0, samples=(), refused=refused)
        return thinned(stamps_s, samples, self._rate_hz, longest_s)

    def _why_refused(self, stamps_s: NDArray[np.float64]) -> str:
        if stamps_s[-1] - stamps_s[0] < SHORTEST_S:
            return "too_short"
        breaks = np.flatnonzero(np.diff(stamps_s) > APART_SAMPLES / self._rate_hz) + 1
        pieces = np.split(stamps_s, breaks)
        return "" if is_rate_true(self._rate_hz, max(pieces, key=len)) else "wrong_rate"


def thinned(
    stamps_s: NDArray[np.float64],
    samples: NDArray[np.float64],
    sampling_rate_hz: float,
    longest_s: float,
) -> Stretch:
    """Put samples on an even grid and average neighbours to about eight a second.

    Parameters
    ----------
    stamps_s, samples : ndarray of float, shape (n_samples,)
        The signal, ascending in time.
    sampling_rate_hz : float
        Declared samples a second.
    longest_s : float
        Length of the grid where there are so many samples.
    """
    together = max(1, int(sampling_rate_hz // THINNED_HZ))
    lasts_s = min(longest_s, float(stamps_s[-1] - stamps_s[0]) + 1.0 / sampling_rate_hz)
    groups = round(lasts_s * sampling_rate_hz) // together
    start_s = float(stamps_s[-1]) - (groups * together - 1) / sampling_rate_hz
    grid_s = start_s + np.arange(groups * together) / sampling_rate_hz
    values = np.interp(grid_s, stamps_s, samples)
    after = np.clip(np.searchsorted(stamps_s, grid_s), 1, stamps_s.size - 1)
    apart_s = stamps_s[after] - stamps_s[after - 1]
    values[apart_s > APART_SAMPLES / sampling_rate_hz] = np.nan
    means = values.reshape(groups, together).mean(axis=1)
    return Stretch(
        start_s=start_s + 0.5 * (together - 1) / sampling_rate_hz,
        sampling_rate_hz=sampling_rate_hz / together,
        samples=tuple(
            float(f"{one:.{SIGNIFICANT}g}") if np.isfinite(one) else None for one in means.tolist()
        ),
    )
