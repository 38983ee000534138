"""Win ratio: pairs by hand, ties told, censoring undecided."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.equivalence import Better
from analysis.estimators.frame import Comparison
from analysis.estimators.win_ratio import (
    RankedNumber,
    RankedTime,
    WinStatistics,
    estimate_win_ratio,
)
from analysis.estimators.win_ratio_frame import (
    NumberColumn,
    TimeColumns,
    estimate_win_ratio_of_frame,
)
from analysis.results import NotEstimableError

SCORE = RankedNumber(name="score", first=(1.0, 4.0), second=(3.0, 4.0), better=Better.LOWER)


def _estimate(*outcomes: RankedNumber | RankedTime) -> WinStatistics:
    return estimate_win_ratio(outcomes, "X", "Y", confidence_level=0.95)


def test_pairs_are_counted_with_their_ties() -> None:
    # 1 beats 3 and 4; 4 loses to 3 and ties with 4
    found = _estimate(SCORE)

    assert (found.wins, found.losses, found.ties) == (2, 1, 1)
    assert found.win_ratio.estimate == pytest.approx(2.0)
    assert found.win_odds.estimate == pytest.approx(2.5 / 1.5)
    assert found.net_benefit.estimate == pytest.approx(1 / 4)
    assert found.win_ratio.comment == "1 of 4 pairs tied (25.0 %)."


def test_the_second_outcome_decides_what_the_first_left_open() -> None:
    first = RankedNumber(name="harm", first=(0.0, 0.0), second=(1.0, 0.0), better=Better.LOWER)

    found = _estimate(first, SCORE)

    assert [(d.outcome, d.wins, d.losses) for d in found.by_outcome] == [
        ("harm", 2, 0),
        ("score", 1, 0),
    ]
    assert found.ties == 1


def test_differences_within_the_margin_are_ties() -> None:
    wide = RankedNumber(
        name="score", first=SCORE.first, second=SCORE.second, better=Better.LOWER, margin=2.0
    )

    found = _estimate(wide)

    assert (found.wins, found.losses, found.ties) == (1, 0, 3)
    assert found.win_ratio.reason == "there are only wins or only losses"


def test_the_later_event_wins_unless_censoring_hides_it() -> None:
    times = RankedTime(
        name="relapse",
        first=(5.0, 2.0),
        first_event=(1.0, 0.0),
        second=(3.0, 5.0),
        second_event=(1.0, 0.0),
    )

    found = _estimate(times)

    # 5 against 3: win; 5 against 5+: loss; 2+ against 3 and 5+: undecided
    assert (found.wins, found.losses, found.ties) == (1, 1, 2)


def test_without_ties_the_net_benefit_is_that_of_mann_and_whitney() -> None:
    generator = np.random.default_rng(2)
    first, second = generator.normal(0.5, 1, 20), generator.normal(0, 1, 25)

    found = _estimate(
        RankedNumber(name="y", first=tuple(first), second=tuple(second), better=Better.HIGHER)
    )

    above = np.mean(first[:, None] > second[None, :])
    assert found.net_benefit.estimate == pytest.approx(2 * above - 1)
    assert found.win_ratio.estimate == pytest.approx(above / (1 - above))
    assert found.win_odds.estimate == pytest.approx(found.win_ratio.estimate)


def test_its_error_holds_in_repeated_trials() -> None:
    generator = np.random.default_rng(6)
    logs, errors = [], []
    for _ in range(300):
        found = _estimate(
            RankedNumber(
                name="y",
                first=tuple(generator.normal(0.4, 1, 40)),
                second=tuple(generator.normal(0, 1, 40)),
                better=Better.HIGHER,
            )
        )
        logs.append(np.log(found.win_ratio.estimate or 1.0))
        errors.append(found.win_ratio.standard_error or 0.0)

    assert np.mean(errors) == pytest.approx(np.std(logs), rel=0.12)


def test_a_data_frame_gives_the_ranked_outcomes() -> None:
    frame = pd.DataFrame(
        {
            "ARM": ["X", "X", "Y", "Y", "Y"],
            "WEEKS": [5.0, 2.0, 3.0, 5.0, None],
            "RELAPSE": [1, 0, 1, 0, 1],
            "SCORE": [1.0, 4.0, 3.0, 4.0, 0.0],
        }
    )

    found = estimate_win_ratio_of_frame(
        frame,
        [
            TimeColumns(time="WEEKS", event="RELAPSE"),
            NumberColumn(name="SCORE", better=Better.LOWER),
        ],
        Comparison(column="ARM", first="X", second="Y"),
        confidence_level=0.95,
    )

    # weeks: win, loss, two undecided; of these the score decides one against and ties one
    assert (found.wins, found.losses, found.ties) == (1, 2, 1)
    with pytest.raises(NotEstimableError, match="RELAPSE: 2 found"):
        estimate_win_ratio_of_frame(
            frame.assign(RELAPSE=[2, 0, 1, 0, 1]),
            [TimeColumns(time="WEEKS", event="RELAPSE")],
            Comparison(column="ARM", first="X", second="Y"),
            confidence_level=0.95,
        )


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        pytest.param((), "no outcome", id="none"),
        pytest.param(
            (RankedNumber(name="y", first=(1.0,), second=(1.0, 2.0), better=Better.LOWER),),
            "X has 1 participants",
            id="one participant",
        ),
        pytest.param(
            (
                SCORE,
                RankedNumber(name="z", first=(1.0, 2, 3), second=(1.0, 2), better=Better.LOWER),
            ),
            "different numbers",
            id="other participants",
        ),
    ],
)
def test_what_cannot_be_compared_has_a_reason(
    outcomes: tuple[RankedNumber, ...], reason: str
) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(*outcomes)
