"""The `antiphon` command and its exit codes.

0 done, 1 a check that failed, 2 input that cannot be used, 3 a fit that must not be trusted; of the last two
one sentence on standard error says why, and nothing is on standard output.
Every import that is not needed by every command happens inside the command.
"""

import sys

import typer

from screens.terminal import hrv, match, protocol, sensors, session, store, trial
from screens.terminal.fit import group as fit
from screens.terminal.outcome import (
    FIT_UNTRUSTED,
    INPUT_UNUSABLE,
    UntrustedFitError,
    user_errors,
)

app = typer.Typer(
    name="antiphon",
    help="Run and evaluate randomized trials of music interventions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(protocol.app, name="protocol")
app.add_typer(session.app, name="session")
app.add_typer(fit.app, name="fit")
app.command("score")(protocol.score)
app.command("hrv")(hrv.hrv)
app.command("match")(match.match)
app.command("sensors")(sensors.sensors)
app.command("demo")(store.demo)
app.command("verify")(store.verify)
app.command("report")(trial.report)
for name, function in fit.COMMANDS.items():
    app.command(name, hidden=True)(function)


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except UntrustedFitError as error:
        sys.stderr.write(f"{error}\n")
        return FIT_UNTRUSTED
    except user_errors() as error:
        sys.stderr.write(f"{error}\n")
        return INPUT_UNUSABLE
    return 0
