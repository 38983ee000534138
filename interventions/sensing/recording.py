"""A recording as a source: its beats replayed on the session's clock.

Conventions: `interventions` reads no files, so the recording is handed over as values. What was recorded before
``music_starts_s`` is the rest before the music. After its end a recording is silent, as a sensor that fell off.

Contents: `RecordedSource`.
"""

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from data.measures.heartbeats import Heartbeats, beats_of, check_beats, locate_beats
from data.records.music import MusicalParameters
from data.records.signals import RRSeries, Window
from interventions.sensing.source import WINDOW_S, between, window_of

BEFORE_MUSIC_S = 60.0


class RecordedSource:
    """Beats of a recording; make one with `of_beats` or `of_ecg`.

    Parameters
    ----------
    name : str
        What was recorded, in words.
    beats : RRSeries
        Beats on the recording's clock.
    ecg : Heartbeats or None
        The searched ECG the beats come from; None for a recording of beats.
    music_starts_s : float
        Time on the recording's clock at which the session begins.
    """

    def __init__(
        self, name: str, beats: RRSeries, ecg: Heartbeats | None, music_starts_s: float
    ) -> None:
        self.name = name
        self.kind = beats.kind
        self._times_s = [round(time_s - music_starts_s, 6) for time_s in beats.times_s]
        self._rr_ms = list(beats.rr_ms)
        self._ecg = ecg
        self._music_starts_s = music_starts_s

    @classmethod
    def of_beats(
        cls, name: str, beats: RRSeries, *, music_starts_s: float = BEFORE_MUSIC_S
    ) -> "RecordedSource":
        """Return a source of recorded beats.

        Parameters
        ----------
        name : str
            What was recorded, in words.
        beats : RRSeries
            Beats on the recording's clock.
        music_starts_s : float
            Time on the recording's clock at which the session begins.
        """
        return cls(name, beats, None, music_starts_s)

    @classmethod
    def of_ecg(
        cls,
        name: str,
        ecg: NDArray[np.float64],
        sampling_rate_hz: float,
        *,
        music_starts_s: float = BEFORE_MUSIC_S,
    ) -> "RecordedSource":
        """Return a source of a recorded ECG, searched once.

        Parameters
        ----------
        name : str
            What was recorded, in words.
        ecg : ndarray of float, shape (n_samples,)
            One lead in any unit.
        sampling_rate_hz : float
            Samples a second.
        music_starts_s : float
            Time on the recording's clock at which the session begins.
        """
        found = locate_beats(ecg, sampling_rate_hz)
        return cls(name, beats_of(found), found, music_starts_s)

    def resting_beats(self) -> RRSeries:
        """Return the beats before the music."""
        return between(
            self._times_s,
            self._rr_ms,
            start_s=-self._music_starts_s,
            end_s=0.0,
            kind=self.kind,
        )

    def window_at(self, now_s: float) -> Window:
        """Return the beats of the last 60 seconds."""
        return window_of(
            self._times_s,
            self._rr_ms,
            now_s=now_s,
            kind=self.kind,
            age_s=self._age_s(now_s),
            refused=self._refusal(now_s),
        )

    def _age_s(self, now_s: float) -> float | None:
        if self._ecg is not None:
            end_s = self._ecg.cleaned.size / self._ecg.sampling_rate_hz - self._music_starts_s
            return round(max(0.0, now_s - end_s), 6) if self._ecg.cleaned.size else None
        newest = bisect_right(self._times_s, now_s)
        return round(now_s - self._times_s[newest - 1], 6) if newest else None

    def _refusal(self, now_s: float) -> str:
        if self._ecg is None:
            return ""
        end_s = now_s + self._music_starts_s
        per_s = self._ecg.sampling_rate_hz
        return check_beats(self._ecg, (end_s - WINDOW_S) * per_s, end_s * per_s).reason

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Do nothing: a recording does not listen."""

    def close(self) -> None:
        """Nothing is held."""
