"""Two means, their standardized difference, and equivalence: numbers by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import (
    Better,
    Verdict,
    judge_equivalence,
    judge_non_inferiority,
)
from analysis.estimators.frame import Comparison
from analysis.estimators.standardized_difference import (
    estimate_cohens_d,
    estimate_glass_delta,
    estimate_hedges_g,
    estimate_paired_sizes,
    noncentral_interval,
)
from analysis.estimators.two_means import (
    TwoSamples,
    VarianceAssumption,
    estimate_difference_in_means,
    estimate_paired_difference,
    samples_of_frame,
)
from analysis.results import NotEstimableError

SAMPLES = TwoSamples(first=(1.0, 2.0, 3.0), second=(4.0, 6.0, 8.0))


def _difference(samples: TwoSamples, kind: VarianceAssumption) -> Effect:
    return estimate_difference_in_means(samples, kind, confidence_level=0.95)


def test_student_and_welch_are_their_formulas() -> None:
    student = _difference(SAMPLES, VarianceAssumption.EQUAL)
    welch = _difference(SAMPLES, VarianceAssumption.UNEQUAL)

    assert student.estimate == welch.estimate == -4.0
    assert student.df == 4.0
    assert student.standard_error == pytest.approx((2.5 * 2 / 3) ** 0.5)
    assert welch.df == pytest.approx((1 / 3 + 4 / 3) ** 2 / ((1 / 3) ** 2 / 2 + (4 / 3) ** 2 / 2))


def test_welch_has_an_answer_when_one_arm_does_not_vary() -> None:
    effect = _difference(replace(SAMPLES, first=(2.0, 2.0, 2.0)), VarianceAssumption.UNEQUAL)

    assert effect.df == pytest.approx(2.0)
    assert effect.standard_error == pytest.approx((4 / 3) ** 0.5)


def test_pairs_are_their_differences() -> None:
    effect = estimate_paired_difference(SAMPLES, confidence_level=0.95)

    assert effect.estimate == -4.0
    assert effect.standard_error == pytest.approx(1 / 3**0.5)
    assert effect.df == 2.0


def test_standardized_differences_are_their_formulas() -> None:
    d = estimate_cohens_d(SAMPLES, confidence_level=0.95)
    g = estimate_hedges_g(SAMPLES, confidence_level=0.95)
    delta = estimate_glass_delta(SAMPLES, confidence_level=0.95)

    assert d.estimate == pytest.approx(-4 / 2.5**0.5)
    assert delta.estimate == pytest.approx(-2.0)
    # J for 4 degrees of freedom: gamma(2) / (sqrt(2) gamma(1.5)) = sqrt(2 / pi)
    assert g.estimate == pytest.approx(-4 / 2.5**0.5 * (2 / np.pi) ** 0.5)


def test_paired_sizes_are_their_formulas() -> None:
    sizes = estimate_paired_sizes(SAMPLES)

    assert sizes.of_differences == pytest.approx(-4.0)
    assert sizes.of_average_spread == pytest.approx(-4 / 1.5)
    assert sizes.of_repeated_measures == pytest.approx(0.0, abs=1e-6)  # r = 1


def test_a_noncentral_interval_around_zero_is_symmetric() -> None:
    interval = noncentral_interval(0.0, 20.0, 0.95)

    assert interval.upper == pytest.approx(-interval.lower)
    assert interval.upper == pytest.approx(1.959964, abs=1e-5)


def test_a_difference_beyond_every_doubt_has_no_noncentral_interval() -> None:
    far = TwoSamples(first=tuple(np.arange(100) / 1e4 + 100), second=tuple(np.arange(100) / 1e4))

    with pytest.raises(NotEstimableError, match="too far from 0"):
        estimate_cohens_d(far, confidence_level=0.95)


def test_equivalence_is_shown_when_the_interval_lies_between_the_margins() -> None:
    effect = _difference(
        TwoSamples(first=(9.0, 10, 11, 10) * 5, second=(10.0, 10, 9, 11) * 5),
        VarianceAssumption.EQUAL,
    )

    inside = judge_equivalence(effect, margin_lower=-1, margin_upper=1)
    narrow = judge_equivalence(effect, margin_lower=-0.1, margin_upper=0.1)

    assert (inside.verdict, narrow.verdict) == (Verdict.SHOWN, Verdict.NOT_SHOWN)
    assert -1 < inside.interval.lower < inside.interval.upper < 1
    assert inside.interval.level == pytest.approx(0.9)


def test_non_inferiority_looks_at_the_worse_side() -> None:
    effect = Effect(
        quantity="difference", method="", arms=(), estimate=-2.0, standard_error=0.5, df=None
    )

    lower_better = judge_non_inferiority(effect, margin=1.0, better=Better.LOWER)
    higher_better = judge_non_inferiority(effect, margin=1.0, better=Better.HIGHER)

    assert (lower_better.statistic, higher_better.statistic) == (6.0, -2.0)
    assert (lower_better.verdict, higher_better.verdict) == (Verdict.SHOWN, Verdict.NOT_SHOWN)
    assert (lower_better.margin, higher_better.margin) == (1.0, -1.0)


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        pytest.param(replace(SAMPLES, first=(1.0,)), "first: 1 values", id="one value"),
        pytest.param(replace(SAMPLES, second=()), "second: 0 values", id="empty arm"),
        pytest.param(
            TwoSamples(first=(1.0, 1.0), second=(2.0, 2.0)), "no residual variation", id="constant"
        ),
        pytest.param(replace(SAMPLES, first=(1.0, np.inf)), "infinite", id="infinite"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(samples: TwoSamples, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _difference(samples, VarianceAssumption.UNEQUAL)


def test_margins_must_make_sense_and_need_a_standard_error() -> None:
    effect = _difference(SAMPLES, VarianceAssumption.EQUAL)

    with pytest.raises(NotEstimableError, match="hold nothing"):
        judge_equivalence(effect, margin_lower=1, margin_upper=-1)
    with pytest.raises(NotEstimableError, match="> 0"):
        judge_non_inferiority(effect, margin=-1, better=Better.LOWER)
    with pytest.raises(NotEstimableError, match="no standard error"):
        judge_equivalence(replace(effect, standard_error=None), margin_lower=-1, margin_upper=1)


def test_a_data_frame_gives_the_samples() -> None:
    frame = pd.DataFrame({"ARM": list("ABAC"), "Y": [1.0, 2.0, None, 4.0]})

    samples = samples_of_frame(frame, "Y", Comparison(column="ARM", first="A", second="B"))

    assert (samples.first, samples.second, samples.label) == ((1.0,), (2.0,), "A − B")
