"""The record of each kind of fit: what was fitted, on how many, and the same call in R and SAS."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.constrained_baseline import (
    DIFFERENCES,
    constrained_in_r,
    constrained_in_sas,
)
from analysis.equivalent_calls import (
    ARM,
    VISIT,
    ancova_differences,
    ancova_in_r,
    ancova_in_sas,
    data_from_file,
    imputation_differences,
    imputation_in_r,
    means_in_r,
    means_in_sas,
    shares_in_r,
    shares_in_sas,
)
from analysis.estimators.ancova import AncovaFit, CovarianceKind
from analysis.estimators.mixed_model.other_software import call_in_r, call_in_sas, differences
from analysis.estimators.proportions import Share
from analysis.fit_record import FitRecord, VisitCount
from analysis.missing_data.imputation import Imputation
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.mixed_model_analysis import FittedModel
from analysis.outcome_values import BASELINE, Cases
from analysis.results import Contrast
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.imputation import ImputedVariance, PlannedImputation
from protocols.mixed_model import Weights

OVER_SESSIONS = "over all sessions"


def record_ancova(
    study: Study,
    planned: PlannedAnalysis,
    fit: AncovaFit,
    kind: CovarianceKind,
) -> FitRecord:
    """Return the record of an analysis of covariance."""
    reference = fit.arms[0].arm
    kept = [c.name for c in fit.sample.covariates if c.name not in fit.design.dropped]
    classical = kind is CovarianceKind.CLASSICAL
    return FitRecord(
        formula=f"outcome ~ {' + '.join([ARM, *kept])}",
        covariance="one residual variance" if classical else "a residual variance for each person",
        standard_errors="least squares" if classical else f"robust, {kind.value}",
        df_method="residual",
        counts=_counts_of(study, planned, fit.sample.arm),
        call_in_r=ancova_in_r(planned.code, kept, reference, kind),
        call_in_sas=ancova_in_sas(fit, kept, reference) if classical else "",
        differences=tuple(ancova_differences(kept, kind)),
    )


def record_means(
    study: Study, planned: PlannedAnalysis, cases: Cases, contrast: Contrast
) -> FitRecord:
    """Return the record of a difference in means by Welch's method."""
    return FitRecord(
        formula=f"outcome ~ {ARM}",
        covariance="a variance for each arm",
        standard_errors="unequal variances (Welch)",
        df_method="Welch and Satterthwaite",
        counts=_counts_of(study, planned, [study.arm_of[person] for person in cases.values]),
        call_in_r=means_in_r(planned.code, contrast),
        call_in_sas=means_in_sas(contrast),
        differences=(
            "SAS prints the pooled and the Satterthwaite row: this is the Satterthwaite row.",
        ),
    )


def record_description(study: Study, planned: PlannedAnalysis, cases: Cases) -> FitRecord:
    """Return the record of means by arm that nobody compares."""
    return FitRecord(
        formula="",
        covariance="",
        standard_errors="of each mean alone",
        df_method="",
        counts=_counts_of(study, planned, [study.arm_of[person] for person in cases.values]),
        differences=("Quartiles are R's and NumPy's default (type 7); SAS's default is type 2.",),
    )


def record_shares(shares: Sequence[Share], contrast: Contrast, level: float) -> FitRecord:
    """Return the record of a risk difference with Newcombe's interval."""
    first, second = (
        next(share for share in shares if share.arm == arm)
        for arm in (contrast.first, contrast.second)
    )
    return FitRecord(
        formula="",
        covariance="binomial, each arm alone",
        standard_errors="none: the interval combines two Wilson intervals (Newcombe 1998, method 10)",
        df_method="",
        counts=tuple(
            VisitCount(visit="from the first session on", arm=share.label, n=share.n)
            for share in shares
        ),
        call_in_r=shares_in_r(first, second, level),
        call_in_sas=shares_in_sas(level),
        differences=(
            "SAS takes the difference row 1 minus row 2 of the table: sort the arms first.",
        ),
    )


