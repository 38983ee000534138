"""A session without a browser, kept as a folder: steps.jsonl, session.mid, session.flac.

``plan.json`` beside them holds what was settled before the first note, so that every decision can
be computed again from the folder alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.records.sessions import LoopStep
from interventions.delivery.midi import write_midi
from interventions.delivery.renderer import Renderer
from interventions.loop_values import LoopPass, LoopPlan
from interventions.replay import Replay, replay
from interventions.runner import run_session
from interventions.sensing.source import SignalSource
from protocols.canonical import adapter_of, canonical_json
from trials.errors import TrialError

PLAN = "plan.json"
STEPS = "steps.jsonl"
MIDI = "session.mid"
SOUND = "session.flac"


class SessionFolderError(TrialError):
    """The folder holds no session, or one that cannot be read; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionFolder:
    """What was written."""

    folder: Path
    passes: int
    duration_s: float
    peak: float
    """Largest sample, full scale is 1."""


def write_session_folder(
    plan: LoopPlan,
    source: SignalSource,
    renderer: Renderer,
    folder: Path,
    *,
    report_progress: Callable[[float], None],
) -> SessionFolder:
    """Run a whole session, faster than real time, into a new folder.

    Parameters
    ----------
    plan : LoopPlan
        The session.
    source : SignalSource
        What is sensed.
    renderer : Renderer
        How notes become sound.
    folder : Path
        Made when it does not exist; must not hold a session yet.
    report_progress : callable
        Called with the share that is done.

    Returns
    -------
    SessionFolder
        Steps are written one by one; the plan comes last and makes the folder a session.

    Raises
    ------
    SessionFolderError
        If the folder holds a session already.
    """
    import soundfile  # noqa: PLC0415 - slow to import, needed here only

    if (folder / PLAN).exists():
        message = f"{folder} holds a session already: name another folder."
        raise SessionFolderError(message)
    folder.mkdir(parents=True, exist_ok=True)
    scores = []
    peak, frames = 0.0, 0
    with (
        (folder / STEPS).open("wb") as steps,
        soundfile.SoundFile(
            folder / SOUND, "w", samplerate=renderer.sampling_rate_hz, channels=2, subtype="PCM_16"
        ) as sound,
    ):
        for made in run_session(plan, source, renderer):
            steps.write(canonical_json(made.step) + b"\n")
            sound.write(made.pcm)
            scores.append(made.score)
            peak, frames = max(peak, made.step.delivered.peak or 0.0), frames + _frames(made)
            report_progress(min(1.0, frames / renderer.sampling_rate_hz / plan.duration_s))
    write_midi(scores, folder / MIDI)
    (folder / PLAN).write_bytes(canonical_json(plan) + b"\n")
    return SessionFolder(
        folder=folder,
        passes=len(scores),
        duration_s=frames / renderer.sampling_rate_hz,
        peak=peak,
    )


def replay_session_folder(folder: Path) -> Replay:
    """Compute every decision of a session folder again and compare.

    Parameters
    ----------
    folder : Path
        Written by `write_session_folder`.

    Returns
    -------
    Replay
        With every difference.

    Raises
    ------
    SessionFolderError
        If the folder holds no session, or one that cannot be read.
    """
    plan_file, steps_file = folder / PLAN, folder / STEPS
    for needed in (plan_file, steps_file):
        if not needed.is_file():
            message = f"{folder} holds no {needed.name}: name a folder that `session run` wrote."
            raise SessionFolderError(message)
    try:
        plan = adapter_of(LoopPlan).validate_json(plan_file.read_bytes())
        steps = _read_steps(steps_file)
    except ValueError as error:
        message = f"{folder} holds a session that cannot be read: {str(error).splitlines()[0]}"
        raise SessionFolderError(message) from error
    return replay(plan, steps)


def _read_steps(file: Path) -> tuple[LoopStep, ...]:
    adapter = adapter_of(LoopStep)
    lines = file.read_bytes().splitlines()
    return tuple(adapter.validate_json(line) for line in lines if line.strip())


def _frames(made: LoopPass) -> int:
    return made.step.delivered.frames
