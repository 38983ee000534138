"""What a look says: numbers of rpact, looks at unplanned times, harm, refusals."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.conditional_power import (
    conditional_power,
    drift_in_trend,
    predictive_power,
)
from analysis.interim_analysis.design import (
    POCOCK,
    BetaSpending,
    GroupSequentialDesign,
    Sides,
    equally_spaced,
)
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.final_inference import (
    estimate_after_stopping,
    probability_of_more,
)
from analysis.interim_analysis.harm import HarmRule, harm_bounds, harm_by_stage
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.monitoring import Advice, monitor
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.spending import OBrienFlemingSpending, PocockSpending

PLAN = GroupSequentialDesign(
    information_fractions=equally_spaced(3),
    significance_level=0.025,
    statistical_power=0.9,
    sides=Sides.ONE_SIDED,
    efficacy=OBrienFlemingSpending(),
)


def look_of(z: float, information: float = 1.0) -> LookEstimate:
    """Return a look with this statistic and a known standard error."""
    error = 1 / math.sqrt(information)
    return LookEstimate(estimate=z * error, standard_error=error, df=None)


def pooled_looks(case: dict[str, Any]) -> list[LookEstimate]:
    """Return the two-sample t estimates from means and SDs of the stages."""
    first, second = (np.atleast_1d(case[key]) for key in ("means1", "means2"))
    sd, n = np.atleast_1d(case["sd"]), float(np.atleast_1d(case["n_per_arm_stagewise"])[0])
    looks = []
    for stages in range(1, len(first) + 1):
        one, two = first[:stages], second[:stages]
        within = 2 * (n - 1) * np.sum(np.broadcast_to(sd, len(first))[:stages] ** 2)
        between = n * (np.sum((one - one.mean()) ** 2) + np.sum((two - two.mean()) ** 2))
        df = 2 * n * stages - 2
        error = math.sqrt((within + between) / df * 2 / (n * stages))
        looks.append(
            LookEstimate(estimate=float(one.mean() - two.mean()), standard_error=error, df=df)
        )
    return looks


@pytest.fixture
def cases(reference: Path) -> list[dict[str, Any]]:
    """Return the interim analyses that rpact made."""
    text = (reference / "statistics" / "interim_analysis.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["cases"]
    return found


@pytest.mark.reference
def test_three_looks_say_what_rpact_says(cases: list[dict[str, Any]]) -> None:
    case = cases[0]

    report = monitor(PLAN, pooled_looks(case), equally_spaced(3), is_last_look=True)

    assert [look.one_sided_p for look in report.looks] == pytest.approx(
        case["overall_p"], abs=1e-12
    )
    limits = [look.repeated_interval for look in report.looks]
    assert [i.lower for i in limits if i] == pytest.approx(case["repeated_ci_lower"], abs=1e-6)
    assert [i.upper for i in limits if i] == pytest.approx(case["repeated_ci_upper"], abs=1e-6)
    assert [look.repeated_p for look in report.looks] == pytest.approx(case["repeated_p"], abs=1e-6)
    assert [look.advice for look in report.looks] == [
        Advice.GO_ON,
        Advice.GO_ON,
        Advice.STOP_FOR_BENEFIT,
    ]
    assert report.final is not None
    assert report.final.p == pytest.approx(case["final_p"][2], abs=1e-9)
    assert report.final.median_unbiased == pytest.approx(case["median_unbiased"][2], abs=2e-6)
    assert report.final.interval.lower == pytest.approx(case["final_ci"][2], abs=2e-6)
    assert report.final.interval.upper == pytest.approx(case["final_ci"][5], abs=2e-6)


@pytest.mark.reference
def test_conditional_power_is_that_of_rpact(cases: list[dict[str, Any]]) -> None:
    case = cases[1]
    look = pooled_looks(case)[0]
    bounds = solve_design(PLAN).boundaries

    # effect 1.9, SD 6, 240 participants in both arms at the end
    power = conditional_power(bounds, looks_held=1, z=look.z, drift=1.9 / (6 * math.sqrt(4 / 240)))

    assert power == pytest.approx(case["conditional_power"][1:], abs=1e-8)


def test_one_look_to_come_has_the_closed_form_of_conditional_power() -> None:
    bounds = solve_design(replace(PLAN, information_fractions=(0.5, 1.0))).boundaries
    z, drift = 1.0, 2.5

    (power,) = conditional_power(bounds, looks_held=1, z=z, drift=drift)

    needed = bounds.efficacy[1] - z * math.sqrt(0.5) - drift * 0.5
    assert power == pytest.approx(norm.sf(needed / math.sqrt(0.5)), abs=1e-14)


def test_predictive_power_has_its_closed_form_and_is_less_sure_than_the_trend() -> None:
    bounds = solve_design(replace(PLAN, information_fractions=(0.5, 1.0))).boundaries

    power = predictive_power(bounds, looks_held=1, z=2.0)

    # a flat prior: Phi((z sqrt(1/t) - c) / sqrt((1 - t) / t)) (Spiegelhalter and others 1986)
    assert power == pytest.approx(
        norm.cdf((2.0 * math.sqrt(2) - bounds.efficacy[1]) / 1.0), abs=1e-9
    )
    trend = drift_in_trend(bounds, looks_held=1, z=2.0)
    assert power < conditional_power(bounds, looks_held=1, z=2.0, drift=trend)[-1]


def test_looks_at_unplanned_times_spend_what_the_function_says_and_the_rest_at_the_end() -> None:
    reached = (0.21, 0.65, 1.08)

    bounds = replan(PLAN, reached, is_last_look=True)

    spending = OBrienFlemingSpending()
    expected = [spending.spent(0.21, 0.025), spending.spent(0.65, 0.025), 0.025]
    assert bounds.alpha_spent == pytest.approx(expected, abs=1e-12)


def test_a_trial_that_ends_early_spends_all_that_is_left() -> None:
    bounds = replan(PLAN, (1 / 3, 0.8), is_last_look=True)

    assert bounds.alpha_spent[-1] == pytest.approx(0.025, abs=1e-12)


def test_planned_looks_are_a_special_case_of_unplanned_ones() -> None:
    planned = solve_design(replace(PLAN, futility=BetaSpending(function=PocockSpending())))

    again = replan(planned.design, equally_spaced(3), is_last_look=True)

    assert again.efficacy == pytest.approx(planned.boundaries.efficacy, abs=1e-9)
    assert again.futility == pytest.approx(planned.boundaries.futility, abs=1e-9)


def test_a_repeated_p_value_reaches_the_level_exactly_where_the_bound_is() -> None:
    for reached, is_last in (((1 / 3, 2 / 3), False), ((0.2, 0.7), False), ((0.2, 0.9), True)):
        bound = monitor(
            PLAN, [look_of(0.0), look_of(0.0)], reached, is_last_look=is_last
        ).boundaries.efficacy[1]

        report = monitor(PLAN, [look_of(0.0), look_of(bound)], reached, is_last_look=is_last)

        assert report.looks[1].repeated_p == pytest.approx(0.025, abs=1e-9)
        interval = report.looks[1].repeated_interval
        assert interval is not None
        assert interval.lower == pytest.approx(0.0, abs=1e-9)


def test_harm_futility_and_benefit_are_told_apart() -> None:
    plan = replace(PLAN, futility=BetaSpending(function=PocockSpending()))
    harm = HarmRule(significance_level=0.1, spending=PocockSpending())
    (bound, *_) = harm_bounds(harm, (1 / 3, 2 / 3, 1.0))

    advice = [
        monitor(plan, [look_of(z)], (1 / 3,), is_last_look=False, harm=harm).looks[0].advice
        for z in (bound - 0.01, bound + 0.01, 1.5, 3.8)
    ]

    assert advice == [
        Advice.STOP_FOR_HARM,
        Advice.STOP_FOR_FUTILITY,
        Advice.GO_ON,
        Advice.STOP_FOR_BENEFIT,
    ]


def test_a_two_sided_design_stops_for_harm_at_its_mirrored_bound() -> None:
    plan = replace(PLAN, sides=Sides.TWO_SIDED, significance_level=0.05)

    report = monitor(plan, [look_of(-4.0)], (1 / 3,), is_last_look=False)

    assert report.looks[0].advice is Advice.STOP_FOR_HARM
    assert report.final is not None
    assert report.final.p == pytest.approx(2 * 3.167124183311986e-05, rel=1e-6)
    assert report.final.interval.upper < 0


def test_a_harmless_trial_stops_for_harm_no_more_often_than_allowed() -> None:
    harm = HarmRule(significance_level=0.1, spending=OBrienFlemingSpending())
    solved = solve_design(PLAN)
    bounds = harm_bounds(harm, PLAN.information_fractions)

    without_effect = harm_by_stage(solved.boundaries, bounds, 0.0)

    assert 0.09 < sum(without_effect) <= 0.1


def test_a_trial_that_over_runs_keeps_its_bound_for_harm() -> None:
    harm = HarmRule(significance_level=0.1, spending=PocockSpending())

    bounds = harm_bounds(harm, (0.5, 0.98, 1.2))

    _, shown = exit_probabilities(
        (0.5, 0.98, 1.2), (-math.inf,) * 3, tuple(-bound for bound in bounds), 0.0
    )
    assert sum(shown) == pytest.approx(0.1, abs=1e-12)


def test_the_median_unbiased_estimate_is_too_high_as_often_as_too_low() -> None:
    bounds = solve_design(PLAN).boundaries
    look = look_of(2.6, information=4.0)

    final = estimate_after_stopping(
        bounds, [look_of(0.5, information=2.0), look], significance_level=0.025
    )

    drift = final.median_unbiased / (look.standard_error * math.sqrt(2 / 3))
    assert probability_of_more(bounds, 2, look.z, drift) == pytest.approx(0.5, abs=1e-9)
    assert final.median_unbiased < final.plain_estimate


def test_a_final_p_value_at_the_bound_is_the_level_spent_so_far() -> None:
    bounds = solve_design(PLAN).boundaries

    p = probability_of_more(bounds, 2, bounds.efficacy[1], 0.0)

    assert p == pytest.approx(bounds.alpha_spent[1], abs=1e-12)


def test_an_extreme_statistic_is_taken() -> None:
    report = monitor(PLAN, [look_of(30.0)], (1 / 3,), is_last_look=False)

    assert report.looks[0].repeated_p <= 1e-13
    assert report.final is not None
    assert report.final.median_unbiased == pytest.approx(30.0, abs=1e-6)


def test_a_look_that_spends_nothing_has_no_interval() -> None:
    plan = replace(PLAN, information_fractions=(0.001, 1.0))

    report = monitor(plan, [look_of(5.0)], (0.001,), is_last_look=False)

    assert report.looks[0].repeated_interval is None
    assert report.looks[0].advice is Advice.GO_ON


@pytest.mark.parametrize(
    ("reached", "is_last", "sentence"),
    [
        ((0.5, 0.4), False, "Information goes backwards: 0.4 at look 2 after 0.5 at look 1"),
        ((0.5, 1.0), False, "A look that is not the last has 1.0 of the planned information"),
        ((-0.1, 0.4), False, "it must start above 0"),
        ((0.5,), False, "There are 2 looks but bounds for 1"),
        ((0.2, 0.5, 0.7), False, "There are 2 estimates and 3 information fractions"),
    ],
)
def test_looks_that_do_not_fit_are_named(
    reached: tuple[float, ...],
    is_last: bool,  # noqa: FBT001 - a column of the table
    sentence: str,
) -> None:
    with pytest.raises(InterimError, match=sentence):
        monitor(PLAN, [look_of(0.0), look_of(1.0)], reached, is_last_look=is_last)


def test_classical_bounds_are_refused_at_other_times() -> None:
    with pytest.raises(InterimError, match="Classical bounds hold at the planned looks only"):
        monitor(replace(PLAN, efficacy=POCOCK), [look_of(0.0)], (0.4,), is_last_look=False)


def test_looks_after_the_one_that_stops_are_refused() -> None:
    with pytest.raises(InterimError, match=r"Look 1 has z = 5\.000, which stops the trial"):
        estimate_after_stopping(
            solve_design(PLAN).boundaries, [look_of(5.0), look_of(1.0)], significance_level=0.025
        )


@pytest.mark.parametrize(
    ("estimate", "error", "df", "sentence"),
    [
        (math.nan, 1.0, None, "The estimate of the look is nan"),
        (1.0, -1.0, None, "The standard error of the look is -1.0"),
        (1.0, 1.0, 0.0, "The degrees of freedom of the look are 0.0"),
    ],
)
def test_an_estimate_that_cannot_be_used_is_named(
    estimate: float, error: float, df: float | None, sentence: str
) -> None:
    with pytest.raises(InterimError, match=sentence):
        LookEstimate(estimate=estimate, standard_error=error, df=df)


def test_conditional_power_after_the_last_look_is_refused() -> None:
    with pytest.raises(InterimError, match="3 of 3 looks were held"):
        conditional_power(solve_design(PLAN).boundaries, looks_held=3, z=1.0, drift=1.0)


def test_a_level_for_harm_outside_0_and_1_is_refused() -> None:
    with pytest.raises(InterimError, match="The level for harm is 2"):
        HarmRule(significance_level=2, spending=PocockSpending())


def test_probabilities_of_a_walk_sum_to_one() -> None:
    below, above = exit_probabilities((0.2, 0.5, 1.0), (-1.0, 0.0, 1.5), (3.0, 2.5, 1.5), 1.0)

    assert sum(below) + sum(above) == pytest.approx(1.0, abs=1e-12)
