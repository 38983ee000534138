"""Segments of music: the whole pass in both arms, a pass without sound, and pretty_midi beside them.

The simulated listener that is sensed is not timed: in a trial a person takes its place.
"""

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.table import Measurement, cpu_seconds, times_as_fast
from data.records.music import Score
from interventions.arms.definition import arm_codes
from interventions.delivery.flac import encode_flac
from interventions.delivery.midi import write_midi
from interventions.delivery.renderer import AdditiveRenderer, Renderer, SilentRenderer
from interventions.listeners import ListenerKind, draw_listener
from interventions.loop import run_pass
from interventions.loop_values import LoopPass, LoopState, begin
from interventions.sensing.listener import RRListenerSource
from protocols.document import shipped_protocol
from trials.auditions import audition_plan

SOUNDING_S, SILENT_S = 120.0, 1200.0
SEEDS = (1, 2, 3)
RATE_HZ = 44100


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedPass:
    """One segment, and the processor time that it took."""

    score: Score
    audio_s: float
    cpu_s: float


def timed_session(
    arm: str, seed: int, renderer: Renderer, duration_s: float
) -> Iterator[TimedPass]:
    """Run a session and time every pass, FLAC included where there is sound.

    Yields
    ------
    TimedPass
        One a segment; the first one warms up and is left out.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    source = RRListenerSource(draw_listener(ListenerKind.ENTRAINMENT, chance), chance)
    plan = audition_plan(shipped_protocol(), arm, source, seed=seed, duration_s=duration_s)
    state = begin(plan)
    while not state.is_over:
        window = source.window_at(state.start_s)
        made: list[LoopPass] = []

        def one_pass(state: LoopState = state, made: list[LoopPass] = made) -> None:
            made.append(run_pass(plan, state, window, renderer))  # noqa: B023 - called at once
            if made[0].pcm is not None:
                encode_flac(made[0].pcm, renderer.sampling_rate_hz)

        cpu_s = cpu_seconds(one_pass)
        step = made[0].step
        source.hear(step.decision.applied, step.composed.duration_s)
        if step.sequence > 0:
            audio_s = step.delivered.frames / renderer.sampling_rate_hz
            yield TimedPass(score=made[0].score, audio_s=audio_s, cpu_s=cpu_s)
        state = made[0].state


def measure() -> Iterator[Measurement]:
    """Measure both arms.

    Yields
    ------
    Measurement
        The pass with sound, the peer on the same notes, the pass without sound.
    """
    for arm in arm_codes():
        sounding = [
            one
            for seed in SEEDS
            for one in timed_session(arm, seed, AdditiveRenderer(), SOUNDING_S)
        ]
        peer = Measurement(
            what=f"pretty_midi synthesize, the notes of {arm}",
            unit="audio s a CPU s",
            values=tuple(one.audio_s / synthesize_s(one.score) for one in sounding),
            remark="sine waves in mono; no composition, room, loudness or FLAC",
        )
        ours = Measurement(
            what=f"segment, {arm}",
            unit="audio s a CPU s",
            values=tuple(one.audio_s / one.cpu_s for one in sounding),
        )
        yield Measurement(
            what=ours.what,
            unit=ours.unit,
            values=ours.values,
            remark="infer, decide, compose, render, FLAC; " + times_as_fast(ours, peer),
        )
        yield peer
        silent = [
            one for seed in SEEDS for one in timed_session(arm, seed, SilentRenderer(), SILENT_S)
        ]
        yield Measurement(
            what=f"pass without sound, {arm}",
            unit="CPU ms",
            values=tuple(one.cpu_s * 1000.0 for one in silent),
            remark="as in simulated trials",
        )


def synthesize_s(score: Score) -> float:
    """Return the processor time of pretty_midi for a score's notes."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        import pretty_midi  # noqa: PLC0415 - warns when imported

        path = Path(folder) / "segment.mid"
        write_midi([score], path)
        midi = pretty_midi.PrettyMIDI(str(path))
        return cpu_seconds(lambda: midi.synthesize(fs=RATE_HZ))
