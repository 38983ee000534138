"""The fit of a mixed model: what it is on data small enough to check, and what it says when it must not be trusted."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.mixed_model.row_covariance import covariance_of_rows
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import (
    FORMULA,
    ROLES,
    make_trial,
    paired_data,
)

FIRST, SECOND = [3.0, 5.0, 4.0, 8.0, 6.0], [2.0, 6.0, 3.0, 9.0, 4.0]


def _data(seed: int = 1, **changes: object) -> MixedModelData:
    return replace(read_table(make_trial(seed), FORMULA, ROLES).data, **changes)  # type: ignore[arg-type]


def test_complete_data_give_the_means_and_the_covariance_of_the_sample() -> None:
    fit = fit_mixed_model(paired_data(FIRST, SECOND))

    assert fit.beta == pytest.approx([5.2, 4.8])
    assert fit.sigma[0] == pytest.approx(np.cov(FIRST, SECOND))
    assert fit.beta_covariance == pytest.approx(np.cov(FIRST, SECOND) / 5)


def test_maximum_likelihood_divides_by_the_participants() -> None:
    fit = fit_mixed_model(paired_data(FIRST, SECOND), estimation=Estimation.ML)

    assert fit.sigma[0] == pytest.approx(np.cov(FIRST, SECOND) * 4 / 5)


def _density(fit: MixedModelFit, data: MixedModelData) -> float:
    mean = data.design[:, fit.patterns.basis.kept] @ fit.beta
    total = 0.0
    for person in range(data.n_participants):
        rows = np.flatnonzero(data.participant == person)
        covariance = covariance_of_rows(fit, data, rows)
        total += multivariate_normal(mean[rows], covariance).logpdf(data.outcome[rows])
    return total


def _weighted_information(fit: MixedModelFit, data: MixedModelData) -> np.ndarray:
    kept = data.design[:, fit.patterns.basis.kept]
    total = np.zeros((kept.shape[1], kept.shape[1]))
    for person in range(data.n_participants):
        rows = np.flatnonzero(data.participant == person)
        covariance = covariance_of_rows(fit, data, rows)
        total += kept[rows].T @ np.linalg.solve(covariance, kept[rows])
    return total


@pytest.mark.parametrize("structure", ["us", "toeph", "adh", "csh", "ar1", "sp_exp"])
@pytest.mark.parametrize("estimation", Estimation)
def test_the_likelihood_is_that_of_the_normal_density_with_weights_and_groups(
    structure: str, estimation: Estimation
) -> None:
    table = make_trial(3)
    read = read_table(
        table, FORMULA, replace(ROLES, weight="weight", group="arm", coordinates=("time",))
    )
    data = read.data if structure == "sp_exp" else replace(read.data, coordinates=None)
    fit = fit_mixed_model(data, STRUCTURES[structure], estimation)
    information = _weighted_information(fit, data)

    expected = _density(fit, data)
    if estimation is Estimation.REML:
        _, log_determinant = np.linalg.slogdet(information)
        expected += len(fit.beta) / 2 * np.log(2 * np.pi) - log_determinant / 2

    assert fit.converged
    assert fit.sigma.shape == (2, 3, 3)
    assert fit.log_likelihood == pytest.approx(expected, abs=1e-9)
    assert fit.beta_covariance == pytest.approx(np.linalg.inv(information), rel=1e-9, abs=1e-12)


def test_nearby_parameters_are_less_likely() -> None:
    fit = fit_mixed_model(_data())
    for step in 1e-3 * np.eye(len(fit.theta)):
        beside = fit_mixed_model(_data(), start=fit.theta + step)
        assert beside.theta == pytest.approx(fit.theta, abs=1e-9)
        assert beside.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-9)


def test_a_column_that_follows_from_earlier_ones_is_left_out_and_named() -> None:
    data = _data()
    doubled = replace(
        data,
        design=np.column_stack([data.design[:, :2], 2 * data.design[:, 1] + 3, data.design[:, 2:]]),
        columns=(*data.columns[:2], "again", *data.columns[2:]),
    )

    fit = fit_mixed_model(doubled)

    assert fit.aliased == ("again",)
    assert fit.columns == data.columns
    assert fit.beta == pytest.approx(fit_mixed_model(data).beta)


def test_a_large_offset_of_outcome_and_covariate_costs_no_digits() -> None:
    data = _data()
    design = data.design.copy()
    design[:, 1] += 1e6
    near, far = (
        fit_mixed_model(data),
        fit_mixed_model(replace(data, design=design, outcome=data.outcome + 1e6)),
    )

    assert far.beta[1:] == pytest.approx(near.beta[1:], rel=1e-7, abs=1e-7)
    assert far.sigma == pytest.approx(near.sigma, rel=1e-7)
    assert far.beta_covariance[1:, 1:] == pytest.approx(near.beta_covariance[1:, 1:], rel=1e-7)


def test_leaving_a_participant_out_of_the_sums_equals_leaving_the_rows_out() -> None:
    data = _data()
    sums, whole = sum_patterns(data), fit_mixed_model(data)
    for person in (0, 7, data.n_participants - 1):
        quick = fit_mixed_model(sums.without(person), start=whole.theta)
        slow = fit_mixed_model(data.without(person))
        assert quick.beta == pytest.approx(slow.beta, rel=1e-9)
        assert quick.sigma == pytest.approx(slow.sigma, rel=1e-8)
        assert quick.log_likelihood == pytest.approx(slow.log_likelihood, abs=1e-8)
        assert quick.patterns.n_participants == data.n_participants - 1


def test_a_visit_that_nobody_attended_makes_the_unstructured_covariance_inestimable() -> None:
    fit = fit_mixed_model(_data(n_visits=4))

    assert not fit.is_trustworthy
    assert "do not determine every covariance parameter" in fit.trouble
    assert fit.trouble.endswith("nobody was observed at visit number 4")
    assert fit.theta_covariance is None


def test_two_visits_that_nobody_attended_both_have_no_covariance() -> None:
    table = make_trial(1)
    odd = table["id"].str[-1].isin(list("13579"))
    table.loc[odd & (table["visit"] == "V2"), "y"] = np.nan
    table.loc[~odd & (table["visit"] == "V3"), "y"] = np.nan
    data = read_table(table, "y ~ baseline + visit", ROLES).data

    fit = fit_mixed_model(data)

    assert fit.trouble.endswith("nobody was observed at both visit number 2 and 3")
    assert fit_mixed_model(data, STRUCTURES["csh"]).is_trustworthy


def test_a_visit_that_nobody_attended_does_not_hinder_a_structure_that_bridges_it() -> None:
    with_gap = _data(visit=2 * _data().visit, n_visits=5)

    fit = fit_mixed_model(with_gap, STRUCTURES["ar1"])

    assert fit.is_trustworthy
    assert fit.sigma[0, 0, 2] == pytest.approx(fit.sigma[0, 0, 1] ** 2 / fit.sigma[0, 0, 0])


def test_a_likelihood_that_rises_to_a_singular_covariance_is_reported() -> None:
    copied = [value + 1e-7 * sign for value, sign in zip(FIRST, [1, -1, 1, -1, 1], strict=True)]

    fit = fit_mixed_model(paired_data(FIRST, copied))

    assert "singular covariance" in fit.trouble


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": np.full(5, 2.0)}, "the outcome has the same value in every row"),
        ({"outcome": np.asarray([1, 2, 3, 4, np.inf])}, "missing or infinite"),
        ({"design": np.asarray([[1.0], [1], [1], [np.nan], [1]])}, "column mean of the design"),
        ({"weight": np.asarray([1.0, 1, 1, 1, 0])}, "weights must be positive"),
        (
            {"visit": np.asarray([0, 1, 0, 0, 0])},
            "participant number 1 has 2 rows at visit number 0",
        ),
        ({"visit": np.asarray([0, 1, 0, 1, 2])}, "outside the 2 planned visits"),
        ({"participant": np.asarray([0, 0, 2, 2, 3])}, "numbered from 0 without gaps"),
        ({"design": np.ones((4, 1))}, "shape"),
    ],
)
def test_arrays_that_cannot_be_right_are_refused_with_a_sentence(
    change: dict[str, object], sentence: str
) -> None:
    good = MixedModelData(
        outcome=np.asarray([1.0, 2, 3, 4, 6]),
        design=np.ones((5, 1)),
        columns=("mean",),
        participant=np.asarray([0, 0, 1, 1, 2]),
        visit=np.asarray([0, 1, 0, 1, 0]),
        n_visits=2,
    )
    with pytest.raises(NotEstimableError, match=sentence):
        replace(good, **change)  # type: ignore[arg-type]


def test_no_rows_at_all_are_refused() -> None:
    empty = np.zeros(0)
    with pytest.raises(NotEstimableError, match="no row"):
        MixedModelData(
            outcome=empty,
            design=empty[:, None],
            columns=("mean",),
            participant=empty.astype(np.intp),
            visit=empty.astype(np.intp),
            n_visits=1,
        )


def test_more_coefficients_or_parameters_than_rows_are_refused() -> None:
    few = paired_data(FIRST[:2], SECOND[:2])
    with pytest.raises(NotEstimableError, match="2 coefficients and 3 covariance parameters"):
        fit_mixed_model(few)
    with pytest.raises(NotEstimableError, match="4 observations are too few for 4 coefficients"):
        fit_mixed_model(replace(few, design=np.eye(4), columns=tuple("abcd")))


def test_a_model_that_explains_everything_has_no_residual_variance() -> None:
    exact = paired_data([1.0] * 5, [2.0] * 5)
    with pytest.raises(NotEstimableError, match="no residual variance"):
        fit_mixed_model(exact)


def test_parameters_that_are_no_covariance_cannot_be_the_start() -> None:
    with pytest.raises(NotEstimableError, match="start"):
        fit_mixed_model(_data(), STRUCTURES["toep"], start=np.asarray([1.0, 50.0, -50.0]))


def test_a_spatial_covariance_needs_coordinates() -> None:
    with pytest.raises(NotEstimableError, match="coordinates"):
        fit_mixed_model(_data(), STRUCTURES["sp_exp"])
