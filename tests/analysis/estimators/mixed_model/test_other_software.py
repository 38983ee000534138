"""A mixed model says how R and SAS fit it, and why their numbers may differ: only what applies."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline
from analysis.estimators.mixed_model.inference import Method
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.marginal_means import GridRows, Weights
from analysis.estimators.mixed_model.mmrm import Mmrm, Roles, fit_mmrm
from analysis.estimators.mixed_model.observed_counts import observed_counts
from analysis.estimators.mixed_model.other_software import call_in_r, call_in_sas, differences
from analysis.estimators.mixed_model.structures import STRUCTURES

ROLES = Roles(participant="id", visit="visit", levels={"arm": ("B", "A")})


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return a trial of 24 people at 3 visits, a sixth of the outcomes missing."""
    generator = np.random.Generator(np.random.PCG64(4))
    rows = [
        {"id": f"P{i}", "arm": "AB"[i % 2], "visit": f"V{v}", "w": 1.0 + i % 3, "time": float(v)}
        for i in range(24)
        for v in (1, 2, 3)
    ]
    frame = pd.DataFrame(rows)
    frame["y"] = generator.normal(size=len(frame)) + np.repeat(generator.normal(size=24), 3)
    frame.loc[::6, "y"] = np.nan
    return frame


def fit(
    table: pd.DataFrame,
    structure: str = "us",
    method: Method = Method.KENWARD_ROGER_LINEAR,
    roles: Roles = ROLES,
    estimation: Estimation = Estimation.REML,
) -> Mmrm:
    structures = (STRUCTURES[structure],)
    return fit_mmrm(table, "y ~ arm * visit", roles, structures, estimation, method)


def test_r_gets_levels_structure_and_method(table: pd.DataFrame) -> None:
    call = call_in_r(fit(table, "toeph"), ("arm", "visit"), Weights.PROPORTIONAL)

    assert 'd$arm <- factor(d$arm, levels = c("B", "A"))' in call
    assert "mmrm::mmrm(y ~ arm * visit + toeph(visit | id), data = d, reml = TRUE" in call
    assert 'method = "Kenward-Roger", vcov = "Kenward-Roger-Linear"' in call
    assert 'trt.vs.ctrl ~ arm | visit, data = d, weights = "proportional"' in call


def test_groups_weights_and_places_reach_both_calls(table: pd.DataFrame) -> None:
    roles = Roles(participant="id", visit="visit", group="arm", weight="w", coordinates=("time",))
    fitted = fit(table, "sp_exp", roles=roles)

    assert "sp_exp(time | arm / id), data = d, weights = d$w" in call_in_r(fitted)
    assert "type=sp(exp)(time) group=arm;" in call_in_sas(fitted)
    assert "weight w;" in call_in_sas(fitted)


def test_sas_keeps_the_order_of_visits_and_names_the_reference(table: pd.DataFrame) -> None:
    call = call_in_sas(fit(table, "adh", Method.SATTERTHWAITE), ("arm", "visit"))

    assert "class id arm(ref='B') visit;" in call
    assert "type=ante(1)" in call
    assert "ddfm=satterthwaite" in call
    assert "model y = arm visit arm*visit" in call


@pytest.mark.parametrize(
    ("structure", "method"),
    [("ad", Method.SATTERTHWAITE), ("us", Method.EMPIRICAL_CR2)],
)
def test_what_sas_cannot_do_has_no_call(
    table: pd.DataFrame, structure: str, method: Method
) -> None:
    assert call_in_sas(fit(table, structure, method)) == ""


def test_a_constrained_baseline_has_no_call(table: pd.DataFrame) -> None:
    constrained = ConstrainedBaseline(arm="arm", visit="V1")
    roles = Roles(participant="id", visit="visit", baseline=constrained)

    fitted = fit_mmrm(table, "y ~ visit + visit:arm", roles)

    assert (call_in_r(fitted), call_in_sas(fitted)) == ("", "")


@pytest.mark.parametrize(
    ("structure", "method", "said"),
    [
        ("us", Method.KENWARD_ROGER_LINEAR, "TYPE=UN gives the linear form too"),
        ("ar1", Method.KENWARD_ROGER_LINEAR, "FIRSTORDER"),
        ("us", Method.KENWARD_ROGER, "parametrization"),
        ("us", Method.SATTERTHWAITE, "depend on its basis"),
        ("us", Method.BETWEEN_WITHIN, "between participants"),
        ("us", Method.EMPIRICAL_CR3, "(n - 1) / n"),
        ("adh", Method.SATTERTHWAITE, "ANTE(1)"),
    ],
)
def test_a_difference_is_told_where_it_applies(
    table: pd.DataFrame, structure: str, method: Method, said: str
) -> None:
    told = differences(fit(table, structure, method))
    others = differences(fit(table, "cs", Method.RESIDUAL))

    assert any(said in note for note in told)
    assert not any(said in note for note in others)


def test_the_rows_of_the_grid_are_told(table: pd.DataFrame) -> None:
    fitted = fit(table)

    everyone = differences(fitted, GridRows.ALL)
    analysed = differences(fitted, GridRows.ANALYSED)

    assert any("all 72 rows" in note and "60 rows analysed" in note for note in everyone)
    assert any("60 rows analysed, as in R emmeans" in note for note in analysed)


def test_counts_are_those_of_the_table(table: pd.DataFrame) -> None:
    counts = observed_counts(fit(table).table, ("arm", "visit"))

    expected = table.dropna(subset=["y"]).groupby(["arm", "visit"]).size()
    assert dict(counts) == {key: int(size) for key, size in expected.items()}
    assert counts["C", "V1"] == 0
