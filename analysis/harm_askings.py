"""After how many sessions harms were asked for, by arm (CONSORT Harms 2022: how harms were assessed).

Conventions: sessions that have ended and in which any music was heard, each attempt by itself; of several
askings about one session the last one stored counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.datasets import Datasets
from analysis.roles import ArmColumn
from data.records.bundle import SessionSummary, TrialRecords
from data.records.harm_askings import HarmAnswer
from data.records.sessions import SessionState

_ENDED = frozenset({SessionState.COMPLETED, SessionState.STOPPED})


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmAskings:
    """How harms were asked for in one arm."""

    arm: str
    label: str
    sessions: int
    """Sessions that have ended and in which any music was heard."""
    nothing: int
    """Asked, and nothing was told."""
    reported: int
    """Asked, and something was told."""
    not_possible: int
    """It was not possible to ask, and it is on record why."""

    @property
    def asked(self) -> int:
        """After how many sessions harms were asked for."""
        return self.nothing + self.reported

    @property
    def unknown(self) -> int:
        """After how many sessions nothing on record says whether harms were asked for."""
        return self.sessions - self.asked - self.not_possible


def describe_harm_askings(
    records: TrialRecords, datasets: Datasets, arms: Sequence[ArmColumn]
) -> tuple[ArmAskings, ...]:
    """Count, for each arm, after how many sessions harms were asked for, and what came of it."""
    answers = {one.session_id: one.answer for one in records.harm_askings}
    arm_of = {row.participant_id: row.arm for row in datasets.participants}
    heard = [session for session in records.sessions if _is_asked_about(session)]
    return tuple(
        _of_arm(arm, [one for one in heard if arm_of.get(one.participant_id) == arm.arm], answers)
        for arm in arms
    )


def _is_asked_about(session: SessionSummary) -> bool:
    return session.state in _ENDED and session.listened_s > 0


def _of_arm(
    arm: ArmColumn, sessions: Sequence[SessionSummary], answers: dict[str, HarmAnswer]
) -> ArmAskings:
    given = [answers.get(session.id) for session in sessions]
    return ArmAskings(
        arm=arm.arm,
        label=arm.label,
        sessions=len(sessions),
        nothing=given.count(HarmAnswer.NOTHING),
        reported=given.count(HarmAnswer.REPORTED),
        not_possible=given.count(HarmAnswer.NOT_ASKED),
    )
