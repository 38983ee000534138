"""Delta rules: how many deltas are added to which imputed value."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.missing_data.completed_outcomes import CompletedOutcomes, missing_cells
from analysis.missing_data.frame import read_outcomes
from analysis.results import NotEstimableError
from analysis.sensitivity.delta import ConstantDelta, DeltaByVisit, DeltaRule, GrowingDelta
from tests.analysis.missing_data.example_trial import COLUMNS, JUMP, example_frame


def _completed() -> CompletedOutcomes:
    """Return a trial in which P001 (control) and P002 (music) left after Week 1 and P004 (music) has a gap at Week 2."""
    frame = example_frame(leave=0.0)
    left = frame["id"].isin(["P001", "P002"]) & (frame["visit"] != "Week 1")
    gap = (frame["id"] == "P004") & (frame["visit"] == "Week 2")
    frame.loc[left | gap, "anxiety"] = np.nan
    outcomes = read_outcomes(frame, COLUMNS, JUMP)
    cells = missing_cells(outcomes)
    return CompletedOutcomes(
        outcomes=outcomes,
        cells=cells,
        imputed=np.zeros((1, cells.count)),
        left_out=np.array([-1]),
    )


@pytest.mark.parametrize(
    ("rule", "weights"),
    [
        (ConstantDelta(arms=("music",)), [0, 0, 1, 1, 1]),
        (ConstantDelta(arms=("music", "control")), [1, 1, 1, 1, 1]),
        (DeltaByVisit(arms=("music",), multiples={"Week 3": 0.5}), [0, 0, 0, 0.5, 0]),
        (GrowingDelta(arms=("music",)), [0, 0, 1, 2, 0]),
        (GrowingDelta(arms=("control",)), [1, 2, 0, 0, 0]),
    ],
)
def test_deltas_are_added_to_imputed_values_of_the_arms(
    rule: DeltaRule, weights: list[float]
) -> None:
    assert rule.weights(_completed()).tolist() == weights


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ConstantDelta(arms=("music",)), "every imputed value of music"),
        (DeltaByVisit(arms=("music",), multiples={"Week 3": 0.5}), "0.5 times at Week 3"),
        (GrowingDelta(arms=("music",)), "twice at the second"),
    ],
)
def test_a_rule_says_in_words_what_it_does(rule: DeltaRule, words: str) -> None:
    assert words in rule.description


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (ConstantDelta(arms=("silence",)), "there is no arm silence"),
        (DeltaByVisit(arms=("music",), multiples={"Week 9": 1.0}), "there is no visit Week 9"),
    ],
)
def test_an_arm_or_visit_that_does_not_exist_is_named(rule: DeltaRule, sentence: str) -> None:
    with pytest.raises(NotEstimableError, match=sentence):
        rule.weights(_completed())


def test_observed_values_are_never_touched() -> None:
    completed = _completed()

    shifted = completed.shifted(np.ones(completed.cells.count))

    observed = completed.outcomes.observed
    before, after = (next(one.datasets()).outcome for one in (completed, shifted))
    assert np.array_equal(before[observed], after[observed])
    assert np.all(after[~observed] == before[~observed] + 1)
    assert replace(completed, imputed=shifted.imputed).at_visit(2)[0, 1] == 1
