"""Confidence bounds that never contradict the decisions of a graph.

For one-sided hypotheses "the effect is at most the null value", tested by p values whose bounds are known at every level.
If some hypothesis stays: whoever is not rejected has the bound at its own level, and whoever is rejected is only known to
lie above the null value. If all are rejected, each has the bound at its share of the level at the beginning, or the null
value where that says more. The bounds hold together.

References
----------
Guilbaud (2008), Biometrical Journal 50, 678-692. Strassburger & Bretz (2008), Statistics in Medicine 27, 4914-4927.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from analysis.multiplicity.graph import GraphOutcome, InheritanceGraph
from analysis.multiplicity.hypotheses import as_written


@dataclass(frozen=True, kw_only=True, slots=True)
class CompatibleBound:
    """The lower confidence bound of one effect."""

    name: str
    lower: float
    """``-inf`` where the hypothesis had no share of the level."""
    is_rejected: bool


def compatible_lower_bounds(
    graph: InheritanceGraph,
    outcome: GraphOutcome,
    bound_at_level: Callable[[str, float], float],
    *,
    null_value: float = 0.0,
) -> tuple[CompatibleBound, ...]:
    """Return lower bounds for the effects of a graph.

    Parameters
    ----------
    graph : InheritanceGraph
        As tested.
    outcome : GraphOutcome
        What it decided, from one-sided p values.
    bound_at_level : callable
        From a name and a one-sided level to the lower confidence bound, e.g. estimate - quantile x standard error.
    null_value : float
        Of every hypothesis.

    Returns
    -------
    tuple of CompatibleBound
        In the order of the graph; above or at the null value if and only if rejected.
    """
    everything = all(decision.is_rejected for decision in outcome.decisions)
    level = as_written(outcome.significance_level)
    bounds = []
    for decision, weight in zip(outcome.decisions, graph.weights, strict=True):
        own = float(as_written(weight) * level) if everything else decision.local_level
        found = bound_at_level(decision.name, own) if own > 0 else -math.inf
        if decision.is_rejected:
            found = max(null_value, found) if everything else null_value
        bounds.append(
            CompatibleBound(name=decision.name, lower=found, is_rejected=decision.is_rejected)
        )
    return tuple(bounds)
