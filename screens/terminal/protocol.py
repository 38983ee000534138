"""`antiphon protocol ...` and `antiphon score`: documents and keys, no store."""

from pathlib import Path
from typing import Annotated

import typer

from screens.terminal import simulate
from screens.terminal.outcome import CHECK_FAILED, UnusableInputError, say, say_json

app = typer.Typer(help="Check, show and simulate a protocol document.", no_args_is_help=True)
app.command("simulate")(simulate.simulate)

ProtocolFile = Annotated[Path, typer.Argument(help="A protocol document (YAML).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def check(file: ProtocolFile, *, as_json: AsJson = False) -> None:
    """Say whether a protocol is complete and consistent; exit 1 with every problem if not."""
    from protocols.document import check_protocol, protocol_hash, read_protocol
    from protocols.problems import Problem, ProtocolDocumentError

    protocol = None
    problems: tuple[Problem, ...]
    try:
        protocol = read_protocol(file)
        problems = check_protocol(protocol)
    except ProtocolDocumentError as error:
        problems = error.problems
    sha256 = None if protocol is None or problems else protocol_hash(protocol)
    if as_json:
        listed = [
            {"file": p.file, "line": p.line, "what": p.what, "mend": p.mend} for p in problems
        ]
        say_json({"ok": not problems, "sha256": sha256, "problems": listed})
    elif protocol is None or problems:
        for problem in problems:
            say(problem.text)
    else:
        say(f"{protocol.study_id} version {protocol.version} is complete and consistent.")
        say(f"SHA-256 {sha256}")
    if problems:
        raise typer.Exit(CHECK_FAILED)


@app.command()
def show(file: ProtocolFile, *, as_json: AsJson = False) -> None:
    """Print the public protocol: readable text, without block sizes (SPIRIT 2025 item 21b)."""
    from protocols.document import public_protocol_text, read_protocol
    from protocols.public_text import public_protocol_plain

    protocol = read_protocol(file)
    if as_json:
        say_json(public_protocol_plain(protocol))
    else:
        say(public_protocol_text(protocol))


def score(
    questionnaire: Annotated[str, typer.Argument(help="Questionnaire id, e.g. phq9.")],
    answers: Annotated[
        str,
        typer.Option(help="Answers in the order of the items, with commas; empty is missing."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Score one person's answers by the questionnaire's own key and missing-item rule."""
    from data.measures.questionnaire_scores import score_answer_list

    scores = score_answer_list(questionnaire, _numbers(answers))
    if as_json:
        say_json(
            {
                "questionnaire": questionnaire,
                "scores": {score.name: score.value for score in scores},
                "details": {
                    score.name: {
                        "n_missing": score.n_missing,
                        "prorated": score.prorated,
                        "band": score.band,
                        "reason": score.reason,
                    }
                    for score in scores
                },
            }
        )
        return
    for one in scores:
        said = one.reason if one.value is None else f"{one.value:g}"
        band = f" ({one.band})" if one.band else ""
        prorated = f", prorated for {one.n_missing} missing" if one.prorated else ""
        say(f"{one.name}: {said}{band}{prorated}")


def _numbers(text: str) -> list[float | None]:
    return [_number(part.strip(), place) for place, part in enumerate(text.split(","), start=1)]


def _number(part: str, place: int) -> float | None:
    if not part:
        return None
    try:
        return float(part)
    except ValueError as error:
        message = f"Answer {place} is {part!r}: write a number, or nothing for a missing answer."
        raise UnusableInputError(message) from error
