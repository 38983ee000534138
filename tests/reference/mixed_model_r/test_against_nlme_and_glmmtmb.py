"""Covariance structures held against R: nlme::gls, glmmTMB, and the likelihood written out in base R and polished.

`fit_structures.R` made `answers.json` from the made-up visits of `tests/reference/r_calls/data`; R and package versions are in it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.inference import Method, infer
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.mmrm import Mmrm, Roles, fit_mmrm
from analysis.estimators.mixed_model.structures import STRUCTURES

HERE = Path(__file__).parent
ANSWERS: Mapping[str, Any] = json.loads((HERE / "answers.json").read_text("utf-8"))
LAST_VISIT = "V4"
LOOSER = {"gls": 1e-6, "glmmTMB": 1e-4}
"""Of the log-likelihood. glmmTMB keeps a small residual variance even with `dispformula = ~ 0`: its model is another one by that."""


@cache
def visits() -> pd.DataFrame:
    """Return the made-up visits; participants are names."""
    table = pd.read_csv(HERE.parent / "r_calls" / "data" / "visits.csv", na_values=[""])
    return table.assign(id=table["id"].astype(str))


@cache
def fitted(name: str) -> Mmrm:
    """Fit the model of an answer: ``structure``, with ``_groups``, ``_weights`` or ``_ml``."""
    structure = next(
        one for one in sorted(STRUCTURES, key=len, reverse=True) if name.startswith(one)
    )
    roles = Roles(
        participant="id",
        visit="visit",
        group="arm" if "_groups" in name else None,
        weight="weight" if "_weights" in name else None,
        coordinates=("week",) if structure == "sp_exp" else (),
    )
    estimation = Estimation.ML if name.endswith("_ml") else Estimation.REML
    return fit_mmrm(
        visits(), "y ~ base + sex + arm * visit", roles, (STRUCTURES[structure],), estimation, Method.SATTERTHWAITE
    )  # fmt: skip


def last_difference(found: Mmrm) -> np.ndarray:
    """Return the weights of the difference between arms at the last visit."""
    wanted = ("armMUSIC", f"armMUSIC:visit{LAST_VISIT}")
    return np.array([[float(column in wanted) for column in found.fit.columns]])


@pytest.mark.parametrize("name", list(ANSWERS["brute"]))
def test_the_likelihood_written_out_person_by_person_has_the_same_optimum(name: str) -> None:
    told = ANSWERS["brute"][name]
    found = fitted(name)

    assert told["gradient"] < 2e-5
    assert list(found.fit.columns) == told["columns"]
    assert found.fit.log_likelihood == pytest.approx(told["log_likelihood"], abs=1e-8)
    errors = np.sqrt(np.diag(found.fit.beta_covariance))
    assert (np.abs(found.fit.beta - np.array(told["beta"])) <= 1e-6 * errors).all()
    assert errors == pytest.approx(told["se"], rel=1e-6)


@pytest.mark.parametrize("name", list(ANSWERS["brute"]))
def test_satterthwaite_and_kenward_roger_are_those_of_numerical_derivatives(name: str) -> None:
    told = ANSWERS["brute"][name]["contrast"]
    found = fitted(name)

    row = last_difference(found)
    plain = found.inference.estimate(row, 0.95)
    assert plain.estimate[0] == pytest.approx(told["estimate"], rel=1e-6)
    assert plain.standard_error[0] == pytest.approx(told["se"], rel=1e-6)
    assert plain.df[0] == pytest.approx(told["df"], rel=2e-5)
    if not name.endswith("_ml"):
        adjusted = infer(found.fit, Method.KENWARD_ROGER_LINEAR).estimate(row, 0.95)
        assert adjusted.standard_error[0] == pytest.approx(told["kr_se"], rel=1e-6)


@pytest.mark.parametrize(
    ("program", "name"), [(program, name) for program in LOOSER for name in ANSWERS[program]]
)
def test_nlme_and_glmmtmb_come_to_the_same_optimum(program: str, name: str) -> None:
    told = ANSWERS[program][name]
    found = fitted(name)

    assert found.fit.log_likelihood == pytest.approx(told["log_likelihood"], abs=LOOSER[program])
    errors = np.sqrt(np.diag(found.fit.beta_covariance))
    assert (np.abs(found.fit.beta - np.array(told["beta"])) <= 2e-3 * errors).all()
    if program == "gls":
        assert found.fit.log_likelihood >= told["log_likelihood"] - 1e-7
        assert errors == pytest.approx(told["se"], rel=1e-3)
