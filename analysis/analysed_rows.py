"""The rows that an analysis used, as a table that R or SAS can read: what the calls of its results name ``d``."""

import pandas as pd

from analysis.case_frame import case_frame
from analysis.clustered_analysis import clustered_frame
from analysis.complier_analysis import uptake_frame
from analysis.event_rate_analysis import event_frame
from analysis.harms import harms_of
from analysis.imputation_cases import arrange_outcomes
from analysis.mediation_analysis import mediation_frame
from analysis.mixed_model_analysis import long_table, model_outcomes
from analysis.order_analysis import order_frame
from analysis.reliable_change_analysis import change_frame
from analysis.responses import responder_frame
from analysis.results import NotEstimableError
from analysis.session_course_analysis import session_frame
from analysis.shift_analysis import shift_frame
from analysis.study import Study
from analysis.time_to_event_analysis import time_frame
from analysis.win_ratio_analysis import pair_frame
from protocols.analysis_plan import PlannedAnalysis
from protocols.estimator_needs import promise_of
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import (
    PlannedClusters,
    PlannedComplierEffect,
    PlannedDoseResponse,
    PlannedEventRate,
    PlannedMediation,
    PlannedReliableChange,
    PlannedResponder,
    PlannedRestrictedMean,
    PlannedSessionCourse,
    PlannedTimeToEvent,
)
from protocols.planned_orders import PlannedOrder, PlannedShift, PlannedWinRatio


def analysed_rows(study: Study, planned: PlannedAnalysis) -> pd.DataFrame | None:
    """Return the rows of one analysis.

    Parameters
    ----------
    study : Study
    planned : PlannedAnalysis

    Returns
    -------
    DataFrame or None
        Columns participant, arm, outcome, the covariates, and visit where there are several. A mixed model: the
        observed outcomes. An imputation: all visits, missing outcomes empty. The other estimators: the columns that they
        read, e.g. response, received, mediator, session, events and exposure, time and event. None for adverse events that
        are described, and where nothing can be analysed.
    """
    try:
        if promise_of(planned) is not None:
            return _of_promise(study, planned)
        if study.protocol.outcome(planned.outcome).source is OutcomeSource.ADVERSE_EVENTS:
            return None
        if planned.imputation is not None:
            return long_table(arrange_outcomes(study, planned, planned.imputation))[0]
        if planned.mixed_model is not None:
            rows, _ = long_table(model_outcomes(study, planned))
            return rows[rows["outcome"].notna()].reset_index(drop=True)
        return case_frame(study, planned)
    except NotEstimableError:
        return None


def _of_promise(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    match promise_of(planned):
        case PlannedResponder() as promise:
            return responder_frame(study, planned, promise)
        case PlannedComplierEffect() | PlannedDoseResponse():
            return uptake_frame(study, planned)
        case PlannedMediation() as promise:
            return mediation_frame(study, planned, promise)
        case PlannedSessionCourse():
            return session_frame(study, planned)
        case PlannedEventRate() as promise:
            return _event_rows(study, planned, promise)
        case PlannedReliableChange() as promise:
            return change_frame(study, planned, promise)
        case PlannedOrder() as promise:
            return order_frame(study, planned, promise)
        case PlannedWinRatio() as promise:
            return pair_frame(study, planned, promise)
        case PlannedShift() as promise:
            return shift_frame(study, planned, promise)
        case PlannedClusters():
            return clustered_frame(study, planned)
        case PlannedTimeToEvent() | PlannedRestrictedMean() as promise:
            return time_frame(study, planned, promise)
        case _:
            return case_frame(study, planned)


def _event_rows(study: Study, planned: PlannedAnalysis, promise: PlannedEventRate) -> pd.DataFrame:
    return event_frame(study, harms_of(study), planned, promise)
