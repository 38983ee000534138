"""Bang's index of one arm: published examples, the ends of its range, and what it cannot say."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimators.blinding_index import (
    BlindingIndex,
    GuessCount,
    estimate_blinding_index,
)
from analysis.results import NotEstimableError


def index_of(correct: int, incorrect: int, unknown: int) -> BlindingIndex:
    counted = GuessCount(correct=correct, incorrect=incorrect, unknown=unknown)
    return estimate_blinding_index(counted, confidence_level=0.95)


@pytest.mark.parametrize(
    ("counts", "published"),
    [((82, 25, 170), 0.21), ((29, 27, 83), 0.01)],
    ids=["CRISP treatment", "CRISP placebo"],
)
def test_the_published_indices_of_the_crisp_trial_come_out(
    counts: tuple[int, int, int], published: float
) -> None:
    assert round(index_of(*counts).index, 2) == published


@pytest.mark.reference
def test_index_error_and_interval_equal_the_published_formulae(reference: Path) -> None:
    path = reference / "reporting" / "blinding_index_cases.json"
    cases = json.loads(path.read_text("utf-8"))["cases"]

    for case in cases:
        rows = case["counts_rows_guess_T_P_DK_cols_actual_T_P"]
        for arm, right in (("bang_treatment", 0), ("bang_placebo", 1)):
            found = index_of(rows[right][right], rows[1 - right][right], rows[2][right])
            expected = case[arm]
            assert found.interval is not None
            assert (found.index, found.standard_error) == pytest.approx(
                (expected["bi"], expected["se"]), abs=6e-5
            )
            assert (found.interval.lower, found.interval.upper) == pytest.approx(
                expected["ci95_two_sided"], abs=6e-5
            )


@pytest.mark.parametrize(("counts", "index"), [((9, 0, 0), 1), ((0, 9, 0), -1), ((0, 0, 9), 0)])
def test_answers_that_are_all_alike_have_an_index_and_say_why_it_has_no_interval(
    counts: tuple[int, int, int], index: float
) -> None:
    found = index_of(*counts)

    assert (found.index, found.interval) == (index, None)
    assert found.reason == "all 9 answers are alike"


def test_nobody_asked_is_not_a_blind_arm() -> None:
    with pytest.raises(NotEstimableError, match="nobody has answered"):
        index_of(0, 0, 0)


counts = st.integers(0, 60)


@given(correct=counts, incorrect=counts, unknown=counts)
def test_to_swap_right_and_wrong_turns_the_index_round(
    correct: int, incorrect: int, unknown: int
) -> None:
    if correct + incorrect + unknown == 0:
        return
    one, other = index_of(correct, incorrect, unknown), index_of(incorrect, correct, unknown)

    assert one.index == pytest.approx(-other.index)
    if one.interval is not None:
        assert -1 <= one.interval.lower <= one.index <= one.interval.upper <= 1
