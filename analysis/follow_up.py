"""How long everybody was followed: from randomization to the last visit, leaving, or the end of the records.

Conventions: days at the site; the day of randomization is day 1, so nobody has no time (as AVAL of CDISC's ADTTE). Follow-up ends with the
last visit of the protocol, held or with its window closed, on the day of leaving the trial, or where the records end.
"""

from dataclasses import dataclass
from datetime import date, datetime

from analysis.attendance import records_end
from analysis.local_days import LocalDays
from analysis.study import Study
from data.records.participants import WithdrawalKind

_LEAVING = frozenset({WithdrawalKind.TRIAL, WithdrawalKind.LOST_TO_FOLLOW_UP})


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """The follow-up of one participant."""

    participant_id: str
    begins_on: date
    ends_on: date
    """Not before ``begins_on``."""
    left_on: date | None
    """Day of leaving the trial, where somebody left."""

    @property
    def days(self) -> int:
        """Days from the first to the last, both counted."""
        return (self.ends_on - self.begins_on).days + 1

    def day_of(self, on: date) -> int:
        """Return the number of a day, the first being 1."""
        return (on - self.begins_on).days + 1


def derive_follow_up(study: Study) -> dict[str, FollowUp]:
    """Return the follow-up of every randomized participant."""
    days = LocalDays.of(study.records)
    last = max(study.protocol.visits, key=lambda visit: visit.day).code
    planned_end = {
        row.participant_id: _day(days, row.participant_id, row.done_at) or row.closes_on
        for row in study.records.visits
        if row.visit == last
    }
    left = {
        w.participant_id: days.day(w.participant_id, w.at)
        for w in study.records.withdrawals
        if w.kind in _LEAVING
    }
    records_end_on = records_end(study.records)
    found = {}
    for row in study.datasets.participants:
        person = row.participant_id
        ends = min(planned_end.get(person, date.max), left.get(person, date.max), records_end_on)
        found[person] = FollowUp(
            participant_id=person,
            begins_on=row.randomized_on,
            ends_on=max(ends, row.randomized_on),
            left_on=left.get(person),
        )
    return found


def _day(days: LocalDays, participant_id: str, moment: datetime | None) -> date | None:
    return None if moment is None else days.day(participant_id, moment)
