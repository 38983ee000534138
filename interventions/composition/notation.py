"""A compact text notation for pieces, so that a person can read, write and check them.

Conventions: tokens are separated by blanks, bars by ``|``. A token is pitches and a length in quarter notes,
``F#4:1.5``; without a length it takes the one before it, also across bars. Several pitches at once are joined by ``+``:
``B3+D4+F#4:2``. ``r`` is a rest, ``_`` lengthens the note before (a tie), ``%`` alone in a bar repeats the bar before,
``@name`` stands for a named phrase. C4 is middle C. A harmony is written in the same way with chord symbols, ``G:3`` or
``D7:1.5`` or ``C/E:2``.

Contents: `parse_bars` (text to bars of tokens), `sound_bars` (bars to notes), `parse_pitch`, `parse_chord`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "b": -1}
_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "sus4": (0, 5, 7),
}
_PITCH = re.compile(r"([A-G])([#b]?)(\d)")
_CHORD = re.compile(r"([A-G])([#b]?)(m7b5|maj7|m7|m|7|dim|sus4|)(?:/([A-G])([#b]?))?")
REST = "r"
TIE = "_"
TOLERANCE_BEATS = 1e-6


class NotationError(Exception):
    """A piece is not written as the notation wants it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One symbol with its length."""

    symbol: str
    beats: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ChordSymbol:
    """A chord by name."""

    pitch_classes: tuple[int, ...]
    """Root first."""
    bass: int


Bar = tuple[Token, ...]


def parse_bars(text: str, phrases: Mapping[str, str]) -> tuple[Bar, ...]:
    """Return the bars of one line of a piece; `NotationError` when a phrase or a length is missing."""
    bars: list[Bar] = []
    beats: float | None = None
    for written in _expand(text, phrases).split("|"):
        words = written.split()
        if words == ["%"] and bars:
            bars.append(bars[-1])
            continue
        bar = []
        for word in words:
            token = _parse_token(word, beats)
            beats = token.beats
            bar.append(token)
        if bar:
            bars.append(tuple(bar))
    return tuple(bars)


def _expand(text: str, phrases: Mapping[str, str]) -> str:
    def phrase(match: re.Match[str]) -> str:
        if match[1] not in phrases:
            raise NotationError(f"no phrase is named {match[1]!r}")
        return phrases[match[1]]

    return re.sub(r"@([\w-]+)", phrase, text)


def _parse_token(word: str, beats: float | None) -> Token:
    symbol, _, length = word.partition(":")
    if length:
        try:
            beats = float(length)
        except ValueError as error:
            raise NotationError(f"{word!r}: {length!r} is not a length in beats") from error
    if beats is None or beats <= 0:
        raise NotationError(f"{word!r} has no length: write one, for example {symbol}:1")
    return Token(symbol=symbol, beats=beats)


def check_bars(bars: Sequence[Bar], expected_beats: Sequence[float], line: str) -> None:
    """Check that there are as many bars as wanted and that each has its length.

    Raises
    ------
    NotationError
        If there are more or fewer bars, or one is too long or too short; the message names the bar.
    """
    if len(bars) != len(expected_beats):
        raise NotationError(f"{line}: {len(bars)} bars, wanted {len(expected_beats)}")
    for number, (bar, expected) in enumerate(zip(bars, expected_beats, strict=True), start=1):
        beats = sum(token.beats for token in bar)
        if abs(beats - expected) > TOLERANCE_BEATS:
            raise NotationError(f"{line}: bar {number} has {beats:g} beats, wanted {expected:g}")


def sound_bars(bars: Sequence[Bar]) -> list[tuple[float, float, tuple[str, ...]]]:
    """Return onset and length in beats and the symbols of everything that sounds, ties joined.

    Raises
    ------
    NotationError
        If a tie has nothing to lengthen.
    """
    sounded: list[tuple[float, float, tuple[str, ...]]] = []
    beat = 0.0
    rested = True
    for token in (token for bar in bars for token in bar):
        if token.symbol == TIE:
            if rested:
                raise NotationError(
                    "a tie follows a rest or stands first: there is nothing to lengthen"
                )
            onset, length, symbols = sounded[-1]
            sounded[-1] = (onset, length + token.beats, symbols)
        elif token.symbol != REST:
            sounded.append((beat, token.beats, tuple(token.symbol.split("+"))))
        rested = rested if token.symbol == TIE else token.symbol == REST
        beat += token.beats
    return sounded


def parse_pitch(symbol: str) -> int:
    """Return the MIDI pitch of a name such as ``F#4``.

    Raises
    ------
    NotationError
        If it is not a letter, an optional accidental and an octave.
    """
    match = _PITCH.fullmatch(symbol)
    if match is None:
        raise NotationError(f"{symbol!r} is not a pitch: write for example F#4")
    return 12 * (int(match[3]) + 1) + _LETTERS[match[1]] + _ACCIDENTALS[match[2]]


def parse_chord(symbol: str) -> ChordSymbol:
    """Return the chord of a symbol such as ``Am7`` or ``C/E``.

    Raises
    ------
    NotationError
        If the symbol is not known.
    """
    match = _CHORD.fullmatch(symbol)
    if match is None:
        raise NotationError(f"{symbol!r} is not a chord: write for example Am, D7 or C/E")
    root = _LETTERS[match[1]] + _ACCIDENTALS[match[2]]
    bass = _LETTERS[match[4]] + _ACCIDENTALS[match[5]] if match[4] else root
    return ChordSymbol(
        pitch_classes=tuple((root + step) % 12 for step in _QUALITIES[match[3]]), bass=bass % 12
    )
