"""Assurance: closed forms, and what it can never reach."""

import math

import pytest
from scipy.stats import norm

from analysis.sample_size.assurance import (
    ElicitedPrior,
    NormalPrior,
    assurance,
    normal_power,
    simulated_power,
)


@pytest.mark.parametrize(("mean", "spread"), [(2.0, 1.0), (0.0, 3.0), (4.0, 0.01)])
def test_a_normal_belief_has_the_closed_form_of_ohagan(mean: float, spread: float) -> None:
    error = 0.8

    found = assurance(normal_power(error, 0.025), NormalPrior(mean=mean, standard_deviation=spread))

    critical = 1.959963984540054 * error
    assert found == pytest.approx(
        norm.cdf((mean - critical) / math.sqrt(error**2 + spread**2)), abs=1e-9
    )


def test_no_number_of_participants_lifts_assurance_above_the_belief_in_a_benefit() -> None:
    belief = NormalPrior(mean=1.0, standard_deviation=1.0)

    found = assurance(normal_power(1e-3, 0.025), belief)

    assert found == pytest.approx(norm.cdf(1.0), abs=1e-3)


def test_elicited_effects_are_weighted() -> None:
    power = normal_power(1.0, 0.025)
    belief = ElicitedPrior(effects=(0.0, 3.0), weights=(0.25, 0.75))

    assert assurance(power, belief) == pytest.approx(0.25 * 0.025 + 0.75 * power(3.0))


def test_simulated_power_is_read_on_straight_lines() -> None:
    power = simulated_power((0.0, 1.0, 2.0), (0.05, 0.45, 0.85))

    assert power(1.5) == pytest.approx(0.65)
