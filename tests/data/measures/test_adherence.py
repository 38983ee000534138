"""Adherence has its denominator from the plan, dose its minutes from the player."""

from datetime import date

import pytest

from data.measures.adherence import Adherence, adherence
from data.records.bundle import SessionSummary
from data.records.visits import PlannedSession, PlanState

DAY = date(2026, 11, 2)
SHARE = 0.8


def planned(count: int, participant_id: str = "LEI-001") -> list[PlannedSession]:
    """Return planned sessions 1 to count."""
    return [
        PlannedSession(
            id=f"{participant_id}/session-{number}",
            participant_id=participant_id,
            number=number,
            planned_on=DAY,
            opens_on=DAY,
            closes_on=DAY,
            state=PlanState.PLANNED,
        )
        for number in range(1, count + 1)
    ]


def held(number: int, listened_s: float, state: str = "completed") -> SessionSummary:
    """Return one attempt at a session."""
    return SessionSummary(
        id=f"LEI-001/session-{number}/attempt-1",
        participant_id="LEI-001",
        number=number,
        state=state,
        started_at=None,
        planned_duration_s=1200.0,
        listened_s=listened_s,
        stop_reason="",
        steps=0,
        good_share=None,
        mean_heart_rate_bpm=None,
        mean_ln_rmssd=None,
    )


def test_the_share_is_of_what_was_planned_and_the_dose_of_what_was_played() -> None:
    sessions = [held(1, 1200.0), held(2, 300.0, "stopped")]

    assert adherence(planned(8), sessions, SHARE) == Adherence(
        planned=8, attended=1, completed=1, share=0.125, dose_minutes=25.0
    )


@pytest.mark.parametrize(
    ("listened_s", "attended"),
    [
        pytest.param(960.0, 1, id="the share exactly"),
        pytest.param(959.9, 0, id="just less"),
        pytest.param(1200.0, 1, id="all of it"),
    ],
)
def test_a_session_is_attended_from_the_share_of_its_music_on_that_the_protocol_asks_for(
    listened_s: float, attended: int
) -> None:
    assert adherence(planned(8), [held(1, listened_s, "stopped")], SHARE).attended == attended


def test_halves_of_two_attempts_do_not_make_an_attended_session() -> None:
    result = adherence(planned(8), [held(1, 700.0, "stopped"), held(1, 700.0, "stopped")], SHARE)

    assert result.attended == 0
    assert result.dose_minutes == pytest.approx(1400 / 60)


def test_two_attempts_at_one_session_count_once_and_their_minutes_add_up() -> None:
    sessions = [held(1, 120.0, "stopped"), held(1, 1200.0)]

    result = adherence(planned(8), sessions, SHARE)

    assert (result.attended, result.completed, result.dose_minutes) == (1, 1, 22.0)


def test_a_session_without_sound_was_not_attended() -> None:
    assert adherence(planned(8), [held(1, 0.0, "stopped")], SHARE).attended == 0


def test_nothing_planned_gives_no_share() -> None:
    result = adherence([], [], SHARE)

    assert (result.planned, result.share, result.dose_minutes) == (0, None, 0.0)


def test_records_of_two_people_are_refused() -> None:
    with pytest.raises(ValueError, match="of one participant, not of GRA-001, LEI-001"):
        adherence(planned(8, "GRA-001"), [held(1, 1200.0)], SHARE)


def test_a_session_that_was_never_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="Session 9 was held but never planned"):
        adherence(planned(8), [held(9, 1200.0)], SHARE)
