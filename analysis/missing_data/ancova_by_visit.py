"""The standard analysis of completed datasets: an analysis of covariance at every visit, all datasets at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.ancova import (
    AncovaFit,
    ArmCount,
    Sample,
    adjusted_mean_row,
    fit_ancova,
)
from analysis.estimators.repeated_least_squares import NOBODY, RepeatedFits, fit_repeatedly
from analysis.missing_data.analysis_step import Quantity, Response, Target, TargetEstimates
from analysis.missing_data.completed_outcomes import CompletedOutcomes
from analysis.missing_data.repeated_outcomes import IntArray, RepeatedOutcomes
from analysis.results import Contrast, NotEstimableError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaByVisit:
    """Outcome on arm and covariates, at every visit by itself; ordinary least squares."""

    contrasts: tuple[Contrast, ...]

    @property
    def response(self) -> Response:
        """Least squares are linear in the outcome."""
        return Response.LINEAR

    def analyse(self, completed: CompletedOutcomes) -> tuple[TargetEstimates, ...]:
        """Estimate the differences and the adjusted means of every visit in every dataset."""
        return tuple(
            estimates
            for visit in range(len(completed.outcomes.visits))
            for estimates in self._at_visit(completed, visit)
        )

    def _at_visit(self, completed: CompletedOutcomes, visit: int) -> Iterator[TargetEstimates]:
        values = completed.at_visit(visit)
        outcomes = completed.outcomes
        try:
            first = fit_ancova(_sample(outcomes, values[0]), _arm_counts(outcomes, visit))
            fits = fit_repeatedly(first.design.matrix, values, completed.left_out)
        except NotEstimableError as error:
            for target in self._targets(outcomes, visit):
                yield _without_estimate(target, str(error))
            return
        rows = {arm: _mean_rows(first, completed.left_out, arm) for arm in outcomes.arms}
        for contrast in self.contrasts:
            difference = rows[contrast.first] - rows[contrast.second]
            yield _estimates(_difference(contrast, outcomes.visits[visit]), fits, difference)
        for arm in outcomes.arms:
            yield _estimates(_adjusted_mean(arm, outcomes.visits[visit]), fits, rows[arm])

    def _targets(self, outcomes: RepeatedOutcomes, visit: int) -> list[Target]:
        label = outcomes.visits[visit]
        differences = [_difference(contrast, label) for contrast in self.contrasts]
        return differences + [_adjusted_mean(arm, label) for arm in outcomes.arms]


def _difference(contrast: Contrast, visit: str) -> Target:
    return Target(quantity=Quantity.DIFFERENCE, label=contrast.label, visit=visit)


def _adjusted_mean(arm: str, visit: str) -> Target:
    return Target(quantity=Quantity.ADJUSTED_MEAN, label=arm, visit=visit)


def _sample(outcomes: RepeatedOutcomes, values: FloatArray) -> Sample:
    return Sample(
        outcome_name=outcomes.outcome_name,
        outcome=tuple(values.tolist()),
        arm=outcomes.arm,
        covariates=outcomes.covariates,
    )


def _arm_counts(outcomes: RepeatedOutcomes, visit: int) -> list[ArmCount]:
    observed = outcomes.observed[:, visit]
    index = outcomes.arm_index
    return [
        ArmCount(arm=arm, label=arm, n_available=int(observed[index == position].sum()))
        for position, arm in enumerate(outcomes.arms)
    ]


def _mean_rows(fit: AncovaFit, left_out: IntArray, arm: str) -> FloatArray:
    """Return the weights of the coefficients in an adjusted mean, over those who are in each dataset."""
    everyone = adjusted_mean_row(fit, arm)
    matrix = fit.design.matrix
    count = len(matrix)
    without = (count * everyone - matrix[left_out]) / (count - 1)
    n_indicators = 1 + len(fit.design.arms)
    without[:, :n_indicators] = everyone[:n_indicators]
    return np.where((left_out == NOBODY)[:, None], everyone, without)


def _estimates(target: Target, fits: RepeatedFits, weights: FloatArray) -> TargetEstimates:
    estimates, variances = fits.combine(weights)
    return TargetEstimates(
        target=target, estimates=estimates, variances=variances, df=float(fits.df[0])
    )


def _without_estimate(target: Target, reason: str) -> TargetEstimates:
    nothing = np.empty(0)
    return TargetEstimates(
        target=target, estimates=nothing, variances=nothing, df=None, reason=reason
    )
