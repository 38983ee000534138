"""What the model expects of a participant, given nothing but covariates or given what was observed.

The expectation of a missing visit given the observed ones is that of a multivariate normal; its standard error has two parts:
what is random after conditioning, and what estimating the coefficients adds. The covariance parameters count as known.
"""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, MixedModelData
from analysis.estimators.mixed_model.estimability import check_rows
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.row_covariance import covariance_of_rows
from analysis.results import NotEstimableError


class Given(Enum):
    """What is known of the participant."""

    COVARIATES = auto()
    """The mean of all participants like this one."""
    OBSERVED = auto()
    """The mean of all participants like this one who had the same values at the observed visits."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prediction:
    """Expected outcomes of one participant, one element a row.

    Attributes
    ----------
    mean : array, shape (rows,)
    standard_error : array, shape (rows,)
        Of the mean, from the uncertainty of the coefficients.
    prediction_error : array, shape (rows,)
        Of a new value: the variation between and within participants included; 0 for a row that was observed and is known.
    """

    mean: FloatArray
    standard_error: FloatArray
    prediction_error: FloatArray


def predict(
    fit: MixedModelFit, rows: MixedModelData, known: FloatArray, given: Given
) -> Prediction:
    """Predict rows of one participant.

    Parameters
    ----------
    fit : MixedModelFit
    rows : MixedModelData
        The visits to predict, observed or not; `outcome` is not used.
    known : array, shape (rows,)
        Observed outcomes, NaN where missing.
    given : Given

    Raises
    ------
    NotEstimableError
        When the fit must not be trusted or a row's mean cannot be estimated.
    """
    if fit.trouble:
        raise NotEstimableError(fit.trouble)
    checked = check_rows(fit, rows.design)
    if not checked.is_estimable.all():
        message = f"the mean of row {int(np.argmin(checked.is_estimable)) + 1} cannot be estimated from the data"
        raise NotEstimableError(message)
    design = checked.rows
    covariance = covariance_of_rows(fit, rows, np.arange(len(design)))
    mean, remainder = design @ fit.beta, covariance
    if given is Given.OBSERVED:
        seen = ~np.isnan(known)
        pull = np.zeros_like(covariance)
        pull[:, seen] = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[seen]).T
        mean = mean + pull[:, seen] @ (known - mean)[seen]
        remainder = covariance - pull @ covariance
        design = design - pull @ design
    uncertain = ((design @ fit.beta_covariance) * design).sum(axis=1)
    return Prediction(
        mean=mean,
        standard_error=np.sqrt(np.maximum(uncertain, 0.0)),
        prediction_error=np.sqrt(np.maximum(uncertain + np.diag(remainder), 0.0)),
    )
