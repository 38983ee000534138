"""Futility where conditional power has fallen to a limit: the bound is the statistic with exactly that chance left."""

import math
from dataclasses import replace

import pytest
from scipy.special import ndtri

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.conditional_power import conditional_power, drift_in_trend
from analysis.interim_analysis.design import (
    AssumedEffect,
    BetaSpending,
    ConditionalPowerFutility,
    FutilityForce,
    GroupSequentialDesign,
    Sides,
)
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.spending import OBrienFlemingSpending, PocockSpending

WITHOUT = GroupSequentialDesign(
    information_fractions=(0.4, 0.7, 1.0),
    significance_level=0.025,
    statistical_power=0.9,
    sides=Sides.ONE_SIDED,
    efficacy=OBrienFlemingSpending(),
)
BINDING = replace(
    WITHOUT,
    futility=BetaSpending(function=PocockSpending(), force=FutilityForce.BINDING),
)


def limited(effect: AssumedEffect, threshold: float = 0.2) -> GroupSequentialDesign:
    """Return the design that gives up at a limit of conditional power."""
    return replace(WITHOUT, futility=ConditionalPowerFutility(threshold=threshold, effect=effect))


@pytest.mark.parametrize("effect", AssumedEffect)
def test_at_the_bound_conditional_power_is_the_limit(effect: AssumedEffect) -> None:
    plain = solve_design(WITHOUT)
    found = solve_design(limited(effect)).boundaries

    assert found.futility is not None
    for held in (1, 2):
        z = found.futility[held - 1]
        trend = drift_in_trend(plain.boundaries, looks_held=held, z=z)
        drift = plain.drift if effect is AssumedEffect.PLANNED else trend
        power = conditional_power(plain.boundaries, looks_held=held, z=z, drift=drift)[-1]
        assert power == pytest.approx(0.2, abs=1e-10)


def test_with_one_look_to_come_the_bound_has_a_closed_form() -> None:
    design = replace(
        limited(AssumedEffect.TREND, 0.1), information_fractions=(0.5, 1.0), efficacy=PocockSpending()
    )  # fmt: skip
    found = solve_design(design).boundaries

    # (b sqrt(1) - z sqrt(t)) / sqrt(1 - t) - drift sqrt(1 - t) is the upper 10 % quantile, drift = z / sqrt(t)
    last = found.efficacy[-1]
    z = (last - math.sqrt(0.5) * -ndtri(0.1)) / (math.sqrt(0.5) + 0.5 / math.sqrt(0.5))

    assert found.futility is not None
    assert found.futility[0] == pytest.approx(float(z), abs=1e-10)


@pytest.mark.parametrize("effect", AssumedEffect)
def test_efficacy_bounds_stay_where_they_are(effect: AssumedEffect) -> None:
    assert solve_design(limited(effect)).boundaries.efficacy == pytest.approx(
        solve_design(WITHOUT).boundaries.efficacy, abs=1e-12
    )


@pytest.mark.parametrize(
    "design", [limited(AssumedEffect.PLANNED), BINDING], ids=["limit", "binding"]
)
def test_looks_held_as_planned_have_the_planned_bounds(design: GroupSequentialDesign) -> None:
    planned = solve_design(design).boundaries
    held = replan(design, design.information_fractions, is_last_look=True)

    assert planned.futility is not None
    assert held.futility is not None
    assert held.efficacy == pytest.approx(planned.efficacy, abs=1e-9)
    assert held.futility == pytest.approx(planned.futility, abs=1e-8)


def test_binding_bounds_at_another_time_still_spend_the_whole_level() -> None:
    held = replan(BINDING, (0.5, 0.75, 1.0), is_last_look=True)

    assert held.alpha_spent[-1] == pytest.approx(0.025, abs=1e-10)
    assert held.efficacy[-1] < replan(WITHOUT, (0.5, 0.75, 1.0), is_last_look=True).efficacy[-1]


def test_a_look_is_judged_by_the_looks_that_were_still_to_come() -> None:
    held = replan(limited(AssumedEffect.PLANNED), (0.5,), is_last_look=False)
    as_planned = solve_design(
        replace(limited(AssumedEffect.PLANNED), information_fractions=(0.5, 0.7, 1.0))
    ).boundaries

    assert held.futility is not None
    assert as_planned.futility is not None
    # the drift is that of the plan, a little other than that of a plan with these looks
    assert held.futility[0] == pytest.approx(as_planned.futility[0], abs=0.01)


def test_a_limit_that_is_no_probability_is_refused() -> None:
    with pytest.raises(InterimError, match=r"limit of conditional power is 1\.5"):
        limited(AssumedEffect.PLANNED, 1.5)
