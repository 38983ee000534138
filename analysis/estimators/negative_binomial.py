r"""Likelihood of the negative binomial (NB2) and of the Poisson distribution, and where that of NB2 is largest.

Variance μ + μ²/θ. Fisher steps on the regression and Newton steps on log θ alternate until both are nearer to the optimum than 1e-8 standard errors,
whatever the units of counts and columns.

References
----------
Lawless (1987), Canadian Journal of Statistics 15, 209-225.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from analysis.estimators.arrays import FloatArray
from analysis.results import NotEstimableError

LARGEST_THETA = 1e6
MOST_STEPS = 200
LONGEST_STEP = 2.0
"""On the log scale of the mean."""
SQUARED_DISTANCE = 1e-16
"""Of an iterate from the optimum, in squared standard errors."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CountData:
    """Counts of participants, the design they depend on, and the logarithm of exposure."""

    count: FloatArray
    matrix: FloatArray
    offset: FloatArray

    def mean(self, coefficients: FloatArray) -> FloatArray:
        """Return the expected counts."""
        return np.asarray(np.exp(self.matrix @ coefficients + self.offset))


@dataclass(frozen=True, kw_only=True, slots=True)
class NegativeBinomialFit:
    """Where the likelihood is largest."""

    coefficients: FloatArray
    theta: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    change: FloatArray
    squared_distance: float


def fit_negative_binomial(data: CountData, start: FloatArray) -> NegativeBinomialFit | None:
    """Fit by maximum likelihood; None when counts are not more spread than Poisson, so that θ is infinite.

    Raises
    ------
    NotEstimableError
        If the search does not come to an end.
    """
    coefficients, theta = start, _moment_theta(data, start)
    for _ in range(MOST_STEPS):
        step = _regression_step(data, coefficients, theta)
        coefficients = coefficients + step.change
        score, information = theta_score(data.count, data.mean(coefficients), theta)
        move = score / information if information > 0 else float(np.sign(score)) * theta
        is_near = information > 0 and score * move < SQUARED_DISTANCE
        if is_near and step.squared_distance < SQUARED_DISTANCE:
            return NegativeBinomialFit(coefficients=coefficients, theta=theta)
        theta = float(theta * np.exp(np.clip(move / theta, -1.0, 1.0)))
        if theta > LARGEST_THETA:
            return None
    raise NotEstimableError("the negative binomial model did not converge")


def theta_score(count: FloatArray, mean: FloatArray, theta: float) -> tuple[float, float]:
    """Return the derivative of the log-likelihood by θ, and minus its second derivative."""
    total = theta + mean
    score = np.sum(
        digamma(theta + count)
        - digamma(theta)
        + np.log(theta / total)
        + 1
        - (count + theta) / total
    )
    information = np.sum(
        polygamma(1, theta)
        - polygamma(1, theta + count)
        - 1 / theta
        + 2 / total
        - (count + theta) / total**2
    )
    return float(score), float(information)


def log_likelihood(count: FloatArray, mean: FloatArray, theta: float | None) -> float:
    """Return the log-likelihood; Poisson where θ is None."""
    if theta is None:
        return float(np.sum(count * np.log(mean) - mean - gammaln(count + 1)))
    total = theta + mean
    return float(
        np.sum(
            gammaln(theta + count)
            - gammaln(theta)
            - gammaln(count + 1)
            + theta * np.log(theta / total)
            + count * np.log(mean / total)
        )
    )


def _moment_theta(data: CountData, coefficients: FloatArray) -> float:
    mean = data.mean(coefficients)
    spread = float(np.mean(((data.count - mean) ** 2 - mean) / mean**2))
    return 1 / spread if spread > 1e-3 else 1e3


def _regression_step(data: CountData, coefficients: FloatArray, theta: float) -> _Step:
    mean = data.mean(coefficients)
    weight = mean / (1 + mean / theta)
    gradient = data.matrix.T @ ((data.count - mean) / (1 + mean / theta))
    change = np.linalg.solve((data.matrix * weight[:, None]).T @ data.matrix, gradient)
    reach = float(np.abs(data.matrix @ change).max())
    return _Step(
        change=np.asarray(change * min(1.0, LONGEST_STEP / max(reach, 1e-300)), dtype=np.float64),
        squared_distance=float(gradient @ change),
    )
