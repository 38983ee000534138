"""Designs drawn again: what each promises holds in every draw, and its chances are those of its definition."""

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.estimators.allocation_designs import (
    AllocationDesign,
    BoolArray,
    FixedSizes,
    Imbalance,
    Minimization,
    PermutedBlocks,
    PlayTheWinner,
    SimpleRandomization,
    Urn,
)
from analysis.results import NotEstimableError

SITES = tuple("AABABBABAABB" * 3)
SEXES = tuple("fmmffmmmffmf" * 3)
DRAWS = 4000


def drawn(
    design: AllocationDesign, participants: int = len(SITES), draws: int = DRAWS
) -> BoolArray:
    return design.draw(participants, draws, np.random.Generator(np.random.PCG64(7)))


@pytest.mark.parametrize(
    "design",
    [
        SimpleRandomization(),
        FixedSizes(first=18),
        PermutedBlocks(stratum=SITES, sizes=(4,)),
        PermutedBlocks(stratum=SITES, sizes=(2, 4)),
        Minimization(factors=(SITES, SEXES), probability=0.8),
        Minimization(factors=(), probability=2 / 3),
        Urn(),
        PlayTheWinner(success=(True, False) * 18),
    ],
    ids=lambda design: design.description,
)
def test_every_participant_is_as_likely_in_either_arm(design: AllocationDesign) -> None:
    shares = drawn(design).mean(axis=0)

    assert np.abs(shares - 0.5).max() < 4.5 * 0.5 / np.sqrt(DRAWS)


def test_fixed_sizes_are_kept() -> None:
    assert set(drawn(FixedSizes(first=10)).sum(axis=1).tolist()) == {10}


@pytest.mark.parametrize("sizes", [(4,), (2, 4, 6)])
def test_no_stratum_is_further_from_even_than_half_a_block(sizes: tuple[int, ...]) -> None:
    rows = drawn(PermutedBlocks(stratum=SITES, sizes=sizes))

    for site in "AB":
        ahead = np.cumsum(np.where(rows[:, np.asarray(SITES) == site], 1, -1), axis=1)
        assert np.abs(ahead).max() == max(sizes) / 2
        if len(sizes) == 1:
            assert not ahead[:, sizes[0] - 1 :: sizes[0]].any()


def test_blocks_keep_another_ratio() -> None:
    rows = drawn(PermutedBlocks(stratum=("all",) * 36, sizes=(3,), ratio=(2, 1)))

    assert set(rows.reshape(DRAWS, 12, 3).sum(axis=2).ravel().tolist()) == {2}


def step_by_step(rows: BoolArray, factors: Sequence[Sequence[str]]) -> list[tuple[float, bool]]:
    """Return, for each participant of one draw, the pull to the second arm by counting, and the arm they got."""
    found = []
    for person in range(len(rows)):
        totals = []
        for candidate in (True, False):
            total = 0.0
            for levels in factors:
                alike = [i for i in range(person) if levels[i] == levels[person]]
                first = sum(bool(rows[i]) for i in alike) + candidate
                second = sum(not rows[i] for i in alike) + (not candidate)
                total += abs(first - second)
            totals.append(total)
        found.append((totals[0] - totals[1], bool(rows[person])))
    return found


def test_minimization_prefers_the_arm_that_evens_out_and_is_fair_when_even() -> None:
    rows = drawn(Minimization(factors=(SITES, SEXES), probability=0.85), draws=150)

    steps = [step for row in rows for step in step_by_step(row, (SITES, SEXES))]

    uneven = [first == (pull < 0) for pull, first in steps if pull != 0]
    even = [first for pull, first in steps if pull == 0]
    assert np.mean(uneven) == pytest.approx(0.85, abs=4 * 0.36 / np.sqrt(len(uneven)))
    assert np.mean(even) == pytest.approx(0.5, abs=2 / np.sqrt(len(even)))


def test_minimization_without_chance_keeps_the_arms_within_one() -> None:
    rows = drawn(Minimization(factors=(), probability=1.0, imbalance=Imbalance.VARIANCE))

    assert np.abs(np.cumsum(np.where(rows, 1, -1), axis=1)).max() == 1


def test_the_winner_is_played_more_often() -> None:
    all_succeed = drawn(PlayTheWinner(success=(True,) * 36))

    second_given_first = all_succeed[all_succeed[:, 0], 1].mean()

    assert second_given_first == pytest.approx(2 / 3, abs=0.05)
    assert drawn(Urn())[:, :2].sum(axis=1).mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PermutedBlocks(stratum=SITES, sizes=(3,)), "multiple of 2"),
        (lambda: PermutedBlocks(stratum=SITES, sizes=()), "no size"),
        (lambda: Minimization(factors=(SITES,), probability=0.5), "above 0.5"),
        (lambda: Minimization(factors=(SITES,), probability=0.8, weights=(1, 2)), "2 weights"),
    ],
    ids=["odd block", "no block", "no preference", "weights"],
)
def test_a_design_that_cannot_be_is_refused(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(NotEstimableError, match=words):
        make()
