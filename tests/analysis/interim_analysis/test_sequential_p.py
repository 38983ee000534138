"""One p value for all looks, and the group sequential graph worked through by hand."""

from fractions import Fraction

import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal

from analysis.interim_analysis.design import Sides
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.sequential_p import (
    LookSeries,
    SeenLook,
    nominal_level,
    place_of_rejection,
    sequential_p,
)
from analysis.interim_analysis.spending import KimDeMetsSpending, OBrienFlemingSpending
from analysis.multiplicity.graph import InheritanceGraph, decide_by_graph
from analysis.multiplicity.hypotheses import Hypothesis

LINEAR = KimDeMetsSpending(1.0)
"""Half of a share is spent by half of the information: bounds that can be worked out by hand."""


def series(
    *z: float, information: tuple[float, ...] = (0.5, 1.0), sides: Sides = Sides.TWO_SIDED
) -> LookSeries:
    """Return looks with these normal statistics; the trial ends at full information."""
    reached = information[: len(z)]
    return LookSeries(
        rule=LINEAR,
        sides=sides,
        looks=tuple(
            SeenLook(
                number=number,
                information=t,
                estimate=LookEstimate(estimate=found, standard_error=1.0, df=None),
            )
            for number, (t, found) in enumerate(zip(reached, z, strict=True), start=1)
        ),
        is_ended=reached[-1] == 1.0,
    )


def test_one_look_at_the_end_has_its_own_p_value() -> None:
    assert sequential_p(series(2.2, information=(1.0,)))[0] == pytest.approx(
        2 * ndtr(-2.2), rel=1e-10
    )


def test_a_first_look_that_spends_half_of_its_share_doubles_the_p_value() -> None:
    assert sequential_p(series(2.5))[0] == pytest.approx(4 * ndtr(-2.5), rel=1e-9)


def test_the_later_look_decides_where_it_says_more() -> None:
    p, place = sequential_p(series(0.3, 2.6))

    first = -ndtri(p / 4)
    covariance = [[1.0, 0.5**0.5], [0.5**0.5, 1.0]]
    both = multivariate_normal(cov=covariance).cdf([first, 2.6], lower_limit=[-first, -2.6])
    assert place == 1
    assert 1 - both == pytest.approx(p, abs=1e-7)


def test_for_a_benefit_only_the_other_direction_never_counts() -> None:
    benefit = series(2.5, sides=Sides.ONE_SIDED)

    assert sequential_p(benefit)[0] == pytest.approx(4 * ndtr(-2.5), rel=1e-9)
    assert sequential_p(series(-2.5, sides=Sides.ONE_SIDED))[0] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("z", [(1.9, 1.1), (2.5, 0.0), (0.0, 2.1), (-3.0, 1.0)])
def test_a_look_rejects_at_a_level_if_and_only_if_the_p_value_reaches_it(
    z: tuple[float, float],
) -> None:
    looked = series(*z)
    p, place = sequential_p(looked)

    assert place_of_rejection(looked, p * (1 + 1e-7)) == place
    assert place_of_rejection(looked, p * (1 - 1e-7)) is None


@pytest.mark.parametrize("level", [0.05, 0.03, 0.004])
def test_the_repeated_interval_holds_nothing_if_and_only_if_its_look_rejects(level: float) -> None:
    looked = series(2.3, 2.0)
    for place, bound in enumerate(looked.bounds(level)):
        interval = looked.interval(place, level)
        assert interval is not None
        assert (interval.lower > 0) == (looked.looks[place].estimate.z >= bound)
        assert interval.level == 1 - level


def test_without_a_share_nothing_is_spent_and_nothing_rejected() -> None:
    looked = series(9.0, 9.0)

    assert place_of_rejection(looked, 0.0) is None
    assert looked.interval(0, 0.0) is None
    assert nominal_level(looked.bounds(0.0)[0]) == 0


def test_information_that_does_not_grow_is_refused() -> None:
    with pytest.raises(InterimError, match="Information goes backwards"):
        series(1.0, 1.0, information=(0.6, 0.4)).bounds(0.05)


@pytest.mark.requirement("ICH E9 2.2.5")
def test_a_share_passed_on_at_a_look_is_spent_anew_and_that_look_counts() -> None:
    """Two hypotheses, 0.025 each, one look at half of the information; each passes everything on.

    By hand: at the look a hypothesis with the share a has the nominal level a / 2, that is 0.0125. The first has
    p = 0.012 and is rejected; the second then has all of 0.05 and the nominal level 0.025, which p = 0.024 reaches.
    """
    graph = InheritanceGraph(
        names=("first", "second"),
        weights=(Fraction(1, 2), Fraction(1, 2)),
        transitions=((0, 1), (1, 0)),
    )

    def decided(*two_sided: float) -> list[bool]:
        ps = [sequential_p(series(float(-ndtri(p / 2))))[0] for p in two_sided]
        found = [Hypothesis(name=n, p=p) for n, p in zip(graph.names, ps, strict=True)]
        outcome = decide_by_graph(graph, found, significance_level=0.05)
        return [one.is_rejected for one in outcome.decisions]

    assert decided(0.012, 0.024) == [True, True]
    assert decided(0.012, 0.026) == [True, False]
    assert decided(0.013, 0.024) == [False, False]


def test_an_earlier_look_of_another_hypothesis_is_not_lost() -> None:
    """Behind a first hypothesis: nothing can be spent at look 1, and at look 2 it inherits all.

    Its look 1 had p = 0.02, which reaches 0.025; at look 2 nothing is left of its effect. It is rejected all the same.
    """
    graph = InheritanceGraph(names=("gate", "behind"), weights=(1, 0), transitions=((0, 1), (0, 0)))
    looks = {"gate": series(0.5, 3.0), "behind": series(float(-ndtri(0.01)), 0.1)}
    found = [Hypothesis(name=name, p=sequential_p(one)[0]) for name, one in looks.items()]

    outcome = decide_by_graph(graph, found, significance_level=0.05)

    assert [one.is_rejected for one in outcome.decisions] == [True, True]
    assert place_of_rejection(looks["behind"], 0.05) == 0


def test_the_size_of_a_look_far_from_any_level_is_one() -> None:
    looked = LookSeries(
        rule=OBrienFlemingSpending(),
        sides=Sides.TWO_SIDED,
        looks=(
            SeenLook(
                number=1,
                information=0.05,
                estimate=LookEstimate(estimate=0.0, standard_error=1.0, df=None),
            ),
        ),
        is_ended=False,
    )

    assert sequential_p(looked) == (1.0, 0)
