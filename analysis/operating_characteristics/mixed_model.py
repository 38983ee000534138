"""A mixed model for repeated measures as the estimator of simulated trials."""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure
from analysis.estimators.mixed_model.covariance.unstructured import Unstructured
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fallback import fit_in_order
from analysis.estimators.mixed_model.inference import Method, infer
from analysis.operating_characteristics.each_trial import SimulatedTrial, TrialEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class MixedModelAtLastVisit:
    """The difference at the last visit: means by arm and visit, baseline by visit, REML.

    For `analysis.operating_characteristics.each_trial.EachTrial`. A trial in which no structure can be trusted has no
    estimate.
    """

    method: Method = Method.KENWARD_ROGER_LINEAR
    structures: tuple[CovarianceStructure, ...] = (Unstructured(),)
    confidence_level: float = 0.95

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Fit one trial; `NotEstimableError` when no structure can be trusted."""
        data = mixed_model_data(trial)
        inference = infer(fit_in_order(data, self.structures).fit, self.method)
        row = np.zeros((1, len(data.columns)))
        row[0, data.columns.index(_arm_column(data.n_visits - 1))] = 1.0
        found = inference.estimate(row, self.confidence_level)
        return TrialEstimate(
            estimate=float(found.estimate[0]),
            standard_error=float(found.standard_error[0]),
            lower=float(found.lower[0]),
            upper=float(found.upper[0]),
            df=float(found.df[0]),
        )


def mixed_model_data(trial: SimulatedTrial) -> MixedModelData:
    """Return the rows of one trial: a mean, an arm and a baseline column for each visit."""
    visits = trial.outcomes.shape[1]
    participant, visit = np.nonzero(np.isfinite(trial.outcomes))
    at_visit = (visit[:, None] == np.arange(visits)).astype(np.float64)
    arm = trial.is_first_arm[participant, None]
    centred = trial.baseline - trial.baseline.mean()
    return MixedModelData(
        outcome=trial.outcomes[participant, visit],
        design=np.hstack([at_visit, at_visit * arm, at_visit * centred[participant, None]]),
        columns=(
            *(f"visit{number}" for number in range(visits)),
            *(_arm_column(number) for number in range(visits)),
            *(f"visit{number}:baseline" for number in range(visits)),
        ),
        participant=np.unique(participant, return_inverse=True)[1],
        visit=visit,
        n_visits=visits,
    )


def _arm_column(visit: int) -> str:
    return f"visit{visit}:arm"
