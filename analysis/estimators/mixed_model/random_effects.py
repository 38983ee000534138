"""Random intercepts and slopes, by statsmodels: for outcomes at many or irregular times, where no covariance of visits fits.

The residuals of a participant are independent given an intercept, and where asked a slope over time, of their own. Errors and p
values are statsmodels' asymptotic normal ones: no Satterthwaite or Kenward-Roger, so they are too small in small trials, and
the comment says so. With a random intercept alone, `compound_symmetry` is the same model with exact inference, and also allows
the negative correlation that a variance cannot give.

References
----------
Laird & Ware (1982), Biometrics 38, 963-974.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, MixedModelData
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.patterns import Patterns, sum_patterns
from analysis.results import NotEstimableError

RISES_ABOVE = 1e-6
"""Random effects must raise the log-likelihood by more than rounding."""
SINGULAR_BELOW = 1e-8
COMMENT = "Normal reference distribution (statsmodels); no small-sample degrees of freedom."


@dataclass(frozen=True, slots=True)
class RandomIntercept:
    """Every participant has a level of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class RandomSlope:
    """Every participant has a level and a slope of their own, which may be correlated.

    Attributes
    ----------
    time : array, shape (rows,)
        Time of each row.
    """

    time: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RandomEffectsFit:
    """A fitted model with random effects.

    Attributes
    ----------
    beta, standard_error, z, p : array, shape (columns,)
        p values are two-sided, from the normal distribution.
    effects_covariance : array, shape (effects, effects)
        Of the random effects.
    residual_variance : float
    log_likelihood : float
        Restricted under REML.
    """

    columns: tuple[str, ...]
    beta: FloatArray
    beta_covariance: FloatArray
    standard_error: FloatArray
    z: FloatArray
    p: FloatArray
    effects_covariance: FloatArray
    residual_variance: float
    log_likelihood: float
    comment: str = COMMENT


def fit_random_effects(
    data: MixedModelData,
    effects: RandomIntercept | RandomSlope,
    estimation: Estimation = Estimation.REML,
) -> RandomEffectsFit:
    """Fit random effects of participants.

    Parameters
    ----------
    data : MixedModelData
        Without weights or groups, which statsmodels does not know.
    effects : RandomIntercept or RandomSlope
    estimation : Estimation

    Raises
    ------
    NotEstimableError
        When the data have weights or groups, or the search does not converge to a proper covariance.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, SingularMatrixWarning

    if data.weight is not None or data.group is not None:
        raise NotEstimableError("random effects are fitted without weights and covariance groups")
    sums = sum_patterns(data)
    kept = sums.basis.kept
    ones = np.ones(data.n_observations)
    random = (
        ones[:, None]
        if isinstance(effects, RandomIntercept)
        else np.column_stack([ones, effects.time])
    )
    model = MixedLM(data.outcome, data.design[:, kept], groups=data.participant, exog_re=random)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", SingularMatrixWarning)
        try:
            found = model.fit(reml=estimation is Estimation.REML)
        except np.linalg.LinAlgError:
            message = "the search for the random effects met a singular matrix"
            raise NotEstimableError(message) from None
    covariance = np.asarray(found.cov_re)
    if not found.llf > _log_likelihood_without_effects(sums, estimation) + RISES_ABOVE:
        raise NotEstimableError("the variance of the random effects is zero: leave them out")
    if not found.converged or np.linalg.eigvalsh(covariance)[0] <= SINGULAR_BELOW * found.scale:
        raise NotEstimableError("the random effects did not converge to a proper covariance")
    size = len(kept)
    return RandomEffectsFit(
        columns=tuple(data.columns[column] for column in kept),
        beta=np.asarray(found.fe_params),
        beta_covariance=np.asarray(found.cov_params())[:size, :size],
        standard_error=np.asarray(found.bse_fe),
        z=np.asarray(found.tvalues)[:size],
        p=np.asarray(found.pvalues)[:size],
        effects_covariance=covariance,
        residual_variance=float(found.scale),
        log_likelihood=float(found.llf),
    )


def _log_likelihood_without_effects(sums: Patterns, estimation: Estimation) -> float:
    squares = float((sums.rows[:, :, -1] ** 2).sum())
    if estimation is Estimation.ML:
        n = sums.n_observations
        return -n / 2 * (float(np.log(2 * np.pi * squares / n)) + 1)
    n = sums.n_observations - sums.n_columns
    constant = n * (float(np.log(2 * np.pi * squares / n)) + 1)
    return -(constant + sums.basis.log_determinant) / 2
