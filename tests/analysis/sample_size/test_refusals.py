"""Assumptions that no sample size follows from get a sentence that names them."""

import math
from collections.abc import Callable

import pytest

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import GroupSequentialDesign, Sides
from analysis.interim_analysis.spending import OBrienFlemingSpending
from analysis.sample_size.allowances import (
    allow_for_losses,
    allow_for_non_adherence,
    design_effect,
)
from analysis.sample_size.assurance import ElicitedPrior, NormalPrior, simulated_power
from analysis.sample_size.counts import TwoRates
from analysis.sample_size.means import EquivalentMeans, TwoMeans, ancova, non_inferior_means
from analysis.sample_size.ordered import ProportionalOdds, RankTest
from analysis.sample_size.proportions import ProportionScale, TwoProportions
from analysis.sample_size.repeated_measures import (
    RepeatedArm,
    exchangeable,
    session_mean_factor,
)
from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    smallest_size,
)
from analysis.sample_size.sequential import sequential_requirement
from analysis.sample_size.survival import Survival
from analysis.sample_size.within_participant import Crossover, EquivalentCrossover, Pairs

NEEDED = Requirement(first=10.0, second=10.0, method="as given")


def survival(**change: float) -> Survival:
    """Return a design of survival with one assumption changed."""
    sound = {
        "hazard_first": 0.5,
        "hazard_second": 1.0,
        "accrual_time": 1.0,
        "follow_up_time": 1.0,
    }
    return Survival(**{**sound, **change})


REFUSALS: tuple[tuple[Callable[[], object], str], ...] = (
    (lambda: Target(significance_level=0.0), "The significance level is 0.0"),
    (lambda: Target(statistical_power=1.0), "The power is 1.0"),
    (lambda: Target(statistical_power=0.02), "above the level of a side, 0.025"),
    (lambda: Target(allocation_ratio=-1.0), "The allocation ratio is -1.0"),
    (lambda: TwoMeans(difference=0.0, standard_deviation=1.0), "The difference is 0.0"),
    (lambda: TwoMeans(difference=1.0, standard_deviation=-2.0), "deviation is -2.0"),
    (lambda: TwoMeans(difference=1.0, standard_deviation=math.nan), "deviation is nan"),
    (
        lambda: ancova(difference=1.0, standard_deviation=1.0, baseline_correlation=1.0),
        "The correlation with baseline is 1.0",
    ),
    (
        lambda: non_inferior_means(difference=-2.0, margin=1.0, standard_deviation=1.0),
        "lies at or beyond the margin -1.0",
    ),
    (
        lambda: EquivalentMeans(
            difference=2.0, lower_margin=-1.0, upper_margin=1.0, standard_deviation=1.0
        ),
        "does not lie between the margins -1.0 and 1.0",
    ),
    (
        lambda: EquivalentCrossover(
            difference=1.0, lower_margin=-1.0, upper_margin=1.0, within_standard_deviation=1.0
        ),
        "does not lie between the margins",
    ),
    (lambda: Crossover(difference=1.0, within_standard_deviation=0.0), "within participants is 0"),
    (
        lambda: Pairs(difference=1.0, standard_deviation_of_differences=-1.0),
        "deviation of differences is -1.0",
    ),
    (lambda: TwoProportions(first=1.2, second=0.5), "proportion of the first arm is 1.2"),
    (lambda: TwoProportions(first=0.5, second=0.5), "there is nothing to find"),
    (lambda: TwoProportions(first=0.5, second=0.4, hypothesis=-1.5), "to be refuted is -1.5"),
    (
        lambda: TwoProportions(first=0.5, second=0.4, scale=ProportionScale.RATIO, hypothesis=-0.5),
        "The ratio to be refuted is -0.5",
    ),
    (
        lambda: TwoRates(first=1.0, second=2.0, exposure=1.0, dispersion=-0.1),
        "The dispersion is -0.1",
    ),
    (lambda: survival(hazard_first=0.0), "The hazard of the first arm is 0.0"),
    (lambda: survival(hazard_first=1.0), "The hazards fulfil the hypothesis"),
    (lambda: survival(accrual_time=-1.0), "must be 0 or above"),
    (lambda: ProportionalOdds(odds_ratio=1.0, second=(0.5, 0.5)), "The odds ratio is 1"),
    (lambda: ProportionalOdds(odds_ratio=2.0, second=(0.5, 0.6)), "are 0.5, 0.6"),
    (lambda: RankTest(probability_of_more=0.5), "The probability of more is 0.5"),
    (
        lambda: RepeatedArm(
            standard_deviation=1.0, correlation=exchangeable(2, 0.5), retention=(0.8, 0.9)
        ),
        "The retention is 0.8, 0.9",
    ),
    (
        lambda: RepeatedArm(
            standard_deviation=1.0, correlation=exchangeable(3, 0.5), retention=(1.0, 0.9)
        ),
        r"The correlation has the shape \(3, 3\): 2 visits",
    ),
    (
        lambda: RepeatedArm(
            standard_deviation=1.0, correlation=exchangeable(3, -0.6), retention=(1.0, 0.9, 0.8)
        ),
        "not symmetric and positive definite",
    ),
    (lambda: session_mean_factor(sessions=0, session_correlation=0.5), "number of sessions is 0"),
    (lambda: session_mean_factor(sessions=2, session_correlation=1.0), "sessions is 1.0"),
    (
        lambda: session_mean_factor(sessions=2, session_correlation=0.5, baseline_sessions=-1),
        "The number of baseline sessions is -1",
    ),
    (
        lambda: design_effect(cluster_size=0.5, intracluster_correlation=0.1),
        "The cluster size is 0.5",
    ),
    (
        lambda: design_effect(cluster_size=5, intracluster_correlation=-0.1),
        "The intracluster correlation is -0.1",
    ),
    (
        lambda: design_effect(cluster_size=5, intracluster_correlation=0.1, size_variation=-1.0),
        "The coefficient of variation of cluster sizes is -1.0",
    ),
    (lambda: allow_for_losses(NEEDED, first=0.1, second=1.0), "lost in the second arm is 1.0"),
    (
        lambda: allow_for_non_adherence(NEEDED, not_taken_up=0.7, taken_up_elsewhere=0.4),
        "leave no contrast",
    ),
    (lambda: NormalPrior(mean=1.0, standard_deviation=0.0), "deviation of the prior is 0.0"),
    (lambda: ElicitedPrior(effects=(1.0,), weights=()), "There are 1 effects and 0 weights"),
    (lambda: ElicitedPrior(effects=(1.0, 2.0), weights=(0.5, 0.6)), "sum to 1.1"),
    (lambda: simulated_power((1.0, 0.5), (0.5, 0.6)), "growing effects"),
    (lambda: smallest_size(lambda _: 0.5, 2.0, 0.9), "Not even a billion participants reach"),
)


@pytest.mark.parametrize(("make", "sentence"), REFUSALS, ids=[words for _, words in REFUSALS])
def test_what_cannot_be_planned_is_named(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(SampleSizeError, match=sentence):
        make()


def test_a_look_before_the_third_participant_is_refused() -> None:
    plan = GroupSequentialDesign(
        information_fractions=(0.001, 1.0),
        significance_level=0.025,
        statistical_power=0.9,
        sides=Sides.ONE_SIDED,
        efficacy=OBrienFlemingSpending(),
    )

    with pytest.raises(SampleSizeError, match="A look comes before the third participant"):
        sequential_requirement(TwoMeans(difference=1.0, standard_deviation=1.0), solve_design(plan))
