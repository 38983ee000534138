r"""Reliability of a rating scale from its items: Cronbach's α with Feldt's interval, standardized α, α without each item, McDonald's ω.

α is pingouin's; Feldt's limits 1 − (1 − α) F(½ ± level/2; n − 1, (n − 1)(k − 1)) are computed here, because pingouin rounds them to three decimals.
ω = (Σλ)² / ((Σλ)² + Σθ) from one common factor by maximum likelihood, loadings in units of the items: EM until nothing changes (statsmodels' `Factor`
reaches the same point to seven digits, from a start drawn at random).
α equals ω only when all items load alike; otherwise ω is the one to report.

References
----------
Cronbach (1951), Psychometrika 16, 297-334. Feldt (1965), Psychometrika 30, 357-370. McDonald (1999), Test theory.
Rubin & Thayer (1982), Psychometrika 47, 69-76 (EM). Varadhan & Roland (2008), Scandinavian Journal of Statistics 35, 335-353 (acceleration).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri

from analysis.estimators.arrays import FloatArray, require_finite
from analysis.estimators.frame import complete_rows, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_ITEMS = 2
FEWEST_FOR_FACTOR = 3
SMALLEST_UNIQUENESS = 1e-4
MOST_STEPS = 1_000
SETTLED = 1e-13


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemDeleted:
    """α of the scale without one item."""

    item: str
    alpha: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleReliability:
    """How far the items of a scale measure the same thing."""

    n: int
    n_items: int
    alpha: float
    interval: Interval
    """Feldt's, of α."""
    standardized_alpha: float
    mean_correlation: float
    """Mean correlation of two items."""
    without_item: tuple[ItemDeleted, ...]
    """Empty with two items."""
    omega: float | None
    omega_reason: str
    """Why there is no ω; empty when there is one."""


def estimate_scale_reliability(
    items: FloatArray, names: Sequence[str], *, confidence_level: float
) -> ScaleReliability:
    """Estimate the reliability of a scale.

    Parameters
    ----------
    items : ndarray, shape (participants, items)
        Scored in one direction; complete.
    names
        Of the items.

    Raises
    ------
    NotEstimableError
        If there are fewer than 2 items, no more participants than items, or an item does not vary.
    """
    n, k = items.shape
    require_finite(items, "the items")
    if k < FEWEST_ITEMS:
        raise NotEstimableError(f"{k} item: reliability needs at least {FEWEST_ITEMS}")
    if n <= k:
        raise NotEstimableError(f"{n} participants are too few for {k} items")
    constant = [name for name, column in zip(names, items.T, strict=True) if np.ptp(column) == 0]
    if constant:
        raise NotEstimableError(f"item {constant[0]} has the same value in every participant")
    alpha = _alpha(items)
    correlation = np.atleast_2d(np.corrcoef(items, rowvar=False))
    mean_correlation = float(correlation[np.triu_indices(k, 1)].mean())
    omega, reason = _omega(items)
    deleted = [
        ItemDeleted(item=name, alpha=_alpha(np.delete(items, index, axis=1)))
        for index, name in enumerate(names)
        if k > FEWEST_ITEMS
    ]
    return ScaleReliability(
        n=n,
        n_items=k,
        alpha=alpha,
        interval=_feldt(alpha, n, k, confidence_level),
        standardized_alpha=k * mean_correlation / (1 + (k - 1) * mean_correlation),
        mean_correlation=mean_correlation,
        without_item=tuple(deleted),
        omega=omega,
        omega_reason=reason,
    )


def estimate_scale_reliability_of_frame(
    frame: "pd.DataFrame", items: Sequence[str], *, confidence_level: float
) -> ScaleReliability:
    """Estimate the reliability of a scale from one row a participant; rows with a missing item are left out."""
    rows = complete_rows(frame, items).frame
    values = np.column_stack([numbers(rows, item) for item in items])
    return estimate_scale_reliability(values, items, confidence_level=confidence_level)


def _alpha(items: FloatArray) -> float:
    import pandas as pd  # noqa: PLC0415 - slow to import
    from pingouin import cronbach_alpha

    return float(cronbach_alpha(pd.DataFrame(items))[0])


def _feldt(alpha: float, n: int, k: int, level: float) -> Interval:
    df1, df2 = n - 1, (n - 1) * (k - 1)
    return Interval(
        lower=1 - (1 - alpha) * float(fdtri(df1, df2, (1 + level) / 2)),
        upper=1 - (1 - alpha) * float(fdtri(df1, df2, (1 - level) / 2)),
        level=level,
    )


def _omega(items: FloatArray) -> tuple[float | None, str]:
    if items.shape[1] < FEWEST_FOR_FACTOR:
        return None, f"a common factor needs at least {FEWEST_FOR_FACTOR} items"
    correlation = np.atleast_2d(np.corrcoef(items, rowvar=False))
    if np.linalg.matrix_rank(correlation) < items.shape[1]:
        return None, "the items are linearly dependent"
    loadings = _one_factor(correlation)
    if loadings is None:
        return None, "the one-factor model leaves an item no variance of its own (Heywood case)"
    uniqueness = 1 - loadings**2
    spread = items.std(axis=0, ddof=1)
    common = float(np.sum(loadings * spread)) ** 2
    return common / (common + float(np.sum(uniqueness * spread**2))), ""


def _one_factor(correlation: FloatArray) -> FloatArray | None:
    """Return the loadings of one common factor by EM, accelerated by squared extrapolation.

    None if they do not settle, which is when the likelihood rises until an item has no variance of its own.
    """
    loadings = np.linalg.eigh(correlation)[1][:, -1] * 0.7
    for _ in range(MOST_STEPS):
        first = _em_step(correlation, loadings)
        second = _em_step(correlation, first)
        slope, bend = first - loadings, second - 2 * first + loadings
        length = float(np.linalg.norm(slope)) / max(float(np.linalg.norm(bend)), SETTLED)
        far = loadings + 2 * length * slope + length**2 * bend
        is_inside = bool(np.all(np.abs(far) < 1)) and length > 1
        loadings = _em_step(correlation, far) if is_inside else second
        if np.any(1 - loadings**2 <= SMALLEST_UNIQUENESS):
            return None
        if np.abs(second - first).max() < SETTLED:
            return loadings
    return None


def _em_step(correlation: FloatArray, loadings: FloatArray) -> FloatArray:
    uniqueness = np.maximum(1 - loadings**2, SMALLEST_UNIQUENESS)
    weights = np.linalg.solve(np.outer(loadings, loadings) + np.diag(uniqueness), loadings)
    crossed = correlation @ weights
    return np.asarray(crossed / (1 - weights @ loadings + weights @ crossed))
