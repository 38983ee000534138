"""Time to an event and mean time without it: what a plan must say about them."""

import pytest

from protocols.analysis_plan import Estimator
from protocols.planned_estimators import LEFT_TRIAL, PlannedRestrictedMean
from tests.protocols.added_analysis import faults_of_added, with_added


@pytest.mark.parametrize(
    ("promise", "place", "what"),
    [
        (
            PlannedRestrictedMean(event="relapse", horizon_days=28.0),
            "event",
            "“relapse”, which is no event. Events: left_trial, stopped_sessions",
        ),
        (
            PlannedRestrictedMean(event=LEFT_TRIAL, horizon_days=400.0),
            "horizon_days",
            "up to day 400. The last visit is on day 84: choose 2 to 84.",
        ),
    ],
)
def test_a_restricted_mean_needs_an_event_and_a_day_until_which_people_are_followed(
    promise: PlannedRestrictedMean, place: str, what: str
) -> None:
    (only,) = faults_of_added(
        with_added(estimator=Estimator.RESTRICTED_MEAN, restricted_mean=promise)
    )

    assert only.startswith(f"restricted_mean.{place}: ")
    assert what in only
