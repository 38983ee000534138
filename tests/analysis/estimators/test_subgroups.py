"""Subgroups: interaction by hand, and how far each effect is pulled to the middle."""

import pytest

from analysis.estimators.subgroups import SubgroupEffect, compare_subgroups
from analysis.results import NotEstimableError


def _effects(*pairs: tuple[float, float]) -> list[SubgroupEffect]:
    return [
        SubgroupEffect(name=f"group {number}", estimate=d, standard_error=s)
        for number, (d, s) in enumerate(pairs)
    ]


def test_two_subgroups_have_the_interaction_of_their_difference() -> None:
    found = compare_subgroups(_effects((1.0, 0.3), (2.0, 0.4)), confidence_level=0.95)

    assert found.interaction_statistic == pytest.approx(1.0 / 0.25)
    assert found.interaction_df == 1
    assert found.p_interaction == pytest.approx(0.0455, abs=1e-4)


def test_effects_that_differ_no_more_than_by_chance_become_one() -> None:
    found = compare_subgroups(_effects((1.0, 1.0), (1.2, 1.0), (0.8, 1.0)), confidence_level=0.95)

    assert found.heterogeneity == 0.0
    assert [s.shrunken.estimate for s in found.subgroups] == pytest.approx([1.0] * 3)
    assert {s.weight_on_own for s in found.subgroups} == {0.0}


def test_small_subgroups_are_pulled_further() -> None:
    found = compare_subgroups(_effects((5.0, 0.5), (-1.0, 0.5), (4.0, 2.0)), confidence_level=0.95)

    large, _, small = found.subgroups
    assert small.weight_on_own < large.weight_on_own
    assert small.shrunken.standard_error is not None
    assert small.own.standard_error is not None
    assert small.shrunken.standard_error < small.own.standard_error


def test_equally_precise_subgroups_have_the_heterogeneity_of_their_variance() -> None:
    found = compare_subgroups(_effects((0.0, 1.0), (3.0, 1.0), (6.0, 1.0)), confidence_level=0.95)

    assert found.heterogeneity**2 == pytest.approx(9.0 - 1.0)
    assert found.overall.estimate == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("effects", "reason"),
    [
        (_effects((1.0, 1.0)), "1 subgroup"),
        (_effects((1.0, 1.0), (2.0, 0.0)), "group 1 has no standard error"),
    ],
)
def test_what_cannot_be_compared_has_a_reason(effects: list[SubgroupEffect], reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        compare_subgroups(effects, confidence_level=0.95)
