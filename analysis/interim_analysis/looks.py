"""What one look found, and the statistic it is judged by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analysis.interim_analysis.errors import InterimError


@dataclass(frozen=True, kw_only=True, slots=True)
class LookEstimate:
    """The estimate from all data up to a look, signed so that a benefit is positive."""

    estimate: float
    standard_error: float
    df: float | None
    """Degrees of freedom of its t statistic; None for a normal statistic."""

    def __post_init__(self) -> None:
        if not math.isfinite(self.estimate):
            message = f"The estimate of the look is {self.estimate}: a look without an estimate cannot be judged."
            raise InterimError(message)
        if not (self.standard_error > 0 and math.isfinite(self.standard_error)):
            message = (
                f"The standard error of the look is {self.standard_error}: it must be above 0."
            )
            raise InterimError(message)
        if self.df is not None and not self.df > 0:
            message = f"The degrees of freedom of the look are {self.df}: they must be above 0."
            raise InterimError(message)

    @property
    def p(self) -> float:
        """One-sided p value, not adjusted for looking."""
        t = self.estimate / self.standard_error
        return float(ndtr(-t) if self.df is None else stdtr(self.df, -t))

    @property
    def z(self) -> float:
        """Normal statistic with the same one-sided p value."""
        if self.df is None:
            return self.estimate / self.standard_error
        t = self.estimate / self.standard_error
        return math.copysign(float(ndtri(stdtr(self.df, -abs(t)))), t)

    def multiple_for(self, z: float) -> float:
        """Return the multiple of the standard error that has the tail probability of ``z``."""
        if self.df is None or math.isinf(z):
            return z
        return math.copysign(float(stdtrit(self.df, ndtr(-abs(z)))), z)


def check_looks(looks: Sequence[LookEstimate], most: int) -> None:
    """Check that there are looks, and not more than bounds for them.

    Raises
    ------
    InterimError
        If there is none, or there are more.
    """
    if not 1 <= len(looks) <= most:
        message = f"There are {len(looks)} looks but bounds for {most}: give one estimate for each look held."
        raise InterimError(message)
