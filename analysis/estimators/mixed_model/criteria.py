"""Information criteria, and the likelihood ratio test of two nested models.

References
----------
Akaike (1974), IEEE Transactions on Automatic Control 19, 716-723 (AIC).
Hurvich & Tsai (1989), Biometrika 76, 297-307 (AICc).
Schwarz (1978), Annals of Statistics 6, 461-464 (BIC).
Pinheiro & Bates (2000), Mixed-Effects Models in S and S-PLUS, section 2.4 (likelihood ratio tests).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class Criteria:
    """Smaller is better; only models of the same data and, under REML, of the same fixed effects can be compared.

    Attributes
    ----------
    parameters : int
        Covariance parameters. Only these are counted, under ML too, as R mmrm does.
    aic, aicc, bic : float
        BIC's sample size is the number of participants with data; SAS counts all levels of its SUBJECT effect.
    """

    parameters: int
    aic: float
    aicc: float
    bic: float


def compute_criteria(fit: MixedModelFit) -> Criteria:
    """Return the information criteria of a fit."""
    patterns = fit.patterns
    k, deviance = fit.model.n_parameters, -2 * fit.log_likelihood
    effective = max(patterns.n_observations - patterns.n_columns, k + 2)
    return Criteria(
        parameters=k,
        aic=deviance + 2 * k,
        aicc=deviance + 2 * k * effective / (effective - k - 1),
        bic=deviance + k * float(np.log(patterns.n_participants)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LikelihoodRatio:
    """Twice the difference of the log-likelihoods, referred to a chi-squared distribution.

    The p value is conservative when the smaller model lies on the boundary of the larger one.
    """

    statistic: float
    df: int
    p: float


def compare_nested(larger: MixedModelFit, smaller: MixedModelFit) -> LikelihoodRatio:
    """Test the smaller model within the larger one; that it is nested there is the caller's word.

    Raises
    ------
    NotEstimableError
        When the two cannot be compared: other data, other estimation, REML with other fixed effects, or no more parameters.
    """
    for fit in (larger, smaller):
        if fit.trouble:
            raise NotEstimableError(fit.trouble)
    if larger.estimation is not smaller.estimation:
        raise NotEstimableError("one model is fitted by REML and the other by ML")
    if larger.patterns.n_observations != smaller.patterns.n_observations:
        raise NotEstimableError("the two models do not use the same rows")
    if larger.estimation is Estimation.REML and larger.columns != smaller.columns:
        raise NotEstimableError("models with different fixed effects can only be compared by ML")
    df = _size(larger) - _size(smaller)
    if df <= 0:
        raise NotEstimableError("the larger model has no more parameters than the smaller one")
    statistic = 2 * (larger.log_likelihood - smaller.log_likelihood)
    return LikelihoodRatio(statistic=statistic, df=df, p=float(chdtrc(df, max(statistic, 0.0))))


def _size(fit: MixedModelFit) -> int:
    return fit.model.n_parameters + len(fit.columns)
