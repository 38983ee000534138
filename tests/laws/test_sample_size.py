"""Laws of sample size: power grows, requirement and power are inverse, designs agree where they meet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sample_size.counts import TwoRates
from analysis.sample_size.means import EquivalentMeans, NormalMeans, TwoMeans
from analysis.sample_size.ordered import ProportionalOdds
from analysis.sample_size.proportions import ProportionScale, TwoProportions
from analysis.sample_size.repeated_measures import (
    RepeatedArm,
    RepeatedMeasures,
    autoregressive,
)
from analysis.sample_size.requirement import Design, Target
from analysis.sample_size.survival import Survival
from analysis.sample_size.within_participant import Crossover

ARM = RepeatedArm(
    standard_deviation=2.0, correlation=autoregressive(3, 0.6), retention=(1.0, 0.9, 0.7)
)
DESIGNS: dict[str, Design] = {
    "t test": TwoMeans(difference=1.0, standard_deviation=2.0),
    "equivalence": EquivalentMeans(
        difference=0.1, lower_margin=-1.0, upper_margin=1.2, standard_deviation=2.0
    ),
    "difference": TwoProportions(first=0.6, second=0.4),
    "ratio": TwoProportions(first=0.6, second=0.4, scale=ProportionScale.RATIO),
    "non-inferiority": TwoProportions(first=0.6, second=0.6, hypothesis=-0.15),
    "rates": TwoRates(first=0.5, second=0.8, exposure=1.0, dispersion=0.5),
    "survival": Survival(hazard_first=0.5, hazard_second=0.9, accrual_time=1.0, follow_up_time=1.0),
    "ordered": ProportionalOdds(odds_ratio=2.0, second=(0.3, 0.4, 0.3)),
    "repeated measures": RepeatedMeasures(difference=1.0, first=ARM, second=ARM),
}
TARGETS = st.builds(
    Target,
    significance_level=st.floats(0.01, 0.1),
    statistical_power=st.floats(0.55, 0.97),
    allocation_ratio=st.floats(0.4, 2.5),
)


@settings(max_examples=12, deadline=None)
@given(target=TARGETS)
@pytest.mark.parametrize("name", DESIGNS)
def test_the_participants_required_have_the_power_that_was_asked_for(
    name: str, target: Target
) -> None:
    design = DESIGNS[name]

    size = design.requirement(target)

    assert size.first / size.second == pytest.approx(target.allocation_ratio)
    assert design.statistical_power(size.first, size.second, target) == pytest.approx(
        target.statistical_power, abs=1e-8
    )


@settings(max_examples=12, deadline=None)
@given(target=TARGETS, first=st.integers(10, 300), second=st.integers(10, 300))
@pytest.mark.parametrize("name", DESIGNS)
def test_power_grows_with_participants(name: str, target: Target, first: int, second: int) -> None:
    design = DESIGNS[name]

    both = design.statistical_power(2 * first, 2 * second, target)

    assert both >= design.statistical_power(first, second, target) - 1e-12


@settings(max_examples=30, deadline=None)
@given(target=TARGETS, difference=st.floats(0.2, 3.0))
def test_a_smaller_effect_needs_more_participants(target: Target, difference: float) -> None:
    larger = TwoMeans(difference=difference, standard_deviation=2.0).requirement(target)
    smaller = TwoMeans(difference=0.9 * difference, standard_deviation=2.0).requirement(target)

    assert smaller.first >= larger.first


def test_a_mixed_model_of_one_visit_is_the_comparison_of_two_means() -> None:
    single = RepeatedArm(standard_deviation=2.0, correlation=((1.0,),), retention=(1.0,))
    model = RepeatedMeasures(difference=1.0, first=single, second=single)
    means = NormalMeans(difference=1.0, standard_deviation=2.0)

    assert model.requirement(Target()).first == pytest.approx(means.requirement(Target()).first)


def test_a_mixed_model_without_correlation_loses_exactly_those_who_drop_out() -> None:
    arm = RepeatedArm(
        standard_deviation=2.0,
        correlation=((1.0, 0.0), (0.0, 1.0)),
        retention=(1.0, 0.75),
    )
    model = RepeatedMeasures(difference=1.0, first=arm, second=arm)
    means = NormalMeans(difference=1.0, standard_deviation=2.0)

    assert model.requirement(Target()).first == pytest.approx(
        means.requirement(Target()).first / 0.75
    )


def test_a_crossover_of_independent_periods_needs_half_the_participants_of_two_arms() -> None:
    # everybody is observed twice, and that is all it saves then
    crossover = Crossover(difference=1.0, within_standard_deviation=2.0)
    arms = TwoMeans(difference=1.0, standard_deviation=2.0)

    ratio = arms.requirement(Target()).total / crossover.requirement(Target()).total

    assert ratio == pytest.approx(2.0, rel=0.02)
