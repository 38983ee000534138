r"""How a pooled estimate answers to deltas, without another fit.

When an analysis is linear in the outcome, the estimate of each completed dataset is :math:`a + b'\delta` and its variance is
:math:`v + l'\delta + \delta' Q \delta`, for one delta or several. A few analyses give these numbers; every point of a curve, and its
crossing of a significance level, follows from them. Any other analysis is carried out again at each point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.analysis_step import AnalysisStep, Response, Target, TargetEstimates
from analysis.missing_data.completed_outcomes import CompletedOutcomes
from analysis.missing_data.imputation import Imputation
from analysis.results import NotEstimableError
from analysis.sensitivity.delta import DeltaRule

FloatArray = NDArray[np.float64]


class DeltaResponse(Protocol):
    """The estimates of one target in every completed dataset, at any deltas."""

    def at(self, deltas: FloatArray) -> TargetEstimates:
        """Return the estimates with these deltas, one for each rule."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PolynomialResponse:
    """Linear estimates and quadratic variances of one target."""

    target: Target
    intercepts: FloatArray
    """Shape (datasets,)."""
    slopes: FloatArray
    """Shape (datasets, rules)."""
    variances: FloatArray
    """Without delta; shape (datasets,)."""
    variance_slopes: FloatArray
    """Shape (datasets, rules)."""
    variance_curvature: FloatArray
    """Symmetric; shape (datasets, rules, rules)."""
    df: float | None

    def at(self, deltas: FloatArray) -> TargetEstimates:
        """Return the estimates with these deltas, one for each rule."""
        curved = np.einsum("drs,r,s->d", self.variance_curvature, deltas, deltas)
        return TargetEstimates(
            target=self.target,
            estimates=self.intercepts + self.slopes @ deltas,
            variances=self.variances + self.variance_slopes @ deltas + curved,
            df=self.df,
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RepeatedResponse:
    """An analysis carried out again at every delta."""

    step: AnalysisStep
    completed: CompletedOutcomes
    weights: FloatArray
    """Shape (rules, missing)."""
    target: Target

    def at(self, deltas: FloatArray) -> TargetEstimates:
        """Return the estimates with these deltas, one for each rule."""
        return _analyse(self.step, self.completed, deltas @ self.weights, self.target)


def derive_response(
    imputation: Imputation, step: AnalysisStep, target: Target, rules: Sequence[DeltaRule]
) -> DeltaResponse:
    """Find how the estimates of a target answer to deltas.

    `NotEstimableError` says why not, if the target cannot be estimated or does not exist.

    Parameters
    ----------
    imputation : Imputation
        Completed datasets.
    step : AnalysisStep
        Their analysis.
    target : Target
        Which of its estimates.
    rules : sequence of DeltaRule
        One for each delta.

    Returns
    -------
    DeltaResponse
        In closed form where the analysis is linear in the outcome.
    """
    completed = imputation.completed
    weights = np.stack([rule.weights(completed) for rule in rules])
    repeated = RepeatedResponse(step=step, completed=completed, weights=weights, target=target)
    if step.response is Response.LINEAR:
        return _polynomial(repeated, len(rules))
    return repeated


def _polynomial(response: RepeatedResponse, n_rules: int) -> PolynomialResponse:
    """Interpolate between shifts of about one standard deviation, which loses the fewest digits."""
    scale = float(np.nanstd(response.completed.outcomes.outcome)) or 1.0
    unit = scale * np.eye(n_rules)
    here = response.at(np.zeros(n_rules))
    up = [response.at(step) for step in unit]
    down = [response.at(-step) for step in unit]
    curvature = np.empty((len(here.estimates), n_rules, n_rules))
    for r in range(n_rules):
        curvature[:, r, r] = (up[r].variances + down[r].variances) / 2 - here.variances
        for s in range(r):
            both = response.at(unit[r] + unit[s]).variances
            mixed = both - up[r].variances - up[s].variances + here.variances
            curvature[:, r, s] = curvature[:, s, r] = mixed / 2
    rises = [(u.estimates - d.estimates) / 2 for u, d in zip(up, down, strict=True)]
    widens = [(u.variances - d.variances) / 2 for u, d in zip(up, down, strict=True)]
    return PolynomialResponse(
        target=response.target,
        intercepts=here.estimates,
        slopes=np.stack(rises, axis=1) / scale,
        variances=here.variances,
        variance_slopes=np.stack(widens, axis=1) / scale,
        variance_curvature=curvature / scale**2,
        df=here.df,
    )


def _analyse(
    step: AnalysisStep, completed: CompletedOutcomes, shift: FloatArray, target: Target
) -> TargetEstimates:
    found = step.analyse(completed.shifted(shift))
    chosen = next((one for one in found if one.target == target), None)
    if chosen is None:
        raise NotEstimableError(
            f"the analysis has no {target.quantity} {target.label} at visit {target.visit}"
        )
    if chosen.reason:
        raise NotEstimableError(chosen.reason)
    return chosen
