"""`antiphon hrv FILE`: every measure of heart rate variability of a recording, with units, recipes and reasons."""

import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from data.exchange.recording import Recording, SampledChannel
    from data.measures.heart_recordings import BreathingSignal, HeartRecording


class KindName(StrEnum):
    """What to measure in a file."""

    RR = "rr"
    ECG = "ecg"
    PPG = "ppg"


class UnitName(StrEnum):
    """Unit of intervals."""

    MS = "ms"
    S = "s"


def hrv(
    file: Annotated[Path, typer.Argument(help="A recording: intervals, an ECG or a pulse wave.")],
    kind: Annotated[
        KindName | None, typer.Option(help="What to measure, when the file holds several.")
    ] = None,
    unit: Annotated[
        UnitName | None, typer.Option(help="Unit of the intervals in a text file without a header.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Samples a second of a text file that does not say it.")
    ] = None,
    window: Annotated[
        float | None, typer.Option(help="Seconds of each window; without it, the whole recording.")
    ] = None,
    step: Annotated[
        float | None,
        typer.Option(help="Seconds from one window to the next; as a rule the window."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one line a measure as CSV.")] = False,
) -> None:
    """Heart rate variability of a recording, without a trial: every measure has a value or a reason."""
    from data.exchange.recordings import ChannelKind, RRUnit, read_recording
    from data.measures.hrv_windows import measure_windows
    from data.measures.window_plan import WindowPlan
    from screens.terminal.hrv_answer import HrvAnswer, print_csv, print_json, print_tables

    if as_json and as_csv:
        message = "Ask for --json or for --csv, not for both."
        raise UnusableInputError(message)
    plan = WindowPlan(length_s=window, step_s=step)
    recording = read_recording(
        file,
        kind=None if kind is None else ChannelKind(kind.value),
        unit=None if unit is None else RRUnit(unit.value),
        rate_hz=rate,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NeuroKit2 averages nothing in pure noise
        measured, heart = _heart_of(recording)
        windows = measure_windows(heart, plan)
    answer = HrvAnswer(
        file=file.name or recording.name,
        kind=measured.value,
        sampling_rate_hz=heart.sampling_rate_hz,
        windows=windows,
        notes=recording.notes,
    )
    show = print_json if as_json else print_csv if as_csv else print_tables
    show(answer)


def _heart_of(recording: "Recording") -> tuple[KindName, "HeartRecording"]:
    """Return what is measured: intervals before an ECG before a pulse wave."""
    from data.exchange.recordings import ChannelKind
    from data.measures.heart_recordings import (
        heart_recording_of_beats,
        heart_recording_of_ecg,
        heart_recording_of_ppg,
    )

    belt = recording.sampled(ChannelKind.RESPIRATION)
    beats = recording.rr
    if beats is not None:
        return KindName.RR, heart_recording_of_beats(beats, _breathing(belt, 0.0))
    for kind, prepare in (
        (KindName.ECG, heart_recording_of_ecg),
        (KindName.PPG, heart_recording_of_ppg),
    ):
        channel = recording.sampled(ChannelKind(kind.value))
        if channel is not None:
            breathing = _breathing(belt, channel.start_s)
            heart = prepare(channel.samples, channel.sampling_rate_hz, breathing=breathing)
            return kind, heart
    said = "".join(f" {note}" for note in recording.notes)
    raise UnusableInputError(
        f"{recording.name} holds no intervals between beats, no ECG and no pulse wave.{said}"
    )


def _breathing(belt: "SampledChannel | None", heart_starts_s: float) -> "BreathingSignal | None":
    """Return a respiration channel on the clock of the heart, which begins with its first sample."""
    from data.measures.heart_recordings import BreathingSignal

    if belt is None:
        return None
    return BreathingSignal(
        samples=belt.samples,
        sampling_rate_hz=belt.sampling_rate_hz,
        start_s=belt.start_s - heart_starts_s,
    )
