"""Re-randomization: the design's own draws, the level kept, and allocations that are none."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.frame import ColumnError, Comparison
from analysis.estimators.rerandomization import (
    DrawAllocation,
    Redraw,
    Rerandomization,
    compare_by_rerandomization,
    compare_frame_by_rerandomization,
)
from analysis.results import Contrast, NotEstimableError

ARM = ("X", "Y") * 6
X_MINUS_Y = Contrast(first="X", second="Y", label="X − Y")
OUTCOME = (5.0, 2.0, 6.0, 4.0, 7.0, 1.0, 3.0, 3.5, 8.0, 2.5, 6.5, 4.5)


def _pairs(generator: np.random.Generator) -> Sequence[str]:
    return [
        arm for _ in range(6) for arm in (("X", "Y") if generator.random() < 0.5 else ("Y", "X"))
    ]


def _compare(draw: DrawAllocation = _pairs, draws: int = 4_000) -> Rerandomization:
    return compare_by_rerandomization(
        OUTCOME,
        ARM,
        X_MINUS_Y,
        Redraw(draw=draw, draws=draws),
        generator=np.random.default_rng(5),
        confidence_level=0.95,
    )


def test_blocks_of_two_have_the_p_value_of_all_their_allocations() -> None:
    gaps = [OUTCOME[i] - OUTCOME[i + 1] for i in range(0, 12, 2)]
    everything = [
        abs(sum(s * g for s, g in zip(signs, gaps, strict=True)))
        for signs in itertools.product((-1, 1), repeat=6)
    ]
    exact = sum(total >= abs(sum(gaps)) - 1e-9 for total in everything) / 64

    found = _compare()

    assert found.effect.p == pytest.approx(exact, abs=4 * found.monte_carlo_error + 1 / 4_000)
    assert found.effect.estimate == pytest.approx(sum(gaps) / 6)


def test_the_interval_holds_the_estimate_and_agrees_with_p() -> None:
    effect = _compare().effect

    assert effect.interval is not None
    assert effect.estimate is not None
    assert effect.p is not None
    assert effect.interval.lower < effect.estimate < effect.interval.upper
    assert (effect.interval.lower > 0) == (effect.p < 0.05)


def test_p_is_never_zero() -> None:
    found = _compare(draws=19)

    assert found.effect.p is not None
    assert found.effect.p >= 1 / 20


def test_too_few_allocations_have_no_interval() -> None:
    def one_block(generator: np.random.Generator) -> Sequence[str]:
        return ARM if generator.random() < 0.5 else ("Y", "X") * 6

    assert _compare(one_block).effect.interval is None


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        pytest.param(lambda _: ["X"] * 12, "empty arm", id="everyone in one arm"),
        pytest.param(lambda _: ["X", "Y"], "drew 2 participants for 12", id="too short"),
    ],
)
def test_a_design_that_draws_no_allocation_has_a_reason(draw: DrawAllocation, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _compare(draw, draws=5)


def test_a_data_frame_in_order_of_arrival_gives_the_same() -> None:
    frame = pd.DataFrame({"ARM": ARM, "Y": OUTCOME})
    comparison = Comparison(column="ARM", first="X", second="Y")

    found = compare_frame_by_rerandomization(
        frame,
        "Y",
        comparison,
        Redraw(draw=_pairs, draws=4_000),
        generator=np.random.default_rng(5),
        confidence_level=0.95,
    )

    assert found == _compare()
    with pytest.raises(ColumnError, match="1 participants have no Y"):
        compare_frame_by_rerandomization(
            frame.assign(Y=[np.nan, *OUTCOME[1:]]),
            "Y",
            comparison,
            Redraw(draw=_pairs),
            generator=np.random.default_rng(5),
            confidence_level=0.95,
        )


def test_outcomes_that_do_not_vary_have_a_reason() -> None:
    with pytest.raises(NotEstimableError, match="same value"):
        compare_by_rerandomization(
            (1.0,) * 12,
            ARM,
            X_MINUS_Y,
            Redraw(draw=_pairs, draws=9),
            generator=np.random.default_rng(1),
            confidence_level=0.95,
        )
