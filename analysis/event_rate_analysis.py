"""A planned rate of adverse events: events of each participant over time at risk or minutes heard, first arm over second.

Conventions: the events that the table of harms counts; those that began after follow-up ended (somebody had left) are told and not counted
in a rate. Time at risk is in days; a rate ratio has no unit.
"""

from collections import Counter

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import ARM, PARTICIPANT, comparison_of, people_frame, with_covariates
from analysis.effect_estimates import counts_of, describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.counts import CountColumns, CountModel, estimate_rate_ratio_of_frame
from analysis.fit_record import FitRecord
from analysis.follow_up import derive_follow_up
from analysis.harms import Harms
from analysis.quantities import RATE_RATIO
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import Exposure, PlannedEventRate, RateModel

EVENTS, EXPOSURE = "events", "exposure"
ASSUMPTIONS = "Events come at a constant rate over the exposure; who left early had, until then, the same rate as who stayed."
_MODELS = {
    RateModel.NEGATIVE_BINOMIAL: CountModel.NEGATIVE_BINOMIAL,
    RateModel.POISSON_ROBUST: CountModel.POISSON_ROBUST,
}


def event_rate_rows(study: Study, harms: Harms, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the ratio of the rates of adverse events."""
    promise = planned.event_rate
    if promise is None:
        return [refused_row(planned, "the plan names no exposure")]
    frame = event_frame(study, harms, planned, promise)
    arms = describe_column(study, frame, EVENTS)
    comment = _totals(study, frame, promise)

    def estimate(contrast: Contrast) -> Estimate:
        columns = CountColumns(
            count=EVENTS,
            comparison=comparison_of(study, frame, contrast),
            exposure=EXPOSURE,
            covariates=planned.covariates,
        )
        found = estimate_rate_ratio_of_frame(
            frame,
            columns,
            _MODELS[promise.model],
            confidence_level=study.protocol.analysis.confidence_level,
        )
        model = f"{EVENTS} ~ {' + '.join([ARM, *planned.covariates])}"
        return estimate_of(
            found.rate_ratio, arms, model=model, assumptions=ASSUMPTIONS, comment=comment
        )

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=RATE_RATIO,
            unit="ratio",
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, promise, frame, contrast),
        )
    ]


def event_frame(
    study: Study, harms: Harms, planned: PlannedAnalysis, promise: PlannedEventRate
) -> pd.DataFrame:
    """Return one row a participant of the set: ``arm``, ``events``, ``exposure`` and the covariates."""
    follow_up = derive_follow_up(study)
    rows = {row.participant_id: row for row in study.datasets.participants}
    members = members_of(study.memberships, planned.analysis_set)
    frame = people_frame(study, [person for person in study.arm_of if person in members])
    counted = Counter(
        listed.event.participant_id
        for listed in harms.listing
        if not listed.outside
        and listed.started_on <= follow_up[listed.event.participant_id].ends_on
    )
    frame[EVENTS] = [float(counted[person]) for person in frame[PARTICIPANT]]
    frame[EXPOSURE] = [
        float(follow_up[person].days)
        if promise.exposure is Exposure.TIME_AT_RISK
        else rows[person].dose_minutes
        for person in frame[PARTICIPANT]
    ]
    return with_covariates(study, planned, frame, {})


def _totals(study: Study, frame: pd.DataFrame, promise: PlannedEventRate) -> str:
    unit = "days" if promise.exposure is Exposure.TIME_AT_RISK else "minutes"
    said = []
    for arm in study.arms:
        here = frame.loc[frame[ARM] == arm.arm]
        said.append(f"{arm.label} {here[EVENTS].sum():.0f} in {here[EXPOSURE].sum():.0f} {unit}")
    return f"Events: {', '.join(said)}. Mean (SD): of the number of events."


def _record(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedEventRate,
    frame: pd.DataFrame,
    contrast: Contrast,
) -> FitRecord:
    formula = f"{EVENTS} ~ {' + '.join([ARM, *planned.covariates])} + offset(log({EXPOSURE}))"
    negative = promise.model is RateModel.NEGATIVE_BINOMIAL
    fit = (
        f"summary(MASS::glm.nb({formula}, data = d))"
        if negative
        else f'lmtest::coeftest(f <- glm({formula}, poisson, data = d), vcov = sandwich::vcovHC(f, type = "HC0"))'
    )
    return FitRecord(
        formula=formula,
        covariance="negative binomial (NB2)" if negative else "Poisson",
        standard_errors="expected information, θ fixed" if negative else "robust, HC0",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'd${ARM} <- relevel(d${ARM}, ref = "{contrast.second}")',
                fit,
            ]
        ),
    )
