"""What was due by the day the records end, and why somebody was not at a visit: nobody fails what is still open.

Conventions: the records end with the database lock or, before it, on the day of their last entry; so the same records give the
same report whenever they are read. A planned row is due when it is on record what became of it, or its window had closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from analysis.local_days import LocalDays
from data.records.bundle import TrialRecords
from data.records.participants import Withdrawal, WithdrawalKind
from data.records.visits import PlannedSession, PlannedVisit, PlanState


class Absence(StrEnum):
    """Why there is nothing from a visit."""

    WITHDRAWN = "withdrawn from the trial"
    LOST = "lost to follow-up"
    MISSED = "visit missed"
    NOT_ANSWERED = "visit held, not answered or not recorded"
    NOT_YET_DUE = "not yet due"
    NOT_PLANNED = "no such visit on record"


_LEAVING = {
    WithdrawalKind.TRIAL: Absence.WITHDRAWN,
    WithdrawalKind.LOST_TO_FOLLOW_UP: Absence.LOST,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Attendance:
    """Every planned visit, and who left the trial."""

    ends_on: date
    """Day on which the records end."""
    visits: Mapping[tuple[str, str], PlannedVisit]
    """By participant and visit code."""
    left: Mapping[str, Withdrawal]
    """Withdrawal from the trial, or loss, by participant."""

    def absence(self, participant_id: str, visit: str) -> Absence:
        """Say why there is nothing from a visit."""
        planned = self.visits.get((participant_id, visit))
        if planned is None:
            return Absence.NOT_PLANNED
        if planned.state is PlanState.DONE:
            return Absence.NOT_ANSWERED
        leaving = self.left.get(participant_id)
        if leaving is not None and not self._came_later(planned):
            return _LEAVING[leaving.kind]
        return Absence.MISSED if is_due(planned, self.ends_on) else Absence.NOT_YET_DUE

    def _came_later(self, missed: PlannedVisit) -> bool:
        return any(
            visit.state is PlanState.DONE and visit.planned_on > missed.planned_on
            for (person, _), visit in self.visits.items()
            if person == missed.participant_id
        )


def derive_attendance(records: TrialRecords) -> Attendance:
    """Arrange visits and withdrawals by participant."""
    return Attendance(
        ends_on=records_end(records),
        visits={(visit.participant_id, visit.visit): visit for visit in records.visits},
        left={w.participant_id: w for w in records.withdrawals if w.kind in _LEAVING},
    )


def is_due(row: PlannedVisit | PlannedSession, ends_on: date) -> bool:
    """Tell whether a planned visit or session can be judged."""
    return row.state is not PlanState.PLANNED or row.closes_on < ends_on


def records_end(records: TrialRecords) -> date:
    """Return the day on which the records end: that of the lock, or that of the last entry.

    Where sites have two days at that moment, it is the earlier one, so that no window is judged before it has closed.
    """
    moment = records.locked_at or max(_entries(records), default=None)
    return date.min if moment is None else LocalDays.of(records).reached_everywhere(moment)


def _entries(records: TrialRecords) -> Iterator[datetime]:
    yield from (arm.randomized_at for arm in records.arms)
    yield from (answer.answered_at for answer in records.answers)
    yield from (visit.done_at for visit in records.visits if visit.done_at)
    yield from (session.started_at for session in records.sessions if session.started_at)
    yield from (withdrawal.at for withdrawal in records.withdrawals)
    yield from (deviation.at for deviation in records.deviations)
    yield from (event.aware_at for event in records.adverse_events)
    yield from (assessment.assessed_at for assessment in records.assessments)
