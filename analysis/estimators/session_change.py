"""State anxiety before and after each session -> participant mean of the change.

Conventions: change = after minus before; a session counts when both ratings are there; every participant counts once, with the
mean of their sessions, however many these are. Arms are compared by the caller's estimator.
"""

from collections import defaultdict
from collections.abc import Iterable

from analysis.datasets import SessionRating


def mean_change_by_participant(ratings: Iterable[SessionRating]) -> dict[str, float]:
    """Return the mean change of each participant with at least one complete pair of ratings.

    Examples
    --------
    >>> one = SessionRating(participant_id="LEI-001", number=1, before=60.0, after=40.0)
    >>> two = SessionRating(participant_id="LEI-001", number=2, before=50.0, after=None)
    >>> mean_change_by_participant([one, two])
    {'LEI-001': -20.0}
    """
    return _means((row.participant_id, row.change) for row in ratings)


def mean_before_by_participant(ratings: Iterable[SessionRating]) -> dict[str, float]:
    """Return the mean rating before the sessions that count, by participant."""
    return _means((row.participant_id, row.before) for row in ratings if row.change is not None)


def _means(pairs: Iterable[tuple[str, float | None]]) -> dict[str, float]:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for participant_id, value in pairs:
        if value is not None:
            values[participant_id].append(value)
    return {person: sum(found) / len(found) for person, found in values.items()}
