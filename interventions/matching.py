"""How alike the music of two arms is, in numbers, before anyone is unmasked.

Conventions: features are measured per segment and averaged over a session, weighted by the segments' lengths; the
session is the unit of comparison. Tempo is taken from the plan, never estimated from sound. Group A is compared with
group B: differences are A - B, percentages are of B's mean. What cannot be estimated says why.

Contents: `standardized_difference`, `variance_ratio`, `compare_equivalence`, `compare_music` -> `MatchReport`.

References
----------
Austin, P. C. (2009), Statistics in Medicine 28(25): standardized differences and variance ratios for balance. Schuirmann,
D. J. (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6): two one-sided tests.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from interventions.music_features import SessionFeatures
from protocols.music import MatchBound, MatchSpecification

ALPHA = 0.05
VARIANCE_RATIO_RANGE = (0.5, 2.0)
PERCENT = "percent"
_ALIASES = {"spectral_centroid": "spectral_centroid_hz"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Equivalence:
    """Two one-sided tests of one feature."""

    bound: float
    """In the feature's unit."""
    p: float | None
    """The larger of the two one-sided p values; None when there is no spread to test against."""
    equivalent: bool | None
    """None when it cannot be said; then the reason says why."""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureComparison:
    """One feature in two groups of sessions."""

    feature: str
    unit: str
    n_a: int
    n_b: int
    mean_a: float | None
    mean_b: float | None
    standardized_difference: float | None
    variance_ratio: float | None
    equivalence: Equivalence


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchReport:
    """How alike two groups of sessions are, feature by feature."""

    comparisons: tuple[FeatureComparison, ...]
    maximum_standardized_difference: float

    @property
    def equivalent(self) -> bool:
        """Whether every feature is shown to be equivalent."""
        return all(entry.equivalence.equivalent is True for entry in self.comparisons)

    @property
    def balanced(self) -> bool:
        """Whether every standardized difference is known and within its maximum."""
        return all(
            entry.standardized_difference is not None
            and abs(entry.standardized_difference) <= self.maximum_standardized_difference
            for entry in self.comparisons
        )


class UnknownFeatureError(Exception):
    """A specification names a feature that is not measured."""


def standardized_difference(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the difference in means over the root mean square of the two standard deviations.

    Parameters
    ----------
    a, b : sequence of float
        At least two values each.

    Returns
    -------
    float or None
        0 when neither group has spread and the means are equal, None when they then differ or a group is too small.
    """
    if min(len(a), len(b)) < 2:
        return None
    spread = math.sqrt((statistics.variance(a) + statistics.variance(b)) / 2.0)
    difference = statistics.fmean(a) - statistics.fmean(b)
    if spread == 0.0:
        return 0.0 if difference == 0.0 else None
    return difference / spread


def variance_ratio(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the ratio of the variances; None when a group is too small or B has no spread."""
    if min(len(a), len(b)) < 2 or statistics.variance(b) == 0.0:
        return None
    return statistics.variance(a) / statistics.variance(b)


def compare_equivalence(a: Sequence[float], b: Sequence[float], bound: float) -> Equivalence:
    """Return two one-sided Welch tests of the difference in means against plus and minus the bound.

    Parameters
    ----------
    a, b : sequence of float
        Values of two independent groups.
    bound : float
        Largest difference that counts as none, in the feature's unit; 0 asks for identical values.
    """
    if not a or not b:
        return _untested(bound, None, "not measured in both groups")
    largest = max(max(a) - min(b), max(b) - min(a))
    if bound == 0.0:
        return _untested(bound, largest <= bound, "a bound of zero asks for identical values")
    if min(len(a), len(b)) < 2:
        return _untested(bound, None, "fewer than two sessions in a group")
    if statistics.variance(a) + statistics.variance(b) == 0.0:
        return _untested(bound, largest < bound, "no spread: the means are compared as they are")
    p = _tost_p(a, b, bound)
    return Equivalence(bound=bound, p=p, equivalent=p < ALPHA, reason="")


def _untested(bound: float, equivalent: bool | None, reason: str) -> Equivalence:  # noqa: FBT001 - a verdict
    return Equivalence(bound=bound, p=None, equivalent=equivalent, reason=reason)


def _tost_p(a: Sequence[float], b: Sequence[float], bound: float) -> float:
    import pingouin

    table = pingouin.tost(list(a), list(b), bound=bound, paired=False, correction=True)
    return float(table["pval"].iloc[0])


def compare_music(
    a: Sequence[SessionFeatures], b: Sequence[SessionFeatures], specification: MatchSpecification
) -> MatchReport:
    """Return how alike two groups of sessions are in every feature that the protocol names.

    Parameters
    ----------
    a, b : sequence of SessionFeatures
        Sessions of two arms, masked or not.
    specification : MatchSpecification
        The protocol's bounds.
    """
    return MatchReport(
        comparisons=tuple(_compare_feature(a, b, bound) for bound in specification.bounds),
        maximum_standardized_difference=specification.maximum_standardized_difference,
    )


def _compare_feature(
    a: Sequence[SessionFeatures], b: Sequence[SessionFeatures], bound: MatchBound
) -> FeatureComparison:
    values_a, values_b = _values(a, bound.feature), _values(b, bound.feature)
    mean_b = _mean(values_b)
    limit = bound.bound
    if bound.unit == PERCENT and mean_b is not None:
        limit = abs(mean_b) * bound.bound / 100.0
    return FeatureComparison(
        feature=bound.feature,
        unit=bound.unit,
        n_a=len(values_a),
        n_b=len(values_b),
        mean_a=_mean(values_a),
        mean_b=mean_b,
        standardized_difference=standardized_difference(values_a, values_b),
        variance_ratio=variance_ratio(values_a, values_b),
        equivalence=compare_equivalence(values_a, values_b, limit),
    )


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _values(sessions: Sequence[SessionFeatures], feature: str) -> list[float]:
    name = _ALIASES.get(feature, feature)
    if name not in SessionFeatures.__dataclass_fields__:
        known = ", ".join(SessionFeatures.__dataclass_fields__)
        raise UnknownFeatureError(f"no feature {feature!r}: measured are {known}")
    return [value for session in sessions if (value := getattr(session, name)) is not None]
