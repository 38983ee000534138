"""Re-randomization test: the allocation is drawn again and again by the trial's own design, the outcomes stay.

Right by construction for minimization, stratified blocks, adaptive designs: the reference distribution is that of the design, whatever it is. The design is
handed in as a function that draws one allocation of the same participants in the same order of arrival. p = (1 + draws at least as extreme) / (1 + draws),
which never is 0 and keeps the level exactly; its Monte Carlo error is told. The interval holds the constant effects that are not rejected, found by
bisection with the same draws.

The statistic must be linear in the outcomes (a difference in means, raw or adjusted for covariates by least squares): then every draw is evaluated twice,
once for the outcomes and once for a constant effect, and all hypotheses follow.

References
----------
Rosenberger & Lachin (2015), Randomization in clinical trials, chapter 6. Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9, 39.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.effect import ArmSize, Effect
from analysis.estimators.frame import ColumnError, Comparison, compared_rows, labels, numbers
from analysis.results import Contrast, Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

BoolArray = NDArray[np.bool_]
DrawAllocation = Callable[[np.random.Generator], Sequence[str]]
"""Draws one allocation by the trial's design: the arm of each participant, in order of arrival."""
Statistic = Callable[[FloatArray, BoolArray], float]
"""Outcomes, and who is in the first arm, to a number; linear in the outcomes."""
BISECTIONS = 50
EXTREME = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Rerandomization:
    """Result of a re-randomization test."""

    effect: Effect
    draws: int
    monte_carlo_error: float
    """Standard error of p."""


def difference_in_means(outcome: FloatArray, first: BoolArray) -> float:
    """Return the mean of the first arm minus that of the other.

    Examples
    --------
    >>> difference_in_means(np.array([1.0, 3.0, 2.0]), np.array([True, True, False]))
    0.0
    """
    return float(outcome[first].mean() - outcome[~first].mean())


@dataclass(frozen=True, kw_only=True, slots=True)
class Redraw:
    """How the allocation is drawn again."""

    draw: DrawAllocation
    draws: int = 9_999
    statistic: Statistic = difference_in_means


def compare_by_rerandomization(
    outcome: Sequence[float],
    arm: Sequence[str],
    contrast: Contrast,
    redraw: Redraw,
    *,
    generator: np.random.Generator,
    confidence_level: float,
) -> Rerandomization:
    """Compare two arms by drawing the allocation again.

    Raises
    ------
    NotEstimableError
        If an arm is empty, outcomes do not vary, a draw has another number of participants or leaves an arm empty.
    """
    require_equal_lengths(outcome=outcome, arm=arm)
    first, second = contrast.first, contrast.second
    draws, statistic = redraw.draws, redraw.statistic
    values = require_finite(outcome, "the outcome")
    observed = np.asarray(arm) == first
    sizes = (
        ArmSize(arm=first, n=int(observed.sum())),
        ArmSize(arm=second, n=int((~observed).sum())),
    )
    for size in sizes:
        if size.n == 0:
            raise NotEstimableError(f"{size.arm} has no participant in the analysis set")
    if np.ptp(values) == 0:
        raise NotEstimableError("the outcome has the same value in every participant")
    allocations = [_drawn(redraw.draw(generator), first, len(values)) for _ in range(draws)]

    raw = np.array([statistic(values, allocation) for allocation in allocations])
    constant = observed.astype(np.float64)
    moves = np.array([statistic(constant, allocation) for allocation in allocations])
    estimate, unit = statistic(values, observed), statistic(constant, observed)

    def p_of(shift: float) -> float:
        here = abs(estimate - shift * unit) - EXTREME * float(np.ptp(values))
        extreme = int(np.sum(np.abs(raw - shift * moves) >= here))
        return (1 + extreme) / (1 + draws)

    p = p_of(0.0)
    effect = Effect(
        quantity=f"difference, {first} − {second}",
        method=f"re-randomization, {draws} draws of the trial’s design",
        arms=sizes,
        estimate=estimate,
        interval=_interval(p_of, estimate, float(np.ptp(values)), confidence_level),
        p=p,
    )
    return Rerandomization(
        effect=effect, draws=draws, monte_carlo_error=float(np.sqrt(p * (1 - p) / draws))
    )


def compare_frame_by_rerandomization(
    frame: "pd.DataFrame",
    outcome: str,
    comparison: Comparison,
    redraw: Redraw,
    *,
    generator: np.random.Generator,
    confidence_level: float,
) -> Rerandomization:
    """Compare the arms of a data frame with one row a participant, in order of arrival.

    Raises
    ------
    ColumnError
        If an outcome is missing: the design allocates everyone, so impute or hand in who was observed with a design for them.
    """
    rows = compared_rows(frame, comparison, (outcome,))
    if rows.n_left_out:
        raise ColumnError(
            f"{rows.n_left_out} participants have no {outcome}; the design allocates everyone, so impute it"
        )
    return compare_by_rerandomization(
        numbers(rows.frame, outcome).tolist(),
        labels(rows.frame, comparison.column),
        Contrast(first=comparison.first, second=comparison.second, label=comparison.label),
        redraw,
        generator=generator,
        confidence_level=confidence_level,
    )


def _drawn(allocation: Sequence[str], first: str, count: int) -> BoolArray:
    chosen = np.asarray(allocation) == first
    if len(chosen) != count:
        raise NotEstimableError(f"the design drew {len(chosen)} participants for {count} outcomes")
    if chosen.all() or not chosen.any():
        raise NotEstimableError("the design drew an allocation with an empty arm")
    return np.asarray(chosen)


def _interval(
    p_of: Callable[[float], float], estimate: float, span: float, level: float
) -> Interval | None:
    limits = []
    for direction in (-1.0, 1.0):
        inside, outside = estimate, estimate + direction * 2 * span
        if p_of(outside) > 1 - level:
            return None
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_of(middle) > 1 - level else (inside, middle)
            if abs(inside - outside) < 1e-6 * span:
                break
        limits.append(inside)
    return Interval(lower=limits[0], upper=limits[1], level=level)
