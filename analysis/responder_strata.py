"""Planned comparisons of responders within strata: Miettinen and Nurminen's risk difference, Mantel and Haenszel's odds ratio.

Conventions: strata are the combinations of the analysis's covariates, all factors of the randomization; without any there is one stratum. Both estimates
and the Cochran-Mantel-Haenszel test weigh strata as Mantel and Haenszel do.
"""

from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.case_frame import ARM, comparison_of
from analysis.effect_estimates import counts_of, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.score_difference import ScoreVariance, Stratum
from analysis.estimators.stratified_proportions import (
    ContinuityCorrection,
    StratifiedColumns,
    compare_stratified,
    estimate_common_odds_ratio,
    estimate_stratified_difference,
    strata_of_frame,
)
from analysis.fit_record import FitRecord
from analysis.quantities import RESPONSE_ODDS_RATIO, RISK_DIFFERENCE
from analysis.responses import (
    RESPONSE,
    THRESHOLD_ASSUMPTIONS,
    composite_comment,
    describe_responses,
    responder_frame,
)
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis

UNIT = "share of participants"
WHOLE = "whole"
DIFFERENCES = (
    "SAS's COMMONRISKDIFF(CL=SCORE) pools the score limits of each stratum; here one score equation holds for all strata, as in R's ratesci.",
    "R and SAS take one column minus the other in their order: the arm under trial is put first.",
)
ODDS_DIFFERENCES = (
    "R's mantelhaen.test corrects for continuity unless correct = FALSE; SAS's CMH does not.",
)


def strata_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the stratified risk difference and the common odds ratio of response, the promised one first."""
    promise = planned.responder
    if promise is None:
        return [refused_row(planned, "the plan does not say who is a responder")]
    frame = responder_frame(study, planned, promise)
    arms = describe_responses(study, planned, frame)
    level = study.protocol.analysis.confidence_level
    within = f" within {', '.join(planned.covariates)}" if planned.covariates else ""
    model = f"{RESPONSE} by {ARM}{within}; {promise.label} ({promise.source.strip()})"
    failed = composite_comment(study, planned, frame)

    @cache
    def strata(contrast: Contrast) -> tuple[Stratum, ...]:
        return _strata(study, planned, frame, contrast)

    def estimate(effect: Effect, *notes: str) -> Estimate:
        comment = " ".join(note for note in (failed, *notes) if note)
        return estimate_of(
            effect, arms, model=model, assumptions=THRESHOLD_ASSUMPTIONS, comment=comment
        )

    def odds(contrast: Contrast) -> Estimate:
        found = estimate_common_odds_ratio(strata(contrast), confidence_level=level)
        test = compare_stratified(strata(contrast), ContinuityCorrection.NONE)
        return replace(estimate(found, f"p: test of {test.method}."), p=test.p)

    difference = ResultRow(
        suffix="",
        label="",
        quantity=RISK_DIFFERENCE,
        unit=UNIT,
        estimate=lambda contrast: estimate(
            estimate_stratified_difference(
                strata(contrast), ScoreVariance.MIETTINEN_NURMINEN, confidence_level=level
            )
        ),
        describe=lambda: arms,
        record=lambda contrast: _record_difference(study, planned, frame, contrast),
    )
    ratio = replace(
        difference,
        quantity=RESPONSE_ODDS_RATIO,
        unit="ratio",
        estimate=odds,
        record=lambda contrast: _record_odds(study, planned, frame, contrast),
    )
    if planned.estimator is Estimator.MANTEL_HAENSZEL:
        return [ratio, replace(difference, suffix=".shares", label=" (difference in shares)")]
    return [difference, replace(ratio, suffix=".odds", label=" (common odds ratio)")]


def _strata(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> tuple[Stratum, ...]:
    labels = {arm.arm: arm.label for arm in study.arms}
    columns = StratifiedColumns(
        response=RESPONSE,
        comparison=comparison_of(study, frame, contrast),
        strata=planned.covariates or (WHOLE,),
    )
    found = strata_of_frame(frame.assign(**{WHOLE: WHOLE}), columns)
    return tuple(
        Stratum(
            first=replace(stratum.first, label=labels[contrast.first]),
            second=replace(stratum.second, label=labels[contrast.second]),
        )
        for stratum in found
    )


def _record_difference(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    terms = "*".join([*planned.covariates, ARM])
    return FitRecord(
        formula=f"{RESPONSE} ~ {ARM}{_bar(planned)}",
        covariance="binomial in each stratum, the difference held at each limit",
        standard_errors="none: score interval (Miettinen and Nurminen 1985)",
        df_method="",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                *_table_in_r(planned, contrast),
                "n <- apply(t, c(1, 3), sum)",
                'ratesci::scoreci(t[1, "1", ], n[1, ], t[2, "1", ], n[2, ], stratified = TRUE, skew = FALSE, weighting = "MH")',
            ]
        ),
        call_in_sas=f"proc freq data=d;\n  tables {terms}*{RESPONSE} / commonriskdiff(cl=score column=2);\nrun;",
        differences=DIFFERENCES,
    )


def _record_odds(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    terms = "*".join([*planned.covariates, ARM])
    return FitRecord(
        formula=f"{RESPONSE} ~ {ARM}{_bar(planned)}",
        covariance="binomial in each stratum",
        standard_errors="of the logarithm (Robins, Breslow and Greenland 1986)",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                *_table_in_r(planned, contrast),
                "mantelhaen.test(t[, 2:1, ], correct = FALSE)",
            ]
        )
        if planned.covariates
        else "",
        call_in_sas=f"proc freq data=d;\n  tables {terms}*{RESPONSE} / cmh;\nrun;",
        differences=ODDS_DIFFERENCES,
    )


def _bar(planned: PlannedAnalysis) -> str:
    return f" | {' + '.join(planned.covariates)}" if planned.covariates else ""


def _table_in_r(planned: PlannedAnalysis, contrast: Contrast) -> list[str]:
    strata = ", ".join(f"d${name}" for name in planned.covariates)
    levels = f'c("{contrast.first}", "{contrast.second}")'
    by = f"interaction({strata}, drop = TRUE)" if strata else "rep(1, nrow(d))"
    return [
        data_from_file(planned.code),
        f"t <- table(factor(d${ARM}, {levels}), factor(d${RESPONSE}, 0:1), {by})",
    ]
