"""The rows of results of one planned analysis: what is estimated, by which estimator, on whose values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.descriptive import Group, describe_arm, estimate_difference_in_means
from analysis.estimators.effect_size import estimate_effect_size, standardize_difference
from analysis.estimators.proportions import (
    SHARES_MODEL,
    describe_shares,
    estimate_risk_difference,
)
from analysis.fit_record import FitRecord
from analysis.fit_records import (
    record_ancova,
    record_description,
    record_means,
    record_mixed_model,
    record_shares,
)
from analysis.harms import Harms, event_shares
from analysis.imputed_analysis import ImputedAnalysis, impute_one
from analysis.mixed_model_analysis import FittedModel, fit_planned
from analysis.outcome_values import BASELINE, Cases, select_cases
from analysis.quantities import ADJUSTED_DIFFERENCE, DIFFERENCE, SUMMARY, quantities_of
from analysis.results import (
    ArmEstimate,
    Contrast,
    EffectSize,
    Estimate,
    NotEstimableError,
)
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.mixed_model import PlannedMixedModel
from protocols.outcomes import OutcomeSource

ROBUST_SUFFIX = ".hc3"
DIFFERENCE_SUFFIX = ".difference"
ADVERSE_EVENT_KINDS = (("", "any", ""), (".serious", "serious", ", serious"))


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultRow:
    """One row of results of a planned analysis."""

    suffix: str
    label: str
    quantity: str
    estimate: Callable[[Contrast], Estimate]
    effect_size: Callable[[Contrast, Estimate], EffectSize] | None = None
    unadjusted_effect_size: Callable[[Contrast, Estimate], EffectSize] | None = None
    describe: Callable[[], tuple[ArmEstimate, ...]] = tuple
    record: Callable[[Contrast], FitRecord | None] = lambda _: None
    """What was fitted for a contrast that has an estimate."""
    unit: str = ""
    """Empty: that of the outcome."""


def rows_of(
    study: Study, harms: Harms, planned: PlannedAnalysis, imputed: Sequence[ImputedAnalysis]
) -> list[ResultRow]:
    """Return the rows of one planned analysis, the promised ones before those beside them."""
    if planned.imputation is not None:
        found = [one for one in imputed if one.analysis == planned.code]
        return [_imputed_row(found or impute_one(study, planned, planned.imputation))]
    if planned.mixed_model is not None:
        return _mixed_model_rows(study, planned, planned.mixed_model)
    if study.protocol.outcome(planned.outcome).source is OutcomeSource.ADVERSE_EVENTS:
        return _adverse_event_rows(study, harms)
    return _outcome_rows(study, planned)


def _imputed_row(imputed: Sequence[ImputedAnalysis]) -> ResultRow:
    estimates = {one.contrast: one.estimate for one in imputed}
    records = {one.contrast: one.record for one in imputed}

    def estimate(contrast: Contrast) -> Estimate:
        if estimates[contrast].reason:
            raise NotEstimableError(estimates[contrast].reason)
        return estimates[contrast]

    return ResultRow(
        suffix="",
        label="",
        quantity=ADJUSTED_DIFFERENCE,
        estimate=estimate,
        record=records.__getitem__,
    )


def _mixed_model_rows(
    study: Study, planned: PlannedAnalysis, promise: PlannedMixedModel
) -> list[ResultRow]:
    """Return the promised comparison at the outcome's visit, then those at the other visits of the model."""
    try:
        model = fit_planned(study, planned, promise)
    except NotEstimableError as error:
        return [refused_row(planned, str(error))]
    own = study.protocol.outcome(planned.outcome).visit or ""
    promised = ResultRow(
        suffix="",
        label="",
        quantity=ADJUSTED_DIFFERENCE,
        estimate=lambda contrast: model.estimate(contrast, own),
        record=lambda _: record_mixed_model(planned, model),
    )
    return [
        promised,
        *(_visit_row(promised, study, model, visit) for visit in model.visits if visit != own),
    ]


