"""Composition by rules: calm, tonal phrases of four bars that follow the musical parameters.

Conventions: one segment is four bars of 4/4. Every note derives from the parameters, the memory, the seed and the
segment's number; nothing else takes part.

Contents: `RuleComposer`.

References
----------
Conrad, C. et al. (2023), compositional elements of relaxation: no accents, legato, smooth contour, quadruple metre,
repetition, middle register. Livingstone, S. R. et al. (2010), Changing musical emotion, Computer Music Journal 34(1).
"""

import random
from dataclasses import replace

from data.records.music import MusicalParameters, Note, Score
from interventions.composition.composer import CompositionMemory, stream
from interventions.composition.harmony import (
    BEATS_PER_BAR,
    Chord,
    phrase_role,
    plan_chords,
    richness_of,
)
from interventions.composition.melody import Line, compose_melody, vary_motif
from interventions.composition.texture import (
    FIGURES,
    SLOTS_PER_BAR,
    Sounded,
    bass_notes,
    bell_notes,
    figuration_pitches,
    figuration_slots,
    pad_notes,
)

BARS = 4
BEATS = float(BARS * BEATS_PER_BAR)
FEWEST_ONSETS = 4
_PARTS = ("melody", "pad", "bass", "arpeggio", "bell")
_EMPHASIS = {"melody": 8, "pad": -12, "bass": -2, "arpeggio": -4, "bell": -10}


class RuleComposer:
    """Composes segment after segment by rules of harmony, melody and texture."""

    @property
    def name(self) -> str:
        """Name and version, recorded in every score."""
        return "rules-1"

    def compose(
        self,
        parameters: MusicalParameters,
        memory: CompositionMemory,
        *,
        sequence: int,
        seed: int,
        phase: str,
    ) -> tuple[Score, CompositionMemory]:
        """Return four bars that follow the parameters, and the memory for the next four.

        Parameters
        ----------
        parameters : MusicalParameters
            What is decided for this segment.
        memory : CompositionMemory
            What the segment before left: motif, figure, last chord, last pitch.
        sequence : int
            Number of the segment, from 0.
        seed : int
            The session's seed.
        phase : str
            ``opening``, ``middle`` or ``closing``.
        """
        chance = stream(seed, sequence, "rules")
        role = phrase_role(sequence, phase)
        memory = vary_motif(_renew_figure(memory, role, chance), role, chance)
        chords = plan_chords(
            mode=parameters.mode,
            root=parameters.root,
            role=role,
            choice=int(chance.random() * 4),
            richness=richness_of(parameters),
            suspended="suspended" if chance.random() < 0.5 else "plain",
        )
        parts, memory = _compose_parts(parameters, chords, role, memory, chance)
        score = Score(
            sequence=sequence,
            beats=BEATS,
            tempo_bpm=parameters.tempo_bpm,
            parameters=parameters,
            composer=self.name,
            seed=seed,
            phase=phase,
            notes=_to_notes(parts, parameters),
        )
        return score, memory


def _renew_figure(memory: CompositionMemory, role: str, chance: random.Random) -> CompositionMemory:
    """Change the figuration only where a new section begins, or when there was none."""
    if role != "statement" and memory.pad:
        return memory
    return replace(memory, figure=int(chance.random() * FIGURES))


def _onsets_wanted(parameters: MusicalParameters) -> int:
    seconds = BEATS * 60.0 / parameters.tempo_bpm
    wanted = round(parameters.note_density_per_s * seconds)
    return max(FEWEST_ONSETS, min(BARS * SLOTS_PER_BAR, wanted))


def _compose_parts(
    parameters: MusicalParameters,
    chords: tuple[Chord, ...],
    role: str,
    memory: CompositionMemory,
    chance: random.Random,
) -> tuple[dict[str, list[Sounded]], CompositionMemory]:
    onsets = _onsets_wanted(parameters)
    line = Line(
        role=role,
        register=parameters.register,
        root=parameters.root,
        notes_per_bar=max(1, min(5, round(0.35 * onsets / BARS))),
    )
    voiced = pad_notes(chords, memory.pad, pad_centre(parameters.register))
    melody = compose_melody(line, chords, memory, chance)
    parts = {
        "melody": melody,
        "pad": [
            (chord.onset_beats, chord.duration_beats, pitch)
            for chord, pitches in voiced
            for pitch in pitches
        ],
        "bass": bass_notes(chords),
        "arpeggio": [],
        "bell": bell_notes(chords, parameters.register),
    }
    kept = {part: parts[part] for part in _PARTS[: parameters.voices]}
    _fill(kept, voiced, onsets, memory.figure)
    return kept, replace(memory, pad=voiced[-1][1], melody=melody[-1][2])


def pad_centre(register: float) -> int:
    """Return the pitch around which the pad is voiced: an octave below the melody, neither dark nor in its way."""
    return max(48, min(62, round(register) - 12))


def _fill(
    parts: dict[str, list[Sounded]],
    voiced: list[tuple[Chord, tuple[int, ...]]],
    onsets: int,
    figure: int,
) -> None:
    """Let the figuration bring the segment to its density; without its own part the pad or the melody takes it."""
    taken = {onset for notes in parts.values() for onset, _, _ in notes}
    slots = figuration_slots(taken, onsets, BARS)
    if not slots:
        return
    part = next(part for part in ("arpeggio", "pad", "melody") if part in parts)
    if part == "melody":
        slots = [slot for slot in slots if slot not in taken]
    parts[part].extend(figuration_pitches(slots, voiced, figure))


def _to_notes(parts: dict[str, list[Sounded]], parameters: MusicalParameters) -> tuple[Note, ...]:
    count = sum(len(sounded) for sounded in parts.values())
    level = parameters.dynamics - sum(
        _EMPHASIS[part] * len(sounded) for part, sounded in parts.items()
    ) / max(1, count)
    notes = [
        Note(
            onset_beats=float(onset),
            duration_beats=_sounding(part, length, parameters.articulation),
            pitch=pitch,
            velocity=_velocity(level + _EMPHASIS[part], onset),
            part=part,
        )
        for part, sounded in parts.items()
        for onset, length, pitch in sounded
    ]
    notes.sort(key=lambda note: (note.onset_beats, note.part, note.pitch))
    return tuple(notes)


def _sounding(part: str, length: float, articulation: float) -> float:
    return round(length * (max(articulation, 0.95) if part == "pad" else articulation), 4)


def _velocity(level: float, onset: float) -> int:
    """Return the level, rising to the middle of the phrase and softer off the beat."""
    swell = 3.0 - 0.75 * abs(onset - BEATS / 2)
    lightness = 0.0 if onset % 1.0 == 0.0 else -2.0
    return max(1, min(127, round(level + swell + lightness)))
