"""`antiphon match ARM_A ARM_B --out FILE`: the certificate of how alike the music of two arms is."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from screens.terminal.outcome import CHECK_FAILED, UnusableInputError, say


def match(
    arm_a: Annotated[str, typer.Argument(help="Code of an arm, e.g. adaptive.")],
    arm_b: Annotated[str, typer.Argument(help="Code of the arm it is compared with.")],
    out: Annotated[Path, typer.Option(help="A file: a page where it ends in .html, else JSON.")],
    protocol: Annotated[
        Path | None, typer.Option(help="A protocol document (YAML); without it the shipped one.")
    ] = None,
    sessions: Annotated[int, typer.Option(min=2, max=2000, help="Of each arm.")] = 64,
    minutes: Annotated[float, typer.Option(min=1.0, max=120.0, help="Of each session.")] = 20.0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the certificate too.")] = False,
) -> None:
    """Simulate sessions of both arms and compare their music; exit 1 where it is not alike."""
    from interventions.arms.definition import arm_codes
    from protocols.document import read_protocol, shipped_protocol
    from screens.match_page import certificate_json, verdict_in_words, write_certificate
    from trials.simulation.match_certificate import MatchSample, certify_match

    for arm in (arm_a, arm_b):
        if arm not in arm_codes():
            message = f"There is no arm {arm!r}: choose two of {', '.join(arm_codes())}."
            raise UnusableInputError(message)
    if arm_a == arm_b:
        message = "Name two different arms: an arm is like itself."
        raise UnusableInputError(message)
    if not out.parent.is_dir():
        message = f"There is no folder {out.parent}: make it, or name another file."
        raise UnusableInputError(message)
    promised = shipped_protocol() if protocol is None else read_protocol(protocol)
    with typer.progressbar(length=1000, label="Playing", file=sys.stderr) as bar:

        def show(share: float) -> None:
            bar.update(round(share * 1000) - bar.pos)

        certificate = certify_match(
            promised, arm_a, arm_b, MatchSample(sessions=sessions, minutes=minutes), show
        )
    write_certificate(certificate, out)
    if as_json:
        say(certificate_json(certificate).rstrip())
    else:
        say(verdict_in_words(certificate))
        say(f"Certificate {certificate.sha256[:12]} in {out}.")
    if not certificate.alike:
        raise typer.Exit(CHECK_FAILED)
