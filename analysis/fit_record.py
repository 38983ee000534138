"""What a result keeps of the fit behind it: enough to judge it, and to make it again in R or SAS.

Conventions: the calls read ``d``, the rows of the analysis as they are exported: `participant`, `visit`, `arm`, `outcome` and the
covariates under their own names.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitCount:
    """How many of one arm had a value that entered the fit, at one visit."""

    visit: str
    """Label of the visit, or what the outcome is taken over."""
    arm: str
    """Label of the arm."""
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FitRecord:
    """One fit on record."""

    formula: str
    """Of the model; empty for a description."""
    covariance: str
    """Of the errors as fitted, e.g. ``unstructured``."""
    standard_errors: str
    df_method: str
    """How degrees of freedom were found; empty where there are none."""
    counts: tuple[VisitCount, ...]
    covariance_planned: tuple[str, ...] = ()
    """Short names in the order of the plan; empty where the plan leaves no choice."""
    fallback: tuple[str, ...] = ()
    """Each covariance that was given up, with the reason; empty when the first one was fitted."""
    converged: bool | None = None
    """None: no search took part."""
    gradient_max: float | None = None
    """Largest absolute element of the gradient of the log-likelihood at the end of the search."""
    call_in_r: str = ""
    """Empty when R has no such call."""
    call_in_sas: str = ""
    """Empty when SAS has no such call."""
    differences: tuple[str, ...] = ()
    """Why the numbers of R or SAS may differ from these; only what applies."""
