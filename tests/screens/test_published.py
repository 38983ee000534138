"""What a blinded coordinator sees of a session is the same however often passes of the loop come."""

from dataclasses import replace

import pytest

from data.records.sessions import SessionState
from screens.published import Publisher
from trials.sessions.status import SessionStatus

PASSES_S = {"short segments": 7.0, "long segments": 19.0}


def status(heart_rate_bpm: float) -> SessionStatus:
    """Return the status of a session of a minute and a half."""
    return SessionStatus(
        session_id="LEI-001/session-1/attempt-1",
        participant_id="LEI-001",
        number=1,
        state=SessionState.RUNNING,
        paused=False,
        stop_reason="",
        next_sequence=3,
        listened_s=0.0,
        planned_s=90.0,
        heart_rate_bpm=heart_rate_bpm,
        ln_rmssd=3.0,
        signal="good",
        signal_reason="",
        sample_age_s=0.5,
        coordinator_needed=False,
    )


def changes(pass_s: float) -> list[int]:
    """Return the seconds at which anything shown changes while passes come every so many seconds."""
    publisher = Publisher()
    shown = [publisher.publish(status(60 + second // pass_s), second) for second in range(90)]
    return [n for n in range(1, 90) if shown[n] != shown[n - 1]]


def test_changes_come_on_a_grid_and_not_with_the_passes() -> None:
    seen = {name: changes(pass_s) for name, pass_s in PASSES_S.items()}

    assert seen["short segments"] == seen["long segments"] == [10, 20, 30, 40, 50, 60, 70, 80]


def test_asking_more_often_tells_nothing_more() -> None:
    publisher = Publisher()
    first = publisher.publish(status(60), 31.0)

    assert publisher.publish(status(99), 38.0) == first


def test_what_a_person_must_see_comes_at_once() -> None:
    publisher = Publisher()
    publisher.publish(status(60), 31.0)
    needed = replace(status(60), coordinator_needed=True, attention="Heart rate high", paused=True)

    shown = publisher.publish(needed, 32.0)

    assert shown.coordinator_needed
    assert shown.attention == "Heart rate high"
    assert shown.paused


def test_progress_never_passes_the_plan() -> None:
    assert Publisher().publish(status(60), 1e9).listened_s == pytest.approx(90.0)
