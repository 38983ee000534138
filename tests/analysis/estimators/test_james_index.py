"""James's index: published trials, its error, and what it cannot say."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.frame import ColumnError
from analysis.estimators.james_index import (
    CountArray,
    estimate_james_index,
    guess_table,
    guesses_of_arm,
)
from analysis.results import NotEstimableError

CRISP = np.array([[82, 27], [25, 29], [170, 83]])
INVESTIGATORS = np.array([[48, 22], [4, 30], [330, 319]])


def test_the_published_index_of_the_crisp_trial_comes_out() -> None:
    assert round(estimate_james_index(CRISP, confidence_level=0.95).index, 2) == 0.75


def test_estimate_error_and_interval_are_those_that_r_and_julia_print() -> None:
    found = estimate_james_index(INVESTIGATORS, confidence_level=0.95)

    assert found.interval is not None
    printed = (found.index, found.standard_error, found.interval.lower, found.interval.upper)
    assert [round(value, 3) for value in printed] == [0.896, 0.011, 0.875, 0.918]


@pytest.mark.reference
def test_the_index_is_that_of_the_published_formula(reference: Path) -> None:
    path = reference / "reporting" / "blinding_index_cases.json"
    cases = json.loads(path.read_text("utf-8"))["cases"]

    for case in cases:
        table = np.array(case["counts_rows_guess_T_P_DK_cols_actual_T_P"])
        found = estimate_james_index(table, confidence_level=0.95)
        assert found.index == pytest.approx(case["james"], abs=6e-5)


def test_the_error_is_the_slope_of_the_index_by_every_share() -> None:
    n = int(CRISP.sum())
    shares = CRISP / n
    step = 1e-6

    def index(table: np.ndarray) -> float:
        return estimate_james_index((table * 1e12).astype(np.int64), confidence_level=0.95).index

    slopes = np.zeros_like(shares)
    for place in np.ndindex(*shares.shape):
        moved = shares.copy()
        moved[place] += step
        slopes[place] = (index(moved / moved.sum()) - index(shares)) / step
    variance = (np.sum(shares * slopes**2) - np.sum(shares * slopes) ** 2) / n

    found = estimate_james_index(CRISP, confidence_level=0.95)

    assert found.standard_error == pytest.approx(float(np.sqrt(variance)), rel=1e-4)


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ([[10, 0], [0, 10], [0, 0]], 0.0),
        ([[5, 5], [5, 5], [0, 0]], 0.5),
        ([[0, 0], [0, 0], [7, 8]], 1.0),
        ([[4, 0, 0], [0, 4, 0], [0, 0, 4], [0, 0, 0]], 0.0),
    ],
    ids=["all know", "as by chance", "nobody guesses", "three arms"],
)
def test_the_ends_of_the_range(table: list[list[int]], index: float) -> None:
    found = estimate_james_index(np.array(table), confidence_level=0.95)

    assert found.index == pytest.approx(index)
    assert (found.interval is None) == (index == 1.0)


@pytest.mark.parametrize(
    ("table", "words"),
    [(np.zeros((3, 2), np.int64), "nobody"), (np.array([[9, 0], [0, 0], [1, 1]]), "chance")],
    ids=["no answer", "one arm names itself"],
)
def test_there_is_no_index_without_something_to_compare(table: CountArray, words: str) -> None:
    with pytest.raises(NotEstimableError, match=words):
        estimate_james_index(table, confidence_level=0.95)


def test_a_table_counts_arms_by_guesses_and_leaves_gaps_out() -> None:
    frame = pd.DataFrame(
        {"arm": ["A", "A", "A", "B", "B", None], "guess": ["A", "B", "?", "B", None, "A"]}
    )

    table = guess_table(frame, "arm", "guess", ("A", "B"), "?")

    assert table.tolist() == [[1, 0], [1, 1], [1, 0]]
    own = guesses_of_arm(table, 0)
    assert (own.correct, own.incorrect, own.unknown) == (1, 1, 1)
    with pytest.raises(ColumnError, match="neither an arm"):
        guess_table(frame, "arm", "guess", ("A", "B"), "unknown")
