"""Two proportions compared: risk difference, risk ratio, odds ratio and tests, each interval from its one owner.

Defaults in reports: Newcombe or Miettinen-Nurminen for the difference, Miettinen-Nurminen for ratios. A ratio that does not exist (no event
in the second arm) has a reason and keeps its lower limit.

References
----------
Fagerland, Lydersen & Laake (2015), Statistical Methods in Medical Research 24, 224-254 (which interval when).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isinf, sqrt
from typing import TYPE_CHECKING

from analysis.estimators.arrays import require_binary
from analysis.estimators.effect import ArmSize, Effect, two_sided_normal_p
from analysis.estimators.frame import Comparison, compared_rows, labels, numbers
from analysis.estimators.proportions import (
    Share,
    agresti_caffo_interval,
    newcombe_continuity_interval,
    newcombe_interval,
    wald_interval,
)
from analysis.estimators.score_difference import ScoreVariance, Stratum, score_interval, score_p
from analysis.estimators.score_ratio import (
    OddsRatioScore,
    RatioScore,
    odds_ratio_interval,
    odds_ratio_p,
    ratio_interval,
    ratio_p,
)
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


class DifferenceInterval(StrEnum):
    """How the interval of a risk difference is made."""

    NEWCOMBE = "Newcombe"
    NEWCOMBE_CONTINUITY = "Newcombe with continuity correction"
    MIETTINEN_NURMINEN = "Miettinen–Nurminen"
    MEE = "Mee"
    SKEWNESS_CORRECTED = "Laud, corrected for skewness"
    AGRESTI_CAFFO = "Agresti–Caffo"
    WALD = "Wald"


_CLOSED_FORMS: Mapping[DifferenceInterval, Callable[[Share, Share, float], Interval]] = {
    DifferenceInterval.NEWCOMBE: newcombe_interval,
    DifferenceInterval.NEWCOMBE_CONTINUITY: newcombe_continuity_interval,
    DifferenceInterval.AGRESTI_CAFFO: agresti_caffo_interval,
    DifferenceInterval.WALD: wald_interval,
}
_SCORES: Mapping[DifferenceInterval, ScoreVariance] = {
    DifferenceInterval.MIETTINEN_NURMINEN: ScoreVariance.MIETTINEN_NURMINEN,
    DifferenceInterval.MEE: ScoreVariance.MEE,
    DifferenceInterval.SKEWNESS_CORRECTED: ScoreVariance.SKEWNESS_CORRECTED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TestOfTwoShares:
    """A test that two shares are equal."""

    method: str
    statistic: float | None
    p: float | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseColumns:
    """Which columns of a data frame hold the response (0 or 1) and the arm."""

    response: str
    comparison: Comparison


def estimate_difference(
    first: Share, second: Share, kind: DifferenceInterval, *, confidence_level: float
) -> Effect:
    """Estimate the risk difference, first minus second.

    A p value is given where the interval inverts a test (Miettinen-Nurminen, Mee, Laud, Wald).

    `NotEstimableError` if an arm has no participant or more events than participants.
    """
    _check(first, second)
    estimate = first.events / first.n - second.events / second.n
    score = _SCORES.get(kind)
    strata = (Stratum(first=first, second=second),)
    wald_error = sqrt(sum(_variance(share) for share in (first, second)))
    is_wald = kind is DifferenceInterval.WALD
    p = None
    if score is not None:
        p = score_p(strata, score, 0.0)
    elif is_wald and wald_error > 0:
        p = two_sided_normal_p(estimate / wald_error)
    return Effect(
        quantity=f"risk difference, {first.label} − {second.label}",
        method=f"{kind.value} interval",
        arms=_sizes(first, second),
        estimate=estimate,
        standard_error=wald_error if is_wald else None,
        interval=score_interval(strata, score, confidence_level)
        if score is not None
        else _CLOSED_FORMS[kind](first, second, confidence_level),
        p=p,
    )


def estimate_ratio(
    first: Share, second: Share, kind: RatioScore, *, confidence_level: float
) -> Effect:
    """Estimate the risk ratio, first over second.

    `NotEstimableError` if an arm has no participant or more events than participants.
    """
    _check(first, second)
    nobody = second.events == 0
    return _ratio(
        f"risk ratio, {first.label} / {second.label}",
        f"{kind.value} interval",
        _sizes(first, second),
        estimate=None if nobody else (first.events / first.n) / (second.events / second.n),
        interval=ratio_interval(first, second, kind, confidence_level),
        p=ratio_p(first, second, kind, 1.0),
        reason=f"no event in {second.label}, so the ratio does not exist" if nobody else "",
    )


def estimate_odds_ratio(
    first: Share, second: Share, kind: OddsRatioScore, *, confidence_level: float
) -> Effect:
    """Estimate the odds ratio, first over second (the sample odds ratio).

    `NotEstimableError` if an arm has no participant or more events than participants.
    """
    _check(first, second)
    below = second.events * (first.n - first.events)
    return _ratio(
        f"odds ratio, {first.label} / {second.label}",
        f"{kind.value} interval",
        _sizes(first, second),
        estimate=first.events * (second.n - second.events) / below if below else None,
        interval=odds_ratio_interval(first, second, kind, confidence_level),
        p=odds_ratio_p(first, second, kind, 1.0),
        reason="" if below else "an empty cell, so the odds ratio does not exist",
    )


def _ratio(
    quantity: str,
    method: str,
    arms: tuple[ArmSize, ...],
    *,
    estimate: float | None,
    interval: Interval,
    p: float,
    reason: str,
) -> Effect:
    unlimited = isinf(interval.upper)
    return Effect(
        quantity=quantity,
        method=method,
        arms=arms,
        estimate=estimate,
        interval=interval,
        p=p,
        comment="There is no finite upper limit." if unlimited else "",
        reason=reason,
    )


def compare_shares(first: Share, second: Share) -> TestOfTwoShares:
    """Test two shares by Pearson's chi-squared without continuity correction (scipy).

    `NotEstimableError` if an arm has no participant or more events than participants.
    """
    from scipy.stats import chi2_contingency

    _check(first, second)
    method = "Pearson’s chi-squared without continuity correction"
    table = _table(first, second)
    if any(sum(column) == 0 for column in zip(*table, strict=True)):
        reason = "all participants have the same outcome, so there is nothing to test"
        return TestOfTwoShares(method=method, statistic=None, p=None, reason=reason)
    found = chi2_contingency(table, correction=False)
    return TestOfTwoShares(method=method, statistic=float(found.statistic), p=float(found.pvalue))


def compare_shares_exactly(first: Share, second: Share) -> TestOfTwoShares:
    """Test two shares by Fisher's exact test, two-sided by probability (scipy).

    `NotEstimableError` if an arm has no participant or more events than participants.
    """
    from scipy.stats import fisher_exact

    _check(first, second)
    p = float(fisher_exact(_table(first, second)).pvalue)
    return TestOfTwoShares(method="Fisher’s exact test", statistic=None, p=min(p, 1.0))


def shares_of_frame(frame: "pd.DataFrame", columns: ResponseColumns) -> tuple[Share, Share]:
    """Return the two shares of a data frame, rows with a missing response left out.

    `ColumnError` names a column that is missing or an arm that does not occur; `NotEstimableError` a response other than 0 and 1.
    """
    rows = compared_rows(frame, columns.comparison, (columns.response,))
    response = require_binary(numbers(rows.frame, columns.response), columns.response)
    arm = labels(rows.frame, columns.comparison.column)
    first, second = (
        Share(
            arm=name,
            label=name,
            events=int(sum(y for y, a in zip(response, arm, strict=True) if a == name)),
            n=arm.count(name),
        )
        for name in (columns.comparison.first, columns.comparison.second)
    )
    return first, second


def estimate_difference_of_frame(
    frame: "pd.DataFrame",
    columns: ResponseColumns,
    kind: DifferenceInterval,
    *,
    confidence_level: float,
) -> Effect:
    """Estimate the risk difference of a data frame with one row a participant."""
    first, second = shares_of_frame(frame, columns)
    return estimate_difference(first, second, kind, confidence_level=confidence_level)


def _check(first: Share, second: Share) -> None:
    for share in (first, second):
        if share.n <= 0:
            raise NotEstimableError(f"{share.label} has no participant in the analysis set")
        if not 0 <= share.events <= share.n < inf:
            raise NotEstimableError(
                f"{share.label} has {share.events} events in {share.n} participants"
            )


def _variance(share: Share) -> float:
    p = share.events / share.n
    return p * (1 - p) / share.n


def _table(first: Share, second: Share) -> list[list[int]]:
    return [[share.events, share.n - share.events] for share in (first, second)]


def _sizes(first: Share, second: Share) -> tuple[ArmSize, ...]:
    return tuple(ArmSize(arm=share.arm, n=share.n) for share in (first, second))
