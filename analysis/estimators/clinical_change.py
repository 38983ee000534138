r"""Change of one participant: reliable (more than measurement error) and clinically significant (into the range of people without the problem).

Reliable change index RCI = (post − pre) / s_diff, s_diff = √2 s √(1 − r) with spread s and reliability r of the questionnaire; reliable when |RCI| >
1.96. Its sign is that of the change in score: whether that is better depends on the questionnaire, which must be said.

Jacobson and Truax' cut-offs, for lower = better: a two standard deviations below the clinical mean, b two above the mean of people without the problem,
c between both means in proportion to the spreads, (s_c m_n + s_n m_c) / (s_c + s_n); for higher = better a is above and b below. c is used when both
distributions are known, else a.

References
----------
Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59, 12-19.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

from analysis.estimators.arrays import require_equal_lengths, require_finite
from analysis.estimators.equivalence import Better
from analysis.estimators.frame import complete_rows, numbers
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


CRITICAL_VALUE = 1.96
"""As published; the index is compared with this rounded quantile."""


class CutOff(StrEnum):
    """Where the range of people without the problem begins."""

    A = "two standard deviations from the clinical mean"
    B = "two standard deviations from the mean of people without the problem"
    C = "between both means, in proportion to the spreads"


class ChangeClass(StrEnum):
    """What happened to one participant."""

    RECOVERED = "recovered"
    """Reliably better, and past the cut-off that was not passed before."""
    IMPROVED = "improved"
    """Reliably better only."""
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """What is known of a questionnaire's precision, with its source."""

    standard_deviation: float
    reliability: float
    """Test-retest or internal consistency, 0 <= r < 1."""
    better: Better
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReliableChange:
    """How much change the questionnaire's error allows for."""

    standard_error_of_measurement: float
    standard_error_of_difference: float
    smallest_reliable_change: float
    """In points of the questionnaire."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Populations:
    """Means and standard deviations of people with and without the problem."""

    clinical_mean: float
    clinical_standard_deviation: float
    normal_mean: float
    normal_standard_deviation: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantChange:
    """Change of one participant."""

    reliable_change_index: float
    change: ChangeClass


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeCount:
    """How many participants are in one class."""

    change: ChangeClass
    n: int


def measure_reliable_change(
    measurement: Measurement, *, critical_value: float = CRITICAL_VALUE
) -> ReliableChange:
    """Compute the smallest change that is more than measurement error.

    Raises
    ------
    NotEstimableError
        If the standard deviation is not positive or the reliability is not in [0, 1).
    """
    if not measurement.standard_deviation > 0:
        raise NotEstimableError("the standard deviation must be positive")
    if not 0 <= measurement.reliability < 1:
        raise NotEstimableError(f"a reliability of {measurement.reliability:g} is not in [0, 1)")
    error = measurement.standard_deviation * sqrt(1 - measurement.reliability)
    return ReliableChange(
        standard_error_of_measurement=error,
        standard_error_of_difference=sqrt(2) * error,
        smallest_reliable_change=critical_value * sqrt(2) * error,
    )


def reliable_change_index(pre: float, post: float, measurement: Measurement) -> float:
    """Return (post − pre) in standard errors of a difference.

    Examples
    --------
    >>> published = Measurement(standard_deviation=7.5, reliability=0.8, better=Better.HIGHER)
    >>> round(reliable_change_index(32.5, 47.5, published), 2)
    3.16
    """
    return (post - pre) / measure_reliable_change(measurement).standard_error_of_difference


def cut_off(populations: Populations, kind: CutOff, better: Better) -> float:
    """Return the score at which the range of people without the problem begins.

    Examples
    --------
    >>> published = Populations(
    ...     clinical_mean=40,
    ...     clinical_standard_deviation=7.5,
    ...     normal_mean=60,
    ...     normal_standard_deviation=7.5,
    ... )
    >>> [cut_off(published, kind, Better.HIGHER) for kind in CutOff]
    [55.0, 45.0, 50.0]
    """
    sign = 1.0 if better is Better.HIGHER else -1.0
    clinical, normal = populations.clinical_mean, populations.normal_mean
    spread_c = populations.clinical_standard_deviation
    spread_n = populations.normal_standard_deviation
    if kind is CutOff.A:
        return clinical + sign * 2 * spread_c
    if kind is CutOff.B:
        return normal - sign * 2 * spread_n
    return (spread_c * normal + spread_n * clinical) / (spread_c + spread_n)


def classify_change(
    pre: Sequence[float],
    post: Sequence[float],
    measurement: Measurement,
    threshold: float,
    *,
    critical_value: float = CRITICAL_VALUE,
) -> tuple[ParticipantChange, ...]:
    """Classify participants; entry i of both sequences is participant i.

    Parameters
    ----------
    threshold
        Cut-off in points of the questionnaire; scores on its better side are in the range of people without the problem.
    """
    require_equal_lengths(pre=pre, post=post)
    before, after = require_finite(pre, "scores before"), require_finite(post, "scores after")
    reliable = measure_reliable_change(measurement, critical_value=critical_value)
    sign = 1.0 if measurement.better is Better.HIGHER else -1.0
    return tuple(
        ParticipantChange(
            reliable_change_index=(b - a) / reliable.standard_error_of_difference,
            change=_class(
                gain=sign * (b - a),
                needed=reliable.smallest_reliable_change,
                was_inside=sign * (a - threshold) > 0,
                is_inside=sign * (b - threshold) > 0,
            ),
        )
        for a, b in zip(before.tolist(), after.tolist(), strict=True)
    )


def classify_change_of_frame(
    frame: "pd.DataFrame", pre: str, post: str, measurement: Measurement, threshold: float
) -> tuple[ParticipantChange, ...]:
    """Classify the participants of a data frame with one row each; incomplete rows are left out."""
    rows = complete_rows(frame, (pre, post)).frame
    return classify_change(
        numbers(rows, pre).tolist(), numbers(rows, post).tolist(), measurement, threshold
    )


def count_changes(changes: Sequence[ParticipantChange]) -> tuple[ChangeCount, ...]:
    """Count participants of every class, best first, empty classes too."""
    counted = Counter(change.change for change in changes)
    return tuple(ChangeCount(change=kind, n=counted[kind]) for kind in ChangeClass)


def _class(*, gain: float, needed: float, was_inside: bool, is_inside: bool) -> ChangeClass:
    if gain > needed:
        return ChangeClass.RECOVERED if is_inside and not was_inside else ChangeClass.IMPROVED
    return ChangeClass.DETERIORATED if gain < -needed else ChangeClass.UNCHANGED
