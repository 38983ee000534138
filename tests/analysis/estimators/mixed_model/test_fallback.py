"""The planned order of covariance structures: the first that can be trusted, with a record of the others."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fallback import FALLBACK, Attempt, fit_in_order
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def _small_with_gaps() -> MixedModelData:
    table = make_trial(6, participants=10, visits=5, missing=0.3)
    return read_table(table, "y ~ arm + visit", ROLES).data


def test_the_first_structure_is_reported_when_it_can_be() -> None:
    found = fit_in_order(read_table(make_trial(1), FORMULA, ROLES).data)

    assert found.fit.structure.name == "us"
    assert found.attempts == (Attempt(structure="us", reason=""),)
    assert found.comment == ""


def test_a_structure_that_cannot_be_trusted_gives_way_to_the_next_on_the_record() -> None:
    found = fit_in_order(_small_with_gaps())

    names = [attempt.structure for attempt in found.attempts]
    assert names == [structure.name for structure in FALLBACK[: len(names)]]
    assert len(names) > 1
    assert found.fit.structure.name == names[-1]
    assert found.fit.is_trustworthy
    assert all(attempt.reason for attempt in found.attempts[:-1])
    assert found.attempts[-1].reason == ""
    assert f"Fell back to {names[-1]} as planned (us: " in found.comment


def test_when_none_can_be_trusted_every_reason_is_given() -> None:
    data = replace(_small_with_gaps(), n_visits=6)
    with pytest.raises(
        NotEstimableError, match=r"no planned .* \(us: .*; toeph: .*; sp_exp: .*coordinates"
    ):
        fit_in_order(data, [STRUCTURES[name] for name in ("us", "toeph", "sp_exp")])


def test_the_order_counts_and_not_the_fit() -> None:
    data = read_table(make_trial(1), FORMULA, ROLES).data
    found = fit_in_order(data, [STRUCTURES["cs"], STRUCTURES["us"]])

    assert found.fit.structure.name == "cs"
    assert np.ptp(np.diag(found.fit.sigma[0])) == pytest.approx(0)
