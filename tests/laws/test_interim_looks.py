"""Laws of looking early: what holds for every plan."""

import math
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.characteristics import compute_characteristics, stage_probabilities
from analysis.interim_analysis.design import (
    O_BRIEN_FLEMING,
    POCOCK,
    BetaSpending,
    GroupSequentialDesign,
    Sides,
    WangTsiatis,
)
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.spending import (
    HwangShihDeCaniSpending,
    KimDeMetsSpending,
    OBrienFlemingSpending,
    PocockSpending,
    SpendingFunction,
)

FUNCTIONS = st.sampled_from(
    [
        OBrienFlemingSpending(),
        PocockSpending(),
        KimDeMetsSpending(1.5),
        HwangShihDeCaniSpending(-4.0),
        HwangShihDeCaniSpending(0.0),
        HwangShihDeCaniSpending(1.0),
    ]
)
STEPS = st.lists(st.floats(0.05, 1.0), min_size=1, max_size=5)
LEVELS = st.floats(0.005, 0.2)


def plan(
    steps: list[float], level: float, rule: WangTsiatis | SpendingFunction, sides: Sides
) -> GroupSequentialDesign:
    """Return a design with looks after these steps of information."""
    times = list(accumulate(steps))
    fractions = (*(time / times[-1] for time in times[:-1]), 1.0)
    return GroupSequentialDesign(
        information_fractions=fractions,
        significance_level=level,
        statistical_power=0.85,
        sides=sides,
        efficacy=rule,
    )


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, level=LEVELS, rule=FUNCTIONS, sides=st.sampled_from(list(Sides)))
def test_the_level_spent_is_what_the_function_says_and_ends_at_the_level(
    steps: list[float], level: float, rule: SpendingFunction, sides: Sides
) -> None:
    design = plan(steps, level, rule, sides)

    spent = solve_design(design).boundaries.alpha_spent

    halves = 2 if sides is Sides.TWO_SIDED else 1
    expected = [halves * rule.spent(t, level / halves) for t in design.information_fractions]
    assert spent == pytest.approx(expected, abs=1e-11)
    assert spent[-1] == pytest.approx(level, abs=1e-11)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, level=LEVELS, shape=st.floats(0.0, 0.7), sides=st.sampled_from(list(Sides)))
def test_classical_bounds_spend_the_level(
    steps: list[float], level: float, shape: float, sides: Sides
) -> None:
    spent = solve_design(plan(steps, level, WangTsiatis(shape), sides)).boundaries.alpha_spent

    assert spent[-1] == pytest.approx(level, abs=1e-11)


@settings(max_examples=20, deadline=None)
@given(
    level=LEVELS,
    rule=st.one_of(FUNCTIONS, st.sampled_from([POCOCK, O_BRIEN_FLEMING])),
    sides=st.sampled_from(list(Sides)),
)
def test_a_design_with_one_look_is_the_fixed_design(
    level: float, rule: WangTsiatis | SpendingFunction, sides: Sides
) -> None:
    design = plan([1.0], level, rule, sides)

    solved = solve_design(design)
    found = compute_characteristics(solved)

    assert solved.boundaries.efficacy[0] == pytest.approx(
        -float(ndtri(design.level_of_a_side)), abs=1e-11
    )
    assert found.inflation_factor == pytest.approx(1.0, abs=1e-9)
    assert found.average_h1 == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(steps=STEPS, level=LEVELS, rule=FUNCTIONS, drift=st.floats(0.0, 4.0))
def test_power_grows_with_the_effect_and_from_look_to_look(
    steps: list[float], level: float, rule: SpendingFunction, drift: float
) -> None:
    boundaries = solve_design(plan(steps, level, rule, Sides.ONE_SIDED)).boundaries

    less = stage_probabilities(boundaries, drift).power_by_stage
    more = stage_probabilities(boundaries, drift + 0.5).power_by_stage

    assert all(a <= b + 1e-12 for a, b in zip(less, more, strict=True))
    assert list(less) == sorted(less)


@settings(max_examples=10, deadline=None)
@given(steps=STEPS, rule=FUNCTIONS, beta=FUNCTIONS)
def test_non_binding_futility_never_moves_an_efficacy_bound_and_the_power_is_kept(
    steps: list[float], rule: SpendingFunction, beta: SpendingFunction
) -> None:
    plain = plan(steps, 0.025, rule, Sides.ONE_SIDED)

    futile = solve_design(replace(plain, futility=BetaSpending(function=beta)))

    assert futile.boundaries.efficacy == pytest.approx(
        solve_design(plain).boundaries.efficacy, abs=1e-9
    )
    shown = sum(stage_probabilities(futile.boundaries, futile.drift).efficacy)
    assert shown == pytest.approx(0.85, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, drift=st.floats(-3.0, 3.0), scale=st.floats(0.1, 50.0))
def test_the_unit_of_information_does_not_matter(
    steps: list[float], drift: float, scale: float
) -> None:
    times = list(accumulate(steps))
    lower, upper = [-0.5] * len(times), [2.2] * len(times)

    one = exit_probabilities(times, lower, upper, drift)
    other = exit_probabilities(
        [scale * time for time in times], lower, upper, drift / math.sqrt(scale)
    )

    for first, second in zip(one, other, strict=True):
        assert first == pytest.approx(second, abs=1e-11)
