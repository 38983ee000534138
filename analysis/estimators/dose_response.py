"""Dose and response when participants were randomized to doses, e.g. to 0, 10, 20 or 40 minutes of listening.

Multiple contrast test: one contrast for each plausible shape, optimal for it; the largest t decides, with the exact multivariate t distribution of all
contrasts together (family-wise level kept whatever the shape). Then the best-fitting significant shape is reported as an effect at each dose against dose 0 of
the design. Doses that participants chose themselves (attendance) are not randomized: use complier_effect.py.

References
----------
Bretz, Pinheiro & Branson (2005), Biometrics 61, 738-748 (MCP-Mod, its contrast test). EMA (2014), qualification opinion of MCP-Mod.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.dunnett import adjusted_p, simultaneous_quantile
from analysis.estimators.frame import complete_rows, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_DOSES = 3


class DoseShape(StrEnum):
    """How the mean may rise with dose; scaled to the largest dose."""

    LINEAR = "linear"
    LOG_LINEAR = "log-linear, log(dose + tenth of the largest)"
    EMAX = "emax, half of the effect at a fifth of the largest dose"
    QUADRATIC = "umbrella, largest at two thirds of the largest dose"
    THRESHOLD = "S-shaped, half of the effect at half of the largest dose"


_CURVES: Mapping[DoseShape, Callable[[FloatArray], FloatArray]] = {
    DoseShape.LINEAR: lambda d: d,
    DoseShape.LOG_LINEAR: lambda d: np.log(d + 0.1),
    DoseShape.EMAX: lambda d: d / (0.2 + d),
    DoseShape.QUADRATIC: lambda d: d - 0.75 * d**2,
    DoseShape.THRESHOLD: lambda d: d**4 / (0.5**4 + d**4),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseOutcomes:
    """One entry a participant."""

    outcome: tuple[float, ...]
    dose: tuple[float, ...]
    """Allocated dose, in its unit; 0 for control."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShapeTest:
    """One shape's contrast."""

    shape: DoseShape
    statistic: float
    p: float
    """Adjusted for all shapes; two-sided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseMean:
    """One dose of the best-fitting shape."""

    dose: float
    n: int
    observed_mean: float
    effect: float
    """Fitted difference from the smallest dose."""
    interval: Interval | None
    """Pointwise, for the shape as if known; None at the smallest dose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseResponse:
    """Is there a dose response, and which shape fits."""

    tests: tuple[ShapeTest, ...]
    critical_value: float
    best: DoseShape
    """Largest |t|."""
    p: float
    """Of any dose response: that of the best shape."""
    doses: tuple[DoseMean, ...]
    df: float
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Doses:
    levels: FloatArray
    sizes: FloatArray
    means: FloatArray
    variance: float
    df: float


def estimate_dose_response(
    data: DoseOutcomes,
    shapes: Sequence[DoseShape] = (DoseShape.LINEAR, DoseShape.EMAX, DoseShape.THRESHOLD),
    *,
    confidence_level: float,
) -> DoseResponse:
    """Test for a dose response and describe the best-fitting shape.

    Raises
    ------
    NotEstimableError
        If there are fewer than 3 doses, a dose is negative, no shape is given, or outcomes do not vary within doses.
    """
    if not shapes:
        raise NotEstimableError("no shape is given")
    doses = _doses(data)
    contrasts = np.array([_contrast(shape, doses) for shape in shapes])
    spread = contrasts @ np.diag(1 / doses.sizes) @ contrasts.T
    errors = np.sqrt(doses.variance * np.diag(spread))
    statistics = contrasts @ doses.means / errors
    scale = np.sqrt(np.diag(spread))
    correlation = spread / np.outer(scale, scale)
    tests = tuple(
        ShapeTest(
            shape=shape,
            statistic=float(statistic),
            p=adjusted_p(float(statistic), correlation, doses.df),
        )
        for shape, statistic in zip(shapes, statistics, strict=True)
    )
    best = max(tests, key=lambda test: abs(test.statistic))
    return DoseResponse(
        tests=tests,
        critical_value=simultaneous_quantile(correlation, doses.df, confidence_level),
        best=best.shape,
        p=best.p,
        doses=_fitted(best.shape, doses, confidence_level),
        df=doses.df,
        method="multiple contrast test, exact multivariate t, pooled variance within doses",
    )


def dose_outcomes(frame: "pd.DataFrame", outcome: str, dose: str) -> DoseOutcomes:
    """Read one row a participant; incomplete rows are left out."""
    rows = complete_rows(frame, (outcome, dose)).frame
    return DoseOutcomes(
        outcome=tuple(numbers(rows, outcome).tolist()), dose=tuple(numbers(rows, dose).tolist())
    )


def _doses(data: DoseOutcomes) -> _Doses:
    require_equal_lengths(outcome=data.outcome, dose=data.dose)
    outcome = require_finite(data.outcome, "the outcome")
    dose = require_finite(data.dose, "the dose")
    if np.any(dose < 0):
        raise NotEstimableError("a dose is negative")
    values, code = np.unique(dose, return_inverse=True)
    if len(values) < FEWEST_DOSES:
        raise NotEstimableError(f"{len(values)} doses; at least {FEWEST_DOSES} are needed")
    sizes = np.bincount(code).astype(np.float64)
    means = np.bincount(code, weights=outcome) / sizes
    df = float(len(outcome) - len(values))
    squares = float(np.sum((outcome - means[code]) ** 2))
    if df <= 0 or squares <= 0:
        raise NotEstimableError("outcomes do not vary within doses")
    return _Doses(levels=values, sizes=sizes, means=means, variance=squares / df, df=df)


def _contrast(shape: DoseShape, doses: _Doses) -> FloatArray:
    curve = _CURVES[shape](doses.levels / doses.levels.max())
    centred = doses.sizes * (curve - doses.sizes @ curve / doses.sizes.sum())
    return np.asarray(centred / np.linalg.norm(centred))


def _fitted(shape: DoseShape, doses: _Doses, level: float) -> tuple[DoseMean, ...]:
    from scipy.stats import t

    curve = _CURVES[shape](doses.levels / doses.levels.max())
    centred = curve - doses.sizes @ curve / doses.sizes.sum()
    information = float(doses.sizes @ centred**2)
    slope = float(doses.sizes @ (centred * doses.means)) / information
    error = float(np.sqrt(doses.variance / information))
    half = float(t.ppf((1 + level) / 2, doses.df)) * error
    rise = curve - curve[0]
    return tuple(
        DoseMean(
            dose=float(dose),
            n=int(size),
            observed_mean=float(mean),
            effect=slope * float(gain),
            interval=_around(slope * float(gain), half * abs(float(gain)), level) if gain else None,
        )
        for dose, size, mean, gain in zip(doses.levels, doses.sizes, doses.means, rise, strict=True)
    )


def _around(centre: float, half: float, level: float) -> Interval:
    return Interval(lower=centre - half, upper=centre + half, level=level)
