"""Proportions: exact intervals, Newcombe's difference, and the corners at 0 and 1."""

import pytest

from analysis.estimators.proportions import (
    Share,
    estimate_risk_difference,
    exact_interval,
    newcombe_interval,
)
from analysis.results import Contrast, NotEstimableError

X_MINUS_Y = Contrast(first="X", second="Y", label="Arm X − Arm Y")


def _shares(x: tuple[int, int], y: tuple[int, int]) -> tuple[Share, Share]:
    return (
        Share(arm="X", label="Arm X", events=x[0], n=x[1]),
        Share(arm="Y", label="Arm Y", events=y[0], n=y[1]),
    )


def test_newcombe_gives_the_published_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, case (a), method 10
    interval = newcombe_interval(*_shares((56, 70), (48, 80)), 0.95)

    assert (round(interval.lower, 4), round(interval.upper, 4)) == (0.0524, 0.3339)


def test_no_event_in_ten_leaves_room_for_almost_a_third() -> None:
    # Clopper-Pearson at 0 of n: 1 - 0.025 ** (1 / n)
    interval = exact_interval(0, 10, 0.95)

    assert interval.lower == 0.0
    assert interval.upper == pytest.approx(1 - 0.025**0.1, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        pytest.param((0, 10), (0, 10), id="no event at all"),
        pytest.param((10, 10), (0, 20), id="all against none"),
    ],
)
def test_the_corners_have_intervals_inside_minus_one_to_one(
    x: tuple[int, int], y: tuple[int, int]
) -> None:
    estimate = estimate_risk_difference(_shares(x, y), X_MINUS_Y, confidence_level=0.95)

    assert estimate.interval is not None
    assert -1 <= estimate.interval.lower < estimate.interval.upper <= 1


def test_an_arm_without_participants_has_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="Arm Y has no participant"):
        estimate_risk_difference(_shares((1, 10), (0, 0)), X_MINUS_Y, confidence_level=0.95)
