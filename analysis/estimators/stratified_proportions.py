"""Two proportions compared within strata: Cochran-Mantel-Haenszel, pooled odds ratio, pooled risk difference.

Odds ratio with the Robins-Breslow-Greenland variance and the test with and without continuity correction are statsmodels'
`StratifiedTable`. The risk difference has weights n1 n2 / N and three intervals: the stratified score (Miettinen-Nurminen), and Wald with the
variance of Greenland-Robins or of Sato. A stratum in which an arm is empty says nothing about arms; it is left out and named.

References
----------
Mantel & Haenszel (1959), JNCI 22, 719-748. Robins, Breslow & Greenland (1986), Biometrics 42, 311-323.
Greenland & Robins (1985), Biometrics 41, 55-68. Sato (1989), Biometrics 45, 1323-1324. Miettinen & Nurminen (1985), see score_difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.effect import (
    ArmSize,
    Effect,
    Named,
    log_normal_effect,
    normal_effect,
)
from analysis.estimators.frame import ColumnError, Comparison, compared_rows, labels, numbers
from analysis.estimators.proportions import Share
from analysis.estimators.score_difference import (
    ScoreVariance,
    Stratum,
    central_difference,
    score_interval,
    score_p,
    weighted_difference,
)
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


class ContinuityCorrection(StrEnum):
    """Whether ½ is taken off the difference between observed and expected events."""

    NONE = "without continuity correction"
    HALF = "with continuity correction"


class PooledVariance(StrEnum):
    """Which variance the Mantel-Haenszel risk difference has."""

    GREENLAND_ROBINS = "Greenland–Robins"
    SATO = "Sato"


@dataclass(frozen=True, kw_only=True, slots=True)
class StratifiedTest:
    """Cochran-Mantel-Haenszel test that the odds ratio is 1 in every stratum."""

    method: str
    statistic: float
    df: int
    p: float
    comment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StratifiedColumns:
    """Which columns hold the response (0 or 1), the arm and the strata."""

    response: str
    comparison: Comparison
    strata: tuple[str, ...]


def compare_stratified(
    strata: Sequence[Stratum], correction: ContinuityCorrection
) -> StratifiedTest:
    """Test the arms within strata (Cochran-Mantel-Haenszel, 1 df).

    `NotEstimableError` if no stratum has both arms and both outcomes.
    """
    usable = _informative(strata)
    found = _table(usable).test_null_odds(correction=correction is ContinuityCorrection.HALF)
    return StratifiedTest(
        method=f"Cochran–Mantel–Haenszel, {correction.value}",
        statistic=float(found.statistic),
        df=1,
        p=float(found.pvalue),
        comment=_left_out(strata, usable),
    )


def estimate_common_odds_ratio(strata: Sequence[Stratum], *, confidence_level: float) -> Effect:
    """Estimate the Mantel-Haenszel odds ratio, first over second.

    Raises
    ------
    NotEstimableError
        If no stratum has both arms and both outcomes, or the odds ratio is 0 or infinite.
    """
    usable = _informative(strata)
    table = _table(usable)
    above = sum(_cross(s.first, s.second) for s in usable)
    below = sum(_cross(s.second, s.first) for s in usable)
    if above == 0 or below == 0:
        raise NotEstimableError("an arm has only one kind of outcome in every stratum")
    named = Named(
        quantity=f"common odds ratio, {_label(usable, '/')}",
        method="Mantel–Haenszel; Robins–Breslow–Greenland standard error of the logarithm",
        arms=_sizes(usable),
        comment=_left_out(strata, usable),
    )
    return log_normal_effect(
        named,
        log_estimate=float(table.logodds_pooled),
        standard_error=float(table.logodds_pooled_se),
        confidence_level=confidence_level,
    )


def estimate_common_risk_ratio(strata: Sequence[Stratum], *, confidence_level: float) -> Effect:
    """Estimate the Mantel-Haenszel risk ratio, first over second.

    Raises
    ------
    NotEstimableError
        If no stratum has both arms, an arm has no event in any, or everyone has the event.
    """
    usable = _both_arms(strata)
    above = sum(s.first.events * s.second.n / (s.first.n + s.second.n) for s in usable)
    below = sum(s.second.events * s.first.n / (s.first.n + s.second.n) for s in usable)
    if above == 0 or below == 0:
        raise NotEstimableError("an arm has no event in any stratum, so no risk ratio exists")
    named = Named(
        quantity=f"common risk ratio, {_label(usable, '/')}",
        method="Mantel–Haenszel; Greenland–Robins standard error of the logarithm",
        arms=_sizes(usable),
        comment=_left_out(strata, usable),
    )
    return log_normal_effect(
        named,
        log_estimate=log(above / below),
        standard_error=sqrt(sum(_ratio_variance(s) for s in usable) / (above * below)),
        confidence_level=confidence_level,
    )


def estimate_pooled_difference(
    strata: Sequence[Stratum], variance: PooledVariance, *, confidence_level: float
) -> Effect:
    """Estimate the Mantel-Haenszel risk difference with a Wald interval.

    `NotEstimableError` if no stratum has both arms or the variance is 0.
    """
    usable = _both_arms(strata)
    named = Named(
        quantity=f"risk difference, {_label(usable, '−')}",
        method=f"Mantel–Haenszel; {variance.value} standard error",
        arms=_sizes(usable),
        comment=_left_out(strata, usable),
    )
    return normal_effect(
        named,
        estimate=weighted_difference(usable),
        standard_error=sqrt(_pooled_variance(usable, variance)),
        confidence_level=confidence_level,
    )


def estimate_stratified_difference(
    strata: Sequence[Stratum], kind: ScoreVariance, *, confidence_level: float
) -> Effect:
    """Estimate the risk difference with the stratified score interval and test.

    `NotEstimableError` if no stratum has both arms.
    """
    usable = _both_arms(strata)
    return Effect(
        quantity=f"risk difference, {_label(usable, '−')}",
        method=f"{kind.value} score interval within strata, Mantel–Haenszel weights",
        arms=_sizes(usable),
        estimate=central_difference(usable, kind),
        interval=score_interval(usable, kind, confidence_level),
        p=score_p(usable, kind, 0.0),
        comment=_left_out(strata, usable),
    )


def strata_of_frame(frame: "pd.DataFrame", columns: StratifiedColumns) -> tuple[Stratum, ...]:
    """Return the strata of a data frame with one row a participant.

    Raises
    ------
    ColumnError
        If a column is missing, an arm does not occur, or a response is neither 0 nor 1.
    """
    rows = compared_rows(frame, columns.comparison, (columns.response, *columns.strata))
    response = numbers(rows.frame, columns.response)
    if not set(response.tolist()) <= {0.0, 1.0}:
        raise ColumnError(f"column {columns.response!r} must hold 0 and 1 only")
    arm = np.asarray(labels(rows.frame, columns.comparison.column))
    keys = list(zip(*(labels(rows.frame, column) for column in columns.strata), strict=True))
    return tuple(
        Stratum(
            first=_share(columns.comparison.first, arm, response, here),
            second=_share(columns.comparison.second, arm, response, here),
        )
        for here in (np.array([key == wanted for key in keys]) for wanted in sorted(set(keys)))
    )


def _share(name: str, arm: Any, response: Any, here: Any) -> Share:  # noqa: ANN401 - arrays
    chosen = here & (arm == name)
    return Share(arm=name, label=name, events=int(response[chosen].sum()), n=int(chosen.sum()))


def _both_arms(strata: Sequence[Stratum]) -> tuple[Stratum, ...]:
    usable = tuple(s for s in strata if s.first.n > 0 and s.second.n > 0)
    if not usable:
        raise NotEstimableError("no stratum has participants of both arms")
    return usable


def _informative(strata: Sequence[Stratum]) -> tuple[Stratum, ...]:
    usable = tuple(
        s
        for s in _both_arms(strata)
        if 0 < s.first.events + s.second.events < s.first.n + s.second.n
    )
    if not usable:
        raise NotEstimableError("no stratum has both kinds of outcome")
    return usable


def _table(strata: Sequence[Stratum]) -> Any:  # noqa: ANN401 - statsmodels ships no types
    from statsmodels.stats.contingency_tables import StratifiedTable

    return StratifiedTable(
        [
            np.array([[a.events, a.n - a.events] for a in (s.first, s.second)], dtype=np.float64)
            for s in strata
        ]
    )


def _cross(one: Share, other: Share) -> float:
    return one.events * (other.n - other.events) / (one.n + other.n)


def _pooled_variance(strata: Sequence[Stratum], variance: PooledVariance) -> float:
    total = sum(s.weight for s in strata)
    if variance is PooledVariance.SATO:
        difference = weighted_difference(strata)
        return sum(difference * _sato_p(s) + _sato_q(s) for s in strata) / total**2
    return (
        sum(
            s.weight**2 * sum(a.events * (a.n - a.events) / a.n**3 for a in (s.first, s.second))
            for s in strata
        )
        / total**2
    )


def _ratio_variance(stratum: Stratum) -> float:
    x1, n1, x2, n2 = _counts(stratum)
    return (n1 * n2 * (x1 + x2) - x1 * x2 * (n1 + n2)) / (n1 + n2) ** 2


def _sato_p(stratum: Stratum) -> float:
    x1, n1, x2, n2 = _counts(stratum)
    return (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / (n1 + n2) ** 2


def _sato_q(stratum: Stratum) -> float:
    x1, n1, x2, n2 = _counts(stratum)
    return (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * (n1 + n2))


def _counts(stratum: Stratum) -> tuple[int, int, int, int]:
    first, second = stratum.first, stratum.second
    return first.events, first.n, second.events, second.n


def _sizes(strata: Sequence[Stratum]) -> tuple[ArmSize, ...]:
    return (
        ArmSize(arm=strata[0].first.arm, n=sum(s.first.n for s in strata)),
        ArmSize(arm=strata[0].second.arm, n=sum(s.second.n for s in strata)),
    )


def _label(strata: Sequence[Stratum], sign: str) -> str:
    return f"{strata[0].first.label} {sign} {strata[0].second.label}"


def _left_out(strata: Sequence[Stratum], usable: Sequence[Stratum]) -> str:
    missing = len(strata) - len(usable)
    return f"{missing} of {len(strata)} strata say nothing and are left out." if missing else ""
