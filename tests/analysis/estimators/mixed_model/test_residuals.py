"""Residuals: raw, divided by their standard deviation, and made independent."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.residuals import ResidualKind, compute_residuals
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial, paired_data

FIRST, SECOND = [3.0, 5.0, 4.0, 8.0, 6.0], [2.0, 6.0, 3.5, 9.0, 4.0]


def test_residuals_of_two_visits_by_hand() -> None:
    data = paired_data(FIRST, SECOND)
    fit = fit_mixed_model(data)
    raw = np.column_stack([FIRST, SECOND]) - np.mean([FIRST, SECOND], axis=1)
    covariance = np.cov(FIRST, SECOND)

    found = {kind: compute_residuals(fit, data, kind).reshape(5, 2) for kind in ResidualKind}

    assert found[ResidualKind.RAW] == pytest.approx(raw)
    assert found[ResidualKind.PEARSON] == pytest.approx(raw / np.sqrt(np.diag(covariance)))
    given_first = raw[:, 1] - covariance[0, 1] / covariance[0, 0] * raw[:, 0]
    left = covariance[1, 1] - covariance[0, 1] ** 2 / covariance[0, 0]
    assert found[ResidualKind.NORMALIZED][:, 0] == pytest.approx(
        raw[:, 0] / covariance[0, 0] ** 0.5
    )
    assert found[ResidualKind.NORMALIZED][:, 1] == pytest.approx(given_first / left**0.5)


def test_normalized_residuals_are_as_large_as_the_model_says_with_weights_and_groups() -> None:
    roles = replace(ROLES, weight="weight", group="arm")
    data = read_table(make_trial(3), FORMULA, roles).data
    fit = fit_mixed_model(data)

    found = compute_residuals(fit, data, ResidualKind.NORMALIZED)

    # r'W r of a REML fit of a covariance with a free scale is rows minus columns
    assert (found**2).sum() == pytest.approx(data.n_observations - len(fit.columns))


def test_residuals_stand_in_the_order_of_the_rows() -> None:
    data = read_table(make_trial(3), FORMULA, ROLES).data
    order = np.random.Generator(np.random.PCG64(1)).permutation(data.n_observations)
    mixed = replace(
        data,
        outcome=data.outcome[order],
        design=data.design[order],
        participant=data.participant[order],
        visit=data.visit[order],
    )
    fit = fit_mixed_model(data)
    for kind in ResidualKind:
        expected = compute_residuals(fit, data, kind)[order]
        assert compute_residuals(fit, mixed, kind) == pytest.approx(expected)
