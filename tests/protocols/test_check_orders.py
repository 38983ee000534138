"""Ordered categories, ranks of a win ratio, shifts: what a plan must say about them."""

import pytest

from protocols.analysis_plan import Estimator
from protocols.planned_estimators import LEFT_TRIAL
from protocols.planned_orders import (
    PlannedOrder,
    PlannedRank,
    PlannedShift,
    PlannedWinRatio,
    ShiftOf,
)
from tests.protocols.added_analysis import faults_of_added, with_added

OWN = PlannedRank(variable="gad7_week_4")


def test_cuts_rise() -> None:
    found = faults_of_added(
        with_added(estimator=Estimator.ORDINAL, ordinal=PlannedOrder(cuts=(9.0, 4.0)))
    )

    wanted = "ordinal.cuts: The cuts of added do not rise: 9, 4. Write each once, the lowest first."
    assert found == [wanted]


@pytest.mark.parametrize(
    ("ranks", "place", "what"),
    [
        ((PlannedRank(variable=LEFT_TRIAL),), "ranks", "by its own outcome gad7_week_4"),
        ((OWN, OWN), "ranks", "names a variable twice"),
        (
            (OWN, PlannedRank(variable="gad7_week4")),
            "ranks[1].variable",
            "“gad7_week4”, which is neither an outcome nor an event. Outcomes: gad7_week_4",
        ),
        (
            (PlannedRank(variable=LEFT_TRIAL, margin=3.0), OWN),
            "ranks[0].margin",
            "a margin of 3 for left_trial",
        ),
        (
            (PlannedRank(variable="gad7_week_4", margin=-1.0),),
            "ranks[0].margin",
            "a margin of -1 for gad7_week_4",
        ),
    ],
)
def test_ranks_exist_and_are_named_once(
    ranks: tuple[PlannedRank, ...], place: str, what: str
) -> None:
    (only,) = faults_of_added(
        with_added(estimator=Estimator.WIN_RATIO, win_ratio=PlannedWinRatio(ranks=ranks))
    )

    assert only.startswith(f"win_ratio.{place}: ")
    assert what in only


def test_a_change_needs_a_baseline() -> None:
    found = faults_of_added(
        with_added(
            estimator=Estimator.HODGES_LEHMANN,
            outcome="dose",
            shift=PlannedShift(of=ShiftOf.CHANGE),
        )
    )

    assert found == [
        "shift.of: added ranks the change of dose, which has no baseline. Rank the value."
    ]
