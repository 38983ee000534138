"""Which file carries out which estimator of the plan."""

from collections.abc import Callable, Mapping, Sequence

from analysis import result_rows
from analysis.clustered_analysis import clustered_rows
from analysis.complier_analysis import complier_rows, dose_rows
from analysis.event_rate_analysis import event_rate_rows
from analysis.harms import Harms
from analysis.imputed_analysis import ImputedAnalysis
from analysis.margin_analysis import margin_rows
from analysis.mediation_analysis import mediation_rows
from analysis.order_analysis import order_rows
from analysis.reliable_change_analysis import reliable_change_rows
from analysis.rerandomization_analysis import rerandomization_rows
from analysis.responder_analysis import responder_rows
from analysis.responder_strata import strata_rows
from analysis.restricted_mean_analysis import restricted_mean_rows
from analysis.result_rows import ResultRow, refused_row
from analysis.results import NotEstimableError
from analysis.session_course_analysis import session_course_rows
from analysis.shift_analysis import shift_rows
from analysis.study import Study
from analysis.subgroup_analysis import subgroup_rows
from analysis.time_to_event_analysis import time_to_event_rows
from analysis.win_ratio_analysis import win_ratio_rows
from protocols.analysis_plan import Estimator, PlannedAnalysis

_MAKERS: Mapping[Estimator, Callable[[Study, PlannedAnalysis], list[ResultRow]]] = {
    Estimator.RESPONDER: responder_rows,
    Estimator.COMPLIER_EFFECT: complier_rows,
    Estimator.DOSE_RESPONSE: dose_rows,
    Estimator.MEDIATION: mediation_rows,
    Estimator.SUBGROUPS: subgroup_rows,
    Estimator.SESSION_COURSE: session_course_rows,
    Estimator.TIME_TO_EVENT: time_to_event_rows,
    Estimator.EQUIVALENCE: margin_rows,
    Estimator.NON_INFERIORITY: margin_rows,
    Estimator.CLUSTER_ROBUST: clustered_rows,
    Estimator.RESPONDER_RATIO: responder_rows,
    Estimator.RESPONDER_STRATIFIED: strata_rows,
    Estimator.MANTEL_HAENSZEL: strata_rows,
    Estimator.RELIABLE_CHANGE: reliable_change_rows,
    Estimator.ORDINAL: order_rows,
    Estimator.WIN_RATIO: win_ratio_rows,
    Estimator.HODGES_LEHMANN: shift_rows,
    Estimator.RESTRICTED_MEAN: restricted_mean_rows,
    Estimator.RERANDOMIZATION: rerandomization_rows,
}


def rows_of(
    study: Study, harms: Harms, planned: PlannedAnalysis, imputed: Sequence[ImputedAnalysis]
) -> list[ResultRow]:
    """Return the rows of one planned analysis, the promised ones before those beside them.

    Where nothing can be estimated there is one row with the reason.
    """
    try:
        if planned.estimator is Estimator.EVENT_RATE:
            return event_rate_rows(study, harms, planned)
        maker = _MAKERS.get(planned.estimator)
        if maker is None:
            return result_rows.rows_of(study, harms, planned, imputed)
        return maker(study, planned)
    except NotEstimableError as error:
        return [refused_row(planned, str(error))]
