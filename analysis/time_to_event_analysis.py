"""A planned time to an event, e.g. to leaving the trial: hazard ratio of two arms, with the log-rank test and median times beside it.

Conventions: days from randomization, the day of randomization being 1; whoever has not had the event when follow-up ends is censored then.
An intercurrent event without a date cannot be timed.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import ARM, comparison_of, people_frame, with_covariates
from analysis.effect_estimates import counts_of, describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.time_to_event import (
    EventColumns,
    EventTimes,
    compare_survival,
    estimate_hazard_ratio,
    event_times,
    survival_curve,
)
from analysis.fit_record import FitRecord
from analysis.follow_up import derive_follow_up
from analysis.local_days import LocalDays
from analysis.quantities import HAZARD_RATIO
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import LEFT_TRIAL, PlannedRestrictedMean, PlannedTimeToEvent

TIME, EVENT = "time", "event"
ASSUMPTIONS = "The ratio of hazards is the same over time, and who is censored has the same hazard from then on as who is not."


def time_to_event_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the hazard ratio of the promised event."""
    promise = planned.time_to_event
    if promise is None:
        return [refused_row(planned, "the plan names no event")]
    frame = time_frame(study, planned, promise)
    arms = describe_column(study, frame, TIME)

    def estimate(contrast: Contrast) -> Estimate:
        columns = EventColumns(
            time=TIME,
            event=EVENT,
            comparison=comparison_of(study, frame, contrast),
            covariates=planned.covariates,
        )
        times = event_times(frame, columns)
        level = study.protocol.analysis.confidence_level
        found = estimate_hazard_ratio(times, confidence_level=level)
        comment = _comment(study, frame, times, level, found.p_proportional)
        model = f"{EVENT} by {TIME} ~ {' + '.join([ARM, *planned.covariates])}; {promise.label}"
        return estimate_of(found.ratio, arms, model=model, assumptions=ASSUMPTIONS, comment=comment)

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=HAZARD_RATIO,
            unit="ratio",
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, frame, contrast),
        )
    ]


def time_frame(
    study: Study, planned: PlannedAnalysis, promise: PlannedTimeToEvent | PlannedRestrictedMean
) -> pd.DataFrame:
    """Return one row a participant of the set: ``arm``, ``time`` in days, ``event`` 1 or 0, and the covariates.

    `NotEstimableError` if somebody had the event at an unknown time.
    """
    members = members_of(study.memberships, planned.analysis_set)
    people = [person for person in study.arm_of if person in members]
    frame = people_frame(study, people)
    found = event_times_of(study, promise.event)
    frame[TIME] = [found[person].days for person in people]
    frame[EVENT] = [float(found[person].happened) for person in people]
    return with_covariates(study, planned, frame, {})


@dataclass(frozen=True, kw_only=True, slots=True)
class EventTime:
    """When one participant had an event, or until when nobody saw it."""

    days: float
    """From randomization, that day being 1."""
    happened: bool


def event_times_of(study: Study, event: str) -> dict[str, EventTime]:
    """Return the time of an event in every randomized participant.

    `NotEstimableError` if somebody had the event at an unknown time.
    """
    happened = _happened(study, event)
    found = {}
    for person, followed in derive_follow_up(study).items():
        on = happened.get(person)
        counts = on is not None and on <= followed.ends_on
        days = followed.day_of(on) if on is not None and counts else followed.days
        found[person] = EventTime(days=float(max(days, 1)), happened=counts)
    return found


def _happened(study: Study, event: str) -> dict[str, date]:
    if event == LEFT_TRIAL:
        followed = derive_follow_up(study)
        return {person: one.left_on for person, one in followed.items() if one.left_on is not None}
    days = LocalDays.of(study.records)
    found: dict[str, date] = {}
    for occurrence in study.occurrences:
        if occurrence.event != event:
            continue
        person = occurrence.participant_id
        if occurrence.at is None:
            raise NotEstimableError(f"{event} has no date in participant {person}")
        on = days.day(person, occurrence.at)
        found[person] = min(on, found.get(person, date.max))
    return found


def _comment(
    study: Study, frame: pd.DataFrame, times: EventTimes, level: float, p_proportional: float
) -> str:
    said = []
    for arm in study.arms:
        here = frame.loc[frame[ARM] == arm.arm]
        text = f"{arm.label} {here[EVENT].sum():.0f} of {len(here)}"
        if arm.arm in (times.first, times.second):
            median = survival_curve(times, arm.arm, confidence_level=level).median
            text += f" (median {median:g} days)" if median is not None else " (median not reached)"
        said.append(text)
    test = compare_survival(times)
    return (
        f"Events: {', '.join(said)}. {test.method.capitalize()}: p {test.p:.4f}. Hazards in proportion over time: p {p_proportional:.4f}. "
        "Mean (SD): of the days followed."
    )


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    classes = " ".join([f"{ARM}(ref='{contrast.second}')", *planned.covariates])
    formula = f"survival::Surv({TIME}, {EVENT}) ~ {' + '.join([ARM, *planned.covariates])}"
    return FitRecord(
        formula=formula,
        covariance="partial likelihood, Efron's ties",
        standard_errors="observed information, of the logarithm",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'd${ARM} <- relevel(d${ARM}, ref = "{contrast.second}")',
                f"summary(survival::coxph({formula}, data = d))",
            ]
        ),
        call_in_sas="\n".join(
            [
                "proc phreg data=d;",
                f"  class {classes} / param=ref;",
                f"  model {TIME}*{EVENT}(0) = {' '.join([ARM, *planned.covariates])} / ties=efron rl;",
                "run;",
            ]
        ),
        differences=("SAS's PROC PHREG takes Breslow's ties unless ties=efron is asked for.",),
    )
