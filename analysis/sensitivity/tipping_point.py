r"""Tipping point: the delta at which a result stops being, or starts to be, statistically significant.

- Jackknife, closed form: with estimate a + b delta and variance s0 + s1 delta + s2 delta², the crossings are the roots of
  :math:`(a + b\delta)^2 = z^2 (s_0 + s_1\delta + s_2\delta^2)`.
- Rubin's rules, or an analysis that is not linear: every crossing between two points of the curve, by a scalar root search.

References
----------
Permutt (2016), Statistics in Medicine 35, 2876-2879.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.estimators.effect import normal_quantile
from analysis.missing_data.analysis_step import AnalysisStep, Target
from analysis.missing_data.imputation import Imputation
from analysis.missing_data.pooling import (
    PooledEstimate,
    VarianceKind,
    jackknife_covariance,
    pool_estimates,
)
from analysis.results import NotEstimableError
from analysis.sensitivity.delta import DeltaRule
from analysis.sensitivity.delta_response import (
    DeltaResponse,
    PolynomialResponse,
    derive_response,
)

FloatArray = NDArray[np.float64]


class Change(StrEnum):
    """What happens to significance while delta grows."""

    LOST = "lost"
    GAINED = "gained"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaPoint:
    """The pooled estimate with one delta, or with one for each of several rules."""

    deltas: tuple[float, ...]
    pooled: PooledEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class TippingPoint:
    """A delta at which p equals the significance level."""

    delta: float
    change: Change
    """Seen from smaller to larger delta."""
    pooled: PooledEstimate
    in_important_differences: float | None
    """The delta in units of the outcome's minimal important difference; None when none is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TippingCurve:
    """One target over a range of deltas, with its crossings of the significance level."""

    target: Target
    rule: str
    """What the delta is added to, in words."""
    variance: VarianceKind
    significance_level: float
    points: tuple[DeltaPoint, ...]
    tipping_points: tuple[TippingPoint, ...]
    """Within the range, in ascending order."""

    @property
    def conclusion(self) -> str:
        """One sentence for the report."""
        first, last = self.points[0].deltas[0], self.points[-1].deltas[0]
        within = f"for any delta from {first:g} to {last:g}"
        if self.tipping_points:
            found = " and ".join(f"{one.change} at {one.delta:.3g}" for one in self.tipping_points)
            return f"Significance at {self.significance_level:g} is {found}."
        held = _is_significant(self.points[0].pooled, self.significance_level)
        state = "stays significant" if held else "is not significant"
        return f"The result {state} at {self.significance_level:g} {within}: there is no tipping point."


def trace_tipping_curve(
    imputation: Imputation,
    step: AnalysisStep,
    target: Target,
    rule: DeltaRule,
    deltas: Sequence[float],
    *,
    significance_level: float = 0.05,
    important_difference: float | None = None,
) -> TippingCurve:
    """Trace one estimate over a range of deltas and find where its significance changes.

    Parameters
    ----------
    imputation : Imputation
        Completed datasets.
    step : AnalysisStep
        Their analysis.
    target : Target
        Which of its estimates.
    rule : DeltaRule
        What the delta is added to.
    deltas : sequence of float
        At least two, ascending: the range that is clinically plausible.
    significance_level : float
        Two-sided.
    important_difference : float, optional
        Minimal important difference of the outcome.

    Returns
    -------
    TippingCurve
        Points in the order of the deltas.

    Raises
    ------
    NotEstimableError
        If the deltas do not ascend or are too few.
    """
    values = np.asarray(deltas, dtype=np.float64)
    if len(values) < 2 or not np.all(np.diff(values) > 0):
        raise NotEstimableError("a tipping curve needs at least two deltas, in ascending order")
    response = derive_response(imputation, step, target, (rule,))
    curve = _Curve(response=response, imputation=imputation, level=significance_level)
    points = tuple(DeltaPoint(deltas=(d,), pooled=curve.pooled(d)) for d in values.tolist())
    return TippingCurve(
        target=target,
        rule=rule.description,
        variance=imputation.plan.variance.kind,
        significance_level=significance_level,
        points=points,
        tipping_points=tuple(
            _tipping_point(curve, delta, important_difference)
            for delta in _crossings(curve, values, [point.pooled for point in points])
        ),
    )


def tabulate_delta_grid(
    imputation: Imputation,
    step: AnalysisStep,
    target: Target,
    rules: Sequence[DeltaRule],
    deltas: Sequence[tuple[float, ...]],
) -> tuple[DeltaPoint, ...]:
    """Return the estimate for combinations of deltas, e.g. one for each arm; each has one delta a rule."""
    response = derive_response(imputation, step, target, rules)
    plan = imputation.plan
    return tuple(
        DeltaPoint(
            deltas=combination,
            pooled=pool_estimates(
                response.at(np.asarray(combination)), plan.variance.kind, plan.confidence_level
            ),
        )
        for combination in deltas
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Curve:
    response: DeltaResponse
    imputation: Imputation
    level: float

    def pooled(self, delta: float) -> PooledEstimate:
        plan = self.imputation.plan
        found = self.response.at(np.array([delta]))
        return pool_estimates(found, plan.variance.kind, plan.confidence_level)

    def excess(self, delta: float) -> float:
        """Return p less the significance level: negative where the result is significant."""
        p = self.pooled(delta).p
        return float("nan") if p is None else p - self.level


def _crossings(curve: _Curve, deltas: FloatArray, pooled: Sequence[PooledEstimate]) -> list[float]:
    is_jackknife = curve.imputation.plan.variance.kind is VarianceKind.JACKKNIFE
    if is_jackknife and isinstance(curve.response, PolynomialResponse):
        roots = _closed_form(curve.response, curve.level)
        return [root for root in roots if deltas[0] <= root <= deltas[-1]]
    return _searched(curve, deltas, pooled)


def _closed_form(response: PolynomialResponse, level: float) -> list[float]:
    a, b = response.intercepts, response.slopes[:, 0]
    z = normal_quantile(1 - level)
    constant = a[0] ** 2 - z**2 * jackknife_covariance(a[1:], a[1:])
    linear = 2 * (a[0] * b[0] - z**2 * jackknife_covariance(a[1:], b[1:]))
    square = b[0] ** 2 - z**2 * jackknife_covariance(b[1:], b[1:])
    roots = np.polynomial.Polynomial([constant, linear, square]).roots()
    return sorted(float(root.real) for root in np.atleast_1d(roots) if root.imag == 0)


def _searched(curve: _Curve, deltas: FloatArray, pooled: Sequence[PooledEstimate]) -> list[float]:
    excess = np.array([np.nan if one.p is None else one.p - curve.level for one in pooled])
    changes = np.nonzero(np.sign(excess[:-1]) * np.sign(excess[1:]) < 0)[0]
    return [
        float(brentq(curve.excess, deltas[left], deltas[left + 1], xtol=1e-10))
        for left in changes.tolist()
    ]


def _tipping_point(curve: _Curve, delta: float, important_difference: float | None) -> TippingPoint:
    nearby = 1e-4 * max(1.0, abs(delta))
    lost = curve.excess(delta + nearby) > curve.excess(delta - nearby)
    return TippingPoint(
        delta=delta,
        change=Change.LOST if lost else Change.GAINED,
        pooled=curve.pooled(delta),
        in_important_differences=(
            None if important_difference is None else delta / important_difference
        ),
    )


def _is_significant(pooled: PooledEstimate, level: float) -> bool:
    return pooled.p is not None and pooled.p < level
