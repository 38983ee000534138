"""Bounds of group sequential designs: numbers of rpact, anchors of the literature, refusals."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import multivariate_normal

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.characteristics import compute_characteristics, stage_probabilities
from analysis.interim_analysis.design import (
    O_BRIEN_FLEMING,
    POCOCK,
    BetaSpending,
    FixedFutility,
    FutilityForce,
    GroupSequentialDesign,
    Sides,
    WangTsiatis,
    equally_spaced,
)
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.spending import (
    HwangShihDeCaniSpending,
    KimDeMetsSpending,
    OBrienFlemingSpending,
    PocockSpending,
    SpendingFunction,
)

PLAN = GroupSequentialDesign(
    information_fractions=equally_spaced(3),
    significance_level=0.025,
    statistical_power=0.9,
    sides=Sides.ONE_SIDED,
    efficacy=OBrienFlemingSpending(),
)


def efficacy_rule(arguments: dict[str, Any]) -> WangTsiatis | SpendingFunction:
    """Return what rpact calls the type of design."""
    gamma = arguments.get("gammaA", 1.0)
    rules: dict[str, WangTsiatis | SpendingFunction] = {
        "OF": O_BRIEN_FLEMING,
        "P": POCOCK,
        "WT": WangTsiatis(arguments.get("deltaWT", 0.0)),
        "asOF": OBrienFlemingSpending(),
        "asP": PocockSpending(),
        "asHSD": HwangShihDeCaniSpending(gamma),
        "asKD": KimDeMetsSpending(abs(gamma)),
    }
    return rules[arguments["typeOfDesign"]]


def design_of(arguments: dict[str, Any]) -> GroupSequentialDesign:
    """Return the design of one call of rpact."""
    spends_beta = arguments.get("typeBetaSpending") == "bsOF"
    fractions = arguments.get("informationRates") or equally_spaced(arguments["kMax"])
    return GroupSequentialDesign(
        information_fractions=tuple(fractions),
        significance_level=arguments["alpha"],
        statistical_power=1 - arguments["beta"],
        sides=Sides.ONE_SIDED if arguments["sided"] == 1 else Sides.TWO_SIDED,
        efficacy=efficacy_rule(arguments),
        futility=BetaSpending(function=OBrienFlemingSpending()) if spends_beta else None,
    )


@pytest.mark.reference
@pytest.mark.parametrize("place", range(12))
def test_bounds_and_characteristics_are_those_of_rpact(reference: Path, place: int) -> None:
    text = (reference / "statistics" / "group_sequential.json").read_text("utf-8")
    case = json.loads(text)["designs"][place]

    solved = solve_design(design_of(case["args"]))
    found = compute_characteristics(solved)

    bounds = solved.boundaries
    assert bounds.efficacy == pytest.approx(case["critical_values"], abs=1e-7)
    assert bounds.stage_levels == pytest.approx(case["stage_levels"], abs=1e-8)
    assert bounds.alpha_spent == pytest.approx(case["alpha_spent"], abs=2e-8)
    assert found.inflation_factor == pytest.approx(case["inflation_factor"], abs=1e-7)
    assert found.drift**2 == pytest.approx(case["shift"], abs=1e-6)
    assert found.power_by_stage == pytest.approx(case["power"], abs=1e-7)
    assert found.average_h1 == pytest.approx(case["asn_h1"], abs=1e-7)
    assert found.average_h0 == pytest.approx(case["asn_h0"], abs=1e-7)
    assert found.average_between == pytest.approx(case["asn_h01"], abs=1e-7)
    if "futility_bounds" in case:
        assert bounds.futility is not None
        assert bounds.futility[:-1] == pytest.approx(case["futility_bounds"], abs=1e-6)
        below = stage_probabilities(bounds, solved.drift).below
        assert [sum(below[: look + 1]) for look in range(3)] == pytest.approx(
            case["beta_spent"], abs=1e-7
        )


@pytest.mark.parametrize(
    ("rule", "bounds"),
    [
        (O_BRIEN_FLEMING, (3.4711, 2.4544, 2.0040)),
        (POCOCK, (2.2895, 2.2895, 2.2895)),
        (OBrienFlemingSpending(), (3.7103, 2.5114, 1.9930)),
    ],
)
def test_bounds_are_those_of_the_textbooks(
    rule: WangTsiatis | SpendingFunction, bounds: tuple[float, ...]
) -> None:
    # Jennison & Turnbull (2000), tables 2.1, 2.3 and 7.2, alpha 0.05 two-sided
    solved = solve_design(replace(PLAN, efficacy=rule))

    assert solved.boundaries.efficacy == pytest.approx(bounds, abs=6e-5)


def test_binding_futility_lowers_the_last_efficacy_bound_and_spends_the_same_level() -> None:
    loose = solve_design(replace(PLAN, futility=BetaSpending(function=PocockSpending())))
    tight = solve_design(
        replace(
            PLAN,
            futility=BetaSpending(function=PocockSpending(), force=FutilityForce.BINDING),
        )
    )

    assert tight.boundaries.efficacy[-1] < loose.boundaries.efficacy[-1]
    assert tight.drift < loose.drift
    assert tight.boundaries.alpha_spent[-1] == pytest.approx(0.025, abs=1e-11)
    assert loose.boundaries.alpha_spent[-1] == pytest.approx(0.025, abs=1e-11)
    assert sum(stage_probabilities(tight.boundaries, tight.drift).efficacy) == pytest.approx(0.9)


@pytest.mark.parametrize("rule", [O_BRIEN_FLEMING, PocockSpending()])
@pytest.mark.parametrize("force", list(FutilityForce))
def test_fixed_futility_bounds_keep_level_and_power(
    rule: WangTsiatis | SpendingFunction, force: FutilityForce
) -> None:
    futility = FixedFutility(bounds=(0.0, 0.5), force=force)

    solved = solve_design(replace(PLAN, efficacy=rule, futility=futility))

    assert solved.boundaries.futility is not None
    assert solved.boundaries.futility[:2] == (0.0, 0.5)
    assert solved.boundaries.alpha_spent[-1] == pytest.approx(0.025, abs=1e-11)
    assert sum(stage_probabilities(solved.boundaries, solved.drift).efficacy) == pytest.approx(0.9)


def test_beta_spending_goes_with_classical_bounds() -> None:
    design = replace(
        PLAN, efficacy=O_BRIEN_FLEMING, futility=BetaSpending(function=PocockSpending())
    )

    solved = solve_design(design)

    assert solved.boundaries.efficacy == pytest.approx(
        solve_design(replace(PLAN, efficacy=O_BRIEN_FLEMING)).boundaries.efficacy, abs=1e-9
    )


def test_twenty_looks_at_uneven_times_spend_the_level_exactly() -> None:
    fractions = (*(0.03 + 0.05 * look for look in range(19)), 1.0)
    design = replace(PLAN, information_fractions=fractions, efficacy=PocockSpending())

    solved = solve_design(design)

    expected = [PocockSpending().spent(t, 0.025) for t in fractions]
    assert solved.boundaries.alpha_spent == pytest.approx(expected, abs=1e-11)


def test_the_recursion_agrees_with_a_bivariate_normal() -> None:
    looks, upper, drift = (0.3, 1.0), (2.5, 1.9), 1.4
    correlation = math.sqrt(0.3)
    means = [drift * math.sqrt(t) for t in looks]
    together = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf(
        [upper[0] - means[0], upper[1] - means[1]]
    )

    _, above = exit_probabilities(looks, (-math.inf, -math.inf), upper, drift)

    assert 1 - sum(above) == pytest.approx(together, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"information_fractions": (0.5, 0.4, 1.0)}, "Information goes backwards: 0.4 at look 2"),
        ({"information_fractions": (0.5, 0.5001, 1.0)}, "Looks 1 and 2 have almost the same"),
        ({"information_fractions": (0.0, 1.0)}, "it must start above 0"),
        ({"information_fractions": (0.5, 0.9)}, "the last look is the end of the trial"),
        ({"information_fractions": ()}, "There is no look"),
        ({"significance_level": 0.0}, "The significance level is 0.0"),
        ({"significance_level": 5.0}, "The significance level is 5.0"),
        ({"statistical_power": 1.0}, "The power is 1.0"),
        ({"statistical_power": 0.01}, "The power is 0.01"),
        ({"futility": FixedFutility(bounds=(0.0,))}, "There are 1 futility bounds: give 2"),
        (
            {"sides": Sides.TWO_SIDED, "futility": FixedFutility(bounds=(0.0, 0.0))},
            "A two-sided design has no futility bounds here",
        ),
        (
            {
                "efficacy": POCOCK,
                "futility": BetaSpending(function=PocockSpending(), force=FutilityForce.BINDING),
            },
            "Binding beta spending goes with alpha spending only",
        ),
    ],
)
def test_a_design_that_cannot_be_used_is_named(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InterimError, match=sentence):
        replace(PLAN, **change)


def test_a_spending_function_that_cannot_be_used_is_named() -> None:
    with pytest.raises(InterimError, match="The exponent of the Kim-DeMets"):
        KimDeMetsSpending(0.0)
    with pytest.raises(InterimError, match="The gamma of the Hwang-Shih-DeCani"):
        HwangShihDeCaniSpending(math.nan)


def test_no_look_at_all_is_refused() -> None:
    with pytest.raises(InterimError, match="The design has 0 looks"):
        equally_spaced(0)
