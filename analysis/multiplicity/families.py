"""One family of hypotheses: adjusted p values and the level that each was tested at.

The adjusted p values are those of statsmodels (the same as R's ``p.adjust``), but for two: its Šidák warns at p = 1, and
its Holm collects garbage at every call, which takes 50 ms. The local levels are ours, because statsmodels gives none.

References
----------
Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Hochberg (1988), Biometrika 75, 800-802.
Hommel (1988), Biometrika 75, 383-386. Benjamini & Hochberg (1995), JRSS B 57, 289-300.
Benjamini & Yekutieli (2001), Annals of Statistics 29, 1165-1188.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate

from analysis.multiplicity.hypotheses import (
    Decision,
    Hypothesis,
    check_hypotheses,
    check_level,
)


class Procedure(StrEnum):
    """How a family of hypotheses is adjusted; every one but the last two controls the familywise error."""

    BONFERRONI = "bonferroni"
    SIDAK = "sidak"
    """Exact for independent tests; too optimistic for some negative dependence."""
    HOLM = "holm"
    """Valid whatever the dependence; never worse than Bonferroni."""
    HOCHBERG = "hochberg"
    """Valid for independent or positively dependent tests."""
    HOMMEL = "hommel"
    """As Hochberg, and never worse than it."""
    BENJAMINI_HOCHBERG = "benjamini_hochberg"
    """Controls the false discovery rate, not the familywise error: for exploration."""
    BENJAMINI_YEKUTIELI = "benjamini_yekutieli"
    """As Benjamini-Hochberg, whatever the dependence."""


_STATSMODELS_NAMES = {
    Procedure.BONFERRONI: "bonferroni",
    Procedure.HOCHBERG: "simes-hochberg",
    Procedure.HOMMEL: "hommel",
    Procedure.BENJAMINI_HOCHBERG: "fdr_bh",
    Procedure.BENJAMINI_YEKUTIELI: "fdr_by",
}


def adjust_family(
    hypotheses: Sequence[Hypothesis], procedure: Procedure, *, significance_level: float
) -> tuple[Decision, ...]:
    """Adjust the p values of one family and decide about each hypothesis.

    Parameters
    ----------
    hypotheses : sequence of Hypothesis
        The family, in any order.
    procedure : Procedure
        How to adjust.
    significance_level : float
        Of the whole family; two-sided if the p values are.

    Returns
    -------
    tuple of Decision
        In the order given.

    Raises
    ------
    MultiplicityError
        If a p value or the level is no probability, or a name is there twice.
    """  # noqa: DOC502 - raised by the checks
    check_level(significance_level)
    check_hypotheses(hypotheses)
    p_values = [hypothesis.p for hypothesis in hypotheses]
    adjusted = _adjusted(p_values, procedure)
    levels = _local_levels(p_values, procedure, significance_level)
    return tuple(
        Decision(
            name=hypothesis.name,
            p=hypothesis.p,
            adjusted_p=p,
            local_level=level,
            is_rejected=p <= significance_level,
        )
        for hypothesis, p, level in zip(hypotheses, adjusted, levels, strict=True)
    )


def _adjusted(p_values: Sequence[float], procedure: Procedure) -> list[float]:
    from statsmodels.stats.multitest import multipletests

    if procedure is Procedure.HOLM:
        return _holm(p_values)
    if procedure is Procedure.SIDAK:
        return [1.0 if p == 1 else -math.expm1(len(p_values) * math.log1p(-p)) for p in p_values]
    adjusted = multipletests(p_values, method=_STATSMODELS_NAMES[procedure])[1]
    return [float(p) for p in adjusted]


def _holm(p_values: Sequence[float]) -> list[float]:
    n = len(p_values)
    order = sorted(range(n), key=lambda index: p_values[index])
    factors = [min(1.0, (n - rank) * p_values[index]) for rank, index in enumerate(order)]
    by_index = dict(zip(order, accumulate(factors, max), strict=True))
    return [by_index[index] for index in range(n)]


def _local_levels(p_values: Sequence[float], procedure: Procedure, level: float) -> list[float]:
    n = len(p_values)
    if procedure is Procedure.BONFERRONI:
        return [level / n] * n
    if procedure is Procedure.SIDAK:
        return [-math.expm1(math.log1p(-level) / n)] * n
    if procedure is Procedure.HOMMEL:
        return [level / _hommel_divisor(sorted(p_values), level)] * n
    order = sorted(range(n), key=lambda index: p_values[index])
    levels = [0.0] * n
    stopped = 0.0
    for rank, index in enumerate(order, start=1):
        levels[index] = stopped or _stepwise_level(procedure, level, rank, n)
        if procedure is Procedure.HOLM and p_values[index] > levels[index]:
            stopped = levels[index]
    return levels


def _stepwise_level(procedure: Procedure, level: float, rank: int, n: int) -> float:
    if procedure in {Procedure.HOLM, Procedure.HOCHBERG}:
        return level / (n - rank + 1)
    share = level * rank / n
    if procedure is Procedure.BENJAMINI_YEKUTIELI:
        return share / sum(1 / count for count in range(1, n + 1))
    return share


def _hommel_divisor(ascending: Sequence[float], level: float) -> int:
    """Return the number of hypotheses that Hommel's rule shares the level among: 1 rejects all."""
    n = len(ascending)
    for size in range(n, 0, -1):
        largest = ascending[n - size :]
        if all(p > rank * level / size for rank, p in enumerate(largest, start=1)):
            return size
    return 1
