"""Rubin's rules against mice 3.15.0, and where they end."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.missing_data.rubin import pool_by_rubin
from analysis.results import NotEstimableError


def test_pools_are_those_of_mice(reference: Path) -> None:
    cases = json.loads((reference / "statistics" / "rubin_pooling.json").read_text())["cases"]

    for case in cases:
        df = None if case["n"] is None else float(case["n"] - case["k"])
        pool = pool_by_rubin(np.array(case["Q"]), np.array(case["U"]), df)
        interval = t_interval(pool.estimate, pool.standard_error, pool.df, 0.95)

        found = [pool.estimate, pool.within, pool.between, pool.total, pool.standard_error, pool.df]
        found += [pool.relative_increase, pool.fraction_missing, interval.lower, interval.upper]
        expected = [case[key] for key in ("qbar", "ubar", "b", "t", "se", "df", "riv", "fmi")]
        np.testing.assert_allclose(found, [*expected, *case["ci"]], rtol=1e-12)
        p = two_sided_p(pool.estimate / pool.standard_error, pool.df)
        assert p == pytest.approx(case["p"], abs=1e-12)
    assert len(cases) == 3


def test_without_variation_between_datasets_the_variance_is_that_within() -> None:
    pool = pool_by_rubin(np.full(5, 2.0), np.full(5, 0.25), 20.0)

    assert (pool.estimate, pool.standard_error, pool.monte_carlo_error) == (2.0, 0.5, 0.0)
    assert pool.df == pytest.approx(21 / 23 * 20)


def test_without_variation_and_without_complete_data_df_the_reference_is_normal() -> None:
    assert math.isinf(pool_by_rubin(np.full(5, 2.0), np.full(5, 0.25), None).df)


@pytest.mark.parametrize(
    ("estimates", "variances", "reason"),
    [
        ([1.0], [1.0], "at least two completed datasets"),
        ([1.0, 2.0], [0.0, 0.0], "no variance within"),
    ],
)
def test_what_cannot_be_pooled_has_a_reason(
    estimates: list[float], variances: list[float], reason: str
) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        pool_by_rubin(np.array(estimates), np.array(variances), 10.0)
