"""The human-composed pieces: read from their files, checked, and turned into notes.

Conventions: one YAML file a piece in ``scores``, its music in the notation of `notation`. Sections are played in the
order of ``form``. A section may begin with a pickup; its last bar is then shorter by as much. All lengths in quarter
notes. To match the music of an adaptive session the tempo used may differ from the usual one by 15 % and the pitch from
the written one by six semitones, never more.

There are two editions: the first is what CALM-1's first sessions played and never changes; the second has more pieces,
and its accompaniments, where they are ours, are arranged for each programme.

Contents: `Piece`, `ChordSpan`, `piece_ids`, `load_piece`, `parse_piece`, `note_of_part`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.records.music import Note
from interventions.composition.arrangement import FIGURES, arrange_figured, arrange_harmony
from interventions.composition.notation import (
    Bar,
    NotationError,
    check_bars,
    parse_bars,
    parse_pitch,
    sound_bars,
)
from protocols.music import MusicEdition

SCORES = Path(__file__).parent / "scores"
_EDITIONS = {
    MusicEdition.FIRST: (SCORES,),
    MusicEdition.SECOND: (SCORES, SCORES / "second"),
}
TEMPO_TOLERANCE = 0.15
LARGEST_TRANSPOSITION = 6
LOWEST_PITCH = 33
"""Lower tones are heard an octave higher: small loudspeakers cannot play them."""
MEAN_VELOCITY = 56
_EMPHASIS = {"melody": 8, "pad": -12, "bass": -2, "arpeggio": -4, "bell": -6, "piano": -4}
_PARTS = tuple(_EMPHASIS)


class PieceError(Exception):
    """A piece's file cannot be used; the message names the piece and says why."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pickup_beats: float = Field(default=0.0, ge=0.0)
    figure: str = "held"
    harmony: str = ""
    figured: str = ""
    melody: str = ""
    pad: str = ""
    bass: str = ""
    arpeggio: str = ""
    bell: str = ""
    piano: str = ""

    @field_validator("figure")
    @classmethod
    def _known(cls, figure: str) -> str:
        if figure not in FIGURES:
            raise ValueError(f"figure {figure!r}: use one of {', '.join(FIGURES)}")
        return figure


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: str
    composer: str
    died: int | None
    published: int
    public_domain: str
    encoding: str
    key: str = Field(pattern=r"^[A-G][#b]? (major|minor)$")
    meter: str = Field(pattern=r"^\d+/(2|4|8)$")
    tempo_written: str
    tempo_usual_bpm: float
    tempo_bpm: float
    transposition: int = Field(default=0, ge=-LARGEST_TRANSPOSITION, le=LARGEST_TRANSPOSITION)
    once: bool = False
    form: tuple[str, ...]
    phrases: Mapping[str, str] = {}
    sections: Mapping[str, _Section]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChordSpan:
    """A chord of a piece's harmony, as written."""

    onset_beats: float
    duration_beats: float
    symbol: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One piece of the repertoire."""

    id: str
    title: str
    composer: str
    died: int | None
    """Year of the composer's death; None for a tradition."""
    published: int
    public_domain: str
    """Why anyone may use the work."""
    encoding: str
    """Who encoded it, from what, and what was simplified."""
    key: str
    """As written."""
    mode: str
    root: int
    """Pitch class of the tonic as it sounds."""
    meter: str
    tempo_written: str
    tempo_usual_bpm: float
    tempo_bpm: float
    transposition: int
    """Semitones between the written and the sounding pitch."""
    once: bool
    """Whether the piece is heard at most once in a programme, because it is denser than the others."""
    bar_onsets: tuple[float, ...]
    """Beat on which each bar begins."""
    beats: float
    notes: tuple[Note, ...]
    """In order of onset, from beat 0."""
    chords: tuple[ChordSpan, ...]
    """Where the piece is a tune and all beside it is ours; empty where any other part is the composer's."""

    @property
    def duration_s(self) -> float:
        """Length in seconds at the tempo used."""
        return self.beats * 60.0 / self.tempo_bpm


@lru_cache(maxsize=2)
def _files(edition: MusicEdition) -> Mapping[str, Path]:
    paths = (path for folder in _EDITIONS[edition] for path in folder.glob("*.yaml"))
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def piece_ids(edition: MusicEdition = MusicEdition.FIRST) -> tuple[str, ...]:
    """Return the ids of every piece of an edition, in alphabetical order."""
    return tuple(_files(edition))


@lru_cache(maxsize=64)
def load_piece(piece_id: str) -> Piece:
    """Return one piece of the repertoire.

    Raises
    ------
    PieceError
        If there is no such piece, or its file cannot be used.
    """
    files = _files(MusicEdition.SECOND)
    if piece_id not in files:
        raise PieceError(f"no piece {piece_id!r}: there are {', '.join(files)}")
    return parse_piece(files[piece_id].read_text(encoding="utf-8"), piece_id)


