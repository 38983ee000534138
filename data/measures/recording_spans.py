"""Beats as they were received to how long they were recorded, and how often they were interrupted.

Contents: `measure_span`, `BeatSpan`.
"""

from dataclasses import dataclass

import numpy as np

from data.measures.beat_policy import CONTIGUITY_S
from data.measures.heart_recordings import heart_recording_of_beats
from data.records.signals import RRSeries


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatSpan:
    """Length and interruptions of a recording of beats."""

    recorded_s: float
    beats: int
    gaps: int


def measure_span(beats: RRSeries) -> BeatSpan:
    """Measure a recording; one without beats lasts 0 s.

    Parameters
    ----------
    beats : RRSeries
        As received.

    Examples
    --------
    >>> from data.records.signals import SignalKind
    >>> beats = RRSeries(times_s=(0.8, 1.6, 9.0), rr_ms=(800.0, 800.0, 800.0), kind=SignalKind.RR)
    >>> measure_span(beats)
    BeatSpan(recorded_s=9.0, beats=3, gaps=1)
    """
    recording = heart_recording_of_beats(beats)
    times_s = np.array(recording.beats.times_s)
    rr_s = np.array(recording.beats.rr_ms) / 1000.0
    missing_s = np.diff(times_s) - rr_s[1:]
    return BeatSpan(
        recorded_s=round(recording.end_s - recording.start_s, 3),
        beats=int(times_s.size),
        gaps=int(np.count_nonzero(missing_s > CONTIGUITY_S)),
    )
