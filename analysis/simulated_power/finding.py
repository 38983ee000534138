"""What an estimator says about one simulated trial, in one form for all of them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.results import Interval

NOTHING = float("nan")


class HasInterval(Protocol):
    """An estimate of any kind: `Effect`, `Estimate`, `PooledEstimate`."""

    @property
    def estimate(self) -> float | None:
        """None when there is no number."""
        ...

    @property
    def standard_error(self) -> float | None:
        """None when there is none."""
        ...

    @property
    def interval(self) -> Interval | None:
        """None when there is none."""
        ...

    @property
    def p(self) -> float | None:
        """None when there is none."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Numbers on the scale on which they are judged; NaN where there is none."""

    estimate: float = NOTHING
    standard_error: float = NOTHING
    lower: float = NOTHING
    upper: float = NOTHING
    p: float = NOTHING


def finding(found: HasInterval) -> Finding:
    """Return the numbers of an estimate as they are."""
    if found.estimate is None or found.interval is None:
        return Finding()
    return Finding(
        estimate=found.estimate,
        standard_error=NOTHING if found.standard_error is None else found.standard_error,
        lower=found.interval.lower,
        upper=found.interval.upper,
        p=NOTHING if found.p is None else found.p,
    )


def log_finding(found: HasInterval) -> Finding:
    """Return the numbers of a ratio as logarithms; its standard error is that of the logarithm already."""
    plain = finding(found)
    with np.errstate(divide="ignore"):
        estimate, lower, upper = np.log([plain.estimate, plain.lower, plain.upper]).tolist()
    return Finding(
        estimate=estimate if np.isfinite(estimate) else NOTHING,
        standard_error=plain.standard_error,
        lower=lower,
        upper=upper,
        p=plain.p,
    )
