"""`antiphon session ...`: the closed loop without a browser, and its decisions computed again."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.outcome import CHECK_FAILED, UnusableInputError, say, say_json

if TYPE_CHECKING:
    from interventions.sensing.source import SignalSource

app = typer.Typer(help="Run a session without a browser, and check one.", no_args_is_help=True)

NOT_CAPPED = "session.flac is at {lufs:g} LUFS, as rendered. No calibrated player caps its volume: begin quietly."

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


class ArmName(StrEnum):
    """The arms of the shipped protocol."""

    ADAPTIVE = "adaptive"
    MATCHED_FIXED = "matched_fixed"


class ListenerName(StrEnum):
    """The simulated listeners."""

    ENTRAINMENT = "entrainment"
    ADDITIVE = "additive"
    NULL = "null"
    DROPOUT = "dropout"


@app.command()
def run(
    arm: Annotated[ArmName, typer.Option(help="Which arm plays.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made when it does not exist.")],
    recording: Annotated[
        Path | None, typer.Option(help="Recorded RR intervals or ECG that the loop senses.")
    ] = None,
    listener: Annotated[
        ListenerName | None, typer.Option(help="A simulated listener that hears the music.")
    ] = None,
    rest: Annotated[
        float,
        typer.Option(
            min=0.0,
            help="Seconds of the recording before the music; skin and breathing need 180 to count.",
        ),
    ] = 60.0,
    minutes: Annotated[float, typer.Option(min=0.5, max=120.0, help="Length.")] = 20.0,
    seed: Annotated[int, typer.Option(min=0, help="Everything random derives from it.")] = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Run one session faster than real time into steps.jsonl, session.mid and session.flac."""
    from interventions.control.session_length import IN_WORDS
    from interventions.delivery.renderer import AdditiveRenderer
    from protocols.document import shipped_protocol
    from trials.auditions import audition_plan
    from trials.sessions.folder import write_session_folder

    if recording is not None and listener is not None:
        message = "Name a recording or a listener, not both."
        raise UnusableInputError(message)
    source = _source(recording, listener or ListenerName.ENTRAINMENT, seed, rest)
    plan = audition_plan(
        shipped_protocol(), arm.value, source, seed=seed, duration_s=minutes * 60.0
    )
    with typer.progressbar(length=1000, label="Playing", file=sys.stderr) as bar:

        def show(share: float) -> None:
            bar.update(round(share * 1000) - bar.pos)

        written = write_session_folder(plan, source, AdditiveRenderer(), out, report_progress=show)
    cut = IN_WORDS if written.duration_s < minutes * 60.0 - 0.01 else ""
    if as_json:
        say_json(
            {
                "folder": str(out),
                "passes": written.passes,
                "duration_s": written.duration_s,
                "ended_early": cut,
                "loudness_lufs": plan.music.loudness_lufs,
                "peak": written.peak,
                "source": source.name,
            }
        )
    else:
        say(f"{written.passes} passes, {written.duration_s:.1f} s of music in {out}.")
        if cut:
            say(cut)
        say(NOT_CAPPED.format(lufs=plan.music.loudness_lufs))


@app.command()
def replay(
    folder: Annotated[Path, typer.Argument(help="A folder that `session run` wrote.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compute every decision of a session again; exit 1 if any differs from what is written."""
    from trials.sessions.folder import replay_session_folder

    found = replay_session_folder(folder)
    differences = list(found.differences)
    if as_json:
        say_json(
            {
                "equal": found.equal,
                "passes": found.passes,
                "differences": [str(d) for d in differences],
            }
        )
    else:
        for difference in differences:
            say(str(difference))
        said = "are all the same" if found.equal else "differ"
        say(f"{found.passes} passes computed again: decisions and scores {said}.")
    if not found.equal:
        raise typer.Exit(CHECK_FAILED)


def _source(
    recording: Path | None, listener: ListenerName, seed: int, rest_s: float
) -> "SignalSource":
    if recording is None:
        from interventions.listeners import ListenerKind
        from interventions.sensing.listener import listener_with_sensors, simulated_listener

        return listener_with_sensors(ListenerKind(listener.value), seed, simulated_listener)
    from data.exchange.recordings import read_recording
    from trials.sessions.sources import source_of_recording

    return source_of_recording(read_recording(recording), music_starts_s=rest_s)
