"""A planned difference in the mean time without an event up to a day: no ratio of hazards, and in days.

Conventions: times as in `time_to_event_analysis`. Both arms must have been observed up to the day.
"""

import pandas as pd

from analysis.case_frame import ARM, comparison_of
from analysis.effect_estimates import counts_of, describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.restricted_mean import estimate_restricted_means
from analysis.estimators.time_to_event import EventColumns, event_times
from analysis.fit_record import FitRecord
from analysis.quantities import RESTRICTED_MEAN
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from analysis.time_to_event_analysis import EVENT, TIME, time_frame
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedRestrictedMean

ASSUMPTIONS = "Who is censored would have had the event as often from then on as who is not."


def restricted_mean_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the difference in mean time without the event up to the promised day."""
    promise = planned.restricted_mean
    if promise is None:
        return [refused_row(planned, "the plan names no event and no last day")]
    frame = time_frame(study, planned, promise)
    arms = describe_column(study, frame, TIME)

    def estimate(contrast: Contrast) -> Estimate:
        columns = EventColumns(
            time=TIME, event=EVENT, comparison=comparison_of(study, frame, contrast)
        )
        found = estimate_restricted_means(
            event_times(frame, columns),
            promise.horizon_days,
            confidence_level=study.protocol.analysis.confidence_level,
        )
        return estimate_of(
            found.difference,
            arms,
            model=promise.label,
            assumptions=ASSUMPTIONS,
            comment=_events(study, frame, promise),
        )

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=RESTRICTED_MEAN,
            unit="days",
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, promise, frame, contrast),
        )
    ]


def _events(study: Study, frame: pd.DataFrame, promise: PlannedRestrictedMean) -> str:
    said = []
    for arm in study.arms:
        here = frame.loc[frame[ARM] == arm.arm]
        counted = int(((here[EVENT] == 1.0) & (here[TIME] <= promise.horizon_days)).sum())
        said.append(f"{arm.label} {counted} of {len(here)}")
    return f"Events up to day {promise.horizon_days:g}: {', '.join(said)}. Mean (SD): of the days followed."


def _record(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedRestrictedMean,
    frame: pd.DataFrame,
    contrast: Contrast,
) -> FitRecord:
    horizon = f"{promise.horizon_days:g}"
    levels = f'c("{contrast.first}", "{contrast.second}")'
    curve = f"survival::survfit(survival::Surv({TIME}, {EVENT}) ~ {ARM}, data = d)"
    return FitRecord(
        formula=f"survival::Surv({TIME}, {EVENT}) ~ {ARM}",
        covariance="Kaplan-Meier, each arm alone",
        standard_errors="Greenwood's, of the area under the curve",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f"d${ARM} <- factor(d${ARM}, {levels})",
                f'm <- summary({curve}, rmean = {horizon})$table[, c("rmean", "se(rmean)")]',
                "c(m[1, 1] - m[2, 1], sqrt(sum(m[, 2]^2)))",
            ]
        ),
        call_in_sas="\n".join(
            [
                f"proc lifetest data=d rmst(tau={horizon});",
                f"  time {TIME}*{EVENT}(0);",
                f"  strata {ARM};",
                "run;",
            ]
        ),
        differences=(
            "Without rmean or tau, R and SAS count up to the last time in the data, which no plan can know.",
        ),
    )
