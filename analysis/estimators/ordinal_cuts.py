"""Is one odds ratio enough? Each cut between ordered categories has its own logistic model; Brant's test compares them.

References
----------
Brant (1990), Biometrics 46, 1171-1178.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, expit

from analysis.estimators.arrays import FloatArray
from analysis.estimators.effect import Effect, Named, log_normal_effect, without_estimate
from analysis.estimators.separation import find_separating_columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Cuts:
    """The odds ratio of each cut, and whether they are equal."""

    effects: tuple[Effect, ...]
    p_equal: float | None
    """None with one cut, where a cut has no estimate, or where cuts cannot be told apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slope:
    estimate: float
    standard_error: float
    influence: FloatArray
    """Weight of each participant in the estimate."""
    chance: FloatArray
    """Of lying above the cut."""


def compare_cuts(
    code: FloatArray,
    matrix: FloatArray,
    columns: tuple[str, ...],
    named: Sequence[Named],
    *,
    confidence_level: float,
) -> Cuts:
    """Estimate the first column's odds ratio at each cut and test that all are equal.

    Parameters
    ----------
    code : ndarray, shape (participants,)
        Category 0, 1, ...; every one occurs.
    matrix : ndarray, shape (participants, columns)
        Without intercept.
    named
        What the odds ratio of each cut is called.
    """
    full = np.column_stack([np.ones(len(code)), matrix])
    names = ("Intercept", *columns)
    effects: list[Effect] = []
    slopes: list[_Slope] = []
    for cut, name in enumerate(named):
        above = (code > cut).astype(np.float64)
        if find_separating_columns(full, above, names):
            effects.append(without_estimate(name, "separated at this cut"))
            continue
        slope = _logistic(full, above)
        slopes.append(slope)
        effects.append(
            log_normal_effect(
                name,
                log_estimate=slope.estimate,
                standard_error=slope.standard_error,
                confidence_level=confidence_level,
            )
        )
    is_tested = len(slopes) == len(named) > 1
    return Cuts(effects=tuple(effects), p_equal=_brant(slopes) if is_tested else None)


def _logistic(matrix: FloatArray, above: FloatArray) -> _Slope:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    fitted = GLM(above, matrix, family=Binomial()).fit(tol=1e-13, tol_criterion="params")
    chance = np.asarray(expit(matrix @ np.asarray(fitted.params)))
    bread = np.linalg.inv((matrix * (chance * (1 - chance))[:, None]).T @ matrix)
    return _Slope(
        estimate=float(fitted.params[1]),
        standard_error=float(np.sqrt(bread[1, 1])),
        influence=np.asarray(matrix @ bread[1]),
        chance=chance,
    )


def _brant(slopes: Sequence[_Slope]) -> float | None:
    count = len(slopes)
    covariance = np.zeros((count, count))
    for one in range(count):
        for other in range(one, count):
            low, high = slopes[one], slopes[other]
            joint = high.chance * (1 - low.chance)
            value = float(np.sum(low.influence * joint * high.influence))
            covariance[one, other] = covariance[other, one] = value
    differences = np.column_stack([-np.ones(count - 1), np.eye(count - 1)])
    gap = differences @ np.array([slope.estimate for slope in slopes])
    spread = differences @ covariance @ differences.T
    if np.linalg.eigvalsh(spread).min() <= 1e-12 * np.trace(spread):
        return None
    return float(chdtrc(count - 1, float(gap @ np.linalg.solve(spread, gap))))
