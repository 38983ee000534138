"""The mixed model with an unstructured covariance, beside the two Python packages that can be made to fit one.

The table is made up in the shape of a common example: 200 participants, 4 visits, a third of the values missing. Ours runs from
table and formula to coefficients with Kenward-Roger's adjustment. statsmodels has no covariance of residuals: the same model is
random effects of every visit. mixedlm is not one of our packages: it is measured when `MIXEDLM_PYTHON` names the Python of an
environment that has it, by the same formula.
"""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.inference import infer
from analysis.estimators.mixed_model.mmrm import fit_mmrm
from analysis.estimators.mixed_model.patterns import sum_patterns
from benchmarks.table import Measurement, cpu_seconds

FORMULA = "y ~ race + sex + arm * visit"
LARGE_FORMULA = "y ~ base * visit + race + sex + arm * visit"
FEW_GAPS, MANY_GAPS = 0.06, 0.22
ROLES = Roles(participant="id", visit="visit")
SMALL_RUNS, LARGE_RUNS, STATSMODELS_RUNS = 40, 5, 1
MIXEDLM_PROGRAM = """
import sys, time
import pandas as pd
from mixedlm import lmer
table = pd.read_csv(sys.argv[1]).dropna()
for _ in range(int(sys.argv[2])):
    begun = time.process_time()
    lmer("y ~ race + sex + arm * visit + (0 + visit | id)", table).summary()
    print(time.process_time() - begun)
"""


def made_up_table(seed: int, participants: int, visits: int, missing: float) -> pd.DataFrame:
    """Return one row a participant and visit with id, race, sex, arm, visit, base and y, some y empty."""
    draw = np.random.Generator(np.random.PCG64(seed))
    spread = np.sqrt(draw.uniform(15, 90, visits))
    steps = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    covariance = np.outer(spread, spread) * 0.6**steps
    base = draw.normal(40, 9, participants)
    y = draw.multivariate_normal(np.linspace(0, 15, visits), covariance, participants)
    y += 0.5 * base[:, None]
    y[draw.random(y.shape) < missing] = np.nan
    person = np.arange(participants)
    return pd.DataFrame(
        {
            "id": np.repeat(person, visits),
            "race": np.repeat(draw.choice(["a", "b", "c"], participants), visits),
            "sex": np.repeat(draw.choice(["f", "m"], participants), visits),
            "arm": np.repeat(np.where(person % 2, "music", "control"), visits),
            "visit": np.tile([f"v{number:02d}" for number in range(visits)], participants),
            "base": np.repeat(base, visits),
            "y": y.reshape(-1),
        }
    )


def measure() -> Iterator[Measurement]:
    """Measure ours, then the peers on the same table.

    Yields
    ------
    Measurement
        Processor time.
    """
    small = made_up_table(1, participants=200, visits=4, missing=0.33)
    data = read_table(small, FORMULA, ROLES).data
    whole = _ours("mixed model, whole call", lambda: _whole(small), SMALL_RUNS)
    peers = [_statsmodels(data), *_mixedlm(small)]
    ratios = "; ".join(
        f"{peer.median / whole.median:.2g} times as fast as {peer.what}" for peer in peers
    )
    yield replace(
        whole, remark=f"200 x 4, us, REML, Kenward-Roger, from table and formula; {ratios}"
    )
    core = _ours("mixed model, core", lambda: _core(data), SMALL_RUNS)
    yield replace(core, remark="the same from arrays")
    yield from peers
    yield from (_large(missing) for missing in (FEW_GAPS, MANY_GAPS))


def _large(missing: float) -> Measurement:
    table = made_up_table(2, participants=1000, visits=10, missing=missing)
    data = read_table(table, LARGE_FORMULA, ROLES).data
    patterns = len(sum_patterns(data).size)
    return replace(
        _ours(f"mixed model, large, {patterns} patterns", lambda: _whole_large(table), LARGE_RUNS),
        remark=f"1000 x 10, {len(data.columns)} coefficients, 55 covariance parameters; whole call",
    )


def _ours(what: str, act: Callable[[], object], runs: int) -> Measurement:
    act()
    return Measurement(
        what=what, unit="CPU ms", values=tuple(1000 * cpu_seconds(act) for _ in range(runs))
    )


def _whole(table: pd.DataFrame) -> None:
    fit_mmrm(table, FORMULA, ROLES).coefficients()


def _whole_large(table: pd.DataFrame) -> None:
    fit_mmrm(table, LARGE_FORMULA, ROLES).coefficients()


def _core(data: MixedModelData) -> None:
    fit = fit_mixed_model(data)
    infer(fit).estimate(np.eye(len(fit.columns)))


def _statsmodels(data: MixedModelData) -> Measurement:
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415 - slow to import

    exact = fit_mixed_model(data).log_likelihood
    ended = []

    def fit() -> None:
        model = MixedLM(
            data.outcome, data.design, groups=data.participant, exog_re=np.eye(4)[data.visit]
        )
        ended.append(model.fit(reml=True).llf)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = tuple(1000 * cpu_seconds(fit) for _ in range(STATSMODELS_RUNS))
    return Measurement(
        what="statsmodels MixedLM, us as random effects",
        unit="CPU ms",
        values=values,
        remark=f"from arrays; no degrees of freedom; stops {exact - ended[0]:.2g} below the largest log-likelihood",
    )


def _mixedlm(table: pd.DataFrame) -> Iterator[Measurement]:
    python = os.environ.get("MIXEDLM_PYTHON")
    if not python:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        table.to_csv(path, index=False)
        printed = subprocess.run(  # noqa: S603 - the interpreter that whoever measures has named
            [python, "-c", MIXEDLM_PROGRAM, str(path), "11"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    values = tuple(1000 * float(line) for line in printed.split())[1:]
    yield Measurement(
        what="mixedlm lmer, us as random effects",
        unit="CPU ms",
        values=values,
        remark="from the formula, with summary; no Kenward-Roger covariance",
    )