def _visit_row(promised: ResultRow, study: Study, model: FittedModel, visit: str) -> ResultRow:
    label = study.protocol.visit(visit).label
    return replace(
        promised,
        suffix=f".{visit}",
        label=f" (the same model at {label})",
        quantity=f"{ADJUSTED_DIFFERENCE} at {label}",
        estimate=lambda contrast: model.estimate(contrast, visit),
    )


def _adverse_event_rows(study: Study, harms: Harms) -> list[ResultRow]:
    return [row for kind in ADVERSE_EVENT_KINDS for row in _event_rows(study, harms, *kind)]


def _event_rows(study: Study, harms: Harms, suffix: str, kind: str, words: str) -> list[ResultRow]:
    level = study.protocol.analysis.confidence_level
    shares = event_shares(harms, kind, study.arms)
    summary = ResultRow(
        suffix=suffix,
        label=words,
        quantity=SUMMARY,
        estimate=lambda _: _description(describe_shares(shares, level), SHARES_MODEL),
        describe=lambda: tuple(
            ArmEstimate(
                arm=share.arm,
                label=share.label,
                n_available=share.n,
                n_analysed=share.n,
                n_events=share.events,
            )
            for share in shares
        ),
        record=lambda contrast: record_shares(shares, contrast, level),
    )
    difference = replace(
        summary,
        suffix=suffix + DIFFERENCE_SUFFIX,
        label=f"{words} (risk difference)",
        quantity="risk difference",
        estimate=lambda contrast: estimate_risk_difference(
            shares, contrast, confidence_level=level
        ),
    )
    return [summary, difference]


def _description(arms: tuple[ArmEstimate, ...], model: str) -> Estimate:
    return Estimate(
        estimate=None, standard_error=None, df=None, interval=None, p=None, arms=arms, model=model
    )


def _outcome_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    try:
        cases = select_cases(study, planned)
    except NotEstimableError as error:
        return [refused_row(planned, str(error))]
    if planned.estimator is Estimator.DESCRIPTIVE:
        return _descriptive_rows(study, planned, cases)
    if planned.estimator is Estimator.ANCOVA or planned.covariates:
        return _model_rows(study, planned, cases)
    return [_means_row(study, planned, cases)]


def refused_row(planned: PlannedAnalysis, reason: str) -> ResultRow:
    """Return the row of an analysis that gives no number, with the reason."""

    def refuse(_: Contrast) -> Estimate:
        raise NotEstimableError(reason)

    return ResultRow(suffix="", label="", quantity=quantities_of(planned)[0], estimate=refuse)


def _descriptive_rows(study: Study, planned: PlannedAnalysis, cases: Cases) -> list[ResultRow]:
    def describe(_: Contrast) -> Estimate:
        for group in _groups(study, cases):
            if not group.values:
                message = f"{group.label} has no participant with a value"
                raise NotEstimableError(message)
        return _description(describe_cases(study, cases), "means and standard deviations by arm")

    def compare(contrast: Contrast) -> Estimate:
        found = means.estimate(contrast)
        return replace(found, p=None, model=f"{found.model}; no test")

    means = _means_row(study, planned, cases)
    summary = replace(
        means,
        quantity=SUMMARY,
        estimate=describe,
        effect_size=None,
        record=lambda _: record_description(study, planned, cases),
    )
    difference = replace(
        means,
        suffix=DIFFERENCE_SUFFIX,
        label=f" ({DIFFERENCE})",
        estimate=compare,
        effect_size=None,
    )
    return [summary, difference]


