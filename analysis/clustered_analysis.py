"""A planned analysis of covariance whose standard errors allow for participants of a site being alike.

Conventions: a cluster is the site of the participant; means and adjusted means by arm are those of the same model without clusters.
"""

from dataclasses import replace

import pandas as pd

from analysis.case_frame import case_frame
from analysis.equivalent_calls import data_from_file
from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.fit_record import FitRecord
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
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedClusters

CLUSTER = "cluster"
ASSUMPTIONS = "Participants of different sites are independent. With fewer than about ten sites the standard error is itself uncertain."


def clustered_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the adjusted difference with cluster-robust standard errors."""
    promise = planned.clusters
    if promise is None:
        return [refused_row(planned, "the plan names no standard errors over sites")]
    cases = select_cases(study, planned)
    sample, counts = build_sample(study, planned, cases), arm_counts(study, cases)
    rows = {row.participant_id: row for row in study.datasets.participants}
    sites = tuple(rows[person].site_id for person in cases.values)  # noqa: PD011 - cases, no data frame

    def estimate(contrast: Contrast) -> Estimate:
        return _estimate(study, promise, fit_ancova(sample, counts), sites, contrast)

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=ADJUSTED_DIFFERENCE,
            estimate=estimate,
            describe=lambda: describe_cases(study, cases),
            record=lambda _: _record(study, planned, promise, fit_ancova(sample, counts)),
        )
    ]


def _estimate(
    study: Study,
    promise: PlannedClusters,
    fit: AncovaFit,
    sites: tuple[str, ...],
    contrast: Contrast,
) -> Estimate:
    level = study.protocol.analysis.confidence_level
    found = estimate_ancova(fit, contrast, CovarianceKind.CLASSICAL, confidence_level=level)
    effect = estimate_clustered_ancova(
        fit,
        contrast,
        sites,
        ClusterCovariance(promise.standard_errors.value),
        confidence_level=level,
    )
    return replace(
        found,
        standard_error=effect.standard_error,
        df=effect.df,
        interval=effect.interval,
        p=effect.p,
        model=effect.method,
        assumptions=ASSUMPTIONS,
    )


def _record(
    study: Study, planned: PlannedAnalysis, promise: PlannedClusters, fit: AncovaFit
) -> FitRecord:
    plain = record_ancova(study, planned, fit, CovarianceKind.CLASSICAL)
    few = promise.standard_errors.value == ClusterCovariance.CR2.value
    kind, test = ("CR2", "Satterthwaite") if few else ("CR1S", "naive-t")
    return replace(
        plain,
        covariance="clusters: sites",
        standard_errors=f"cluster-robust, {promise.standard_errors.value}",
        df_method="Bell and McCaffrey" if few else "clusters minus 1",
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'd$arm <- relevel(d$arm, ref = "{fit.arms[0].arm}")',
                f"fit <- lm({plain.formula}, data = d)",
                f'clubSandwich::coef_test(fit, vcov = "{kind}", cluster = d${CLUSTER}, test = "{test}")',
            ]
        ),
        call_in_sas="",
        differences=()
        if few
        else (
            "R's clubSandwich calls these errors CR1S; its CR1 lacks the factor (n - 1) / (n - p).",
        ),
    )


def clustered_frame(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    """Return the complete cases with their ``cluster``, the site."""
    rows = {row.participant_id: row for row in study.datasets.participants}
    frame = case_frame(study, planned)
    frame[CLUSTER] = [rows[person].site_id for person in frame["participant"]]
    return frame
