"""Newton's method for the covariance parameters, kept on the way down."""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.curvature import Curvature, differentiate
from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.likelihood import Evaluation, Model, evaluate
from analysis.results import NotEstimableError

GRADIENT_BELOW = 1e-9
"""Largest element of the gradient of the log-likelihood at which a fit has converged."""
LONGEST_STEP = 3.0
MOST_STEPS = 50
FLAT = 1e-8
"""A negative curvature of less than this share of the largest is rounding."""
SADDLE_STEPS = (0.5, 0.1, 0.02)
MOST_HALVINGS = 30


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Optimum:
    """Where the search ended.

    Attributes
    ----------
    gradient_max : float
        Largest absolute element of the gradient of the log-likelihood.
    steps : int
        Newton steps taken.
    """

    evaluation: Evaluation
    curvature: Curvature
    gradient_max: float
    steps: int

    @property
    def converged(self) -> bool:
        """Whether the gradient is zero to nine decimals."""
        return self.gradient_max < GRADIENT_BELOW

    @property
    def is_saddle(self) -> bool:
        """Whether the gradient is zero and the likelihood still rises in some direction."""
        if not self.converged:
            return False
        values = np.linalg.eigvalsh(self.curvature.hessian)
        return bool(values[0] < -FLAT * np.abs(values).max())


def maximize(model: Model, start: FloatArray) -> Optimum:
    """Climb from the start to the nearest maximum of the likelihood.

    The Hessian is made positive definite where it is not, a step is never longer than 3 in the parameters, and no step makes
    the likelihood smaller or the covariance singular.

    Raises
    ------
    NotEstimableError
        When the start is not a covariance.
    """
    here = evaluate(model, start)
    if here is None:
        raise NotEstimableError("the covariance parameters to start from give no covariance matrix")
    best = _optimum(model, here, 0)
    for steps in range(1, MOST_STEPS + 1):
        there = _leave_saddle(model, best) if best.is_saddle else _step(model, best)
        if there is None:
            break
        found = _optimum(model, there, steps)
        if best.converged and not best.is_saddle and found.gradient_max >= best.gradient_max:
            break
        best = found
        if found.gradient_max < GRADIENT_BELOW / 100 and not found.is_saddle:
            break
    return best


def _optimum(model: Model, at: Evaluation, steps: int) -> Optimum:
    curvature = differentiate(model, at)
    largest = float(np.abs(curvature.gradient).max()) / 2
    return Optimum(evaluation=at, curvature=curvature, gradient_max=largest, steps=steps)


def _step(model: Model, best: Optimum) -> Evaluation | None:
    """Return the next place, or None where no shorter step goes down any more."""
    here, gradient = best.evaluation, best.curvature.gradient
    step = _direction(best.curvature)
    slope = float(gradient @ step)
    rounding = 1e-13 * (abs(here.deviance) + model.patterns.n_observations)
    for _ in range(MOST_HALVINGS):
        there = evaluate(model, here.theta + step)
        if there is not None and there.deviance <= here.deviance + 1e-4 * slope + rounding:
            return there
        step, slope = step / 2, slope / 2
    return None


def _leave_saddle(model: Model, best: Optimum) -> Evaluation | None:
    """Return a place beside a saddle point, on the lower side; None where rounding hides it."""
    here = best.evaluation
    _, vectors = np.linalg.eigh(best.curvature.hessian)
    for length in SADDLE_STEPS:
        beside = [evaluate(model, here.theta + sign * length * vectors[:, 0]) for sign in (1, -1)]
        lower = [at for at in beside if at is not None and at.deviance < here.deviance]
        if lower:
            return min(lower, key=lambda at: at.deviance)
    return None


def _direction(curvature: Curvature) -> FloatArray:
    values, vectors = np.linalg.eigh(curvature.hessian)
    floor = max(1e-10 * float(np.abs(values).max()), 1e-300)
    step = -vectors @ ((vectors.T @ curvature.gradient) / np.maximum(np.abs(values), floor))
    length = float(np.linalg.norm(step))
    return np.asarray(step * (LONGEST_STEP / max(length, LONGEST_STEP)))
