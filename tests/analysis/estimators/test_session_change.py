"""The participant's mean change within sessions."""

from analysis.datasets import SessionRating
from analysis.estimators.session_change import (
    mean_before_by_participant,
    mean_change_by_participant,
)

RATINGS = [
    SessionRating(participant_id="LEI-001", number=1, before=60.0, after=40.0),
    SessionRating(participant_id="LEI-001", number=2, before=50.0, after=40.0),
    SessionRating(participant_id="LEI-001", number=3, before=90.0, after=None),
    SessionRating(participant_id="GRA-002", number=1, before=None, after=30.0),
]


def test_every_participant_counts_once_with_the_mean_of_complete_pairs() -> None:
    assert mean_change_by_participant(RATINGS) == {"LEI-001": -15.0}


def test_the_mean_before_is_over_the_same_sessions() -> None:
    assert mean_before_by_participant(RATINGS) == {"LEI-001": 55.0}
