"""A planned analysis of covariance with standard errors over sites: the same difference, another uncertainty."""

from dataclasses import replace

import pytest

from analysis.plan import AnalysisReport
from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.planned_estimators import ClusterErrors, PlannedClusters
from tests.analysis.planned_estimators import planned_of, results_of


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _result(study: Study, errors: ClusterErrors) -> Result:
    planned = replace(
        planned_of(study.protocol, "primary_gad7_week_4"),
        code="another",
        estimator=Estimator.CLUSTER_ROBUST,
        covariates=("baseline",),
        clusters=PlannedClusters(standard_errors=errors),
    )
    return results_of(study, planned)["another"]


def test_two_sites_leave_one_degree_of_freedom(study: Study) -> None:
    found = _result(study, ClusterErrors.CR1)

    assert found.df == 1.0
    assert found.estimate is not None
    assert "over 2 clusters" in found.model
    assert "sites" in found.assumptions


def test_the_difference_is_that_without_clusters(study: Study, report: AnalysisReport) -> None:
    one, two = (_result(study, errors) for errors in ClusterErrors)

    assert one.estimate == two.estimate
    assert one.standard_error != two.standard_error
    assert one.estimate == pytest.approx(report.primary.estimate, abs=0.5)


def test_one_site_alone_has_a_reason(study: Study) -> None:
    rows = tuple(replace(row, site_id="LEI") for row in study.datasets.participants)
    alone = replace(study, datasets=replace(study.datasets, participants=rows))

    assert _result(alone, ClusterErrors.CR2).reason == "1 cluster; at least 2 are needed"
