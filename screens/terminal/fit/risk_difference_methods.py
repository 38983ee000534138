"""Intervals of a risk difference, and their names in R and SAS."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.estimators.proportions import Share
    from analysis.estimators.score_difference import Stratum


class Interval(StrEnum):
    """How the interval of a risk difference is made."""

    NEWCOMBE = "newcombe"
    NEWCOMBE_CONTINUITY = "newcombe-cc"
    MIETTINEN_NURMINEN = "miettinen-nurminen"
    MEE = "mee"
    SKEWNESS_CORRECTED = "scas"
    AGRESTI_CAFFO = "agresti-caffo"
    WALD = "wald"
    GREENLAND_ROBINS = "greenland-robins"
    SATO = "sato"


SCORES = (Interval.MIETTINEN_NURMINEN, Interval.MEE, Interval.SKEWNESS_CORRECTED)
POOLED = (Interval.GREENLAND_ROBINS, Interval.SATO)
R_NAMES = {
    Interval.NEWCOMBE: "score",
    Interval.NEWCOMBE_CONTINUITY: "scorecc",
    Interval.MIETTINEN_NURMINEN: "mn",
    Interval.MEE: "mee",
    Interval.AGRESTI_CAFFO: "ac",
    Interval.WALD: "wald",
}
SAS_NAMES = {
    Interval.NEWCOMBE: "newcombe",
    Interval.NEWCOMBE_CONTINUITY: "newcombe(correct)",
    Interval.MIETTINEN_NURMINEN: "mn",
    Interval.MEE: "mn(correct=no)",
    Interval.AGRESTI_CAFFO: "ac",
    Interval.WALD: "wald",
}


def table_in_r(first: "Share", second: "Share", method: Interval, level: float) -> str:
    """Return the table, the interval and both tests in R."""
    counts = f"{first.events}, {first.n}, {second.events}, {second.n}"
    table = (
        f"x <- matrix(c({first.events}, {first.n - first.events}, "
        f"{second.events}, {second.n - second.events}), 2)"
    )
    interval = (
        f'ratesci::scoreci({counts}, contrast = "RD", level = {level:g}, skew = TRUE)'
        if method is Interval.SKEWNESS_CORRECTED
        else f'DescTools::BinomDiffCI({counts}, conf.level = {level:g}, method = "{R_NAMES[method]}")'
    )
    return f"{table}\n{interval}\nchisq.test(x, correct = FALSE)\nfisher.test(x)"


def table_in_sas(method: Interval, level: float) -> str:
    """Return the interval in SAS; empty where it has none."""
    if method not in SAS_NAMES:
        return ""
    return (
        f"proc freq data=d; weight n; tables arm*event / alpha={1 - level:.10g} "
        f"riskdiff(cl={SAS_NAMES[method]}); run;"
    )


def strata_in_r(strata: "tuple[Stratum, ...]", level: float) -> str:
    """Return the tests and the common odds ratio of base R; it has no difference within strata."""
    counts = ", ".join(
        f"{one.first.events}, {one.first.n - one.first.events}, "
        f"{one.second.events}, {one.second.n - one.second.events}"
        for one in strata
    )
    return "\n".join(
        [
            f"x <- array(c({counts}), dim = c(2, 2, {len(strata)}))",
            f"mantelhaen.test(x, correct = FALSE, conf.level = {level:g})",
            "mantelhaen.test(x)",
        ]
    )
