"""Who responded, by the definition of the plan: one row a participant, and the shares by arm.

Conventions: composite strategy: who had such an event did not respond, whether or not the outcome was observed afterwards. A share lies
between 0 and 1. Improvement is counted in the direction that is better for the outcome, and a change of exactly the threshold is a response.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import people_frame, with_covariates
from analysis.effect_estimates import available_by_arm, describe_column
from analysis.estimators.proportions import exact_interval
from analysis.outcome_values import BASELINE, outcome_values, select_cases, strategy_effect
from analysis.results import ArmEstimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_estimators import PlannedResponder, ResponseCriterion

RESPONSE = "response"
SLACK = 1e-9
"""Scores are sums and means of whole numbers: closer than this to the threshold is at the threshold."""

THRESHOLD_ASSUMPTIONS = (
    "A threshold cuts people of nearly the same change apart and loses information; what matters to one person depends on where "
    "that person began. Read it beside the difference in means."
)


def responder_frame(
    study: Study, planned: PlannedAnalysis, promise: PlannedResponder
) -> pd.DataFrame:
    """Return one row a participant with ``response`` 1 or 0, ``arm`` and the covariates.

    `NotEstimableError` if an event happened whose strategy the estimator does not carry out.
    """
    cases = select_cases(study, planned)
    baseline = baseline_values(study, planned)
    failed = failed_people(study, planned, baseline)
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


def baseline_values(study: Study, planned: PlannedAnalysis) -> Mapping[str, float]:
    """Return the outcome at baseline by participant."""
    outcome = study.protocol.outcome(planned.outcome)
    return outcome_values(study, outcome, strategy_effect(study, planned)).baseline


def failed_people(
    study: Study, planned: PlannedAnalysis, baseline: Mapping[str, float]
) -> frozenset[str]:
    """Return members of the analysis set whose intercurrent event is a failure; with a baseline where that is a covariate."""
    members = members_of(study.memberships, planned.analysis_set)
    failed = strategy_effect(study, planned).failed & members
    return failed & frozenset(baseline) if BASELINE in planned.covariates else failed


def describe_responses(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame
) -> tuple[ArmEstimate, ...]:
    """Return the share of each arm with its exact interval."""
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


def composite_comment(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> str:
    """Say how many of each arm failed because of an intercurrent event; empty when nobody did."""
    failed = strategy_effect(study, planned).failed & frozenset(frame["participant"])
    if not failed:
        return ""
    counts = available_by_arm(study, failed)
    said = ", ".join(f"{arm.label} {counts.get(arm.arm, 0)}" for arm in study.arms)
    return f"No response because of an intercurrent event (composite strategy): {said}."
