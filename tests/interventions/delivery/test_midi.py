"""Scores to a MIDI file and back."""

from pathlib import Path

import pretty_midi
import pytest

from interventions.delivery.midi import write_midi
from tests.interventions.composition.test_rules import CALM, compose


def test_a_midi_file_holds_every_note_at_its_time(tmp_path: Path) -> None:
    scores = compose(CALM, segments=3)
    path = tmp_path / "session.mid"

    write_midi(scores, path)

    read = pretty_midi.PrettyMIDI(str(path))
    times = sorted((note.start, note.pitch) for track in read.instruments for note in track.notes)
    expected = sorted(
        (index * 16.0 + note.onset_beats, note.pitch)
        for index, score in enumerate(scores)
        for note in score.notes
    )
    assert [pitch for _, pitch in times] == [pitch for _, pitch in expected]
    assert [start for start, _ in times] == pytest.approx(
        [start for start, _ in expected], abs=0.002
    )
