"""Scores to a Standard MIDI File, so that what was composed can be read and played elsewhere.

Conventions: one track a part, General MIDI programs near the renderer's timbres; segments follow each other at their own
tempo, so note times are kept in seconds, while the file names the first segment's tempo.

Contents: `write_midi`.
"""

import warnings
from collections.abc import Iterable
from pathlib import Path

from data.records.music import Score

PROGRAMS = {"melody": 73, "pad": 89, "bass": 32, "arpeggio": 46, "bell": 14, "piano": 0}
TICKS_PER_BEAT = 960


def write_midi(scores: Iterable[Score], path: Path) -> None:
    """Write the scores, in order and without a gap, to a MIDI file.

    Parameters
    ----------
    scores : iterable of Score
        Segments of one session.
    path : Path
        The file; replaced when it exists.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
        import pretty_midi  # noqa: PLC0415 - slow to import

    scores = list(scores)
    tempo_bpm = scores[0].tempo_bpm if scores else 60.0
    midi = pretty_midi.PrettyMIDI(resolution=TICKS_PER_BEAT, initial_tempo=tempo_bpm)
    tracks = {
        part: pretty_midi.Instrument(program=program, name=part)
        for part, program in PROGRAMS.items()
    }
    start_s = 0.0
    for score in scores:
        beat_s = 60.0 / score.tempo_bpm
        for note in score.notes:
            onset_s = start_s + note.onset_beats * beat_s
            tracks[note.part].notes.append(
                pretty_midi.Note(
                    velocity=note.velocity,
                    pitch=note.pitch,
                    start=onset_s,
                    end=onset_s + note.duration_beats * beat_s,
                )
            )
        start_s += score.duration_s
    midi.instruments.extend(track for track in tracks.values() if track.notes)
    midi.write(str(path))
