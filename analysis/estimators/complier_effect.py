r"""Complier average causal effect: what the intervention did to those who took it up because they were offered it.

Wald's ratio: difference in outcome by assignment over difference in take-up by assignment; equal to two-stage least squares with assignment as
instrument. Standard error s² (X'PX)⁻¹ with n − k, or HC1; with covariates both stages have them.

It needs assumptions that data cannot show: assignment is random; it acts on the outcome only through take-up (exclusion restriction); nobody
does the opposite of what they are assigned to (monotonicity). The first-stage F says how strong assignment is; below 10 the interval is not to be
trusted, and Anderson and Rubin's test (of no effect) is still valid.

References
----------
Angrist, Imbens & Rubin (1996), JASA 91, 444-455. Staiger & Stock (1997), Econometrica 65, 557-586 (F below 10).
Anderson & Rubin (1949), Annals of Mathematical Statistics 20, 46-63.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.arrays import (
    FloatArray,
    require_binary,
    require_equal_lengths,
    require_finite,
)
from analysis.estimators.design import Covariate, covariate_columns
from analysis.estimators.effect import ArmSize, Effect, Named, t_effect
from analysis.estimators.frame import complete_rows, covariates, numbers
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

WEAK_BELOW = 10.0
ASSUMPTIONS = (
    "Assumes that assignment acts on the outcome only through take-up and that nobody takes up the opposite of what they "
    "are assigned to."
)


class ComplierCovariance(StrEnum):
    """How the covariance of two-stage least squares is estimated."""

    MODEL = "model-based"
    HC1 = "HC1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Uptake:
    """One entry a participant."""

    outcome: tuple[float, ...]
    assigned: tuple[float, ...]
    """1: offered the intervention; 0: not."""
    received: tuple[float, ...]
    """1: took it up; 0: did not. Or an amount, e.g. minutes."""
    covariates: tuple[Covariate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ComplierEffect:
    """The effect by take-up and what it rests on."""

    intention_to_treat: Effect
    first_stage: Effect
    """Difference in take-up by assignment."""
    effect: Effect
    first_stage_f: float
    is_weak: bool
    p_anderson_rubin: float
    """Of no effect of take-up; valid however weak the first stage."""
    assumptions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UptakeColumns:
    """Which column plays which part."""

    outcome: str
    assigned: str
    received: str
    covariates: tuple[str, ...] = ()


def estimate_complier_effect(
    data: Uptake, kind: ComplierCovariance, *, confidence_level: float
) -> ComplierEffect:
    """Estimate the complier average causal effect.

    Raises
    ------
    NotEstimableError
        If everyone has the same assignment, take-up does not depend on it, or the outcome does not vary.
    """
    outcome, assigned, received = _columns(data)
    others = _others(data, len(outcome))
    exogenous = np.column_stack([np.ones(len(outcome)), assigned, others])
    first = _least_squares(received, exogenous)
    if abs(first.params[1]) < 1e-10:
        raise NotEstimableError("take-up is the same however participants were assigned")
    reduced = _least_squares(outcome, exogenous)
    if float(reduced.ssr) <= 1e-20 * float(outcome @ outcome):
        raise NotEstimableError("the outcome does not vary beyond assignment and covariates")
    coefficient, error, df = _two_stage(outcome, received, exogenous, kind)
    f_statistic = _first_stage_f(first)
    arms = (
        ArmSize(arm="assigned", n=int(assigned.sum())),
        ArmSize(arm="not assigned", n=int(len(assigned) - assigned.sum())),
    )
    weak = f_statistic < WEAK_BELOW
    warning = f"First-stage F {f_statistic:.1f} is below 10: the interval is not to be trusted."
    return ComplierEffect(
        intention_to_treat=_of_model(
            "difference in outcome by assignment", reduced, arms, confidence_level
        ),
        first_stage=_of_model("difference in take-up by assignment", first, arms, confidence_level),
        effect=t_effect(
            Named(
                quantity="complier average causal effect",
                method=f"two-stage least squares; {kind.value} standard error",
                arms=arms,
                comment=warning if weak else "",
            ),
            estimate=coefficient,
            standard_error=error,
            df=df,
            confidence_level=confidence_level,
        ),
        first_stage_f=f_statistic,
        is_weak=weak,
        p_anderson_rubin=float(reduced.pvalues[1]),
        assumptions=ASSUMPTIONS,
    )


def estimate_complier_effect_of_frame(
    frame: "pd.DataFrame",
    columns: UptakeColumns,
    kind: ComplierCovariance,
    *,
    confidence_level: float,
) -> ComplierEffect:
    """Estimate the complier average causal effect from one row a participant; incomplete rows are left out."""
    needed = (columns.outcome, columns.assigned, columns.received, *columns.covariates)
    rows = complete_rows(frame, needed).frame
    data = Uptake(
        outcome=tuple(numbers(rows, columns.outcome).tolist()),
        assigned=tuple(numbers(rows, columns.assigned).tolist()),
        received=tuple(numbers(rows, columns.received).tolist()),
        covariates=covariates(rows, columns.covariates),
    )
    return estimate_complier_effect(data, kind, confidence_level=confidence_level)


def _columns(data: Uptake) -> tuple[FloatArray, FloatArray, FloatArray]:
    require_equal_lengths(outcome=data.outcome, assigned=data.assigned, received=data.received)
    outcome = require_finite(data.outcome, "the outcome")
    assigned = require_binary(data.assigned, "the assignment")
    received = require_finite(data.received, "take-up")
    if not assigned.size or np.ptp(assigned) == 0:
        raise NotEstimableError("everyone has the same assignment")
    return outcome, assigned, received


def _others(data: Uptake, count: int) -> FloatArray:
    columns = [
        values
        for covariate in data.covariates
        if len(set(covariate.values)) > 1
        for _, values in covariate_columns(covariate)
    ]
    return np.column_stack(columns) if columns else np.zeros((count, 0))


def _least_squares(outcome: FloatArray, matrix: FloatArray) -> Any:  # noqa: ANN401 - statsmodels ships no types
    from statsmodels.regression.linear_model import OLS

    if np.linalg.matrix_rank(matrix) < matrix.shape[1] or len(matrix) <= matrix.shape[1]:
        raise NotEstimableError("assignment and covariates cannot be told apart")
    return OLS(outcome, matrix).fit()


def _first_stage_f(first: Any) -> float:  # noqa: ANN401 - statsmodels ships no types
    error = float(first.bse[1])
    return float("inf") if error < 1e-14 else float(first.params[1] / error) ** 2


def _two_stage(
    outcome: FloatArray, received: FloatArray, exogenous: FloatArray, kind: ComplierCovariance
) -> tuple[float, float, float]:
    projected = exogenous @ np.linalg.lstsq(exogenous, received, rcond=None)[0]
    rest = np.delete(exogenous, 1, axis=1)
    second_stage = np.column_stack([projected, rest])
    scaled = second_stage / np.maximum(np.linalg.norm(second_stage, axis=0), 1e-300)
    if np.linalg.matrix_rank(scaled) < scaled.shape[1]:
        raise NotEstimableError("take-up is the same however participants were assigned")
    bread = np.linalg.inv(second_stage.T @ second_stage)
    coefficients = bread @ second_stage.T @ outcome
    residuals = outcome - np.column_stack([received, rest]) @ coefficients
    df = len(outcome) - second_stage.shape[1]
    covariance = bread * (residuals @ residuals) / df
    if kind is ComplierCovariance.HC1:
        meat = (second_stage * residuals[:, None] ** 2).T @ second_stage
        covariance = bread @ meat @ bread * len(outcome) / df
    return float(coefficients[0]), float(np.sqrt(max(covariance[0, 0], 0.0))), float(df)


def _of_model(
    quantity: str,
    model: Any,  # noqa: ANN401 - statsmodels ships no types
    arms: tuple[ArmSize, ...],
    confidence_level: float,
) -> Effect:
    named = Named(quantity=quantity, method="ordinary least squares", arms=arms)
    if float(model.bse[1]) < 1e-14:
        return Effect(
            quantity=quantity,
            method=named.method,
            arms=arms,
            estimate=float(model.params[1]),
            comment="Everyone did as assigned: no variation, so no interval.",
        )
    return t_effect(
        named,
        estimate=float(model.params[1]),
        standard_error=float(model.bse[1]),
        df=float(model.df_resid),
        confidence_level=confidence_level,
    )
