"""Planned analyses with imputed outcomes: the estimate, and how far it holds when deltas are added to imputed values."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.fit_record import FitRecord
from analysis.fit_records import record_imputation
from analysis.imputation_cases import arrange_outcomes
from analysis.missing_data.analysis_step import Quantity, Target
from analysis.missing_data.ancova_by_visit import AncovaByVisit
from analysis.missing_data.imputation import (
    Imputation,
    ImputationPlan,
    Jackknife,
    RubinsRules,
    estimate_from_imputation,
    impute_outcomes,
)
from analysis.missing_data.pooling import PooledEstimate
from analysis.missing_data.posterior import Chain
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.outcome_values import BASELINE
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import TippingCurve, trace_tipping_curve
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.imputation import ImputedVariance, PlannedImputation

CURVE_POINTS = 41


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputedAnalysis:
    """One planned analysis with imputed values, for one contrast of arms."""

    analysis: str
    """Code of the planned analysis."""
    contrast: Contrast
    result_id: str
    estimate: Estimate
    """With a reason where there is no number."""
    curve: TippingCurve | None
    """None when none is planned or there is no estimate."""
    record: FitRecord | None = None
    """None when there is no estimate."""


def impute_planned(study: Study) -> tuple[ImputedAnalysis, ...]:
    """Carry out every planned analysis whose missing values are imputed."""
    return tuple(
        found
        for planned in study.protocol.analysis.analyses
        if planned.imputation is not None and study.contrasts
        for found in impute_one(study, planned, planned.imputation)
    )


def impute_one(
    study: Study, planned: PlannedAnalysis, promise: PlannedImputation
) -> tuple[ImputedAnalysis, ...]:
    """Impute the outcome of one planned analysis and compare the arms, one value a contrast.

    Parameters
    ----------
    study : Study
        The trial.
    planned : PlannedAnalysis
        The analysis.
    promise : PlannedImputation
        How it imputes.

    Returns
    -------
    tuple of ImputedAnalysis
        With a reason instead of an estimate where there is none.
    """
    try:
        outcomes = arrange_outcomes(study, planned, promise)
        imputation = impute_outcomes(outcomes, _plan(study, planned, promise), _generator(promise))
    except NotEstimableError as error:
        return tuple(
            ImputedAnalysis(
                analysis=planned.code,
                contrast=contrast,
                result_id=study.result_id(planned.code, contrast),
                estimate=_without_estimate(str(error)),
                curve=None,
            )
            for contrast in study.contrasts
        )
    step = AncovaByVisit(contrasts=study.contrasts)
    found = {one.target: one for one in estimate_from_imputation(imputation, step)}
    return tuple(
        _analysis(study, planned, promise, imputation, step, found, contrast)
        for contrast in study.contrasts
    )


def _plan(study: Study, planned: PlannedAnalysis, promise: PlannedImputation) -> ImputationPlan:
    variance: Jackknife | RubinsRules = Jackknife()
    if promise.variance is ImputedVariance.RUBIN:
        variance = RubinsRules(chain=Chain(draws=promise.imputations or 0))
    return ImputationPlan(
        variance=variance,
        constant_effects=tuple(name for name in planned.covariates if name != BASELINE),
        confidence_level=study.protocol.analysis.confidence_level,
    )


def _generator(promise: PlannedImputation) -> np.random.Generator | None:
    if promise.variance is ImputedVariance.JACKKNIFE:
        return None
    return np.random.Generator(np.random.PCG64(promise.seed))


def _analysis(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedImputation,
    imputation: Imputation,
    step: AncovaByVisit,
    found: Mapping[Target, PooledEstimate],
    contrast: Contrast,
) -> ImputedAnalysis:
    outcome = study.protocol.outcome(planned.outcome)
    visit = outcome.visit or ""
    target = Target(quantity=Quantity.DIFFERENCE, label=contrast.label, visit=visit)
    pooled = found[target]
    curve = None
    if promise.largest_delta is not None and not pooled.reason:
        curve = trace_tipping_curve(
            imputation,
            step,
            target,
            ConstantDelta(arms=(contrast.first,)),
            np.linspace(-promise.largest_delta, promise.largest_delta, CURVE_POINTS).tolist(),
            significance_level=study.protocol.analysis.significance_level,
            important_difference=outcome.minimal_important_difference,
        )
    comment = "" if curve is None else f"Deltas {curve.rule}: {curve.conclusion}"
    return ImputedAnalysis(
        analysis=planned.code,
        contrast=contrast,
        result_id=study.result_id(planned.code, contrast),
        estimate=Estimate(
            estimate=pooled.estimate,
            standard_error=pooled.standard_error,
            df=pooled.df,
            interval=pooled.interval,
            p=pooled.p,
            arms=_arms(study, imputation.completed.outcomes, found, visit),
            model=_model(imputation.completed.outcomes, promise),
            comment=comment,
            reason=pooled.reason,
        ),
        curve=curve,
        record=record_imputation(study, planned, promise, imputation),
    )


def _arms(
    study: Study, outcomes: RepeatedOutcomes, found: Mapping[Target, PooledEstimate], visit: str
) -> tuple[ArmEstimate, ...]:
    own = np.asarray(outcomes.arm)
    observed = outcomes.observed[:, outcomes.visits.index(visit)]
    estimates = []
    for arm in study.arms:
        target = Target(quantity=Quantity.ADJUSTED_MEAN, label=arm.arm, visit=visit)
        mean = found[target]
        members = own == arm.arm
        estimates.append(
            ArmEstimate(
                arm=arm.arm,
                label=arm.label,
                n_available=int((members & observed).sum()),
                n_analysed=int(members.sum()),
                n_imputed=int((members & ~observed).sum()),
                adjusted_mean=mean.estimate,
                adjusted_standard_error=mean.standard_error,
                interval=mean.interval,
            )
        )
    return tuple(estimates)


def _model(outcomes: RepeatedOutcomes, promise: PlannedImputation) -> str:
    terms = " + ".join(["arm", *(covariate.name for covariate in outcomes.covariates)])
    informed = ", ".join(outcomes.visits)
    return (
        f"{outcomes.outcome_name} ~ {terms}, least squares, after imputation ({promise.label}) "
        f"from the visits {informed}"
    )


def _without_estimate(reason: str) -> Estimate:
    return Estimate(
        estimate=None,
        standard_error=None,
        df=None,
        interval=None,
        p=None,
        arms=(),
        model="",
        reason=reason,
    )
