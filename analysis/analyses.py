"""One planned analysis -> its Results: the choice of estimator is the plan's, never made here."""

from collections.abc import Callable, Mapping
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
from analysis.estimators.effect_size import estimate_effect_size
from analysis.estimators.proportions import estimate_risk_difference
from analysis.harms import Harms, event_shares
from analysis.outcome_values import BASELINE, Cases, select_cases
from analysis.results import (
    ArmEstimate,
    Contrast,
    EffectSize,
    Estimate,
    NotEstimableError,
    Result,
)
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.outcomes import OutcomeSource

ROBUST_SUFFIX = ".hc3"
ADVERSE_EVENT_KINDS = (("", "any", ""), (".serious", "serious", ", serious"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One row of results of a planned analysis."""

    suffix: str
    label: str
    quantity: str
    planned: bool
    estimate: Callable[[Contrast], Estimate]
    effect_size: Callable[[Contrast], EffectSize] | None = None
    describe: Callable[[], tuple[ArmEstimate, ...]] = tuple


def analyse(study: Study, harms: Harms, planned: PlannedAnalysis) -> tuple[Result, ...]:
    """Carry out one planned analysis for every contrast of arms.

    Parameters
    ----------
    study : Study
        The trial.
    harms : Harms
        Its adverse events, counted.
    planned : PlannedAnalysis
        The analysis, as the protocol in force has it.

    Returns
    -------
    tuple of Result
        The planned result first, then its robustness rows; what cannot be estimated has a reason.
    """
    source = study.protocol.outcome(planned.outcome).source
    if source is OutcomeSource.ADVERSE_EVENTS:
        rows = _adverse_event_rows(study, harms)
    else:
        rows = _outcome_rows(study, planned)
    return tuple(
        _result(study, planned, row, contrast) for row in rows for contrast in study.contrasts
    )


def _adverse_event_rows(study: Study, harms: Harms) -> list[_Row]:
    level = study.protocol.analysis.confidence_level

    def row(suffix: str, kind: str, words: str) -> _Row:
        shares = event_shares(harms, kind, study.arms)
        return _Row(
            suffix=suffix,
            label=words,
            quantity="risk difference",
            planned=True,
            estimate=lambda contrast: estimate_risk_difference(
                shares, contrast, confidence_level=level
            ),
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
        )

    return [row(*kind) for kind in ADVERSE_EVENT_KINDS]


def _outcome_rows(study: Study, planned: PlannedAnalysis) -> list[_Row]:
    try:
        cases = select_cases(study, planned)
    except NotEstimableError as error:
        return [_refused_row(str(error))]
    if planned.estimator is Estimator.ANCOVA or planned.covariates:
        return _model_rows(study, planned, cases)
    return [_means_row(study, planned, cases)]


def _refused_row(reason: str) -> _Row:
    def refuse(_: Contrast) -> Estimate:
        raise NotEstimableError(reason)

    return _Row(suffix="", label="", quantity="difference", planned=True, estimate=refuse)


def _model_rows(study: Study, planned: PlannedAnalysis, cases: Cases) -> list[_Row]:
    sample = build_sample(study, planned, cases)
    counts = arm_counts(study, cases)
    level = study.protocol.analysis.confidence_level

    def estimate(kind: CovarianceKind) -> Callable[[Contrast], Estimate]:
        return lambda contrast: estimate_ancova(
            fit_ancova(sample, counts), contrast, kind, confidence_level=level
        )

    classical = _Row(
        suffix="",
        label="",
        quantity="difference in adjusted means",
        planned=True,
        estimate=estimate(CovarianceKind.CLASSICAL),
        effect_size=lambda contrast: _effect_size(study, cases, contrast),
        describe=lambda: _describe(study, cases),
    )
    robust = replace(
        classical,
        suffix=ROBUST_SUFFIX,
        label=" (robustness: HC3 standard errors)",
        planned=False,
        estimate=estimate(CovarianceKind.HC3),
        effect_size=None,
    )
    return [classical, robust]


def _means_row(study: Study, planned: PlannedAnalysis, cases: Cases) -> _Row:
    groups = _groups(study, cases)
    level = study.protocol.analysis.confidence_level

    def estimate(contrast: Contrast) -> Estimate:
        found = estimate_difference_in_means(groups, contrast, confidence_level=level)
        found = replace(found, arms=_with_available(study, found.arms, cases))
        if planned.estimator is Estimator.DESCRIPTIVE:
            return replace(found, p=None, model=f"{found.model}; descriptive, no test")
        return found

    return _Row(
        suffix="",
        label="",
        quantity="difference in means",
        planned=True,
        estimate=estimate,
        effect_size=lambda contrast: _effect_size(study, cases, contrast),
        describe=lambda: _describe(study, cases),
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


def _describe(study: Study, cases: Cases) -> tuple[ArmEstimate, ...]:
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


def _result(study: Study, planned: PlannedAnalysis, row: _Row, contrast: Contrast) -> Result:
    estimate = _estimate_or_reason(row, contrast)
    order = list(study.arm_order)
    result_id = result_id_of(study, planned.code + row.suffix, contrast)
    return Result(
        id=result_id,
        label=planned.label + row.label,
        planned=row.planned,
        estimand=planned.estimand,
        outcome=planned.outcome,
        analysis_set=planned.analysis_set,
        estimator=planned.estimator,
        contrast=contrast,
        quantity=row.quantity,
        unit=study.protocol.outcome(planned.outcome).unit,
        arms=tuple(sorted(estimate.arms, key=lambda arm: order.index(arm.arm))),
        estimate=estimate.estimate,
        standard_error=estimate.standard_error,
        df=estimate.df,
        interval=estimate.interval,
        p=estimate.p,
        effect_size=None if row.effect_size is None else row.effect_size(contrast),
        model=estimate.model,
        covariates=planned.covariates,
        missing_data=planned.missing_data,
        data_sha256=study.provenance.data_sha256,
        code_version=study.provenance.code_version,
        software=study.provenance.software,
        python_call=python_call(result_id, study.provenance.code_version),
        comment=estimate.comment,
        reason=estimate.reason,
    )


def result_id_of(study: Study, code: str, contrast: Contrast) -> str:
    """Return the id of a result: the first arm follows only where there are several contrasts."""
    return f"{code}.{contrast.first}" if len(study.contrasts) > 1 else code


def python_call(result_id: str, code_version: str) -> str:
    """Return two lines of Python that give a result again."""
    return (
        f"report = run_analysis_plan(protocol, records, code_version={code_version!r})\n"
        f"report.result({result_id!r})"
    )


def _estimate_or_reason(row: _Row, contrast: Contrast) -> Estimate:
    try:
        return row.estimate(contrast)
    except NotEstimableError as error:
        return Estimate(
            estimate=None,
            standard_error=None,
            df=None,
            interval=None,
            p=None,
            arms=row.describe(),
            model="",
            reason=str(error),
        )
