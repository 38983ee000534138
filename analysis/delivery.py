"""What was delivered to each arm: sessions, dose, early stops and signal quality (CONSORT 2025 item 24a)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.datasets import Datasets, ParticipantRow
from analysis.estimators.descriptive import Summary, summarize
from analysis.roles import ArmColumn
from data.records.bundle import SessionSummary, TrialRecords
from data.records.sessions import SessionState, StopCause


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlyStop:
    """Who or what stopped sessions early, and how many."""

    cause: StopCause
    """`StopCause.NONE`: stopped early, and no cause is on record."""
    sessions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmDelivery:
    """Delivery in one arm."""

    arm: str
    label: str
    participants: int
    sessions_planned: int
    sessions_due: int
    """Planned sessions of which it is known what became of them."""
    sessions_attended: int
    sessions_completed: int
    attempts: int
    """Sessions begun, repeated ones included."""
    sessions_uncalibrated: int
    """Sessions begun by headphones that nobody had measured: how loud they were is not known."""
    stopped: tuple[EarlyStop, ...]
    adherence_percent: Summary
    """Attended of planned sessions, one value a participant with no session still to come."""
    dose_minutes: Summary
    """Music heard so far, one value a participant."""
    heard_percent: Summary
    """Minutes heard of minutes planned, one value a session begun."""
    good_signal_percent: Summary
    """Passes whose window of signal was good, one value a session begun."""
    stretches_played: int
    """Stretches of 30 s of music that the player reported as heard, all sessions together."""
    stretches_without_gap: int
    """Of these, those played without a gap."""
    gapless_percent: Summary
    """Stretches played without a gap of those played, one value a session with a report of the player."""
    ear_level_dba: Summary
    """Estimated equivalent level at the ear, one value a session by calibrated headphones."""


def describe_delivery(
    records: TrialRecords, datasets: Datasets, arms: Sequence[ArmColumn]
) -> tuple[ArmDelivery, ...]:
    """Describe the sessions of each arm."""
    return tuple(_of_arm(records, datasets, arm) for arm in arms)


def _of_arm(records: TrialRecords, datasets: Datasets, arm: ArmColumn) -> ArmDelivery:
    people = [row for row in datasets.participants if row.arm == arm.arm]
    ids = {row.participant_id for row in people}
    begun = [s for s in records.sessions if s.participant_id in ids and s.started_at is not None]
    return ArmDelivery(
        arm=arm.arm,
        label=arm.label,
        participants=len(people),
        sessions_planned=sum(row.sessions_planned for row in people),
        sessions_due=sum(row.sessions_due for row in people),
        sessions_attended=sum(row.sessions_attended for row in people),
        sessions_completed=sum(row.sessions_completed for row in people),
        attempts=len(begun),
        sessions_uncalibrated=sum(not session.calibrated for session in begun),
        stopped=_early_stops(begun),
        adherence_percent=summarize(
            [_adherence_percent(row) for row in people if not row.is_in_treatment]
        ),
        dose_minutes=summarize([row.dose_minutes for row in people]),
        heard_percent=summarize([_heard_percent(session) for session in begun]),
        good_signal_percent=summarize([_good_percent(session) for session in begun]),
        stretches_played=sum(session.stretches_played for session in begun),
        stretches_without_gap=sum(session.stretches_without_gap for session in begun),
        gapless_percent=summarize([_gapless_percent(session) for session in begun]),
        ear_level_dba=summarize([session.ear_level_dba for session in begun]),
    )


def _early_stops(sessions: Sequence[SessionSummary]) -> tuple[EarlyStop, ...]:
    counts = Counter(s.stop_cause for s in sessions if s.state == SessionState.STOPPED)
    return tuple(EarlyStop(cause=cause, sessions=counts[cause]) for cause in sorted(counts))


def _adherence_percent(row: ParticipantRow) -> float | None:
    return None if row.adherence_share is None else 100 * row.adherence_share


def _heard_percent(session: SessionSummary) -> float | None:
    planned = session.planned_duration_s
    return 100 * session.listened_s / planned if planned > 0 else None


def _good_percent(session: SessionSummary) -> float | None:
    return None if session.good_share is None else 100 * session.good_share


def _gapless_percent(session: SessionSummary) -> float | None:
    played = session.stretches_played
    return 100 * session.stretches_without_gap / played if played else None
