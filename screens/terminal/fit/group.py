"""Which estimators are commands: `antiphon fit NAME`, and each also as `antiphon NAME`."""

from collections.abc import Callable, Mapping
from typing import Any

import typer

from screens.terminal.fit import (
    ancova,
    impute,
    mmrm,
    risk_difference,
    sample_size,
    sequential,
)

COMMANDS: Mapping[str, Callable[..., Any]] = {
    "mmrm": mmrm.fit_mmrm,
    "ancova": ancova.fit_ancova,
    "impute": impute.fit_impute,
    "risk-difference": risk_difference.fit_risk_difference,
    "sequential": sequential.fit_sequential,
    "sample-size": sample_size.fit_sample_size,
}
"""Name of each command and its function."""

app = typer.Typer(
    help="Any estimator on a plain CSV file, without a trial. Exit 3: a fit that must not be trusted.",
    no_args_is_help=True,
)
for name, function in COMMANDS.items():
    app.command(name)(function)
