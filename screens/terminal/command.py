"""The `antiphon` command and its exit codes.

0 done, 1 a check that failed, 2 input that cannot be used (one sentence on standard error says why).
Every import that is not needed by every command happens inside the command.
"""

import sys

import typer

from screens.terminal import protocol, session, store, trial
from screens.terminal.outcome import user_errors

app = typer.Typer(
    name="antiphon",
    help="Run and evaluate randomized trials of music interventions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(protocol.app, name="protocol")
app.add_typer(session.app, name="session")
app.command("score")(protocol.score)
app.command("demo")(store.demo)
app.command("verify")(store.verify)
app.command("report")(trial.report)


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except user_errors() as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
