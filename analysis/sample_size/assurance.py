"""Assurance: the probability of success when the effect itself is uncertain.

Power is conditional on one effect. Assurance averages it over what is believed about the effect before the trial; it is
the probability to plan with, and it stays below 1 however many participants there are.

References
----------
O'Hagan, Stevens & Campbell (2005), Pharmaceutical Statistics 4, 187-201.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.sample_size.requirement import SampleSizeError, check_positive

NODES = 4001
REACH = 8.0


class Prior(Protocol):
    """What is believed about the effect, as effects with weights that sum to 1."""

    def support(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return effects and their weights."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalPrior:
    """A normal belief, e.g. from a meta-analysis or from experts."""

    mean: float
    standard_deviation: float

    def __post_init__(self) -> None:
        check_positive("The standard deviation of the prior", self.standard_deviation)

    def support(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return effects within 8 standard deviations, evenly spaced."""
        z = np.linspace(-REACH, REACH, NODES)
        mass = np.exp(-0.5 * z**2)
        effects = self.mean + self.standard_deviation * z
        return tuple(effects.tolist()), tuple((mass / mass.sum()).tolist())


@dataclass(frozen=True, kw_only=True, slots=True)
class ElicitedPrior:
    """Effects that experts named, with their weights."""

    effects: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.effects or len(self.effects) != len(self.weights):
            message = f"There are {len(self.effects)} effects and {len(self.weights)} weights: give one weight for each effect."
            raise SampleSizeError(message)
        if min(self.weights) < 0 or not math.isclose(sum(self.weights), 1.0, abs_tol=1e-9):
            message = f"The weights of the elicited effects sum to {sum(self.weights):g}: none may be negative and they must sum to 1."
            raise SampleSizeError(message)

    def support(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return what was elicited."""
        return self.effects, self.weights


def assurance(power_at: Callable[[float], float], prior: Prior) -> float:
    """Return the probability of success averaged over a prior.

    Parameters
    ----------
    power_at : callable
        Probability of success at a true effect, signed: at an effect in the wrong direction it is near 0. See
        `normal_power`.
    prior : Prior
        What is believed about the effect.

    Returns
    -------
    float
        Between 0 and 1.
    """
    effects, weights = prior.support()
    return math.fsum(
        weight * power_at(effect) for effect, weight in zip(effects, weights, strict=True)
    )


def normal_power(standard_error: float, tail: float) -> Callable[[float], float]:
    """Return the power of a normal test by the true effect, larger being better.

    Parameters
    ----------
    standard_error : float
        Of the estimate.
    tail : float
        One-sided level.

    Returns
    -------
    callable
        From effect to power.
    """
    check_positive("The standard error", standard_error)
    critical = -float(ndtri(tail))
    return lambda effect: float(ndtr(effect / standard_error - critical))


def simulated_power(effects: Sequence[float], powers: Sequence[float]) -> Callable[[float], float]:
    """Return the power between effects at which it was simulated, on straight lines.

    Raises
    ------
    SampleSizeError
        If effects and powers do not fit, or effects do not grow.
    """
    if len(effects) != len(powers) or len(effects) < 2 or np.any(np.diff(effects) <= 0):
        raise SampleSizeError(
            "Simulated power needs two or more growing effects and as many powers."
        )
    return lambda effect: float(np.interp(effect, effects, powers))
