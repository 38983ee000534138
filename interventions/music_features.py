"""What the music of a session is like, in numbers: features of its segments and their means.

Conventions: tempo and mode are taken from the score, never estimated from sound; what was not measured is None and stays out
of a mean. A session's features weight its segments by their lengths.

Contents: `SegmentFeatures` and `measure_segment`, `SessionFeatures` and `measure_session`.

References
----------
EBU Tech 3342 (2016): loudness range as a spread of percentiles; here of 400-ms blocks, 10th to 95th.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from data.records.music import Note, Score
from interventions.delivery.features import measure_sound
from interventions.delivery.loudness import dynamic_range_lu
from interventions.delivery.synthesis import Samples

MAJOR = "major"


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentFeatures:
    """Features of one segment."""

    duration_s: float
    tempo_bpm: float
    major: float
    """1 in major, 0 in minor."""
    note_density_per_s: float
    """Distinct onset times a second."""
    register: float | None
    """Mean pitch of the melody, or of all notes when there is none; None without notes."""
    parts: int
    articulation: float | None
    """Mean share of the time to the part's next onset that a note sounds; None without notes."""
    dynamics: float | None
    """Mean velocity; None without notes."""
    loudness_lufs: float | None
    """None when the sound was not measured."""
    dynamic_range_lu: float | None
    spectral_centroid_hz: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionFeatures:
    """Features of one session: its length, and means over its segments."""

    duration_s: float
    tempo_bpm: float
    major: float
    """Share of the time in major."""
    note_density_per_s: float
    register: float | None
    parts: float
    articulation: float | None
    dynamics: float | None
    loudness_lufs: float | None
    dynamic_range_lu: float | None
    spectral_centroid_hz: float | None


def measure_segment(score: Score, pcm: Samples | None, sampling_rate_hz: int) -> SegmentFeatures:
    """Return the features of one segment.

    Parameters
    ----------
    score : Score
        What was composed.
    pcm : ndarray of float32, shape (frames, 2), or None
        What was rendered; without it, loudness and centroid are None.
    sampling_rate_hz : int
        Frames a second of the sound.
    """
    notes = score.notes
    melody = [note.pitch for note in notes if note.part == "melody"]
    sound = None if pcm is None else measure_sound(pcm, sampling_rate_hz)
    return SegmentFeatures(
        duration_s=score.duration_s,
        tempo_bpm=score.tempo_bpm,
        major=float(score.parameters.mode == MAJOR),
        note_density_per_s=len({note.onset_beats for note in notes}) / score.duration_s,
        register=_mean(melody or [note.pitch for note in notes]),
        parts=len({note.part for note in notes}),
        articulation=_articulation(score),
        dynamics=_mean([note.velocity for note in notes]),
        loudness_lufs=sound.loudness_lufs if sound else None,
        dynamic_range_lu=None if pcm is None else dynamic_range_lu(pcm, sampling_rate_hz),
        spectral_centroid_hz=sound.spectral_centroid_hz if sound else None,
    )


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _articulation(score: Score) -> float | None:
    """Return the mean sounding share of the time to the next onset of the same part, at most 1 a note."""
    by_part: dict[str, list[Note]] = {}
    for note in score.notes:
        by_part.setdefault(note.part, []).append(note)
    shares = [share for notes in by_part.values() for share in _sounding_shares(notes, score.beats)]
    return _mean(shares)


def _sounding_shares(notes: list[Note], end_beats: float) -> list[float]:
    onsets = sorted({note.onset_beats for note in notes})
    following = dict(zip(onsets, [*onsets[1:], max(end_beats, onsets[-1] + 1e-9)], strict=True))
    return [
        min(1.0, note.duration_beats / (following[note.onset_beats] - note.onset_beats))
        for note in notes
    ]


def measure_session(segments: Sequence[SegmentFeatures]) -> SessionFeatures:
    """Return a session's features: total length, and means weighted by the segments' lengths.

    Parameters
    ----------
    segments : sequence of SegmentFeatures
        At least one. A feature that is None in a segment is averaged over the others.
    """
    duration_s = round(sum(segment.duration_s for segment in segments), 6)

    def mean(name: str) -> float | None:
        known = [
            (float(value), segment.duration_s)
            for segment in segments
            if (value := getattr(segment, name)) is not None
        ]
        weight = sum(seconds for _, seconds in known)
        return sum(value * seconds for value, seconds in known) / weight if known else None

    return SessionFeatures(
        duration_s=duration_s,
        tempo_bpm=mean("tempo_bpm") or 0.0,
        major=mean("major") or 0.0,
        note_density_per_s=mean("note_density_per_s") or 0.0,
        register=mean("register"),
        parts=mean("parts") or 0.0,
        articulation=mean("articulation"),
        dynamics=mean("dynamics"),
        loudness_lufs=mean("loudness_lufs"),
        dynamic_range_lu=mean("dynamic_range_lu"),
        spectral_centroid_hz=mean("spectral_centroid_hz"),
    )
