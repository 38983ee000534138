"""Two proportions: what each measure gives, and what it says where there is none."""

from math import inf

import pandas as pd
import pytest

from analysis.estimators.effect import Effect
from analysis.estimators.frame import Comparison
from analysis.estimators.proportions import Share
from analysis.estimators.score_ratio import OddsRatioScore, RatioScore
from analysis.estimators.two_proportions import (
    DifferenceInterval,
    ResponseColumns,
    compare_shares,
    compare_shares_exactly,
    estimate_difference,
    estimate_difference_of_frame,
    estimate_odds_ratio,
    estimate_ratio,
)
from analysis.results import NotEstimableError


def _share(events: int, n: int, arm: str = "X") -> Share:
    return Share(arm=arm, label=f"Arm {arm}", events=events, n=n)


def _limits(effect: Effect) -> tuple[float, float]:
    assert effect.interval is not None
    return effect.interval.lower, effect.interval.upper


@pytest.mark.parametrize("kind", list(DifferenceInterval))
def test_every_interval_of_a_difference_holds_the_difference(kind: DifferenceInterval) -> None:
    # Newcombe (1998), table II, case (a): 56/70 against 48/80
    effect = estimate_difference(_share(56, 70), _share(48, 80, "Y"), kind, confidence_level=0.95)

    lower, upper = _limits(effect)
    assert effect.estimate == pytest.approx(0.2)
    assert lower < 0.2 < upper
    assert [(arm.arm, arm.n) for arm in effect.arms] == [("X", 70), ("Y", 80)]


def test_the_score_interval_is_the_published_one() -> None:
    # Newcombe (1998), table II, case (a), method 6 (Miettinen-Nurminen) and 5 (Mee)
    shares = _share(56, 70), _share(48, 80, "Y")

    published = {
        kind: tuple(
            round(limit, 4)
            for limit in _limits(estimate_difference(*shares, kind, confidence_level=0.95))
        )
        for kind in (DifferenceInterval.MIETTINEN_NURMINEN, DifferenceInterval.MEE)
    }

    assert published == {
        DifferenceInterval.MIETTINEN_NURMINEN: (0.0528, 0.3382),
        DifferenceInterval.MEE: (0.0533, 0.3377),
    }


def test_wald_is_its_formula() -> None:
    effect = estimate_difference(
        _share(5, 10), _share(2, 10, "Y"), DifferenceInterval.WALD, confidence_level=0.95
    )

    by_hand = (0.5 * 0.5 / 10 + 0.2 * 0.8 / 10) ** 0.5
    assert effect.standard_error == pytest.approx(by_hand)
    assert _limits(effect)[0] == pytest.approx(0.3 - 1.959964 * by_hand, abs=1e-6)


def test_a_ratio_to_nobody_has_a_lower_limit_and_a_reason() -> None:
    effect = estimate_ratio(
        _share(5, 56), _share(0, 29, "Y"), RatioScore.KOOPMAN, confidence_level=0.95
    )

    assert effect.estimate is None
    assert effect.reason == "no event in Arm Y, so the ratio does not exist"
    assert 0 < _limits(effect)[0] < _limits(effect)[1] == inf
    assert effect.comment == "There is no finite upper limit."


def test_ratios_of_nobody_and_nobody_can_be_anything() -> None:
    shares = _share(0, 10), _share(0, 20, "Y")

    ratio = estimate_ratio(*shares, RatioScore.MIETTINEN_NURMINEN, confidence_level=0.95)
    odds = estimate_odds_ratio(*shares, OddsRatioScore.MIETTINEN_NURMINEN, confidence_level=0.95)

    assert _limits(ratio) == _limits(odds) == (0.0, inf)
    assert (ratio.p, odds.p) == (1.0, 1.0)


def test_an_odds_ratio_is_the_cross_product() -> None:
    effect = estimate_odds_ratio(
        _share(6, 10), _share(3, 10, "Y"), OddsRatioScore.MIETTINEN_NURMINEN, confidence_level=0.95
    )

    assert effect.estimate == pytest.approx(6 * 7 / (4 * 3))


def test_pearson_is_its_formula() -> None:
    # 20 participants, cells 6 4 / 3 7: N (ad − bc)² / (row and column totals)
    test = compare_shares(_share(6, 10), _share(3, 10, "Y"))

    assert test.statistic == pytest.approx(20 * (6 * 7 - 4 * 3) ** 2 / (10 * 10 * 9 * 11))


def test_fisher_of_a_tea_party_counts_tables() -> None:
    # 4 of 4 against 0 of 4: 2 of the 70 tables are as extreme
    assert compare_shares_exactly(_share(4, 4), _share(0, 4, "Y")).p == pytest.approx(2 / 70)


def test_equal_outcomes_cannot_be_tested() -> None:
    test = compare_shares(_share(0, 10), _share(0, 10, "Y"))

    assert (test.statistic, test.p) == (None, None)
    assert "same outcome" in test.reason


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        pytest.param(_share(0, 0), "Arm X has no participant", id="empty arm"),
        pytest.param(_share(11, 10), "11 events in 10 participants", id="more than all"),
    ],
)
def test_impossible_counts_have_a_reason(share: Share, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_difference(
            share, _share(1, 10, "Y"), DifferenceInterval.MEE, confidence_level=0.95
        )


def test_a_data_frame_gives_the_counts() -> None:
    frame = pd.DataFrame({"ARM": list("AAABBB"), "R": [1.0, 1.0, 0.0, 0.0, 1.0, None]})
    columns = ResponseColumns(
        response="R", comparison=Comparison(column="ARM", first="A", second="B")
    )

    effect = estimate_difference_of_frame(
        frame, columns, DifferenceInterval.NEWCOMBE, confidence_level=0.95
    )

    assert effect.estimate == pytest.approx(2 / 3 - 1 / 2)
    assert [arm.n for arm in effect.arms] == [3, 2]
