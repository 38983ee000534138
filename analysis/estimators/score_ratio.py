"""Score intervals of a risk ratio (Miettinen-Nurminen, Koopman) and of an odds ratio (Miettinen-Nurminen).

For a hypothetical ratio the shares are replaced by those most likely under it (a quadratic, in closed form); the limits are where the
standardized score is ±z. Factor N/(N − 1) on the variance: Miettinen-Nurminen; 1: Koopman. Without events in the second arm there
is no finite upper limit (infinite), without events in the first none above 0.

The odds ratio is plain Miettinen-Nurminen. With Gart's correction (subtracting (p̃1 − p̃2) / (n1 p̃1 q̃1 + n2 p̃2 q̃2) from the score) it is
what R's ratesci gives by default; the two differ in the third digit.

References
----------
Miettinen & Nurminen (1985), Statistics in Medicine 4, 213-226. Koopman (1984), Biometrics 40, 513-517.
Gart (1985), Biometrika 72, 673-677.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, inf, log, sqrt

from analysis.estimators.effect import normal_quantile, two_sided_normal_p
from analysis.estimators.proportions import Share
from analysis.estimators.score_limits import lower_limit, upper_limit
from analysis.results import Interval

WIDEST_LOG = 60.0
"""Search ends at ratios of exp(±60); no finite limit lies beyond for counts that fit a trial."""


class RatioScore(StrEnum):
    """How the score of a risk ratio is standardized."""

    MIETTINEN_NURMINEN = "Miettinen–Nurminen"
    KOOPMAN = "Koopman"


class OddsRatioScore(StrEnum):
    """Which score of an odds ratio is inverted."""

    MIETTINEN_NURMINEN = "Miettinen–Nurminen"
    GART_CORRECTED = "Miettinen–Nurminen with Gart’s bias correction"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Score:
    value: float
    variance: float


def ratio_interval(first: Share, second: Share, kind: RatioScore, level: float) -> Interval:
    """Return the score interval of the risk ratio, first over second; limits 0 and infinity where none is reached."""
    lower = 0.0 if first.events == 0 else None
    upper = inf if second.events == 0 else None
    centre = _log_ratio(first.events / first.n, second.events / second.n)
    return _interval(
        lambda ratio: _ratio_score(first, second, kind, ratio),
        known=(lower, upper),
        centre=centre,
        level=level,
    )


def ratio_p(first: Share, second: Share, kind: RatioScore, hypothesis: float) -> float:
    """Return the two-sided p value of the hypothesis that the risk ratio is ``hypothesis`` (> 0)."""
    return _p(_ratio_score(first, second, kind, hypothesis))


def odds_ratio_interval(
    first: Share, second: Share, kind: OddsRatioScore, level: float
) -> Interval:
    """Return the score interval of the odds ratio, first over second; limits 0 and infinity where none is reached."""
    lower = 0.0 if first.events == 0 or second.events == second.n else None
    upper = inf if second.events == 0 or first.events == first.n else None
    odds1 = first.events * (second.n - second.events)
    odds2 = second.events * (first.n - first.events)
    return _interval(
        lambda ratio: _odds_score(first, second, kind, ratio),
        known=(lower, upper),
        centre=_central_odds_ratio(first, second, kind, _log_ratio(odds1, odds2)),
        level=level,
    )


def odds_ratio_p(first: Share, second: Share, kind: OddsRatioScore, hypothesis: float) -> float:
    """Return the two-sided p value of the hypothesis that the odds ratio is ``hypothesis`` (> 0)."""
    return _p(_odds_score(first, second, kind, hypothesis))


def _p(score: _Score) -> float:
    if score.variance <= 0:
        return 1.0
    return two_sided_normal_p(score.value / sqrt(score.variance))


def _log_ratio(numerator: float, denominator: float) -> float:
    if numerator <= 0:
        return -WIDEST_LOG if denominator > 0 else 0.0
    return WIDEST_LOG if denominator <= 0 else log(numerator / denominator)


def _interval(
    score: Callable[[float], _Score],
    *,
    known: tuple[float | None, float | None],
    centre: float,
    level: float,
) -> Interval:
    z = normal_quantile(level)

    def excess(log_ratio: float, quantile: float) -> float:
        here = score(exp(log_ratio))
        return here.value - quantile * sqrt(here.variance)

    lower, upper = known
    if lower is None:
        lower = exp(lower_limit(lambda x: excess(x, z), start=-WIDEST_LOG, estimate=centre))
    if upper is None:
        upper = exp(upper_limit(lambda x: excess(x, -z), estimate=centre, end=WIDEST_LOG))
    return Interval(lower=lower, upper=upper, level=level)


def _ratio_score(first: Share, second: Share, kind: RatioScore, ratio: float) -> _Score:
    n1, n2, total = first.n, second.n, first.n + second.n
    events = first.events + second.events
    middle = n1 * ratio + first.events + n2 + second.events * ratio
    root = sqrt(max(middle**2 - 4 * total * ratio * events, 0.0))
    p2 = min(2 * events / (middle + root), 1.0)
    p1 = min(p2 * ratio, 1.0)
    factor = 1.0 if kind is RatioScore.KOOPMAN else total / (total - 1)
    return _Score(
        value=first.events / n1 - second.events / n2 * ratio,
        variance=factor * (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2),
    )


def _odds_score(first: Share, second: Share, kind: OddsRatioScore, ratio: float) -> _Score:
    n1, n2 = first.n, second.n
    events = first.events + second.events
    p2 = _constrained_share(n1, n2, events, ratio)
    q2 = _constrained_share(n1, n2, n1 + n2 - events, 1 / ratio)
    p1 = p2 * ratio / (q2 + p2 * ratio)
    q1 = q2 / (q2 + p2 * ratio)
    information1, information2 = n1 * p1 * q1, n2 * p2 * q2
    if information1 <= 0 or information2 <= 0:
        return _Score(value=0.0, variance=0.0)
    corrected = kind is OddsRatioScore.GART_CORRECTED
    bias = (p1 - p2) / (information1 + information2) if corrected else 0.0
    value = (first.events - n1 * p1) / information1 - (second.events - n2 * p2) / information2
    factor = (n1 + n2) / (n1 + n2 - 1)
    return _Score(value=value - bias, variance=factor * (1 / information1 + 1 / information2))


def _constrained_share(n1: int, n2: int, events: int, ratio: float) -> float:
    middle = n1 * ratio + n2 - events * (ratio - 1)
    root = sqrt(max(middle**2 + 4 * n2 * (ratio - 1) * events, 0.0))
    if middle < 0:
        return (root - middle) / (2 * n2 * (ratio - 1))
    return 2 * events / (middle + root)


def _central_odds_ratio(
    first: Share, second: Share, kind: OddsRatioScore, observed: float
) -> float:
    if kind is OddsRatioScore.MIETTINEN_NURMINEN or abs(observed) in {0.0, WIDEST_LOG}:
        return observed
    return lower_limit(
        lambda x: _odds_score(first, second, kind, exp(x)).value,
        start=-WIDEST_LOG,
        estimate=WIDEST_LOG,
    )


def central_odds_ratio(first: Share, second: Share, kind: OddsRatioScore) -> float:
    """Return the odds ratio the interval closes around; infinite or 0 where an arm has only one kind of outcome."""
    odds1 = first.events * (second.n - second.events)
    odds2 = second.events * (first.n - first.events)
    centre = _central_odds_ratio(first, second, kind, _log_ratio(odds1, odds2))
    return inf if centre >= WIDEST_LOG else 0.0 if centre <= -WIDEST_LOG else exp(centre)
