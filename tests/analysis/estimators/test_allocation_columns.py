"""Designs told by columns of a table: what they read, and the sentences for what is not there."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.allocation_columns import (
    BlocksWithin,
    LearningUrn,
    MinimizedOn,
    PlannedAllocation,
    SizesAsTheyAre,
    compare_as_allocated,
)
from analysis.estimators.allocation_designs import FixedSizes, PermutedBlocks
from analysis.estimators.frame import ColumnError, Comparison
from analysis.estimators.rerandomization import Rerandomization
from analysis.estimators.rerandomization_frame import AllocatedColumns

BOTH = Comparison(column="arm", first="M", second="C")
FRAME = pd.DataFrame(
    {
        "day": [4, 3, 2, 1, 6, 5],
        "arm": list("MCMCMC"),
        "y": [9.0, 5.0, 7.0, 6.5, 8.0, 3.0],
        "site": ["a", "b", "a", "b", "a", None],
        "sex": list("fmfmmf"),
    }
)


def compared(planned: PlannedAllocation, order: str | None = None) -> Rerandomization:
    return compare_as_allocated(
        FRAME, AllocatedColumns(outcome="y", comparison=BOTH), planned, order=order, draws=99,
        generator=np.random.Generator(np.random.PCG64(1)), confidence_level=0.9,
    )  # fmt: skip


def test_strata_are_the_combinations_of_their_columns() -> None:
    two = FRAME.assign(site=list("ababab"))

    design = BlocksWithin(strata=("site", "sex"), sizes=(2,)).design(two, BOTH)

    assert design == PermutedBlocks(
        stratum=("a / f", "b / m", "a / f", "b / m", "a / m", "b / f"), sizes=(2,)
    )
    assert SizesAsTheyAre().design(FRAME, BOTH) == FixedSizes(first=3)


def test_participants_are_sorted_by_arrival() -> None:
    planned = BlocksWithin(strata=(), sizes=(2,))

    assert compared(planned, "day").effect.estimate == pytest.approx(8 - 29 / 6)
    with pytest.raises(ColumnError, match="'site' has a gap; it must order everybody"):
        compared(planned, "site")


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        (BlocksWithin(strata=("site",), sizes=(2,)), "'site' has a gap; the design needs it"),
        (MinimizedOn(factors=("sit",), probability=0.8), "no column 'sit'; did you mean 'site'"),
        (LearningUrn(success="day"), "'day' must hold 0 or 1"),
    ],
    ids=["gap", "misspelt", "no success"],
)
def test_a_column_that_a_design_cannot_use_is_told(planned: PlannedAllocation, words: str) -> None:
    with pytest.raises(ColumnError, match=words):
        compared(planned)
