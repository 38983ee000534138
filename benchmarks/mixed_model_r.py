"""The mixed model beside R on the same table: nlme::gls with emmeans, and glmmTMB; nothing where there is no Rscript.

200 participants, 4 visits, a third of the values missing, unstructured, restricted likelihood, from table and formula to the differences
between arms at every visit. R mmrm is not among the packages that can be had on Debian: its published times are its own statement.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.estimators.mixed_model.mmrm import estimate_rows, fit_mmrm, marginal_rows
from benchmarks.mixed_model import FORMULA, ROLES, made_up_table
from benchmarks.table import Measurement, cpu_seconds

OUR_RUNS, R_RUNS = 40, 7
PROGRAM = """
arguments <- commandArgs(trailingOnly = TRUE)
for (name in c("nlme", "emmeans", "glmmTMB")) if (!requireNamespace(name, quietly = TRUE)) quit(status = 0)
d <- read.csv(arguments[1], na.strings = "", stringsAsFactors = TRUE)
d <- d[!is.na(d$y), ]; d$number <- as.integer(d$visit); d$id <- factor(d$id)
formula <- y ~ race + sex + arm * visit
by_gls <- function() {
  fit <- nlme::gls(formula, d, nlme::corSymm(form = ~ number | id), nlme::varIdent(form = ~ 1 | visit))
  summary(emmeans::emmeans(fit, trt.vs.ctrl ~ arm | visit, mode = "df.error"), infer = TRUE)
}
acts <- list(
  "nlme gls + emmeans, residual df" = by_gls,
  "glmmTMB + emmeans" = function() {
    fit <- suppressWarnings(glmmTMB::glmmTMB(y ~ race + sex + arm * visit + us(0 + visit | id), d, dispformula = ~ 0, REML = TRUE))
    summary(emmeans::emmeans(fit, trt.vs.ctrl ~ arm | visit), infer = TRUE)
  }
)
for (name in names(acts)) {
  invisible(acts[[name]]())
  for (run in seq_len(as.integer(arguments[2]))) cat(name, sum(system.time(acts[[name]](), gcFirst = FALSE)[1:2]), sep = "\\t", fill = TRUE)
}
"""


def measure() -> Iterator[Measurement]:
    """Measure ours, then R.

    Yields
    ------
    Measurement
        Processor time.
    """
    rscript = shutil.which("Rscript")
    if rscript is None:
        return
    table = made_up_table(1, participants=200, visits=4, missing=0.33)
    _whole(table)
    ours = Measurement(
        what="mixed model with means, whole call",
        unit="CPU ms",
        values=tuple(1000 * cpu_seconds(lambda: _whole(table)) for _ in range(OUR_RUNS)),
    )
    peers = list(_peers(table, rscript))
    ratios = "; ".join(
        f"{peer.median / ours.median:.3g} times as fast as {peer.what}" for peer in peers
    )
    yield replace(ours, remark=f"200 x 4, us, REML, Kenward-Roger; {ratios}")
    yield from peers


def _whole(table: pd.DataFrame) -> None:
    fitted = fit_mmrm(table, FORMULA, ROLES)
    fitted.coefficients()
    estimate_rows(fitted.inference, marginal_rows(fitted.table, ("arm", "visit")).minus("arm"))


def _peers(table: pd.DataFrame, rscript: str) -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        table.to_csv(path, index=False)
        program = Path(folder) / "program.R"
        program.write_text(PROGRAM, encoding="utf-8")
        printed = subprocess.run(  # noqa: S603 - our own program
            [rscript, "--vanilla", str(program), str(path), str(R_RUNS)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    lines = [line.rsplit("\t", 1) for line in printed.splitlines() if "\t" in line]
    for what in dict.fromkeys(name for name, _ in lines):
        seconds = [float(value) for name, value in lines if name == what]
        yield Measurement(
            what=what,
            unit="CPU ms",
            values=tuple(1000 * value for value in seconds),
            remark="R, same table; no Kenward-Roger for these fits",
        )
