"""Columns of a data frame: found by name, checked, gaps counted."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.frame import (
    ColumnError,
    Comparison,
    compared_rows,
    complete_rows,
    covariates,
    labels,
    numbers,
)

FRAME = pd.DataFrame(
    {
        "ARM": ["A", "B", "A", "C"],
        "GAD7": [8.0, np.nan, 12.0, 9.0],
        "SITE": ["LEI", "LEI", None, "GRA"],
        "NOTE": ["x", "y", "z", "w"],
    }
)
A_MINUS_B = Comparison(column="ARM", first="A", second="B")


def test_a_misspelt_column_names_the_nearest() -> None:
    with pytest.raises(ColumnError, match="no column 'GAD_7'; did you mean 'GAD7'"):
        numbers(FRAME, "GAD_7")


def test_text_where_numbers_belong_is_said() -> None:
    with pytest.raises(ColumnError, match="column 'NOTE' holds text"):
        numbers(FRAME, "NOTE")


def test_an_infinite_value_is_found_with_its_row() -> None:
    with pytest.raises(ColumnError, match="'GAD7' has an infinite value in row 2"):
        numbers(FRAME.assign(GAD7=[1.0, np.inf, 2.0, 3.0]), "GAD7")


def test_rows_with_a_gap_are_left_out_and_counted() -> None:
    rows = complete_rows(FRAME, ("GAD7", "SITE"))

    assert rows.frame["ARM"].tolist() == ["A", "C"]
    assert rows.comment == "2 rows with a missing value left out."


def test_only_the_two_arms_that_are_compared_stay() -> None:
    rows = compared_rows(FRAME, A_MINUS_B, ("NOTE",))

    assert rows.frame["ARM"].tolist() == ["A", "B", "A"]
    assert rows.comment == ""


def test_an_arm_that_does_not_occur_is_said_with_those_that_do() -> None:
    wrong = Comparison(column="ARM", first="A", second="D")

    with pytest.raises(ColumnError, match="no row has 'D' in column 'ARM'; there is A, B, C"):
        compared_rows(FRAME, wrong, ("GAD7",))


def test_no_complete_row_is_said() -> None:
    with pytest.raises(ColumnError, match="no row has a value in all of GAD7"):
        complete_rows(FRAME.assign(GAD7=np.nan), ("GAD7",))


def test_codes_that_became_decimals_stay_codes() -> None:
    assert labels(pd.DataFrame({"SITE": [1.0, 2.0]}), "SITE") == ("1", "2")


def test_numbers_stay_numbers_and_anything_else_is_a_factor() -> None:
    number, factor = covariates(FRAME.dropna(), ("GAD7", "SITE"))

    assert (number.is_factor, factor.is_factor) == (False, True)
