r"""Win ratio of ranked outcomes: every participant of the one arm is compared with everyone of the other, most important outcome first.

A pair is decided by the first outcome on which both can be compared and differ by more than its margin; the rest are ties. Win ratio = wins / losses, win odds =
(wins + ½ ties) / (losses + ½ ties), net benefit = (wins − losses) / pairs. Variances are those of two-sample U statistics from the pairs themselves, on the log scale for ratios. Ties are
always told: a win ratio with many ties looks larger than the benefit is.

An outcome is a number (higher or lower better) or a time to an event: there, the one known to be later wins; a pair is undecided when
censoring hides who was later.

References
----------
Pocock et al. (2012), European Heart Journal 33, 176-182. Bebu & Lachin (2016), Biostatistics 17, 178-187. Dong et al. (2020), Journal of Biopharmaceutical Statistics 30, 882-899
(ties, win odds). Buyse (2010), Statistics in Medicine 29, 3245-3257 (net benefit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from analysis.estimators.arrays import FloatArray, require_finite
from analysis.estimators.effect import (
    ArmSize,
    Effect,
    Named,
    log_normal_effect,
    normal_effect,
    without_estimate,
)
from analysis.estimators.equivalence import Better
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedNumber:
    """A numeric outcome of both arms; NaN where it was not observed, which decides no pair."""

    name: str
    first: tuple[float, ...]
    second: tuple[float, ...]
    better: Better
    margin: float = 0.0
    """Differences up to this size are ties."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedTime:
    """A time to an event of both arms; the later event is better."""

    name: str
    first: tuple[float, ...]
    first_event: tuple[float, ...]
    """1: event; 0: censored."""
    second: tuple[float, ...]
    second_event: tuple[float, ...]


RankedOutcome = RankedNumber | RankedTime


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What one outcome decided, of the pairs that reached it."""

    outcome: str
    wins: int
    losses: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WinStatistics:
    """All pairs, and three ways to sum them up."""

    wins: int
    losses: int
    ties: int
    by_outcome: tuple[Decided, ...]
    win_ratio: Effect
    win_odds: Effect
    net_benefit: Effect


def estimate_win_ratio(
    outcomes: Sequence[RankedOutcome], first: str, second: str, *, confidence_level: float
) -> WinStatistics:
    """Compare all pairs of participants on ranked outcomes.

    Parameters
    ----------
    outcomes
        Most important first; all with the same participants in the same order.
    first, second
        Names of the arms.

    `NotEstimableError` if there is no outcome, an arm has fewer than 2 participants, or outcomes have different numbers of participants.
    """
    n1, n2 = _sizes(outcomes, first, second)
    verdict = np.zeros((n1, n2))
    decided = []
    for outcome in outcomes:
        here = np.where(verdict == 0, _compare(outcome), 0.0)
        decided.append(
            Decided(outcome=outcome.name, wins=int(np.sum(here > 0)), losses=int(np.sum(here < 0)))
        )
        verdict += here
    wins, losses = int(np.sum(verdict > 0)), int(np.sum(verdict < 0))
    ties = n1 * n2 - wins - losses
    arms = (ArmSize(arm=first, n=n1), ArmSize(arm=second, n=n2))
    comment = f"{ties} of {n1 * n2} pairs tied ({100 * ties / (n1 * n2):.1f} %)."
    win, loss = (verdict > 0).astype(np.float64), (verdict < 0).astype(np.float64)
    tie = 1 - win - loss
    label = f"{first} / {second}"

    def ratio(name: str, above: FloatArray, below: FloatArray) -> Effect:
        named = Named(
            quantity=f"{name}, {label}",
            method="all pairs; variance of U statistics on the log scale",
            arms=arms,
            comment=comment,
        )
        return _ratio(named, above, below, confidence_level)

    return WinStatistics(
        wins=wins,
        losses=losses,
        ties=ties,
        by_outcome=tuple(decided),
        win_ratio=ratio("win ratio", win, loss),
        win_odds=ratio("win odds", win + tie / 2, loss + tie / 2),
        net_benefit=_net_benefit(
            Named(
                quantity=f"net benefit, {first} − {second}",
                method="all pairs; variance of a U statistic",
                arms=arms,
                comment=comment,
            ),
            win - loss,
            confidence_level,
        ),
    )


def _sizes(outcomes: Sequence[RankedOutcome], first: str, second: str) -> tuple[int, int]:
    if not outcomes:
        raise NotEstimableError("no outcome is given")
    sizes = {(len(outcome.first), len(outcome.second)) for outcome in outcomes}
    if len(sizes) > 1:
        raise NotEstimableError("the outcomes have different numbers of participants")
    n1, n2 = sizes.pop()
    for name, count in ((first, n1), (second, n2)):
        if count < 2:
            raise NotEstimableError(f"{name} has {count} participants; at least 2 are needed")
    return n1, n2


def _compare(outcome: RankedOutcome) -> FloatArray:
    if isinstance(outcome, RankedNumber):
        one = _finite_where_observed(outcome.first, outcome.name)[:, None]
        two = _finite_where_observed(outcome.second, outcome.name)[None, :]
        sign = 1.0 if outcome.better is Better.HIGHER else -1.0
        difference = sign * (one - two)
        return np.asarray(np.where(np.abs(difference) > outcome.margin, np.sign(difference), 0.0))
    one = require_finite(outcome.first, outcome.name)[:, None]
    two = require_finite(outcome.second, outcome.name)[None, :]
    event_1 = require_finite(outcome.first_event, outcome.name)[:, None] > 0
    event_2 = require_finite(outcome.second_event, outcome.name)[None, :] > 0
    win = event_2 & ((one > two) | ((one == two) & ~event_1))
    loss = event_1 & ((two > one) | ((one == two) & ~event_2))
    return np.asarray(win.astype(np.float64) - loss.astype(np.float64))


def _finite_where_observed(values: Sequence[float], name: str) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    require_finite(array[~np.isnan(array)].tolist(), name)
    return array


def _ratio(named: Named, above: FloatArray, below: FloatArray, level: float) -> Effect:
    high, low = float(above.mean()), float(below.mean())
    if high == 0 or low == 0:
        return without_estimate(named, "there are only wins or only losses")
    kernel = above / high - below / low
    variance = _u_variance(kernel)
    if variance <= 0:
        return without_estimate(named, "all participants have the same wins and losses")
    return log_normal_effect(
        named, log_estimate=log(high / low), standard_error=sqrt(variance), confidence_level=level
    )


def _net_benefit(named: Named, kernel: FloatArray, level: float) -> Effect:
    variance = _u_variance(kernel)
    if variance <= 0:
        return without_estimate(named, "all participants have the same wins and losses")
    return normal_effect(
        named,
        estimate=float(kernel.mean()),
        standard_error=sqrt(variance),
        confidence_level=level,
    )


def _u_variance(kernel: FloatArray) -> float:
    n1, n2 = kernel.shape
    return float(kernel.mean(axis=1).var(ddof=1) / n1 + kernel.mean(axis=0).var(ddof=1) / n2)
