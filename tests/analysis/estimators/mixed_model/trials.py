"""Small made-up trials, and the reference fits of R, for the tests of the mixed model."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.table import ModelTable, read_table
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.structures import STRUCTURES

FILES = (
    "fev_us_reml",
    "fev_us_ml",
    "fev_us_bl_reml",
    "fev_cs_reml",
    "fev_ar1_reml",
    "fev_toep_reml",
    "antidep_us_reml",
    "antidep_us_reml_cov",
)


def make_trial(
    seed: int, participants: int = 24, visits: int = 3, missing: float = 0.15
) -> pd.DataFrame:
    """Return a long table: id, arm (A, B), site, baseline, visit (V1 ...), time, weight, y; some y are empty."""
    draw = np.random.Generator(np.random.PCG64(seed))
    person = np.arange(participants)
    baseline = draw.normal(50, 8, participants)
    level = draw.normal(0, 3, participants)
    table = pd.DataFrame(
        {
            "id": [f"P{number:03d}" for number in np.repeat(person, visits)],
            "arm": np.repeat(np.where(person % 2, "B", "A"), visits),
            "site": np.repeat(np.asarray(["north", "south", "west"])[person % 3], visits),
            "baseline": np.repeat(baseline, visits),
            "visit": np.tile([f"V{number + 1}" for number in range(visits)], participants),
            "time": np.tile(np.arange(visits, dtype=float) ** 1.5, participants),
            "weight": draw.uniform(0.5, 2.0, participants * visits),
        }
    )
    slope = np.tile(np.arange(visits), participants) * np.repeat(person % 2, visits)
    noise = draw.normal(0, 2, len(table))
    table["y"] = 0.5 * table["baseline"] + np.repeat(level, visits) - slope + noise
    table.loc[draw.random(len(table)) < missing, "y"] = np.nan
    table.loc[::visits, "y"] = table.loc[::visits, "y"].fillna(25.0)
    return table


ROLES = Roles(participant="id", visit="visit")
FORMULA = "y ~ baseline + arm * visit"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferenceFit:
    """One file of R's numbers, and our fit of the same data."""

    numbers: dict[str, Any]
    table: ModelTable
    fit: MixedModelFit
    arm: str
    visit: str


@lru_cache(maxsize=1)
def reference_fit(folder: Path, name: str) -> ReferenceFit:
    """Fit the data of one reference file."""
    numbers = json.loads((folder / f"{name}.json").read_text("utf-8"))
    data = pd.read_csv(folder / numbers["dataset"], dtype={"POOLINV": str, "PATIENT": str})
    formula, structure = re.fullmatch(r"(.*) \+ (\w+)\(.*\)", numbers["formula"]).groups()  # type: ignore[union-attr]
    lung = name.startswith("fev")
    arm, visit, person = ("ARMCD", "AVISIT", "USUBJID") if lung else ("THERAPY", "VISIT", "PATIENT")
    roles = Roles(participant=person, visit=visit, levels=numbers["factor_levels"])
    table = read_table(data, formula, roles)
    estimation = Estimation.REML if numbers["reml"] else Estimation.ML
    fit = fit_mixed_model(table.data, STRUCTURES[structure], estimation)
    return ReferenceFit(numbers=numbers, table=table, fit=fit, arm=arm, visit=visit)


def paired_data(first: list[float], second: list[float]) -> MixedModelData:
    """Return complete data of one group at two visits, with a mean for each visit."""
    n = len(first)
    visit = np.tile([0, 1], n)
    return MixedModelData(
        outcome=np.column_stack([first, second]).reshape(-1),
        design=np.eye(2)[visit],
        columns=("first", "second"),
        participant=np.repeat(np.arange(n), 2),
        visit=visit,
        n_visits=2,
    )
