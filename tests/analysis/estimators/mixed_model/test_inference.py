"""Standard errors and degrees of freedom where they are known exactly, and tests of several rows."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import f as f_distribution
from scipy.stats import ttest_ind, ttest_rel

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.inference import Inference, Method, infer
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import (
    FORMULA,
    ROLES,
    make_trial,
    paired_data,
)

FIRST, SECOND = [3.0, 5.0, 4.0, 8.0, 6.0], [2.0, 6.0, 3.5, 9.0, 4.0]
EXACT = (Method.SATTERTHWAITE, Method.KENWARD_ROGER_LINEAR)


def _inference(method: Method, structure: str = "us", seed: int = 1) -> Inference:
    data = read_table(make_trial(seed), FORMULA, ROLES).data
    return infer(fit_mixed_model(data, STRUCTURES[structure]), method)


@pytest.mark.parametrize("method", EXACT)
def test_two_complete_visits_give_the_paired_t_test(method: Method) -> None:
    inference = infer(fit_mixed_model(paired_data(FIRST, SECOND)), method)

    found = inference.estimate(np.asarray([[-1.0, 1.0]]))

    expected = ttest_rel(SECOND, FIRST)
    assert found.df[0] == pytest.approx(4)
    assert found.t[0] == pytest.approx(expected.statistic)
    assert found.p[0] == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert [found.lower[0], found.upper[0]] == pytest.approx(list(interval))


@pytest.mark.parametrize("method", EXACT)
def test_complete_data_of_two_arms_give_the_t_test_at_every_visit(method: Method) -> None:
    table = make_trial(5, missing=0.0)
    data = read_table(table, "y ~ 0 + visit + visit:arm", ROLES).data
    found = infer(fit_mixed_model(data), method).estimate(np.eye(6)[3:])
    for place, visit in enumerate(["V1", "V2", "V3"]):
        at_visit = table[table["visit"] == visit]
        expected = ttest_ind(
            at_visit[at_visit["arm"] == "B"]["y"], at_visit[at_visit["arm"] == "A"]["y"]
        )
        assert found.df[place] == pytest.approx(22)
        assert found.t[place] == pytest.approx(expected.statistic)


def test_a_joint_test_of_complete_data_is_hotellings() -> None:
    values = np.column_stack([FIRST, SECOND])
    n, q = values.shape
    t2 = n * values.mean(axis=0) @ np.linalg.solve(np.cov(values.T), values.mean(axis=0))
    statistic = (n - q) / (q * (n - 1)) * t2

    found = infer(fit_mixed_model(paired_data(FIRST, SECOND)), Method.KENWARD_ROGER_LINEAR).test(
        np.eye(2)
    )

    assert found.numerator_df == 2
    assert found.denominator_df == pytest.approx(n - q)
    assert found.statistic == pytest.approx(statistic)
    assert found.p == pytest.approx(f_distribution.sf(statistic, q, n - q))


def test_kenward_roger_adds_what_estimating_the_covariance_costs() -> None:
    plain, linear = (_inference(method).estimate(np.eye(7)) for method in EXACT)

    assert (linear.standard_error > plain.standard_error).all()
    assert linear.df == pytest.approx(plain.df)


def test_rows_that_say_the_same_twice_count_once() -> None:
    inference = _inference(Method.SATTERTHWAITE)
    row = np.eye(7)[4:6]

    once, twice = inference.test(row), inference.test(np.vstack([row, row.sum(axis=0)]))

    assert twice.numerator_df == 2
    assert twice.statistic == pytest.approx(once.statistic)


@pytest.mark.parametrize("method", list(Method))
def test_one_row_tested_jointly_is_its_t_test(method: Method) -> None:
    inference = _inference(method)
    row = np.eye(7)[[6]]

    joint, single = inference.test(row), inference.estimate(row)

    assert joint.statistic == pytest.approx(single.t[0] ** 2)
    assert joint.denominator_df == pytest.approx(single.df[0])
    assert joint.p == pytest.approx(single.p[0])


def test_between_and_within_degrees_of_freedom_count_participants_and_visits() -> None:
    inference = _inference(Method.BETWEEN_WITHIN)
    patterns = inference.fit.patterns
    n, rows = patterns.n_participants, patterns.n_observations
    between, within = n - 1 - 2, rows - n - 4

    found = inference.estimate(np.eye(7)).df

    assert inference.fit.columns[:3] == ("(Intercept)", "baseline", "armB")
    assert list(found) == [within, between, between, within, within, within, within]
    both = np.zeros((1, 7))
    both[0, [2, 5]] = 1.0
    assert inference.estimate(both).df[0] == min(between, within)


def test_residual_degrees_of_freedom_are_rows_minus_coefficients() -> None:
    inference = _inference(Method.RESIDUAL)

    assert set(inference.estimate(np.eye(7)).df) == {inference.fit.patterns.n_observations - 7.0}


def test_empirical_errors_of_independent_complete_data_are_those_of_ordinary_least_squares() -> (
    None
):
    one_visit = make_trial(2, visits=1, missing=0.0)
    data = read_table(one_visit, "y ~ baseline + arm", ROLES).data
    fit = fit_mixed_model(data)
    least_squares = sm.OLS(data.outcome, data.design).fit()
    for method, kind in {
        Method.EMPIRICAL_CR0: "HC0",
        Method.EMPIRICAL_CR2: "HC2",
        Method.EMPIRICAL_CR3: "HC3",
    }.items():
        expected = least_squares.get_robustcov_results(kind).bse
        assert infer(fit, method).estimate(np.eye(3)).standard_error == pytest.approx(expected)


def test_a_participant_left_out_of_the_sums_has_no_part_in_empirical_errors() -> None:
    data = read_table(make_trial(1), FORMULA, ROLES).data
    whole = fit_mixed_model(data)
    quick = fit_mixed_model(whole.patterns.without(4), start=whole.theta)
    slow = fit_mixed_model(data.without(4))

    found, expected = (
        infer(fit, Method.EMPIRICAL_CR2).estimate(np.eye(7)) for fit in (quick, slow)
    )

    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-8)
    assert found.df == pytest.approx(expected.df, rel=1e-7)


def test_kenward_roger_needs_restricted_maximum_likelihood() -> None:
    fit = fit_mixed_model(paired_data(FIRST, SECOND), estimation=Estimation.ML)
    with pytest.raises(NotEstimableError, match="restricted maximum likelihood"):
        infer(fit, Method.KENWARD_ROGER)


@pytest.mark.parametrize("method", list(Method))
def test_a_fit_that_must_not_be_trusted_gives_no_p_value_by_any_method(method: Method) -> None:
    data = replace(paired_data(FIRST, SECOND), n_visits=3)
    fit = fit_mixed_model(data)
    with pytest.raises(NotEstimableError, match="covariance parameter"):
        infer(fit, method)
