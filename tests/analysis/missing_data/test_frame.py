"""Reading outcomes from a plain table: what is derived, and one sentence for each thing that cannot be used."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.frame import ColumnError
from analysis.missing_data.frame import ImputationColumns, read_outcomes
from analysis.missing_data.repeated_outcomes import Interruption
from analysis.missing_data.strategies import ImputationStrategy
from tests.analysis.missing_data.example_trial import COLUMNS, JUMP, example_frame, with_values

FRAME = example_frame()


def _small(values: dict[str, list[float]]) -> pd.DataFrame:
    """Return a table of participants with their outcomes at Week 1, 2, ...; the first is in the control arm."""
    rows = [
        {
            "id": person,
            "visit": f"Week {week}",
            "arm": "control" if person == min(values) else "music",
            "baseline": 10.0,
            "anxiety": value,
        }
        for person, found in values.items()
        for week, value in enumerate(found, start=1)
    ]
    return pd.DataFrame(rows)


GAPS = {
    "A": [1.0, 2.0, 3.0],
    "B": [1.0, np.nan, 3.0],
    "C": [1.0, np.nan, np.nan],
    "D": [np.nan, 2.0, np.nan],
    "E": [np.nan, np.nan, np.nan],
}


def test_the_event_lies_before_the_first_visit_after_the_last_value() -> None:
    outcomes = read_outcomes(_small(GAPS), COLUMNS, JUMP)

    first = [None if one is None else one.first_visit for one in outcomes.interruptions]
    assert first == [None, None, 1, 2, 0]


def test_a_visit_without_a_row_is_missing() -> None:
    frame = _small(GAPS)

    outcomes = read_outcomes(frame.dropna().reset_index(drop=True), COLUMNS, JUMP)

    assert outcomes.participants == ("A", "B", "C", "D")
    assert np.isnan(outcomes.outcome[2]).tolist() == [False, True, True]


def test_an_event_may_be_named_and_then_only_those_named_have_one() -> None:
    frame = _small(GAPS).assign(left="")
    frame.loc[frame["id"] == "C", "left"] = "Week 3"

    outcomes = read_outcomes(frame, replace(COLUMNS, event_visit="left"), JUMP)

    first = [None if one is None else one.first_visit for one in outcomes.interruptions]
    assert first == [None, None, 2, None, None]


def test_a_participant_may_have_a_strategy_of_the_own() -> None:
    frame = _small(GAPS).assign(rule=None)
    frame.loc[frame["id"] == "C", "rule"] = "CIR"

    outcomes = read_outcomes(frame, replace(COLUMNS, strategy="rule"), JUMP)

    assert outcomes.interruptions[2:4] == (
        Interruption(
            first_visit=1,
            strategy=ImputationStrategy.COPY_INCREMENTS_IN_REFERENCE,
            reference_arm="control",
        ),
        Interruption(
            first_visit=2,
            strategy=ImputationStrategy.JUMP_TO_REFERENCE,
            reference_arm="control",
        ),
    )


def test_values_after_an_event_count_only_under_missing_at_random() -> None:
    frame = _small(GAPS).assign(left="")
    frame.loc[frame["id"] == "B", "left"] = "Week 2"
    outcomes = read_outcomes(frame, replace(COLUMNS, event_visit="left"), JUMP)

    at_random = outcomes.with_strategy(ImputationStrategy.MISSING_AT_RANDOM)

    assert outcomes.counted[1].tolist() == [True, False, False]
    assert at_random.counted[1].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["Week 10", "Week 2", "Week 1"], ("Week 1", "Week 2", "Week 10")),
        ([10, 2, 1], ("1", "2", "10")),
        ([10.0, 2.0, 0.5], ("0.5", "2", "10")),
    ],
)
def test_visits_come_in_the_order_of_the_numbers_in_their_names(
    names: list[str | float], order: tuple[str, ...]
) -> None:
    frame = pd.concat([_small({"A": [1.0], "B": [2.0]}).assign(visit=name) for name in names])

    assert read_outcomes(frame, COLUMNS, JUMP).visits == order


def test_the_order_of_visits_may_be_given() -> None:
    frame = _small(GAPS)

    outcomes = read_outcomes(frame, COLUMNS, JUMP, ["Week 3", "Week 1", "Week 2", "Week 9"])

    assert outcomes.visits == ("Week 3", "Week 1", "Week 2")


def test_text_is_a_factor_and_numbers_are_numbers() -> None:
    frame = FRAME.assign(site=FRAME["id"].str[-1])

    outcomes = read_outcomes(frame, replace(COLUMNS, covariates=("baseline", "site")), JUMP)

    baseline, site = outcomes.covariates
    assert isinstance(baseline.values[0], float)  # noqa: PD011 - a covariate
    assert site.values[:2] == ("0", "1")  # noqa: PD011 - a covariate


def _first_of(person: str) -> "pd.Series[bool]":
    return (FRAME["id"] == person) & (FRAME["visit"] == "Week 1")


BAD = {
    "duplicated row": (
        lambda: pd.concat([FRAME, FRAME.tail(1)]),
        "P029 has more than one row at visit Week 3; keep one",
    ),
    "infinite": (
        lambda: with_values(FRAME, "anxiety", _first_of("P003"), np.inf),
        "anxiety of participant P003 at visit Week 1 is infinite",
    ),
    "infinite covariate": (
        lambda: with_values(FRAME, "baseline", FRAME["id"] == "P003", np.inf),
        "baseline of participant P003 is infinite",
    ),
    "no baseline": (
        lambda: with_values(FRAME, "baseline", FRAME["id"] == "P004", np.nan),
        "participant P004 has no baseline; leave the participant out or fill it in",
    ),
    "two baselines": (
        lambda: with_values(FRAME, "baseline", _first_of("P005"), 3.0),
        "participant P005 has two values of baseline, 3 and",
    ),
    "two arms": (
        lambda: with_values(FRAME, "arm", _first_of("P005"), "music"),
        "participant P005 has two values of arm, music and control",
    ),
    "no arm": (
        lambda: with_values(FRAME, "arm", _first_of("P000"), np.nan),
        "row 1 has no arm",
    ),
    "not a number": (
        lambda: FRAME.astype({"anxiety": object}).replace({"anxiety": {FRAME["anxiety"][0]: "x"}}),
        "row 1 of anxiety is not a number: x",
    ),
    "reference arm unknown": (
        lambda: FRAME.replace({"arm": {"control": "silence"}}),
        "the reference arm control is not in the data; there are music, silence",
    ),
    "one arm": (
        lambda: FRAME[FRAME["arm"] == "control"].reset_index(drop=True),
        "there is only one arm, control; a comparison needs two",
    ),
    "no rows": (lambda: FRAME.head(0), "the table has no rows"),
    "no column": (
        lambda: FRAME.drop(columns="baseline"),
        "there is no column 'baseline'; there is id, visit, arm, anxiety",
    ),
}


@pytest.mark.parametrize(("table", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_a_sentence_that_names_it(
    table: Callable[[], pd.DataFrame], sentence: str
) -> None:
    with pytest.raises(ColumnError, match=sentence):
        read_outcomes(table(), COLUMNS, JUMP)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            replace(COLUMNS, event_visit="note"),
            "the note of participant P000, soon, is not a visit",
        ),
        (
            replace(COLUMNS, strategy="note"),
            "participant P000 has the strategy soon; known are MAR",
        ),
    ],
)
def test_a_visit_or_strategy_that_does_not_exist_is_named(
    columns: ImputationColumns, sentence: str
) -> None:
    with pytest.raises(ColumnError, match=sentence):
        read_outcomes(FRAME.assign(note="soon"), columns, JUMP)


def test_a_visit_outside_the_given_order_is_named() -> None:
    with pytest.raises(ColumnError, match="visit Week 3 is not in the order of the visits"):
        read_outcomes(FRAME, COLUMNS, JUMP, ["Week 1", "Week 2"])
