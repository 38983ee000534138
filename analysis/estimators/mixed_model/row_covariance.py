"""The fitted covariance of some rows of one participant."""

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import Geometry
from analysis.estimators.mixed_model.data import FloatArray, IntArray, MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit


def covariance_of_rows(fit: MixedModelFit, data: MixedModelData, rows: IntArray) -> FloatArray:
    """Return the covariance of rows of one participant, weights included, shape (rows, rows).

    Parameters
    ----------
    fit : MixedModelFit
    data : MixedModelData
    rows : array of int
        Of one participant.
    """
    group = 0 if data.group is None else int(data.group[rows[0]])
    if data.coordinates is None:
        visits = data.visit[rows]
        covariance = fit.sigma[group][np.ix_(visits, visits)]
    else:
        where = data.coordinates[rows]
        distances = np.sqrt(((where[:, None] - where[None]) ** 2).sum(axis=-1))
        size = fit.model.parameters_per_group
        covariance = fit.structure.matrix(
            fit.theta[group * size : (group + 1) * size],
            Geometry(n_visits=len(rows), distances=distances[None]),
        )[0]
    if data.weight is None:
        return np.asarray(covariance)
    return np.asarray(covariance / np.sqrt(np.outer(data.weight[rows], data.weight[rows])))
