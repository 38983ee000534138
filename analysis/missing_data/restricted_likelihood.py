"""Parameters of the imputation model by restricted maximum likelihood: from everyone, and with each participant left out in turn.

The fit without a participant starts from that of everyone, so it takes a few Newton steps on sums that differ by one participant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.repeated_least_squares import LARGEST_LEVERAGE, NOBODY
from analysis.missing_data.imputation_model import ImputationModel, ParameterDraws
from analysis.missing_data.repeated_outcomes import IntArray
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationFit:
    """The imputation model fitted to everyone."""

    fit: MixedModelFit
    contributors: IntArray
    """Rows of the participants with a value that counts, in the order of the fit."""


def fit_imputation_model(model: ImputationModel) -> ImputationFit:
    """Fit the imputation model by restricted maximum likelihood.

    Parameters
    ----------
    model : ImputationModel
        Design and data.

    Returns
    -------
    ImputationFit
        A converged fit.

    Raises
    ------
    NotEstimableError
        If the fit must not be trusted, e.g. because the covariance is singular.
    """
    row, visit = np.nonzero(model.counted)
    contributors, participant = np.unique(row, return_inverse=True)
    data = MixedModelData(
        outcome=model.outcome[row, visit],
        design=model.own_design[row, visit],
        columns=model.columns,
        participant=participant,
        visit=visit,
        n_visits=model.outcome.shape[1],
        group=None if model.n_groups == 1 else model.group[model.arm[row]],
    )
    fit = fit_mixed_model(sum_patterns(data))
    if fit.trouble:
        raise NotEstimableError(f"the imputation model cannot be fitted: {fit.trouble}")
    return ImputationFit(fit=fit, contributors=contributors)


def draw_leaving_one_out(everyone: ImputationFit, participants: tuple[str, ...]) -> ParameterDraws:
    """Return the parameters from everyone, then those without each participant in turn.

    Parameters
    ----------
    everyone : ImputationFit
        The fit of the imputation model.
    participants : tuple of str
        Names, for messages.

    Returns
    -------
    ParameterDraws
        1 + participants draws; whoever has no value that counts changes nothing.

    Raises
    ------
    NotEstimableError
        If the model cannot be estimated without one of them.
    """
    _check_leverage(everyone, participants)
    count = len(participants)
    coefficients = np.repeat(everyone.fit.beta[None], count + 1, axis=0)
    covariances = np.repeat(everyone.fit.sigma[None], count + 1, axis=0)
    for position, row in enumerate(everyone.contributors.tolist()):
        fit = fit_mixed_model(everyone.fit.patterns.without(position), start=everyone.fit.theta)
        if fit.trouble:
            raise NotEstimableError(
                f"the imputation model cannot be fitted without participant {participants[row]}: {fit.trouble}"
            )
        coefficients[row + 1], covariances[row + 1] = fit.beta, fit.sigma
    return ParameterDraws(
        coefficients=coefficients,
        covariances=covariances,
        left_out=np.arange(NOBODY, count, dtype=np.int64),
        deviates=None,
    )


def _check_leverage(everyone: ImputationFit, participants: tuple[str, ...]) -> None:
    rows = everyone.fit.patterns.rows[..., :-1]
    largest = np.linalg.eigvalsh(rows @ np.swapaxes(rows, -1, -2))[:, -1]
    alone = np.nonzero(largest > LARGEST_LEVERAGE)[0]
    if len(alone):
        name = participants[int(everyone.contributors[alone[0]])]
        raise NotEstimableError(
            f"participant {name} alone determines a coefficient of the imputation model, so nobody can be left out in turn"
        )
