"""Planned comparisons with a margin: equivalence and non-inferiority of the adjusted difference.

Conventions: the two-sided interval of the plan's confidence level decides, so each one-sided test has half of the plan's level of
significance; p is that of the margin. While the arms are masked the first letter is taken as the arm under trial.
"""

from dataclasses import replace

from analysis.effect_estimates import first_arm_note
from analysis.estimators.ancova import AncovaFit, CovarianceKind, estimate_ancova, fit_ancova
from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import (
    Better,
    Equivalence,
    NonInferiority,
    judge_equivalence,
    judge_non_inferiority,
)
from analysis.fit_records import record_ancova
from analysis.outcome_values import select_cases
from analysis.quantities import ADJUSTED_DIFFERENCE
from analysis.result_rows import (
    ResultRow,
    arm_counts,
    build_sample,
    describe_cases,
    refused_row,
)
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_estimators import PlannedMargin

ASSUMPTIONS = "A trial that was carried out carelessly makes arms alike: read the per-protocol analysis and the fidelity beside it."


def margin_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the adjusted difference judged against the margin."""
    promise = planned.margin
    if promise is None:
        return [refused_row(planned, "the plan names no margin")]
    cases = select_cases(study, planned)
    sample, counts = build_sample(study, planned, cases), arm_counts(study, cases)

    def fit() -> AncovaFit:
        return fit_ancova(sample, counts)

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=ADJUSTED_DIFFERENCE,
            estimate=lambda contrast: _estimate(study, planned, promise, fit(), contrast),
            describe=lambda: describe_cases(study, cases),
            record=lambda _: record_ancova(study, planned, fit(), CovarianceKind.CLASSICAL),
        )
    ]


def _estimate(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedMargin,
    fit: AncovaFit,
    contrast: Contrast,
) -> Estimate:
    level = study.protocol.analysis.confidence_level
    found = estimate_ancova(fit, contrast, CovarianceKind.CLASSICAL, confidence_level=level)
    effect = Effect(
        quantity=ADJUSTED_DIFFERENCE,
        method="analysis of covariance",
        arms=(),
        estimate=found.estimate,
        standard_error=found.standard_error,
        df=found.df,
    )
    outcome = study.protocol.outcome(planned.outcome)
    alpha = (1 - level) / 2
    judged: Equivalence | NonInferiority
    if planned.estimator is Estimator.EQUIVALENCE:
        judged = judge_equivalence(
            effect, margin_lower=-promise.margin, margin_upper=promise.margin, alpha=alpha
        )
        said = f"Equivalence within ±{promise.margin:g} {outcome.unit}: {judged.verdict.value}."
        note = ""
    else:
        lower = outcome.direction is Direction.LOWER_IS_BETTER
        judged = judge_non_inferiority(
            effect,
            margin=promise.margin,
            better=Better.LOWER if lower else Better.HIGHER,
            alpha=alpha,
        )
        said = f"Non-inferiority by less than {promise.margin:g} {outcome.unit}: {judged.verdict.value}."
        note = first_arm_note(study, contrast)
    parts = (said, f"Margin: {promise.reason.strip()}", note, found.comment)
    return replace(
        found,
        interval=judged.interval,
        p=judged.p,
        model=f"{found.model}; {judged.method.partition(';')[0]}",
        comment=" ".join(part for part in parts if part),
        assumptions=ASSUMPTIONS,
    )
