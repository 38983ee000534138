"""Kenward and Roger's covariance of the coefficients: what estimating the covariance parameters costs is added.

Two forms exist. The *full* one contains second derivatives of the covariance, so its result depends on how the structure is
parametrized (mmrm "Kenward-Roger"). The *linear* one leaves them out and does not (mmrm "Kenward-Roger-Linear"; for an
unstructured covariance also SAS DDFM=KR). Degrees of freedom are those of both. Only with REML.

References
----------
Kenward & Roger (1997), Biometrics 53, 983-997.
Kenward & Roger (2009), Computational Statistics & Data Analysis 53, 2583-2595 (second derivatives, parametrization).
"""

from enum import Enum, auto

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import Derivatives
from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.likelihood import project


class Form(Enum):
    """Whether the second derivatives of the covariance take part."""

    LINEAR = auto()
    FULL = auto()


def adjust_covariance(fit: MixedModelFit, theta_covariance: FloatArray, form: Form) -> FloatArray:
    """Return the adjusted covariance of the coefficients, shape (columns, columns).

    Parameters
    ----------
    fit : MixedModelFit
        By REML.
    theta_covariance : array, shape (parameters, parameters)
        Covariance of the covariance parameters.
    form : Form
    """
    model, at = fit.model, fit.evaluation
    middle = np.empty_like(at.precision)
    for block in model.blocks():
        slopes = model.structure.derivatives(at.theta[block.parameters], block.geometry)
        own = theta_covariance[block.parameters, block.parameters]
        middle[block.patterns] = _middle(slopes, own, at.precision[block.patterns], form)
    information = fit.curvature.information
    k, p, _ = information.shape
    mixed = (theta_covariance @ information.reshape(k, -1)).reshape(k, p, p)
    products = ((mixed @ at.covariance) @ information).sum(axis=0)
    excess = project(model, at.precision @ middle @ at.precision) - products
    back = fit.patterns.basis.to_columns @ at.covariance
    adjusted = fit.beta_covariance + 2 * back @ excess @ back.T
    return np.asarray((adjusted + adjusted.T) / 2)


def _middle(
    slopes: Derivatives, weights: FloatArray, precision: FloatArray, form: Form
) -> FloatArray:
    """Return sum W_hj (dSigma_h W dSigma_j - d2Sigma_hj / 4) of every pattern of one group."""
    k, cells, m, _ = slopes.first.shape
    flat = slopes.first.reshape(k, -1)
    if cells == 1:
        pairs = (flat.T @ weights @ flat).reshape(m, m, m, m)
        around = pairs.transpose(1, 2, 0, 3).reshape(m * m, m * m)
        total = (precision.reshape(-1, m * m) @ around).reshape(-1, m, m)
    else:
        mixed = (weights @ flat).reshape(k, cells, m, m)
        total = (mixed @ precision @ slopes.first).sum(axis=0)
    if form is Form.FULL:
        total = total - slopes.second.weighted(weights) / 4
    return np.asarray(total)


def denominator(
    covariance: FloatArray, slopes: FloatArray, theta_covariance: FloatArray
) -> tuple[float, float]:
    """Return scale and denominator degrees of freedom of the F statistic of several rows.

    Parameters
    ----------
    covariance : array, shape (rows, rows)
        L Phi L', asymptotic and of full rank.
    slopes : array, shape (parameters, rows, rows)
        L dPhi_h L' for each covariance parameter.
    theta_covariance : array, shape (parameters, parameters)

    Returns
    -------
    tuple of float
        Factor of the Wald statistic divided by the rows, and degrees of freedom.
    """
    q = len(covariance)
    relative = np.linalg.solve(covariance, slopes)
    traces = np.trace(relative, axis1=1, axis2=2)
    crossed = np.einsum("hab,jba->hj", relative, relative)
    first = float(traces @ theta_covariance @ traces)
    second = float((theta_covariance * crossed).sum())
    b = (first + 6 * second) / (2 * q)
    g = ((q + 1) * first - (q + 4) * second) / ((q + 2) * second)
    d = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / d, (q - g) / d, (q + 2 - g) / d
    expectation = 1 / (1 - second / q)
    variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    rho = variance / (2 * expectation**2)
    df = 4 + (q + 2) / (q * rho - 1)
    return df / (expectation * (df - 2)), df
