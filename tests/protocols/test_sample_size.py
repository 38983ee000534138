"""Sample size of an analysis of covariance, against sums done by hand and published tables."""

from dataclasses import replace

import pytest

from protocols.document import shipped_protocol
from protocols.sample_size import observed_per_arm, required_per_arm

ASSUMPTIONS = replace(
    shipped_protocol().sample_size,
    difference=1.0,
    standard_deviation=2.0,
    baseline_correlation=0.0,
    statistical_power=0.8,
    dropout_share=0.0,
)


@pytest.mark.parametrize(
    ("power", "correlation", "n"),
    [
        # 2 * 7.8489 * 4 = 62.79
        pytest.param(0.8, 0.0, 63, id="no covariate, 80 percent"),
        # 2 * 10.5074 * 4 = 84.06
        pytest.param(0.9, 0.0, 85, id="no covariate, 90 percent"),
        # 62.79 * 0.75 = 47.09
        pytest.param(0.8, 0.5, 48, id="correlation of a half saves a quarter"),
        pytest.param(0.8, -0.5, 48, id="the sign of the correlation does not matter"),
    ],
)
def test_the_number_with_outcome_follows_borms_formula(
    power: float, correlation: float, n: int
) -> None:
    assumptions = replace(ASSUMPTIONS, statistical_power=power, baseline_correlation=correlation)

    assert observed_per_arm(assumptions) == n
    assert required_per_arm(assumptions) == n


def test_the_number_is_that_of_rpact_rounded_up() -> None:
    # rpact 3.3.4: 149.438905762711 per group without covariate, times 1 - 0.5^2 = 112.079
    assumptions = replace(
        ASSUMPTIONS,
        difference=3.0,
        standard_deviation=8.0,
        baseline_correlation=0.5,
        statistical_power=0.9,
    )

    assert observed_per_arm(assumptions) == 113


def test_dropout_is_added_after_rounding_up() -> None:
    # 63 / 0.8 = 78.75
    assert required_per_arm(replace(ASSUMPTIONS, dropout_share=0.2)) == 79


def test_a_share_that_has_no_binary_form_costs_no_participant() -> None:
    # 62.79 / 0.866^2 = 83.7, and 84 / 0.7 = 120; in binary 1 - 0.3 is a little less than 0.7
    assumptions = replace(ASSUMPTIONS, difference=0.866, dropout_share=0.3)

    assert (observed_per_arm(assumptions), required_per_arm(assumptions)) == (84, 120)


def test_the_shipped_protocol_needs_147_with_outcome_and_randomizes_173() -> None:
    # 2 * 7.84888 * 25 * 0.84 / 2.25 = 146.5; 147 / 0.85 = 172.9
    size = shipped_protocol().sample_size

    assert (observed_per_arm(size), required_per_arm(size)) == (147, 173)
