"""Plans for the tests of single estimators: an analysis of the shipped protocol, with another estimator."""

from dataclasses import replace

from analysis.analyses import analyse
from analysis.analysis_sets import members_of
from analysis.harms import describe_harms
from analysis.results import Result
from analysis.study import Study
from protocols.analysis_plan import AnalysisSet, Estimator, PlannedAnalysis
from protocols.design import Protocol


def planned_of(protocol: Protocol, code: str) -> PlannedAnalysis:
    """Return an analysis of the plan by its code."""
    return next(one for one in protocol.analysis.analyses if one.code == code)


def another(protocol: Protocol, code: str, estimator: Estimator) -> PlannedAnalysis:
    """Return an analysis of the plan without its estimand and covariates, with another estimator."""
    return replace(
        planned_of(protocol, code),
        code="another",
        estimator=estimator,
        estimand=None,
        covariates=(),
        imputation=None,
        mixed_model=None,
    )


def results_of(study: Study, planned: PlannedAnalysis) -> dict[str, Result]:
    """Carry out one analysis; results by id."""
    safety_set = members_of(study.memberships, AnalysisSet.SAFETY)
    harms = describe_harms(study.protocol, study.records, study.datasets, safety_set, study.arms)
    return {result.id: result for result in analyse(study, harms, planned)}
