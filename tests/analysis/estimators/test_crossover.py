"""Crossover and yoked designs: effects by hand, incomplete participants, carry-over shown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.crossover import (
    CrossoverColumns,
    TwoByTwo,
    estimate_crossover,
    two_by_two,
)
from analysis.estimators.crossover_many_periods import (
    CarryOver,
    PeriodColumns,
    PeriodRecords,
    estimate_treatments,
    period_records,
)
from analysis.estimators.donors import (
    DonorColumns,
    DonorOutcome,
    ListenerOutcome,
    compare_with_donors,
    compare_with_donors_of_frame,
)
from analysis.estimators.frame import ColumnError, Comparison
from analysis.results import NotEstimableError

# music lowers by 4, period 2 is 1 higher
DATA = TwoByTwo(
    period_1=(6.0, 7.0, 5.0, 10.0, 12.0, 11.0),
    period_2=(11.0, 12.0, 10.5, 7.0, 9.5, 8.0),
    first_treatment=("music", "music", "music", "silence", "silence", "silence"),
    treatment="music",
    comparator="silence",
)
COLUMNS = CrossoverColumns(
    outcome="Y", participant="ID", period="PERIOD", treatment="TRT", first="music", second="silence"
)


def _long(data: TwoByTwo) -> pd.DataFrame:
    other = {"music": "silence", "silence": "music"}
    rows = []
    for number, first in enumerate(data.first_treatment):
        rows.append((f"P{number}", 1, first, data.period_1[number]))
        rows.append((f"P{number}", 2, other[first], data.period_2[number]))
    return pd.DataFrame(rows, columns=["ID", "PERIOD", "TRT", "Y"])


def test_effects_are_half_differences_between_sequences() -> None:
    found = estimate_crossover(DATA, confidence_level=0.95)

    gaps = [one - two for one, two in zip(DATA.period_1, DATA.period_2, strict=True)]
    music_first, silence_first = sum(gaps[:3]) / 3, sum(gaps[3:]) / 3
    assert found.treatment.estimate == pytest.approx((music_first - silence_first) / 2)
    assert found.period.estimate == pytest.approx((music_first + silence_first) / 2)
    assert found.treatment.df == 4


def test_the_treatment_effect_is_that_of_least_squares_with_participants() -> None:
    found = estimate_crossover(DATA, confidence_level=0.95).treatment
    records = period_records(
        _long(DATA), PeriodColumns(outcome="Y", participant="ID", period="PERIOD", treatment="TRT")
    )

    (effect,) = estimate_treatments(
        records, "silence", CarryOver.LEFT_OUT, confidence_level=0.95
    ).effects

    assert effect.estimate == pytest.approx(found.estimate)
    assert effect.standard_error == pytest.approx(found.standard_error)
    assert effect.df == found.df


def test_a_long_data_frame_gives_the_participants_with_both_periods() -> None:
    frame = _long(replace(DATA, period_1=(np.nan, *DATA.period_1[1:])))

    data = two_by_two(frame, COLUMNS)

    assert data.n_left_out == 1
    assert data.period_1 == DATA.period_1[1:]
    assert data.first_treatment == DATA.first_treatment[1:]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(("PERIOD", 1), "1 periods; 2 are needed", id="one period"),
        pytest.param(("TRT", "noise"), "'noise' besides the two", id="another treatment"),
        pytest.param(("ID", "P0"), "participant P0 has period 1 twice", id="period twice"),
    ],
)
def test_a_table_that_is_no_crossover_is_said(change: tuple[str, str | int], reason: str) -> None:
    column, value = change
    frame = _long(DATA)
    frame[column] = value

    with pytest.raises(ColumnError, match=reason):
        two_by_two(frame, COLUMNS)


def test_a_sequence_with_one_participant_has_a_reason() -> None:
    lonely = replace(DATA, first_treatment=("music",) + ("silence",) * 5)

    with pytest.raises(NotEstimableError, match="begins with music has 1 participants"):
        estimate_crossover(lonely, confidence_level=0.95)


def test_participants_without_differences_have_a_reason() -> None:
    constant = replace(DATA, period_1=(1.0,) * 6, period_2=(2.0,) * 6)

    with pytest.raises(NotEstimableError, match="do not differ within sequences"):
        estimate_crossover(constant, confidence_level=0.95)


# Williams square of three treatments: each follows each equally often
SEQUENCES = ("ABC", "BCA", "CAB", "CBA", "ACB", "BAC")
EFFECT = {"A": 0.0, "B": 2.0, "C": 5.0}
AFTER = {"A": 0.0, "B": 0.0, "C": 1.0}
NOISE = (
    0.1,
    -0.2,
    0.1,
    0.3,
    -0.1,
    -0.2,
    0.0,
    0.2,
    -0.1,
    0.1,
    -0.3,
    0.2,
    0.15,
    -0.05,
    -0.1,
    0.0,
    0.1,
    -0.1,
)


def _williams() -> PeriodRecords:
    rows = [
        (f"P{number}", period + 1, treatment, sequence[period - 1] if period else "A")
        for number, sequence in enumerate(SEQUENCES)
        for period, treatment in enumerate(sequence)
    ]
    return PeriodRecords(
        outcome=tuple(
            10 * int(person[1]) + EFFECT[treatment] + AFTER[before] + 0.5 * period + noise
            for (person, period, treatment, before), noise in zip(rows, NOISE, strict=True)
        ),
        participant=tuple(row[0] for row in rows),
        period=tuple(row[1] for row in rows),
        treatment=tuple(row[2] for row in rows),
    )


def test_a_williams_design_tells_treatment_from_carry_over() -> None:
    found = estimate_treatments(_williams(), "A", CarryOver.FIRST_ORDER, confidence_level=0.95)

    b, c = found.effects
    assert b.estimate == pytest.approx(2.0, abs=0.3)
    assert c.estimate == pytest.approx(5.0, abs=0.3)
    assert found.p_carry_over is not None
    assert found.p_carry_over < 0.05
    assert found.p_treatments < 0.001


def test_without_carry_over_none_is_tested() -> None:
    found = estimate_treatments(_williams(), "A", CarryOver.LEFT_OUT, confidence_level=0.95)

    assert found.p_carry_over is None
    assert [effect.quantity for effect in found.effects] == [
        "treatment effect, B − A",
        "treatment effect, C − A",
    ]


def test_one_sequence_cannot_tell_treatment_from_period() -> None:
    records = PeriodRecords(
        outcome=(1.0, 2, 2, 4, 3, 4),
        participant=("a", "a", "b", "b", "c", "c"),
        period=(1, 2, 1, 2, 1, 2),
        treatment=("A", "B", "A", "B", "A", "B"),
    )

    with pytest.raises(NotEstimableError, match="cannot be told from"):
        estimate_treatments(records, "A", CarryOver.LEFT_OUT, confidence_level=0.95)
    with pytest.raises(NotEstimableError, match="C and another treatment are needed"):
        estimate_treatments(records, "C", CarryOver.LEFT_OUT, confidence_level=0.95)


def test_every_donor_counts_once_however_many_listen() -> None:
    donors = [DonorOutcome(donor=d, outcome=y) for d, y in (("a", 5.0), ("b", 7.0), ("c", 4.0))]
    listeners = [
        ListenerOutcome(donor=d, outcome=y)
        for d, y in (("a", 8.0), ("a", 10.0), ("b", 8.0), ("c", 9.0), ("z", 1.0))
    ]

    found = compare_with_donors(donors, listeners, confidence_level=0.95)

    assert found.mean_difference.estimate == pytest.approx(((5 - 9) + (7 - 8) + (4 - 9)) / 3)
    assert [arm.n for arm in found.mean_difference.arms] == [3, 4]
    assert found.listeners_without_donor == 1
    assert found.donors_without_listener == ()


def test_a_data_frame_gives_donors_and_listeners() -> None:
    frame = pd.DataFrame(
        {
            "ARM": ["adaptive", "adaptive", "yoked", "yoked", "yoked"],
            "MUSIC_OF": ["a", "b", "a", "a", "b"],
            "Y": [5.0, 7.0, 8.0, 10.0, 8.5],
        }
    )
    columns = DonorColumns(
        outcome="Y",
        comparison=Comparison(column="ARM", first="adaptive", second="yoked"),
        donor="MUSIC_OF",
    )

    found = compare_with_donors_of_frame(frame, columns, confidence_level=0.95)

    assert found.mean_difference.estimate == pytest.approx(((5 - 9) + (7 - 8.5)) / 2)


def test_donors_nobody_heard_cannot_be_compared() -> None:
    donors = [DonorOutcome(donor=d, outcome=1.0) for d in ("a", "b")]

    with pytest.raises(NotEstimableError, match="1 donors have a listener"):
        compare_with_donors(
            donors, [ListenerOutcome(donor="a", outcome=1.0)], confidence_level=0.95
        )
    with pytest.raises(NotEstimableError, match="a donor occurs twice"):
        compare_with_donors([*donors, donors[0]], [], confidence_level=0.95)
