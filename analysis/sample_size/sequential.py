"""Sample size of a trial that may stop at a look: that of the trial without looks, times the inflation of its bounds."""

import math
from dataclasses import dataclass

from scipy.special import ndtr, stdtrit

from analysis.interim_analysis.boundaries import SolvedDesign
from analysis.interim_analysis.characteristics import compute_characteristics
from analysis.interim_analysis.design import GroupSequentialDesign
from analysis.sample_size.means import TwoMeans
from analysis.sample_size.requirement import Design, Requirement, SampleSizeError, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class SequentialRequirement:
    """Participants of a group sequential trial, not rounded."""

    maximum: Requirement
    """If the trial goes on to its end."""
    at_looks: tuple[Requirement, ...]
    """With data at each look."""
    expected_total: float
    """Of both arms under the planned effect."""
    expected_total_without_effect: float
    critical_effects: tuple[float, ...]
    """Estimate that just reaches the bound of each look; empty where the estimator has none in closed form."""


def target_of(design: GroupSequentialDesign, allocation_ratio: float = 1.0) -> Target:
    """Return the target of the trial without looks that a group sequential design is compared with."""
    return Target(
        significance_level=design.significance_level,
        statistical_power=design.statistical_power,
        sides=design.sides,
        allocation_ratio=allocation_ratio,
    )


def sequential_requirement(
    design: Design, solved: SolvedDesign, *, allocation_ratio: float = 1.0
) -> SequentialRequirement:
    """Return the participants of a trial with looks.

    Parameters
    ----------
    design : Design
        The comparison.
    solved : SolvedDesign
        Looks and bounds.
    allocation_ratio : float
        Participants of the first arm for each one of the second.

    Returns
    -------
    SequentialRequirement
        At most, at each look and on average.
    """
    found = compute_characteristics(solved)
    fixed = design.requirement(target_of(solved.design, allocation_ratio))
    inflation = found.inflation_factor
    maximum = fixed.multiplied(inflation, inflation, f"x {inflation:.4g} for looking")
    at_looks = tuple(
        maximum.multiplied(t, t, f"{t:.4g} of the information")
        for t in solved.boundaries.information
    )
    return SequentialRequirement(
        maximum=maximum,
        at_looks=at_looks,
        expected_total=fixed.total * found.average_h1,
        expected_total_without_effect=fixed.total * found.average_h0,
        critical_effects=_critical_effects(design, solved, at_looks),
    )


def _critical_effects(
    design: Design, solved: SolvedDesign, at_looks: tuple[Requirement, ...]
) -> tuple[float, ...]:
    if not isinstance(design, TwoMeans):
        return ()
    spread = design.standard_deviation * math.sqrt(design.variance_factor)
    return tuple(
        _critical_t(bound, look.total - 2) * spread * math.sqrt(1 / look.first + 1 / look.second)
        for bound, look in zip(solved.boundaries.efficacy, at_looks, strict=True)
    )


def _critical_t(z: float, df: float) -> float:
    if df <= 0:
        raise SampleSizeError("A look comes before the third participant: move it to a later time.")
    return math.inf if math.isinf(z) else -float(stdtrit(df, ndtr(-z)))
