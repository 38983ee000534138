"""The re-randomization test of a table: exact on a small one, adjusted, and with outcomes that are missing."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.allocation_designs import FixedSizes, Minimization, SimpleRandomization
from analysis.estimators.frame import ColumnError, Comparison
from analysis.estimators.rerandomization_frame import AllocatedColumns, compare_allocations
from analysis.results import NotEstimableError

BOTH = Comparison(column="arm", first="M", second="C")
SMALL = pd.DataFrame(
    {
        "arm": list("MCMCMCMC"),
        "y": [9.0, 5.0, 7.0, 6.5, 8.0, 3.0, 6.0, 4.0],
        "x": [1.0, 2.0, 0.0, 1.5, 3.0, 2.5, 1.0, 0.5],
        "sex": list("fmfmffmm"),
    }
)


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(3))


def test_all_allocations_of_fixed_sizes_give_the_exact_p() -> None:
    y = SMALL["y"].to_numpy()
    observed = y[::2].mean() - y[1::2].mean()
    every = [
        abs(y[list(first)].mean() - np.delete(y, list(first)).mean()) >= abs(observed) - 1e-12
        for first in combinations(range(8), 4)
    ]

    found = compare_allocations(
        SMALL, AllocatedColumns(outcome="y", comparison=BOTH), FixedSizes(first=4),
        draws=20_000, generator=generator(), confidence_level=0.95,
    )  # fmt: skip

    assert found.effect.estimate == pytest.approx(observed)
    assert found.effect.p == pytest.approx(np.mean(every), abs=4 * found.monte_carlo_error)


def test_covariates_adjust_as_least_squares_does() -> None:
    design = np.column_stack(
        [np.ones(8), SMALL["arm"] == "M", SMALL["x"], SMALL["sex"] == "m"]
    ).astype(float)
    expected = np.linalg.lstsq(design, SMALL["y"].to_numpy(), rcond=None)[0][1]

    found = compare_allocations(
        SMALL, AllocatedColumns(outcome="y", comparison=BOTH, covariates=("x", "sex")),
        SimpleRandomization(), draws=99, generator=generator(), confidence_level=0.9,
    )  # fmt: skip

    assert found.effect.estimate == pytest.approx(expected)


def test_who_has_no_outcome_is_allocated_and_not_compared() -> None:
    gap = SMALL.assign(y=[9.0, 5.0, 7.0, np.nan, 8.0, 3.0, 6.0, 4.0])

    found = compare_allocations(
        gap, AllocatedColumns(outcome="y", comparison=BOTH),
        Minimization(factors=(tuple(SMALL["sex"]),), probability=0.8),
        draws=199, generator=generator(), confidence_level=0.9,
    )  # fmt: skip

    assert [size.n for size in found.effect.arms] == [4, 3]
    assert found.effect.estimate == pytest.approx(7.5 - 4)


def test_a_third_arm_is_told() -> None:
    three = SMALL.assign(arm=list("MCMCMCMX"))

    with pytest.raises(ColumnError, match="has X beside M and C"):
        compare_allocations(
            three, AllocatedColumns(outcome="y", comparison=BOTH), FixedSizes(first=4),
            draws=9, generator=generator(), confidence_level=0.9,
        )  # fmt: skip


def test_a_design_that_leaves_an_arm_empty_is_told() -> None:
    with pytest.raises(NotEstimableError, match="leaves an arm empty"):
        compare_allocations(
            SMALL, AllocatedColumns(outcome="y", comparison=BOTH), SimpleRandomization(share_first=1.0),
            draws=9, generator=generator(), confidence_level=0.9,
        )  # fmt: skip
