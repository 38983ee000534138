"""Stratum keys: every one a plan can have, and the one a set of levels belongs to.

Conventions: a key names the factors in alphabetical order, e.g. ``severity=moderate|site=LEI``.
"""

import math
from collections.abc import Mapping
from itertools import product

from protocols.randomization import RandomizationPlan, StratificationFactor

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


def level_of_score(factor: StratificationFactor, score: float) -> str | None:
    """Return the level that a score falls in, rounded half up; None when it falls in none."""
    points = math.floor(score + 0.5)
    for level in factor.levels:
        above = level.minimum is None or points >= level.minimum
        below = level.maximum is None or points <= level.maximum
        if above and below:
            return level.code
    return None
