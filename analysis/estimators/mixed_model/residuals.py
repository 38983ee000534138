"""Residuals of a fitted mixed model, for plots that show whether the model holds.

References
----------
Pinheiro & Bates (2000), Mixed-Effects Models in S and S-PLUS, section 5.3 (Pearson and normalized residuals).
"""

from enum import StrEnum

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.row_covariance import covariance_of_rows


class ResidualKind(StrEnum):
    """What a residual is divided by."""

    RAW = "raw"
    """Nothing: outcome minus fitted mean."""
    PEARSON = "pearson"
    """Its standard deviation under the model."""
    NORMALIZED = "normalized"
    """The Cholesky factor of the participant's covariance: independent with variance 1 when the model holds."""


def compute_residuals(fit: MixedModelFit, data: MixedModelData, kind: ResidualKind) -> FloatArray:
    """Return the residuals in the order of the rows.

    Parameters
    ----------
    fit : MixedModelFit
        Of these data.
    data : MixedModelData
    kind : ResidualKind

    Returns
    -------
    array, shape (rows,)
    """
    raw = data.outcome - data.design[:, fit.patterns.basis.kept] @ fit.beta
    if kind is ResidualKind.RAW:
        return np.asarray(raw)
    scaled = np.empty_like(raw)
    order = np.lexsort((data.visit, data.participant))
    ends = np.cumsum(np.bincount(data.participant))
    for rows in np.split(order, ends[:-1]):
        covariance = covariance_of_rows(fit, data, rows)
        if kind is ResidualKind.PEARSON:
            scaled[rows] = raw[rows] / np.sqrt(np.diag(covariance))
        else:
            scaled[rows] = np.linalg.solve(np.linalg.cholesky(covariance), raw[rows])
    return scaled
