"""The standard analysis at a visit that cannot be analysed: a reason there, and everywhere that asks for it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.missing_data.analysis_step import EachDataset, Quantity, Response, Target
from analysis.missing_data.frame import read_outcomes
from analysis.missing_data.imputation import Imputation, impute_outcomes
from analysis.missing_data.impute import compare_with_reference
from analysis.missing_data.pooling import VarianceKind, pool_estimates
from analysis.results import NotEstimableError
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import trace_tipping_curve
from tests.analysis.missing_data.example_trial import BY_JACKKNIFE, COLUMNS, JUMP, example_frame

TARGET = Target(quantity=Quantity.DIFFERENCE, label="music − control", visit="Week 1")


def _constant_at_week_1() -> Imputation:
    """Return an imputation in which everyone has the same value at Week 1."""
    imputation = impute_outcomes(read_outcomes(example_frame(), COLUMNS, JUMP), BY_JACKKNIFE)
    outcomes = imputation.completed.outcomes
    table = outcomes.outcome.copy()
    table[:, 0] = 5.0
    completed = replace(imputation.completed, outcomes=replace(outcomes, outcome=table))
    return replace(imputation, completed=completed)


def test_a_visit_that_cannot_be_analysed_has_a_reason_and_the_others_have_numbers() -> None:
    completed = _constant_at_week_1().completed

    found = compare_with_reference(completed.outcomes).analyse(completed)

    with_reason = {one.target.visit for one in found if one.reason}
    assert with_reason == {"Week 1"}
    first = next(one for one in found if one.target == TARGET)
    assert "same value in every participant" in first.reason
    assert all(np.isfinite(one.estimates).all() for one in found)


def test_the_reason_is_pooled_instead_of_a_number() -> None:
    completed = _constant_at_week_1().completed
    found = compare_with_reference(completed.outcomes).analyse(completed)[0]

    pooled = pool_estimates(found, VarianceKind.JACKKNIFE, 0.95)

    assert (pooled.estimate, pooled.reason) == (None, found.reason)


def test_the_reason_ends_a_tipping_curve() -> None:
    imputation = _constant_at_week_1()
    step = compare_with_reference(imputation.completed.outcomes)

    with pytest.raises(NotEstimableError, match="same value in every participant"):
        trace_tipping_curve(imputation, step, TARGET, ConstantDelta(arms=("music",)), [0.0, 1.0])


def test_nothing_is_taken_for_granted_of_a_function() -> None:
    assert EachDataset(function=lambda _: []).response is Response.ANY
