"""A planned responder analysis: who responded, and the difference in shares adjusted by g-computation.

Conventions: composite strategy: who had such an event did not respond, whether or not the outcome was observed afterwards. A share lies
between 0 and 1. Improvement is counted in the direction that is better for the outcome, and a change of exactly the threshold is a response.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import ARM, comparison_of, people_frame, with_covariates
from analysis.effect_estimates import (
    available_by_arm,
    counts_of,
    describe_column,
    estimate_of,
)
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    ResponderColumns,
    StandardizedRisks,
    standardize_risks_of_frame,
)
from analysis.estimators.proportions import exact_interval
from analysis.fit_record import FitRecord
from analysis.outcome_values import BASELINE, outcome_values, select_cases, strategy_effect
from analysis.quantities import RISK_DIFFERENCE
from analysis.result_rows import ResultRow, refused_row
from analysis.results import ArmEstimate, Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_estimators import PlannedResponder, ResponseCriterion

RESPONSE = "response"
UNIT = "share of participants"
SLACK = 1e-9
"""Scores are sums and means of whole numbers: closer than this to the threshold is at the threshold."""
ERRORS = LogisticCovariance.HC3
ASSUMPTIONS = (
    "A threshold cuts people of nearly the same change apart and loses information; what matters to one person depends on where "
    "that person began. Read it beside the difference in means."
)


def responder_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the difference in shares of responders, then their ratio beside it."""
    promise = planned.responder
    if promise is None:
        return [refused_row(planned, "the plan does not say who is a responder")]
    frame = responder_frame(study, planned, promise)
    arms = _arms(study, planned, frame)
    model = f"{RESPONSE} ~ {' + '.join([ARM, *planned.covariates])}; {promise.label} ({promise.source.strip()})"
    comment = _composite_comment(study, planned, frame)

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
        return estimate_of(effect, arms, model=model, assumptions=ASSUMPTIONS, comment=said)

    promised = ResultRow(
        suffix="",
        label="",
        quantity=RISK_DIFFERENCE,
        unit=UNIT,
        estimate=lambda contrast: estimate(risks(contrast).difference, risks(contrast)),
        describe=lambda: arms,
        record=lambda contrast: _record(study, planned, frame, contrast),
    )
    ratio = replace(
        promised,
        suffix=".ratio",
        label=" (ratio of shares)",
        quantity="ratio of shares of responders",
        unit="ratio",
        estimate=lambda contrast: estimate(risks(contrast).ratio, risks(contrast)),
    )
    return [promised, ratio]


def responder_frame(
    study: Study, planned: PlannedAnalysis, promise: PlannedResponder
) -> pd.DataFrame:
    """Return one row a participant with ``response`` 1 or 0, ``arm`` and the covariates.

    `NotEstimableError` if an event happened whose strategy the estimator does not carry out.
    """
    cases = select_cases(study, planned)
    baseline = _baseline(study, planned)
    failed = _failed(study, planned, baseline)
    responses = dict.fromkeys(failed, 0.0)
    observed = cases.values  # noqa: PD011 - cases, no data frame
    for person in observed.keys() - failed:
        value = observed[person]
        response = _response(study, planned, promise, value, baseline.get(person))
        if response is not None:
            responses[person] = response
    frame = people_frame(study, [person for person in study.arm_of if person in responses])
    frame[RESPONSE] = [responses[person] for person in frame["participant"]]
    return with_covariates(study, planned, frame, baseline)


def _response(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedResponder,
    value: float,
    baseline: float | None,
) -> float | None:
    lower_is_better = study.protocol.outcome(planned.outcome).direction is Direction.LOWER_IS_BETTER
    sign = -1.0 if lower_is_better else 1.0
    if promise.criterion is ResponseCriterion.REACHED:
        return float(sign * (value - promise.threshold) >= -SLACK)
    if baseline is None:
        return None
    return float(sign * (value - baseline) >= promise.threshold - SLACK)


def _baseline(study: Study, planned: PlannedAnalysis) -> Mapping[str, float]:
    outcome = study.protocol.outcome(planned.outcome)
    return outcome_values(study, outcome, strategy_effect(study, planned)).baseline


def _failed(
    study: Study, planned: PlannedAnalysis, baseline: Mapping[str, float]
) -> frozenset[str]:
    members = members_of(study.memberships, planned.analysis_set)
    failed = strategy_effect(study, planned).failed & members
    return failed & frozenset(baseline) if BASELINE in planned.covariates else failed


def _arms(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> tuple[ArmEstimate, ...]:
    level = study.protocol.analysis.confidence_level
    outcome = study.protocol.outcome(planned.outcome)
    observed = frozenset(outcome_values(study, outcome, strategy_effect(study, planned)).values)
    available = available_by_arm(study, observed | frozenset(frame["participant"]))
    described = describe_column(study, frame, RESPONSE, available)
    return tuple(
        replace(
            arm,
            standard_deviation=None,
            n_events=round((arm.mean or 0.0) * arm.n_analysed),
            interval=exact_interval(
                round((arm.mean or 0.0) * arm.n_analysed), arm.n_analysed, level
            ),
        )
        if arm.n_analysed
        else replace(arm, n_events=0)
        for arm in described
    )


def _composite_comment(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> str:
    failed = strategy_effect(study, planned).failed & frozenset(frame["participant"])
    if not failed:
        return ""
    counts = available_by_arm(study, failed)
    said = ", ".join(f"{arm.label} {counts.get(arm.arm, 0)}" for arm in study.arms)
    return f"No response because of an intercurrent event (composite strategy): {said}."


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    terms = " + ".join([ARM, *planned.covariates])
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
                f'marginaleffects::avg_comparisons(fit, variables = "{ARM}", vcov = "{ERRORS.value}")',
            ]
        ),
        differences=(
            "The covariates are held as observed: standard errors that count them as random, as R's RobinCar gives, are other.",
        ),
    )
