"""Stratum keys: every one a plan can have, and the one a set of levels belongs to.

Conventions: a key names the factors in alphabetical order, e.g. ``severity=moderate|site=LEI``.
"""

import math
from collections.abc import Mapping
from itertools import product

from protocols.randomization import RandomizationPlan, StratificationFactor, StratumLevel

SITE_FACTOR = "site"


def stratum_key(levels: Mapping[str, str]) -> str:
    """Return the key of a level for each factor.

    Examples
    --------
    >>> stratum_key({"site": "LEI", "severity": "moderate"})
    'severity=moderate|site=LEI'
    """
    return "|".join(f"{factor}={level}" for factor, level in sorted(levels.items()))


def strata_of(plan: RandomizationPlan) -> tuple[str, ...]:
    """Return the keys of every stratum of a plan, sorted."""
    choices = [[(factor.code, level.code) for level in factor.levels] for factor in plan.factors]
    return tuple(sorted(stratum_key(dict(levels)) for levels in product(*choices)))


def level_of_score(factor: StratificationFactor, score: float) -> str:
    """Return the level that a score belongs to: the highest whose minimum it reaches.

    A prorated score is rounded half up; a score below every minimum belongs to the lowest level,
    because it has fallen since screening and the participant stays in the trial.
    """
    points = math.floor(score + 0.5)
    levels = sorted(factor.levels, key=_minimum)
    return next((level for level in reversed(levels) if _minimum(level) <= points), levels[0]).code


def _minimum(level: StratumLevel) -> float:
    return -math.inf if level.minimum is None else level.minimum
