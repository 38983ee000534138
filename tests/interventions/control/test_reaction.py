"""The model of reaction: music draws within a range, beliefs weigh the ranges."""

import pytest

from interventions.control.reaction import (
    FLAT_BELIEFS,
    OFFSETS,
    RANGES,
    drift,
    expected_pulls,
    pull,
)


@pytest.mark.parametrize("range_z", RANGES)
def test_the_pull_is_greatest_at_the_range(range_z: float) -> None:
    strongest = max(OFFSETS, key=lambda offset: pull(offset, range_z))

    assert strongest == pytest.approx(range_z)
    assert pull(-range_z, range_z) == -pull(range_z, range_z)
    assert pull(0.0, range_z) == 0.0


def test_expected_pulls_weigh_the_ranges_by_belief() -> None:
    expected = expected_pulls(FLAT_BELIEFS)

    assert expected[10] == pytest.approx(
        sum(pull(OFFSETS[10], range_z) for range_z in RANGES) / len(RANGES)
    )


def test_arousal_drifts_to_the_resting_level() -> None:
    assert drift(0.6) == 0.0
    assert drift(1.6) < 0.0 < drift(0.0)
