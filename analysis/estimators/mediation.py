r"""Mediation: how much of an arm's effect goes through a mechanism, e.g. heart rate variability.

Two linear models: mediator on arm and covariates (path a); outcome on arm, mediator and covariates (direct effect c', path b). Indirect effect ab,
total ab + c'. Standard errors of ab: Sobel √(a²s_b² + b²s_a²), Aroian (+ s_a²s_b²), Goodman (− s_a²s_b²), with variances that divide by n − p (least
squares) or by n (maximum likelihood, as lavaan and Mplus). The product is skewed, so the Monte Carlo interval is preferred: percentiles of products of
normal draws of a and b.

Only the arm is randomized. The effect through a mediator is causal only if, given arm and covariates, nothing else moves both mediator and
outcome; mediation_sensitivity.py says how strong such a cause must be to undo the finding.

References
----------
Baron & Kenny (1986), JPSP 51, 1173-1182. Sobel (1982), Sociological Methodology 13, 290-312. Aroian (1947), Goodman (1960).
MacKinnon, Lockwood & Williams (2004), Multivariate Behavioral Research 39, 99-128 (Monte Carlo). VanderWeele (2015), Explanation in causal inference.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.design import Covariate, covariate_columns
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

ASSUMPTIONS = (
    "Only the arm is randomized. The indirect effect is causal only if, given arm and covariates, no other cause moves "
    "both mediator and outcome, and the mediator acts alike in both arms."
)

EXACT = 1e-18
"""Residual sum of squares as a share of the total, below which a fit is exact."""


class PathVariance(StrEnum):
    """What the residual variance of both models is divided by."""

    LEAST_SQUARES = "least squares, n − p"
    MAXIMUM_LIKELIHOOD = "maximum likelihood, n"


class ProductError(StrEnum):
    """Which standard error the product of two paths has."""

    SOBEL = "Sobel"
    AROIAN = "Aroian"
    GOODMAN = "Goodman"


@dataclass(frozen=True, kw_only=True, slots=True)
class MediationData:
    """One entry a participant."""

    outcome: tuple[float, ...]
    mediator: tuple[float, ...]
    exposed: tuple[float, ...]
    """1: first arm; 0: second arm (or a dose)."""
    covariates: tuple[Covariate, ...] = ()
    arms: tuple[ArmSize, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MediationColumns:
    """Which column plays which part."""

    outcome: str
    mediator: str
    comparison: Comparison
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mediation:
    """The paths, and the effects they add up to."""

    path_a: Effect
    """Arm to mediator."""
    path_b: Effect
    """Mediator to outcome, given arm."""
    direct: Effect
    indirect: Effect
    total: Effect
    monte_carlo: Interval
    """Percentile interval of the indirect effect; the one to report."""
    assumptions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Paths:
    a: float
    b: float
    direct: float
    covariance_outcome: FloatArray
    """Of (c', b)."""
    error_a: float


def estimate_mediation(
    data: MediationData,
    variance: PathVariance,
    product: ProductError,
    *,
    generator: np.random.Generator,
    confidence_level: float,
    draws: int = 100_000,
) -> Mediation:
    """Estimate direct, indirect and total effect.

    `NotEstimableError` if everyone has the same arm, mediator or outcome do not vary, or there are too few participants.
    """
    paths = _fit(data, variance)
    how = f"linear models; {variance.value}"

    def effect(quantity: str, method: str, estimate: float, error: float) -> Effect:
        return normal_effect(
            Named(quantity=quantity, method=method, arms=data.arms),
            estimate=estimate,
            standard_error=error,
            confidence_level=confidence_level,
        )

    error_direct, error_b = np.sqrt(np.diag(paths.covariance_outcome)).tolist()
    indirect_error = _product_error(paths.a, paths.error_a, paths.b, error_b, product)
    total_variance = (
        (paths.b * paths.error_a) ** 2
        + (paths.a * error_b) ** 2
        + error_direct**2
        + 2 * paths.a * float(paths.covariance_outcome[0, 1])
    )
    return Mediation(
        path_a=effect("arm to mediator (a)", how, paths.a, paths.error_a),
        path_b=effect("mediator to outcome (b)", how, paths.b, error_b),
        direct=effect("direct effect (c')", how, paths.direct, error_direct),
        indirect=effect(
            "indirect effect (ab)",
            f"{how}; {product.value} standard error",
            paths.a * paths.b,
            indirect_error,
        ),
        total=effect(
            "total effect (ab + c')",
            f"{how}; delta method",
            paths.a * paths.b + paths.direct,
            float(np.sqrt(total_variance)),
        ),
        monte_carlo=_monte_carlo(paths, error_b, generator, draws, confidence_level),
        assumptions=ASSUMPTIONS,
    )


def mediation_data(frame: "pd.DataFrame", columns: MediationColumns) -> MediationData:
    """Read one row a participant; incomplete rows are left out."""
    comparison = columns.comparison
    needed = (columns.outcome, columns.mediator, *columns.covariates)
    rows = compared_rows(frame, comparison, needed).frame
    arm = labels(rows, comparison.column)
    return MediationData(
        outcome=tuple(numbers(rows, columns.outcome).tolist()),
        mediator=tuple(numbers(rows, columns.mediator).tolist()),
        exposed=tuple(float(name == comparison.first) for name in arm),
        covariates=covariates(rows, columns.covariates),
        arms=tuple(
            ArmSize(arm=name, n=arm.count(name)) for name in (comparison.first, comparison.second)
        ),
    )


def mediation_designs(data: MediationData) -> tuple[FloatArray, FloatArray]:
    """Return the designs of the mediator (intercept, arm, covariates) and of the outcome (the same, then mediator).

    Raises
    ------
    NotEstimableError
        If a column does not vary, columns depend on each other, or there are too few participants.
    """
    require_equal_lengths(outcome=data.outcome, mediator=data.mediator, exposed=data.exposed)
    exposed = require_finite(data.exposed, "the arm")
    mediator = require_finite(data.mediator, "the mediator")
    outcome = require_finite(data.outcome, "the outcome")
    for values, name in ((exposed, "arm"), (mediator, "mediator"), (outcome, "outcome")):
        if not values.size or np.ptp(values) == 0:
            raise NotEstimableError(f"everyone has the same {name}")
    varying = [c for c in data.covariates if len(set(c.values)) > 1]
    others = [values for c in varying for _, values in covariate_columns(c)]
    small = np.column_stack([np.ones(len(exposed)), exposed, *others])
    large = np.column_stack([small, mediator])
    if len(large) <= large.shape[1]:
        raise NotEstimableError(f"{len(large)} participants are too few for mediation")
    if np.linalg.matrix_rank(large / np.linalg.norm(large, axis=0)) < large.shape[1]:
        raise NotEstimableError("arm, mediator and covariates cannot be told apart")
    return small, large


def _fit(data: MediationData, variance: PathVariance) -> _Paths:
    from statsmodels.regression.linear_model import OLS

    small, large = mediation_designs(data)
    of_mediator: Any = OLS(np.asarray(data.mediator), small).fit()
    of_outcome: Any = OLS(np.asarray(data.outcome), large).fit()
    for found, name in ((of_mediator, "mediator"), (of_outcome, "outcome")):
        if found.ssr <= EXACT * found.centered_tss:
            raise NotEstimableError(
                f"the model fits every value of the {name} exactly, so there is no residual variance"
            )
    divide_by_n = variance is PathVariance.MAXIMUM_LIKELIHOOD
    shrink_a = float(of_mediator.df_resid) / len(small) if divide_by_n else 1.0
    shrink_b = float(of_outcome.df_resid) / len(large) if divide_by_n else 1.0
    chosen = np.ix_([1, large.shape[1] - 1], [1, large.shape[1] - 1])
    return _Paths(
        a=float(of_mediator.params[1]),
        b=float(of_outcome.params[-1]),
        direct=float(of_outcome.params[1]),
        covariance_outcome=np.asarray(of_outcome.cov_params())[chosen] * shrink_b,
        error_a=float(of_mediator.bse[1]) * shrink_a**0.5,
    )


def _product_error(
    a: float, error_a: float, b: float, error_b: float, product: ProductError
) -> float:
    sign = {ProductError.SOBEL: 0.0, ProductError.AROIAN: 1.0, ProductError.GOODMAN: -1.0}[product]
    squared = (a * error_b) ** 2 + (b * error_a) ** 2 + sign * (error_a * error_b) ** 2
    if squared <= 0:
        raise NotEstimableError("Goodman’s variance of the indirect effect is not positive")
    return float(np.sqrt(squared))


def _monte_carlo(
    paths: _Paths, error_b: float, generator: np.random.Generator, draws: int, level: float
) -> Interval:
    a = generator.normal(paths.a, paths.error_a, draws)
    b = generator.normal(paths.b, error_b, draws)
    lower, upper = np.quantile(a * b, [(1 - level) / 2, (1 + level) / 2])
    return Interval(lower=float(lower), upper=float(upper), level=level)
