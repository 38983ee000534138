"""The exact gradient and Hessian of -2 l by the covariance parameters, with the coefficients at their best value for each.

References
----------
Lindstrom & Bates (1988), Journal of the American Statistical Association 83, 1014-1022 (derivatives).
Kenward & Roger (1997), Biometrics 53, 983-997 (P and the names used here).
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import Derivatives
from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.likelihood import Block, Estimation, Evaluation, Model


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Curvature:
    """Derivatives of -2 l at one place.

    Attributes
    ----------
    gradient : array, shape (parameters,)
    hessian : array, shape (parameters, parameters)
    information : array, shape (parameters, columns, columns)
        P_h = X'W dSigma_h W X, so that the derivative of Phi by parameter h is Phi P_h Phi.
    """

    gradient: FloatArray
    hessian: FloatArray
    information: FloatArray


def differentiate(model: Model, at: Evaluation) -> Curvature:
    """Return gradient and Hessian of -2 l."""
    data = model.patterns
    spread = _spread(model, at)
    gradient = np.empty(model.n_parameters)
    hessian = np.zeros((model.n_parameters, model.n_parameters))
    wide = np.empty((model.n_parameters, data.n_columns + 1, data.n_columns + 1))
    for block in model.blocks():
        own, place = block.patterns, block.parameters
        slopes = model.structure.derivatives(at.theta[place], block.geometry)
        precision, size = at.precision[own], data.size[own][:, None, None]
        excess = _by_cell(size * precision - spread[own], slopes)
        gradient[place] = _flat(slopes) @ excess.reshape(-1)
        hessian[place, place] = slopes.second.against(excess)
        hessian[place, place] += _crossed(slopes, precision, 2 * spread[own] - size * precision)
        wide[place] = _slopes_of_products(model, at, block, slopes)
    information = wide[:, :-1, :-1]
    if model.estimation is Estimation.REML:
        rotated = (at.covariance @ information).reshape(model.n_parameters, -1)
        turned = (information @ at.covariance).reshape(model.n_parameters, -1)
        hessian -= rotated @ turned.T if len(rotated) else 0.0
    slopes_of_fit = wide[:, :-1, -1] - information @ at.coefficients
    hessian -= 2 * slopes_of_fit @ at.covariance @ slopes_of_fit.T
    return Curvature(gradient=gradient, hessian=(hessian + hessian.T) / 2, information=information)


def _spread(model: Model, at: Evaluation) -> FloatArray:
    """Return V = W B W with B the squared residuals of a pattern, plus what estimating b took from them."""
    data = model.patterns.stand_ins
    direction = np.append(-at.coefficients, 1.0)
    kernel = np.outer(direction, direction)
    if model.estimation is Estimation.REML:
        kernel[:-1, :-1] += at.covariance
    width = len(direction)
    left = (at.weighted.reshape(-1, width) @ kernel).reshape(at.weighted.shape)
    own = left @ at.weighted.swapaxes(1, 2)
    return np.asarray(np.add.reduceat(data.sign[:, None, None] * own, data.start, axis=0))


def _slopes_of_products(
    model: Model, at: Evaluation, block: Block, slopes: Derivatives
) -> FloatArray:
    """Return Z'W dSigma_h W Z of every parameter of a group, shape (parameters, columns + 1, columns + 1)."""
    data = model.patterns.stand_ins
    own = data.inside(block.patterns)
    weighted, sign = at.weighted[own], data.sign[own]
    k, cells, m, _ = slopes.first.shape
    n, _, width = weighted.shape
    signed = weighted if (sign == 1).all() else sign[:, None, None] * weighted
    if cells == 1:
        both = weighted.reshape(n, -1).T @ signed.reshape(n, -1)
        by_visits = both.reshape(m, width, m, width).transpose(0, 2, 1, 3).reshape(m * m, -1)
        products = (_flat(slopes) @ by_visits).reshape(k, width, width)
    else:
        of_stand_in = slopes.first[:, data.pattern[own] - block.patterns.start]
        moved = (of_stand_in @ weighted).reshape(k, n * m, width)
        products = signed.reshape(n * m, width).T @ moved
    return np.asarray((products + products.swapaxes(1, 2)) / 2)


def _crossed(slopes: Derivatives, precision: FloatArray, other: FloatArray) -> FloatArray:
    """Return the sum over patterns of tr(W dSigma_h A dSigma_j), A the other matrix, for every two parameters."""
    k, cells, m, _ = slopes.first.shape
    if cells == 1:
        both = precision.reshape(len(precision), -1).T @ other.reshape(len(other), -1)
        around = both.reshape(m, m, m, m).transpose(1, 2, 3, 0).reshape(m * m, m * m)
        return np.asarray(_flat(slopes) @ around @ _flat(slopes).T)
    left = (precision @ slopes.first).reshape(k, -1)
    right = (other @ slopes.first).swapaxes(2, 3).reshape(k, -1)
    return np.asarray(left @ right.T)


def _flat(slopes: Derivatives) -> FloatArray:
    return slopes.first.reshape(len(slopes.first), -1)


def _by_cell(values: FloatArray, slopes: Derivatives) -> FloatArray:
    """Return a sum over patterns where all of them share one covariance, else the values of each."""
    return values.sum(axis=0, keepdims=True) if slopes.first.shape[1] == 1 else values
