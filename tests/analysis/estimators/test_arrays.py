"""Arrays for estimators: what is missing, infinite or not binary is said."""

import numpy as np
import pytest

from analysis.estimators.arrays import (
    require_binary,
    require_equal_lengths,
    require_finite,
    require_some,
)
from analysis.results import NotEstimableError


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param([1.0, np.nan, np.nan], "the outcome: 2 of 3 values missing", id="missing"),
        pytest.param([1.0, np.inf], "the outcome: 1 of 2 values infinite", id="infinite"),
    ],
)
def test_numbers_that_are_none_are_counted(values: list[float], reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        require_finite(values, "the outcome")


def test_too_few_values_are_counted() -> None:
    with pytest.raises(NotEstimableError, match="arm X: 1 values, at least 2"):
        require_some([1.0], 2, "arm X")


def test_a_response_is_zero_or_one() -> None:
    with pytest.raises(NotEstimableError, match="2 found where only 0 and 1 may be"):
        require_binary([0.0, 2.0, 1.0], "the response")


def test_columns_of_different_participants_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="outcome 2, arm 1"):
        require_equal_lengths(outcome=[1.0, 2.0], arm=["X"])
