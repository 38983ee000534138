"""A planned responder analysis: difference and ratio of the shares of responders, adjusted by a logistic model and g-computation."""

from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.case_frame import ARM, comparison_of
from analysis.effect_estimates import counts_of, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    ResponderColumns,
    StandardizedRisks,
    standardize_risks_of_frame,
)
from analysis.fit_record import FitRecord
from analysis.quantities import RISK_DIFFERENCE, RISK_RATIO
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
ERRORS = LogisticCovariance.HC3


def responder_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the difference and the ratio of the shares of responders, the promised one first."""
    promise = planned.responder
    if promise is None:
        return [refused_row(planned, "the plan does not say who is a responder")]
    frame = responder_frame(study, planned, promise)
    arms = describe_responses(study, planned, frame)
    model = f"{RESPONSE} ~ {' + '.join([ARM, *planned.covariates])}; {promise.label} ({promise.source.strip()})"
    comment = composite_comment(study, planned, frame)

    @cache
    def risks(contrast: Contrast) -> StandardizedRisks:
        columns = ResponderColumns(
            response=RESPONSE,
            comparison=comparison_of(study, frame, contrast),
            covariates=planned.covariates,
        )
        level = study.protocol.analysis.confidence_level
        return standardize_risks_of_frame(frame, columns, ERRORS, confidence_level=level)

    def estimate(effect: Effect, found: StandardizedRisks) -> Estimate:
        dropped = f"Left out because it does not vary: {', '.join(found.dropped)}."
        notes = [comment, dropped if found.dropped else ""]
        said = " ".join(note for note in notes if note)
        return estimate_of(
            effect, arms, model=model, assumptions=THRESHOLD_ASSUMPTIONS, comment=said
        )

    difference = ResultRow(
        suffix="",
        label="",
        quantity=RISK_DIFFERENCE,
        unit=UNIT,
        estimate=lambda contrast: estimate(risks(contrast).difference, risks(contrast)),
        describe=lambda: arms,
        record=lambda contrast: _record(study, planned, frame, contrast),
    )
    ratio = replace(
        difference,
        quantity=RISK_RATIO,
        unit="ratio",
        estimate=lambda contrast: estimate(risks(contrast).ratio, risks(contrast)),
    )
    if planned.estimator is Estimator.RESPONDER_RATIO:
        return [ratio, replace(difference, suffix=".shares", label=" (difference in shares)")]
    return [difference, replace(ratio, suffix=".ratio", label=" (ratio of shares)")]


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    terms = " + ".join([ARM, *planned.covariates])
    ratio = planned.estimator is Estimator.RESPONDER_RATIO
    comparison = ', comparison = "lnratioavg", transform = "exp"' if ratio else ""
    return FitRecord(
        formula=f"{RESPONSE} ~ {terms}",
        covariance="binomial",
        standard_errors=f"robust, {ERRORS.value}; delta method",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'd${ARM} <- relevel(d${ARM}, ref = "{contrast.second}")',
                f"fit <- glm({RESPONSE} ~ {terms}, binomial, data = d)",
                f'marginaleffects::avg_comparisons(fit, variables = "{ARM}", vcov = "{ERRORS.value}"{comparison})',
            ]
        ),
        differences=(
            "The covariates are held as observed: standard errors that count them as random, as R's RobinCar gives, are other.",
        ),
    )
