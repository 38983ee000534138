"""Sample sizes in closed form: numbers of R, anchors of the literature, likelihoods and simulated trials."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import (
    O_BRIEN_FLEMING,
    GroupSequentialDesign,
    Sides,
    WangTsiatis,
    equally_spaced,
)
from analysis.interim_analysis.spending import OBrienFlemingSpending, SpendingFunction
from analysis.sample_size.allowances import (
    allow_for_clusters,
    allow_for_losses,
    allow_for_non_adherence,
    design_effect,
)
from analysis.sample_size.counts import TwoRates
from analysis.sample_size.means import (
    EquivalentMeans,
    ReferenceDistribution,
    TwoMeans,
    ancova,
    change_score,
    non_inferior_means,
)
from analysis.sample_size.ordered import ProportionalOdds, RankTest
from analysis.sample_size.proportions import ProportionScale, TwoProportions
from analysis.sample_size.repeated_measures import (
    RepeatedArm,
    RepeatedMeasures,
    autoregressive,
    exchangeable,
    session_mean_factor,
)
from analysis.sample_size.requirement import Requirement, Target
from analysis.sample_size.sequential import sequential_requirement
from analysis.sample_size.survival import Survival
from analysis.sample_size.within_participant import Crossover, EquivalentCrossover, Pairs
from protocols.document import shipped_protocol
from protocols.sample_size import required_per_arm

TOLERANCE = 1e-3  # of a participant
PLAN_80 = Target(statistical_power=0.8)


@pytest.fixture
def power(reference: Path) -> dict[str, Any]:
    """Return the sample sizes that R computed."""
    text = (reference / "statistics" / "power.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.reference
def test_t_tests_are_those_of_power_t_test(power: dict[str, Any]) -> None:
    *sizes, given = power["ttest"]

    for case in sizes:
        design = TwoMeans(difference=case["delta"], standard_deviation=case["sd"])
        target = Target(significance_level=case["alpha"], statistical_power=case["power"])
        assert design.requirement(target).first == pytest.approx(case["n_per_group"], abs=TOLERANCE)
    design = TwoMeans(difference=given["delta"], standard_deviation=given["sd"])
    n = given["n_per_group"]
    assert design.statistical_power(n, n, PLAN_80) == pytest.approx(given["power"], abs=1e-8)


@pytest.mark.reference
def test_adjusting_for_baseline_saves_what_borm_says(power: dict[str, Any]) -> None:
    for case in power["ancova"]:
        target = Target(significance_level=case["alpha"], statistical_power=case["power"])
        given = {
            "difference": case["delta"],
            "standard_deviation": case["sd"],
            "baseline_correlation": case["rho"],
        }
        normal = ReferenceDistribution.NORMAL
        sizes = {
            "n_normal": ancova(**{**given, "baseline_correlation": 0.0}, reference=normal),
            "n_ancova_borm": ancova(**given, reference=normal),
            "n_change": change_score(**given, reference=normal),
            "n_ttest_exact": ancova(**{**given, "baseline_correlation": 0.0}),
            "n_ancova_ttest_times_deff": ancova(**given),
        }

        found = {key: design.requirement(target).first for key, design in sizes.items()}

        assert found == pytest.approx({key: case[key] for key in sizes}, abs=TOLERANCE)


@pytest.mark.reference
def test_the_mixed_model_is_that_of_longpower(power: dict[str, Any]) -> None:
    for case in power["mmrm"]:
        make = autoregressive if case["structure"] == "ar1" else exchangeable
        arms = [
            RepeatedArm(
                standard_deviation=case["sd"],
                correlation=make(case["m"], case["rho"]),
                retention=tuple(case[retention]),
            )
            for retention in ("retention_a", "retention_b")
        ]
        design = RepeatedMeasures(difference=case["delta"], first=arms[0], second=arms[1])

        found = design.requirement(
            Target(statistical_power=case["power"], allocation_ratio=case["lambda"])
        )

        assert (found.first, found.second) == pytest.approx((case["n1"], case["n2"]), abs=1e-9)


@pytest.mark.reference
def test_group_sequential_sizes_are_those_of_rpact(power: dict[str, Any]) -> None:
    designs: tuple[tuple[WangTsiatis | SpendingFunction, int, float], ...] = (
        (OBrienFlemingSpending(), 3, 0.9),
        (O_BRIEN_FLEMING, 2, 0.8),
    )
    for case, (rule, looks, wanted) in zip(power["gs_means"], designs, strict=True):
        plan = GroupSequentialDesign(
            information_fractions=equally_spaced(looks),
            significance_level=0.025,
            statistical_power=wanted,
            sides=Sides.ONE_SIDED,
            efficacy=rule,
        )
        means = TwoMeans(difference=case["alternative"], standard_deviation=case["sd"])

        found = sequential_requirement(means, solve_design(plan))

        assert found.maximum.total == pytest.approx(case["max_n"], abs=TOLERANCE)
        assert [look.total for look in found.at_looks] == pytest.approx(
            case["stage_n"], abs=TOLERANCE
        )
        assert found.expected_total == pytest.approx(case["expected_n_h1"], abs=TOLERANCE)
        assert found.critical_effects == pytest.approx(case["critical_effect"], abs=1e-5)


@pytest.mark.reference
def test_proportions_are_those_of_rpact(power: dict[str, Any]) -> None:
    for case in power["rates"]:
        found = TwoProportions(first=case["pi1"], second=case["pi2"]).requirement(
            Target(
                significance_level=case["alpha_one_sided"],
                statistical_power=case["power"],
                sides=Sides.ONE_SIDED,
            )
        )

        assert found.total == pytest.approx(case["n_total_rpact"], abs=TOLERANCE)


@pytest.mark.reference
def test_clusters_multiply_by_the_design_effect(power: dict[str, Any]) -> None:
    for case in power["cluster"]:
        effect = design_effect(
            cluster_size=case["m"],
            intracluster_correlation=case["icc"],
            size_variation=case["cv"],
        )
        half = case["n_individual"] / 2
        found = allow_for_clusters(
            Requirement(first=half, second=half, method="as given"), first=effect, second=effect
        )

        assert effect == pytest.approx(case["design_effect"], abs=1e-12)
        assert found.total == pytest.approx(case["n_total"], abs=TOLERANCE)


def test_the_protocol_and_the_analysis_say_the_same_of_the_shipped_trial() -> None:
    size = shipped_protocol().sample_size
    design = ancova(
        difference=size.difference,
        standard_deviation=size.standard_deviation,
        baseline_correlation=size.baseline_correlation,
        reference=ReferenceDistribution.NORMAL,
    )
    target = Target(
        significance_level=size.significance_level, statistical_power=size.statistical_power
    )

    observed = design.requirement(target).participants[0]

    assert math.ceil(observed / (1 - size.dropout_share)) == required_per_arm(size)


def test_an_equivalence_crossover_has_the_power_that_is_published() -> None:
    # PowerTOST's documentation: sampleN.TOST(CV = 0.30), theta0 = 0.95: 40 participants, power 0.815845
    design = EquivalentCrossover(
        difference=math.log(0.95),
        lower_margin=math.log(0.8),
        upper_margin=math.log(1.25),
        within_standard_deviation=math.sqrt(math.log(1 + 0.3**2)),
    )
    target = Target(significance_level=0.05, sides=Sides.ONE_SIDED, statistical_power=0.8)

    assert design.statistical_power(20, 20, target) == pytest.approx(0.815845, abs=5e-7)
    assert 38 < design.requirement(target).total <= 40


def test_equivalence_in_two_arms_and_in_two_sequences_is_the_same_t_test() -> None:
    # a difference of two periods has twice the variance within, and is halved between sequences
    margins = {"difference": 0.2, "lower_margin": -1.0, "upper_margin": 1.0}
    parallel = EquivalentMeans(**margins, standard_deviation=1.5)
    crossover = EquivalentCrossover(**margins, within_standard_deviation=1.5 * math.sqrt(2))

    assert parallel.statistical_power(60, 60, PLAN_80) == pytest.approx(
        crossover.statistical_power(60, 60, PLAN_80), abs=1e-12
    )


def test_equivalence_with_distant_margins_is_a_test_against_the_near_one() -> None:
    far = EquivalentMeans(
        difference=0.0, lower_margin=-0.8, upper_margin=1e3, standard_deviation=2.0
    )
    near = non_inferior_means(difference=0.0, margin=0.8, standard_deviation=2.0)

    assert far.statistical_power(80, 80, PLAN_80) == pytest.approx(
        near.statistical_power(80, 80, PLAN_80), abs=1e-9
    )


def test_a_crossover_and_pairs_need_the_participants_of_their_t_test() -> None:
    crossover = Crossover(difference=1.0, within_standard_deviation=2.0)
    pairs = Pairs(difference=1.0, standard_deviation_of_differences=2.0)
    # R: power.t.test(delta = 1, sd = 2, type = "paired", power = .8) gives n = 33.3672
    assert pairs.requirement(PLAN_80).first == pytest.approx(33.3672, abs=1e-3)

    size = crossover.requirement(PLAN_80)

    assert size.first == size.second
    assert crossover.statistical_power(size.first, size.second, PLAN_80) == pytest.approx(0.8)


def test_ordered_categories_need_what_whitehead_published() -> None:
    # Whitehead (1993), section 3: log odds ratio 0.887, 187 participants in all
    design = ProportionalOdds(odds_ratio=math.exp(0.887), second=(0.2, 0.5, 0.2, 0.1))

    assert design.requirement(Target()).total == pytest.approx(187, abs=1.0)
    assert sum(design.first) == pytest.approx(1.0)


def test_a_rank_test_needs_what_noether_says() -> None:
    design = RankTest(probability_of_more=0.7)

    found = design.requirement(PLAN_80)

    quantiles = 1.959963984540054 + 0.8416212335729143
    assert found.total == pytest.approx(quantiles**2 / (12 * 0.25 * 0.2**2))


def test_events_follow_schoenfeld_and_participants_the_probability_of_an_event() -> None:
    design = Survival(hazard_first=0.7, hazard_second=1.0, accrual_time=1.0, follow_up_time=1.0)

    events = design.events(Target())
    size = design.requirement(Target())

    assert events == pytest.approx(
        4 * (1.959963984540054 + 1.2815515655446004) ** 2 / math.log(0.7) ** 2, rel=1e-9
    )
    expected = design.event_probabilities
    assert size.first * expected[0] + size.second * expected[1] == pytest.approx(events)


def test_the_probability_of_an_event_is_that_of_simulated_lives() -> None:
    design = Survival(
        hazard_first=0.4,
        hazard_second=0.8,
        accrual_time=1.5,
        follow_up_time=0.5,
        loss_hazard=0.3,
    )
    draw = np.random.Generator(np.random.PCG64(20261125))
    n = 400_000
    time_left = 0.5 + 1.5 * draw.random(n)
    event, loss = draw.exponential(1 / 0.4, n), draw.exponential(1 / 0.3, n)

    share = float(np.mean((event < loss) & (event < time_left)))

    assert design.event_probabilities[0] == pytest.approx(share, abs=4 * math.sqrt(0.25 / n))


def test_simulated_counts_vary_as_the_formula_says() -> None:
    design = TwoRates(first=0.6, second=1.0, exposure=2.0, dispersion=0.8)
    draw = np.random.Generator(np.random.PCG64(20261125))
    size = design.requirement(PLAN_80).participants[0]
    shape = (2000, size)
    counts = [
        draw.poisson(2.0 * rate * draw.gamma(1 / 0.8, 0.8, shape)).sum(axis=1)
        for rate in (0.6, 1.0)
    ]

    spread = float(np.std(np.log(counts[0] / counts[1])))

    variance = (1 / (2.0 * 0.6) + 1 / (2.0 * 1.0) + 2 * 0.8) / size
    assert spread == pytest.approx(math.sqrt(variance), rel=0.06)


@pytest.mark.parametrize(
    ("scale", "hypothesis"),
    [(ProportionScale.DIFFERENCE, -0.1), (ProportionScale.RATIO, 0.8)],
)
def test_the_variance_without_effect_is_taken_where_the_likelihood_is_largest(
    scale: ProportionScale, hypothesis: float
) -> None:
    design = TwoProportions(first=0.62, second=0.55, scale=scale, hypothesis=hypothesis)
    grid = np.linspace(0.1 + 1e-9, 1 - 1e-9, 1_000_001)
    first = grid + hypothesis if scale is ProportionScale.DIFFERENCE else grid * hypothesis
    grid, first = grid[first > 0], first[first > 0]
    likelihood = (
        2 * (0.62 * np.log(first) + 0.38 * np.log(1 - first))
        + 0.55 * np.log(grid)
        + 0.45 * np.log(1 - grid)
    )
    best = int(np.argmax(likelihood))
    multiple = 1.0 if scale is ProportionScale.DIFFERENCE else hypothesis
    null = first[best] * (1 - first[best]) + 2 * multiple**2 * grid[best] * (1 - grid[best])
    alternative = 0.62 * 0.38 + 2 * multiple**2 * 0.55 * 0.45
    distance = (
        0.62 - 0.55 - hypothesis if scale is ProportionScale.DIFFERENCE else 0.62 - 0.8 * 0.55
    )

    found = design.requirement(Target(statistical_power=0.8, allocation_ratio=2.0)).first

    z = (1.959963984540054 * math.sqrt(null) + 0.8416212335729143 * math.sqrt(alternative)) ** 2
    assert found == pytest.approx(z / distance**2, rel=1e-6)


def test_sessions_averaged_save_what_frison_and_pocock_say() -> None:
    assert session_mean_factor(sessions=1, session_correlation=0.6) == 1.0
    assert session_mean_factor(sessions=4, session_correlation=0.5) == pytest.approx(0.625)
    # one baseline and one session after it: analysis of covariance
    assert session_mean_factor(
        sessions=1, session_correlation=0.6, baseline_sessions=1
    ) == pytest.approx(1 - 0.6**2)


def test_losses_and_non_adherence_come_on_top() -> None:
    needed = Requirement(first=90.0, second=90.0, method="as given")

    lost = allow_for_losses(needed, first=0.1, second=0.25)
    diluted = allow_for_non_adherence(needed, not_taken_up=0.15, taken_up_elsewhere=0.05)

    assert (lost.first, lost.second) == pytest.approx((100.0, 120.0))
    assert lost.participants == (100, 120)
    assert diluted.first == pytest.approx(90 / 0.64)


def test_a_whole_number_is_not_rounded_up_again() -> None:
    assert Requirement(first=64.0000000001, second=64.01, method="").participants == (64, 65)
