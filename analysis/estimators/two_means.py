"""Two means compared: Student and Welch, unpaired and paired.

By their formulas, which scipy's `ttest_ind` and `ttest_rel` have too; scipy warns of arms without spread, where Welch still has an answer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_some
from analysis.estimators.effect import ArmSize, Effect, Named, t_effect
from analysis.estimators.frame import Comparison, compared_rows, labels, numbers

if TYPE_CHECKING:
    import pandas as pd

FEWEST_VALUES = 2


class VarianceAssumption(StrEnum):
    """Whether both arms share one variance."""

    EQUAL = "Student’s t, equal variances"
    UNEQUAL = "Welch’s t, unequal variances"


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoSamples:
    """Values of two arms, one a participant."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    first_name: str = "first"
    second_name: str = "second"

    @property
    def label(self) -> str:
        """The contrast in words."""
        return f"{self.first_name} − {self.second_name}"

    @property
    def sizes(self) -> tuple[ArmSize, ArmSize]:
        """How many values each arm has."""
        return (
            ArmSize(arm=self.first_name, n=len(self.first)),
            ArmSize(arm=self.second_name, n=len(self.second)),
        )


def estimate_difference_in_means(
    samples: TwoSamples, assumption: VarianceAssumption, *, confidence_level: float
) -> Effect:
    """Estimate the difference in means of two independent samples.

    `NotEstimableError` if an arm has fewer than 2 values, a value is missing or infinite, or neither arm varies.
    """
    first = require_some(samples.first, FEWEST_VALUES, samples.first_name)
    second = require_some(samples.second, FEWEST_VALUES, samples.second_name)
    difference = float(first.mean() - second.mean())
    equal = assumption is VarianceAssumption.EQUAL
    n1, n2 = len(first), len(second)
    parts = _variance(first) / n1, _variance(second) / n2
    pooled = ((n1 - 1) * n1 * parts[0] + (n2 - 1) * n2 * parts[1]) / (n1 + n2 - 2)
    squared = pooled * (1 / n1 + 1 / n2) if equal else sum(parts)
    spread = parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1)
    welch = squared**2 / spread if spread > 0 else 0.0
    return t_effect(
        Named(
            quantity=f"difference in means, {samples.label}",
            method=assumption.value,
            arms=samples.sizes,
        ),
        estimate=difference,
        standard_error=squared**0.5,
        df=float(n1 + n2 - 2) if equal else welch,
        confidence_level=confidence_level,
    )


def estimate_paired_difference(samples: TwoSamples, *, confidence_level: float) -> Effect:
    """Estimate the mean difference within pairs; entry i of both samples is pair i.

    `NotEstimableError` if there are fewer than 2 pairs, a value is missing or infinite, or all differences are the same.
    """
    require_equal_lengths(first=samples.first, second=samples.second)
    first = require_some(samples.first, FEWEST_VALUES, samples.first_name)
    difference = first - require_some(samples.second, FEWEST_VALUES, samples.second_name)
    spread = float(difference.std(ddof=1)) if np.ptp(difference) > 0 else 0.0
    return t_effect(
        Named(
            quantity=f"mean difference within pairs, {samples.label}",
            method="paired t",
            arms=samples.sizes,
        ),
        estimate=float(difference.mean()),
        standard_error=spread / len(difference) ** 0.5,
        df=float(len(difference) - 1),
        confidence_level=confidence_level,
    )


def _variance(values: FloatArray) -> float:
    return float(values.var(ddof=1)) if np.ptp(values) > 0 else 0.0


def samples_of_frame(frame: "pd.DataFrame", outcome: str, comparison: Comparison) -> TwoSamples:
    """Return the two samples of a data frame with one row a participant, rows with a missing outcome left out."""
    rows = compared_rows(frame, comparison, (outcome,)).frame
    values, arm = numbers(rows, outcome), np.asarray(labels(rows, comparison.column))
    return TwoSamples(
        first=tuple(values[arm == comparison.first].tolist()),
        second=tuple(values[arm == comparison.second].tolist()),
        first_name=comparison.first,
        second_name=comparison.second,
    )
