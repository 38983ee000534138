"""Imputation as planned: fit the imputation model, draw its parameters, complete the data, analyse, pool.

    outcomes -> impute_outcomes -> Imputation -> estimate_from_imputation -> pooled estimates

One imputation serves any number of analyses, and delta adjustment (`analysis.sensitivity`) without another fit.
"""

from dataclasses import dataclass, field

import numpy as np

from analysis.missing_data.analysis_step import AnalysisStep
from analysis.missing_data.completed_outcomes import CompletedOutcomes, missing_cells
from analysis.missing_data.conditional_imputation import impute_values
from analysis.missing_data.imputation_model import (
    CovarianceSharing,
    ImputationModel,
    ParameterDraws,
    build_imputation_model,
)
from analysis.missing_data.pooling import PooledEstimate, VarianceKind, pool_estimates
from analysis.missing_data.posterior import Chain, draw_from_posterior
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.missing_data.restricted_likelihood import (
    ImputationFit,
    draw_leaving_one_out,
    fit_imputation_model,
)
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class Jackknife:
    """Conditional mean imputation, and a variance by leaving out one participant at a time. No chance takes part."""

    @property
    def kind(self) -> VarianceKind:
        """Name of the variance."""
        return VarianceKind.JACKKNIFE


@dataclass(frozen=True, kw_only=True, slots=True)
class RubinsRules:
    """Bayesian multiple imputation, pooled by Rubin's rules with the degrees of freedom of Barnard and Rubin."""

    chain: Chain = field(default_factory=Chain)

    @property
    def kind(self) -> VarianceKind:
        """Name of the variance."""
        return VarianceKind.RUBIN


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationPlan:
    """What was promised about imputation, beside the strategy of each participant.

    Raises
    ------
    NotEstimableError
        If the confidence level is not between 0 and 1.
    """

    variance: Jackknife | RubinsRules
    constant_effects: tuple[str, ...] = ()
    """Covariates with one effect at all visits; of the others each visit has its own."""
    sharing: CovarianceSharing = CovarianceSharing.COMMON
    confidence_level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.confidence_level < 1:
            raise NotEstimableError(
                f"a confidence level lies between 0 and 1, e.g. 0.95, and {self.confidence_level:g} does not"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Imputation:
    """Completed datasets with the fit they come from."""

    plan: ImputationPlan
    fit: ImputationFit
    draws: ParameterDraws
    completed: CompletedOutcomes


def impute_outcomes(
    outcomes: RepeatedOutcomes, plan: ImputationPlan, generator: np.random.Generator | None = None
) -> Imputation:
    """Complete the outcomes as planned.

    `NotEstimableError` says why not, if the imputation model cannot be estimated or a strategy is undefined.

    Parameters
    ----------
    outcomes : RepeatedOutcomes
        Outcomes with missing values and the strategy of each participant.
    plan : ImputationPlan
        Model and variance.
    generator : numpy.random.Generator, optional
        Source of chance for Rubin's rules; the jackknife needs none.

    Returns
    -------
    Imputation
        The same for the same arguments and the same state of the generator.
    """
    model = build_imputation_model(outcomes, plan.constant_effects, plan.sharing)
    fit = fit_imputation_model(model)
    draws = _draw(outcomes, model, fit, plan, generator)
    return Imputation(
        plan=plan, fit=fit, draws=draws, completed=impute_values(outcomes, model, draws)
    )


def _draw(
    outcomes: RepeatedOutcomes,
    model: ImputationModel,
    fit: ImputationFit,
    plan: ImputationPlan,
    generator: np.random.Generator | None,
) -> ParameterDraws:
    if isinstance(plan.variance, Jackknife):
        return draw_leaving_one_out(fit, outcomes.participants)
    if generator is None:
        raise NotEstimableError(
            "Rubin's rules impute at random: hand in a numpy random Generator, e.g. Generator(PCG64(seed))"
        )
    return draw_from_posterior(
        model, fit, missing_cells(outcomes).count, plan.variance.chain, generator
    )


def estimate_from_imputation(
    imputation: Imputation, step: AnalysisStep
) -> tuple[PooledEstimate, ...]:
    """Analyse every completed dataset and pool, with the planned variance and only that one."""
    plan = imputation.plan
    return tuple(
        pool_estimates(found, plan.variance.kind, plan.confidence_level)
        for found in step.analyse(imputation.completed)
    )