def record_mixed_model(planned: PlannedAnalysis, model: FittedModel) -> FitRecord:
    """Return the record of a mixed model for repeated measures."""
    fitted, promise = model.fitted, model.promise
    if fitted.table.roles.baseline is not None:
        return _record_constrained(planned, model)
    factors = (ARM, VISIT) if len(model.visits) > 1 else (ARM,)
    in_r = call_in_r(fitted, factors, promise.weights)
    return replace(
        _record_fit(model),
        call_in_r=f"{data_from_file(planned.code)}\n{in_r}" if in_r else "",
        call_in_sas=call_in_sas(fitted, factors),
        differences=(*differences(fitted), *_on_weights(planned, promise.weights)),
    )


def _record_constrained(planned: PlannedAnalysis, model: FittedModel) -> FitRecord:
    fitted = model.fitted
    kept = [name for name in planned.covariates if name not in model.unvarying]
    in_r = constrained_in_r(planned.code, fitted, kept)
    return replace(
        _record_fit(model),
        call_in_r=in_r,
        call_in_sas=constrained_in_sas(fitted, kept),
        differences=(DIFFERENCES,) if in_r else (),
    )


def _record_fit(model: FittedModel) -> FitRecord:
    fitted, promise = model.fitted, model.promise
    return FitRecord(
        formula=fitted.table.formula,
        covariance=fitted.fit.structure.label,
        standard_errors=promise.method.value,
        df_method=promise.method.value,
        counts=_counts_by_visit(model.study, model.outcomes),
        covariance_planned=tuple(name.value for name in promise.structures),
        fallback=tuple(f"{a.structure}: {a.reason}" for a in fitted.attempts if a.reason),
        converged=fitted.fit.converged,
        gradient_max=fitted.fit.gradient_max,
    )


def _on_weights(planned: PlannedAnalysis, weights: Weights) -> tuple[str, ...]:
    if weights is Weights.EQUAL or all(name == BASELINE for name in planned.covariates):
        return ()
    return (
        (
            "SAS weighs the levels of other factors equally in LSMEANS; with OM it takes their shares. "
            "Differences between arms are the same."
        ),
    )


def record_imputation(
    study: Study, planned: PlannedAnalysis, promise: PlannedImputation, imputation: Imputation
) -> FitRecord:
    """Return the record of an analysis of covariance after imputation."""
    outcomes, fit = imputation.completed.outcomes, imputation.fit.fit
    covariates = [covariate.name for covariate in outcomes.covariates]
    jackknife = promise.variance is ImputedVariance.JACKKNIFE
    return FitRecord(
        formula=f"outcome ~ {' + '.join([ARM, *covariates])}, after imputation",
        covariance="unstructured over the visits, in the imputation model",
        standard_errors="jackknife" if jackknife else "Rubin's rules",
        df_method="none: normal" if jackknife else "Barnard and Rubin",
        counts=_counts_by_visit(study, outcomes),
        converged=fit.converged,
        gradient_max=fit.gradient_max,
        call_in_r=imputation_in_r(study, planned, promise, covariates),
        differences=tuple(imputation_differences(promise)),
    )


def _counts_of(
    study: Study, planned: PlannedAnalysis, arms: Sequence[str]
) -> tuple[VisitCount, ...]:
    visit = study.protocol.outcome(planned.outcome).visit
    label = study.protocol.visit(visit).label if visit else OVER_SESSIONS
    return tuple(
        VisitCount(visit=label, arm=arm.label, n=sum(own == arm.arm for own in arms))
        for arm in study.arms
    )


def _counts_by_visit(study: Study, outcomes: RepeatedOutcomes) -> tuple[VisitCount, ...]:
    own = np.asarray(outcomes.arm)
    return tuple(
        VisitCount(
            visit=study.protocol.visit(visit).label,
            arm=arm.label,
            n=int(outcomes.observed[own == arm.arm, position].sum()),
        )
        for position, visit in enumerate(outcomes.visits)
        for arm in study.arms
    )
