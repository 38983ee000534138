"""What was heard of a session: the last report of each segment counts, and where to go on."""

from itertools import count

import pytest

from data.records.sessions import SessionState
from data.storage.errors import StoreUnusableError
from screens.listening import Listener, Listeners, Report
from tests.screens.conftest import Served
from tests.screens.player.test_routes import put_on_air
from trials.sessions.on_air import OnAirSession
from trials.sessions.sessions_on_air import SessionsOnAir


@pytest.fixture
def session(served: Served) -> OnAirSession:
    """Return a session on the air whose first three segments were asked for."""
    session = put_on_air(served, served.house.next_at("line"))
    for sequence in range(2):
        session.segment(sequence)
    return session


def report(sequence: int, frames: int) -> Report:
    """Return a report of a segment without trouble."""
    return Report(sequence=sequence, frames_played=frames, underruns=0, gap_s=0.0, volume=0.7)


def test_stopping_puts_the_unfinished_segment_on_record_first(session: OnAirSession) -> None:
    on_air = SessionsOnAir()
    on_air.add(session)
    listeners = Listeners(on_air)
    listener = listeners.find(session.token)
    assert listener is not None
    listener.hear((report(0, 44_100),))

    listeners.stop(session.token, "The coordinator stopped the session.")

    status = session.status()
    assert status.state is SessionState.STOPPED
    assert status.listened_s == pytest.approx(44_100 / session.sampling_rate_hz)


def test_a_report_that_could_not_be_stored_is_stored_at_the_next_chance(
    session: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener(session)
    listener.hear((report(0, 9000),))
    with monkeypatch.context() as broken:
        broken.setattr(session, "report_playback", refuse)
        with pytest.raises(StoreUnusableError):
            listener.settle()

    listener.settle()

    assert session.status().listened_s == pytest.approx(9000 / session.sampling_rate_hz)
    session.stop("The test is over.")


def test_stop_ends_the_session_although_the_last_report_could_not_be_stored(
    session: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener(session)
    listener.hear((report(0, 9000),))
    monkeypatch.setattr(session, "report_playback", refuse)

    with pytest.raises(StoreUnusableError):
        listener.stop(session.stop_for_participant)

    assert session.status().state is SessionState.STOPPED


def refuse(*_: object, **__: object) -> None:
    """Refuse to store, as on a full disk.

    Raises
    ------
    StoreUnusableError
        Always.
    """
    raise StoreUnusableError("The disk is full.")


def test_a_player_that_comes_back_in_the_last_segment_plays_it_again(served: Served) -> None:
    session = put_on_air(served, served.house.next_at("line"))
    listener = Listener(session)
    last = next(one.sequence for one in map(listener.segment, count()) if one.last)

    listener.hear((report(last, 100),))

    assert listener.resume_sequence(session.status()) == last
    session.stop("The test is over.")


def test_the_order_in_which_reports_arrive_does_not_matter(session: OnAirSession) -> None:
    listener = Listener(session)

    listener.hear((report(1, 100),))
    listener.hear((report(0, 9000),))
    listener.settle()

    assert session.status().listened_s == pytest.approx(9100 / session.sampling_rate_hz)
    assert listener.heard_s == session.status().listened_s
    assert listener.resume_sequence(session.status()) == 2
    session.stop("The test is over.")


def test_a_late_report_that_is_behind_changes_nothing(session: OnAirSession) -> None:
    on_air = SessionsOnAir()
    on_air.add(session)
    listener = Listeners(on_air).find(session.token)
    assert listener is not None
    listener.hear((report(0, 9000), report(1, 100)))
    heard_s = session.status().listened_s

    listener.hear((report(0, 1),))

    assert session.status().listened_s == heard_s
    assert listener.resume_sequence(session.status()) == 2
    session.stop("The test is over.")


def test_a_session_that_left_the_air_has_no_listener() -> None:
    assert Listeners(SessionsOnAir()).find("unknown") is None
