"""Subgroups of a table: each has its own adjusted difference, and one without an arm is left out."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.ancova import CovarianceKind
from analysis.estimators.ancova_frame import AncovaColumns
from analysis.estimators.frame import ColumnError
from analysis.estimators.subgroup_frame import compare_subgroups_of_frame

FRAME = pd.DataFrame(
    {
        "ARM": list("ABABAB") * 3,
        "Y": [5.0, 3, 6, 4, 7, 4, 9, 4, 8, 5, 9, 3, 5, 6, 4, 5, 6, 6],
        "SEX": ["f"] * 6 + ["m"] * 6 + ["x"] * 6,
    }
)
COLUMNS = AncovaColumns(outcome="Y", arm="ARM", arms=("B", "A"))


def test_each_level_has_the_difference_of_its_own_means() -> None:
    found = compare_subgroups_of_frame(
        FRAME, COLUMNS, "SEX", CovarianceKind.CLASSICAL, confidence_level=0.95
    )

    by_hand = [
        float(np.mean(rows["Y"][rows["ARM"] == "A"]) - np.mean(rows["Y"][rows["ARM"] == "B"]))
        for _, rows in FRAME.groupby("SEX")
    ]
    assert [one.own.estimate for one in found.compared.subgroups] == pytest.approx(by_hand)
    assert [one.name for one in found.compared.subgroups] == ["f", "m", "x"]
    assert found.left_out == ()


def test_a_level_without_an_arm_is_left_out_with_its_reason() -> None:
    alone = FRAME[~((FRAME["SEX"] == "x") & (FRAME["ARM"] == "A"))]

    found = compare_subgroups_of_frame(
        alone, COLUMNS, "SEX", CovarianceKind.CLASSICAL, confidence_level=0.95
    )

    assert [one.name for one in found.left_out] == ["x"]
    assert "no row has 'A'" in found.left_out[0].reason


def test_three_arms_are_not_compared_in_subgroups() -> None:
    three = AncovaColumns(outcome="Y", arm="ARM", arms=("B", "A", "C"))

    with pytest.raises(ColumnError, match="two arms are compared in subgroups; 3 are named"):
        compare_subgroups_of_frame(
            FRAME, three, "SEX", CovarianceKind.CLASSICAL, confidence_level=0.95
        )