def parse_piece(text: str, name: str) -> Piece:
    """Return the piece written in a YAML text.

    Parameters
    ----------
    text : str
        The document.
    name : str
        What the error calls it.

    Raises
    ------
    PieceError
        If a field is missing or unknown, the tempo strays, or the music does not add up.
    """
    try:
        document = _Document.model_validate(yaml.safe_load(text))
        return _assemble(document)
    except (NotationError, ValidationError, yaml.YAMLError) as error:
        raise PieceError(f"{name}: {error}") from error


def _assemble(document: _Document) -> Piece:
    _check_tempo(document)
    notes: list[Note] = []
    chords: list[ChordSpan] = []
    bar_onsets: list[float] = []
    beat = 0.0
    for name in document.form:
        if name not in document.sections:
            raise NotationError(f"the form names a section {name!r} that is not written")
        lengths, sounded = _sound_section(document, name)
        bar_onsets += [beat + sum(lengths[:bar]) for bar in range(len(lengths))]
        notes += [
            note_of_part(part, beat + onset, length, pitch)
            for part, onset, length, pitch in sounded
        ]
        chords += _chord_spans(document, name, beat)
        beat += sum(lengths)
    notes.sort(key=lambda note: (note.onset_beats, note.part, note.pitch))
    tonic, mode = document.key.split()
    return Piece(
        **document.model_dump(exclude={"form", "phrases", "sections"}),
        mode=mode,
        root=(parse_pitch(f"{tonic}4") + document.transposition) % 12,
        bar_onsets=tuple(bar_onsets),
        beats=beat,
        notes=tuple(notes),
        chords=tuple(chords) if _is_tune(document) else (),
    )


def _is_tune(document: _Document) -> bool:
    sections = [document.sections[name] for name in document.form]
    others = [name for name in (*_PARTS, "figured") if name != "melody"]
    return all(
        section.harmony and section.melody and not any(getattr(section, name) for name in others)
        for section in sections
    )


def _chord_spans(document: _Document, name: str, start_beats: float) -> list[ChordSpan]:
    bars = parse_bars(document.sections[name].harmony, document.phrases)
    return [
        ChordSpan(
            onset_beats=round(start_beats + onset, 6),
            duration_beats=round(length, 6),
            symbol=symbols[0],
        )
        for onset, length, symbols in sound_bars(bars)
    ]


def _check_tempo(document: _Document) -> None:
    share = document.tempo_bpm / document.tempo_usual_bpm - 1.0
    if abs(share) > TEMPO_TOLERANCE:
        raise NotationError(
            f"tempo {document.tempo_bpm:g} is {share:+.0%} from the usual {document.tempo_usual_bpm:g}"
        )


def _sound_section(
    document: _Document, name: str
) -> tuple[list[float], list[tuple[str, float, float, int]]]:
    """Return the lengths of a section's bars, and part, onset, length and pitch of its notes."""
    section = document.sections[name]
    lines = {
        line: parse_bars(text, document.phrases)
        for line in ("harmony", *_PARTS)
        if (text := getattr(section, line))
    }
    figured = parse_bars(_as_beats(section.figured), document.phrases)
    count = len(figured) + max((len(bars) for bars in lines.values()), default=0)
    lengths = _bar_lengths(document.meter, section.pickup_beats, count)
    offset = sum(lengths[: len(figured)])
    sounded = [
        (part, onset, length, _sounding(pitch, document.transposition))
        for part, onset, length, pitch in arrange_figured(figured)
    ]
    for line, bars in lines.items():
        check_bars(bars, lengths[len(figured) :], f"section {name}, {line}")
        sounded += (
            arrange_harmony(sound_bars(bars), section.figure, document.transposition)
            if line == "harmony"
            else _sound_part(line, bars, offset, document.transposition)
        )
    return lengths, sounded


def _as_beats(figured: str) -> str:
    """Give every tone of a figured bar a length, so that the bar is read like any other."""
    return " ".join(word if word == "|" else f"{word}:0.8" for word in figured.split())


def _bar_lengths(meter: str, pickup_beats: float, count: int) -> list[float]:
    number, _, unit = meter.partition("/")
    full = int(number) * 4.0 / int(unit)
    if not pickup_beats:
        return [full] * count
    return [pickup_beats, *([full] * (count - 2)), full - pickup_beats]


def _sound_part(
    part: str, bars: tuple[Bar, ...], offset: float, transposition: int
) -> list[tuple[str, float, float, int]]:
    return [
        (part, offset + onset, length, _sounding(parse_pitch(symbol), transposition))
        for onset, length, symbols in sound_bars(bars)
        for symbol in symbols
    ]


def _sounding(pitch: int, transposition: int) -> int:
    moved = pitch + transposition
    return moved if moved >= LOWEST_PITCH else moved + 12


def note_of_part(part: str, onset: float, length: float, pitch: int) -> Note:
    """Return a note with the loudness that its part and its place in the beat give it."""
    onset = round(onset, 6)
    lightness = 1 if onset.is_integer() else -2
    return Note(
        onset_beats=onset,
        duration_beats=round(length, 6),
        pitch=pitch,
        velocity=MEAN_VELOCITY + _EMPHASIS[part] + lightness,
        part=part,
    )
