"""Responders within strata and reliable change: what a plan must say about them."""

from dataclasses import replace

import pytest

from protocols.analysis_plan import Estimator
from protocols.planned_estimators import (
    PlannedReliableChange,
    PlannedResponder,
    ResponseCriterion,
)
from tests.protocols.added_analysis import faults_of_added, with_added

RESPONDER = PlannedResponder(
    criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="made up"
)
RELIABLE = PlannedReliableChange(
    standard_deviation=4.7, reliability=0.83, cut_off=8.0, source="made up"
)


@pytest.mark.parametrize("estimator", [Estimator.RESPONDER_STRATIFIED, Estimator.MANTEL_HAENSZEL])
def test_a_baseline_value_is_no_stratum(estimator: Estimator) -> None:
    found = faults_of_added(
        with_added(estimator=estimator, responder=RESPONDER, covariates=("site", "baseline"))
    )

    wanted = (
        "covariates[1]: added compares within strata, and a baseline value is no stratum. "
        "Name factors of the randomization only, or choose responder."
    )
    assert found == [wanted]


@pytest.mark.parametrize(
    ("promise", "place", "what"),
    [
        (replace(RELIABLE, reliability=1.0), "reliability", "takes 1 as the reliability"),
        (replace(RELIABLE, standard_deviation=0.0), "standard_deviation", "takes 0 as a standard"),
        (replace(RELIABLE, source=" "), "source", "where its reliability and its cut-off come"),
    ],
)
def test_a_reliable_change_needs_a_published_precision(
    promise: PlannedReliableChange, place: str, what: str
) -> None:
    (only,) = faults_of_added(
        with_added(estimator=Estimator.RELIABLE_CHANGE, reliable_change=promise)
    )

    assert only.startswith(f"reliable_change.{place}: ")
    assert what in only