def _model_rows(study: Study, planned: PlannedAnalysis, cases: Cases) -> list[ResultRow]:
    sample = build_sample(study, planned, cases)
    counts = arm_counts(study, cases)
    level = study.protocol.analysis.confidence_level

    def estimate(kind: CovarianceKind) -> Callable[[Contrast], Estimate]:
        return lambda contrast: estimate_ancova(
            fit_ancova(sample, counts), contrast, kind, confidence_level=level
        )

    def record(kind: CovarianceKind) -> Callable[[Contrast], FitRecord]:
        return lambda _: record_ancova(study, planned, fit_ancova(sample, counts), kind)

    def standardize(contrast: Contrast, found: Estimate) -> EffectSize:
        return standardize_difference(
            found,
            _values_of(study, cases, contrast.first),
            _values_of(study, cases, contrast.second),
        )

    classical = ResultRow(
        suffix="",
        label="",
        quantity=ADJUSTED_DIFFERENCE,
        estimate=estimate(CovarianceKind.CLASSICAL),
        effect_size=standardize,
        unadjusted_effect_size=lambda contrast, _: _effect_size(study, cases, contrast),
        describe=lambda: describe_cases(study, cases),
        record=record(CovarianceKind.CLASSICAL),
    )
    robust = replace(
        classical,
        suffix=ROBUST_SUFFIX,
        label=" (robustness: HC3 standard errors)",
        quantity=f"{ADJUSTED_DIFFERENCE}, HC3 standard errors",
        estimate=estimate(CovarianceKind.HC3),
        effect_size=None,
        unadjusted_effect_size=None,
        record=record(CovarianceKind.HC3),
    )
    return [classical, robust]


def _means_row(study: Study, planned: PlannedAnalysis, cases: Cases) -> ResultRow:
    groups = _groups(study, cases)
    level = study.protocol.analysis.confidence_level

    def estimate(contrast: Contrast) -> Estimate:
        found = estimate_difference_in_means(groups, contrast, confidence_level=level)
        return replace(found, arms=_with_available(study, found.arms, cases))

    return ResultRow(
        suffix="",
        label="",
        quantity=DIFFERENCE,
        estimate=estimate,
        effect_size=lambda contrast, _: _effect_size(study, cases, contrast),
        describe=lambda: describe_cases(study, cases),
        record=lambda contrast: record_means(study, planned, cases, contrast),
    )


def build_sample(study: Study, planned: PlannedAnalysis, cases: Cases) -> Sample:
    """Arrange complete cases for the linear model: baseline as a number, factors as levels."""
    rows = {row.participant_id: row for row in study.datasets.participants}
    people = list(cases.values)

    def covariate(name: str) -> Covariate:
        if name == BASELINE:
            return Covariate(name=name, values=tuple(cases.baseline[p] for p in people))
        return Covariate(name=name, values=tuple(rows[p].level(name) for p in people))

    return Sample(
        outcome_name=planned.outcome,
        outcome=tuple(cases.values.values()),
        arm=tuple(rows[person].arm for person in people),
        covariates=tuple(covariate(name) for name in planned.covariates),
    )


def arm_counts(study: Study, cases: Cases) -> tuple[ArmCount, ...]:
    """Return how many of each arm had the outcome observed; the reference arm comes first."""
    reference = study.contrasts[0].second if study.contrasts else ""
    counts = [
        ArmCount(
            arm=arm.arm,
            label=arm.label,
            n_available=sum(study.arm_of[person] == arm.arm for person in cases.available),
        )
        for arm in study.arms
    ]
    return tuple(sorted(counts, key=lambda count: count.arm != reference))


def _groups(study: Study, cases: Cases) -> tuple[Group, ...]:
    return tuple(
        Group(arm=arm.arm, label=arm.label, values=_values_of(study, cases, arm.arm))
        for arm in study.arms
    )


def _values_of(study: Study, cases: Cases, arm: str) -> tuple[float, ...]:
    return tuple(value for person, value in cases.values.items() if study.arm_of[person] == arm)


def describe_cases(study: Study, cases: Cases) -> tuple[ArmEstimate, ...]:
    """Return how many of each arm are analysed and available, with mean and standard deviation."""
    level = study.protocol.analysis.confidence_level
    described = tuple(describe_arm(group, level) for group in _groups(study, cases))
    return _with_available(study, described, cases)


def _with_available(
    study: Study, arms: tuple[ArmEstimate, ...], cases: Cases
) -> tuple[ArmEstimate, ...]:
    available: Mapping[str, int] = {c.arm: c.n_available for c in arm_counts(study, cases)}
    return tuple(replace(arm, n_available=available[arm.arm]) for arm in arms)


def _effect_size(study: Study, cases: Cases, contrast: Contrast) -> EffectSize:
    return estimate_effect_size(
        _values_of(study, cases, contrast.first),
        _values_of(study, cases, contrast.second),
        confidence_level=study.protocol.analysis.confidence_level,
    )
