"""The player's routes: who may hear, what is told, what is stored, and what tells the arms apart."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import soundfile as sf

from data.records.allocation import Allocation
from data.records.people import Role
from data.records.safety import SafetyAlert
from data.records.sessions import ListeningSession, Playback, SessionState
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in_process
from interventions.delivery.renderer import AdditiveRenderer
from interventions.listeners import ListenerKind
from interventions.sensing.listener import rr_listener
from screens.demonstration import PASSWORD
from tests.screens.conftest import Served
from trials.people import add_account, deactivate_account
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession

DURATION_S = 25.0


@dataclass(frozen=True, kw_only=True)
class OnAir:
    """A session on the air, and who listens."""

    served: Served
    session: OnAirSession
    cookie: str

    def path(self, what: str) -> str:
        """Return the address of something of this session."""
        return f"/api/listen/{self.session.token}/{what}"

    def told(self) -> dict[str, object]:
        """Return the session's state as the player reads it."""
        plain: dict[str, object] = json.loads(
            self.served.get(self.path("state"), cookie=self.cookie).text
        )
        return plain

    def report(self, sequence: int, frames: int, *, final: bool = False) -> int:
        """Tell that so much of a segment was played."""
        played = {"sequence": sequence, "frames_played": frames, "underruns": 0, "gap_s": 0.0}
        body = {
            "segments": [played],
            "volume": 0.7,
            "visible": True,
            "output_latency_s": 0.02,
            "final": final,
        }
        return self.served.post(self.path("tele"), body, cookie=self.cookie).status

    def playbacks(self) -> dict[int, int]:
        """Return the frames that are on record, by segment."""
        store = self.served.bench.store()
        actor = sign_in_process(store, Role.COORDINATOR, "test")
        with store.reading(actor, Permission.RUN_SESSION) as reading:
            rows = reading.find(Playback, session_id=self.session.status().session_id)
        return {row.sequence: row.frames_played for row in rows}


CALIBRATED = "LEI/HP-1/1"
"""The headphones of the house: quiet enough for full volume."""


def put_on_air(
    served: Served, participant_id: str, calibration_id: str = CALIBRATED
) -> OnAirSession:
    """Begin a participant's first session with a simulated listener."""
    store = served.bench.store()
    session = open_session(
        store,
        sign_in_process(store, Role.COORDINATOR, "test", "LEI"),
        f"{participant_id}/session-1",
        rr_listener(ListenerKind.ENTRAINMENT, seed=5),
        AdditiveRenderer(),
        duration_s=DURATION_S,
        calibration_id=calibration_id,
    )
    served.bench.on_air.add(session)
    return session


@pytest.fixture
def on_air(served: Served) -> Iterator[OnAir]:
    """Put the session of a new participant on the air, with the participant's tablet signed in.

    Yields
    ------
    OnAir
        The session.
    """
    who = served.house.next_at("line")
    session = put_on_air(served, who)
    yield OnAir(served=served, session=session, cookie=served.come_as(who))
    session.stop("The test is over.")


def test_a_segment_asked_for_twice_is_the_same_sound(on_air: OnAir) -> None:
    first = on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    again = on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)

    assert first.status == 200
    assert first.body == again.body
    sound, rate_hz = sf.read(io.BytesIO(first.body))
    assert rate_hz == on_air.told()["sampling_rate_hz"]
    assert sound.std() > 0.001


def test_segments_are_refused_without_the_right_person(on_air: OnAir) -> None:
    served = on_air.served
    asked = {
        "nobody": served.get(on_air.path("seg/0")).status,
        **{
            user: served.get(on_air.path("seg/0"), cookie=served.sign_in(user, PASSWORD)).status
            for user in ("coordinator-graz", "statistician", "reviewer", "administrator")
        },
        "coordinator": served.get(
            on_air.path("seg/0"), cookie=served.sign_in("coordinator", PASSWORD)
        ).status,
        "another token": served.get("/api/listen/not-a-token/seg/0", cookie=on_air.cookie).status,
    }

    assert asked == {
        "nobody": 401,
        "coordinator-graz": 403,
        "statistician": 403,
        "reviewer": 403,
        "administrator": 403,
        "coordinator": 403,
        "another token": 404,
    }


def test_only_the_last_report_of_a_segment_is_on_record(on_air: OnAir) -> None:
    on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    on_air.served.get(on_air.path("seg/1"), cookie=on_air.cookie)
    on_air.report(0, 1000)
    on_air.report(0, 5000)
    assert on_air.playbacks() == {}

    on_air.report(1, 200)
    assert on_air.playbacks() == {0: 5000}

    on_air.report(1, 900, final=True)
    assert on_air.playbacks() == {0: 5000, 1: 900}


def test_a_player_that_comes_back_goes_on_after_the_segment_it_had_begun(on_air: OnAir) -> None:
    assert on_air.told()["resume_sequence"] == 0
    on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    on_air.served.get(on_air.path("seg/1"), cookie=on_air.cookie)
    on_air.report(0, 44_100)

    told = on_air.told()

    assert told["resume_sequence"] == 1
    assert told["played_s"] == pytest.approx(1.0)
    assert on_air.playbacks() == {}, "another browser may still play this segment"


def uncalibrated(served: Served) -> OnAir:
    """Put a session on the air by headphones that nobody has measured."""
    session = put_on_air(served, served.house.next_at("line"), "")
    return OnAir(served=served, session=session, cookie=served.come_as(session.participant_id))


def test_the_player_is_told_the_cap_of_the_session(on_air: OnAir, served: Served) -> None:
    other = uncalibrated(served)

    assert on_air.told()["volume_cap"] == 1.0
    assert other.told()["volume_cap"] == other.session.gain_cap == pytest.approx(0.158, abs=1e-3)
    other.session.stop("The test is over.")


def test_a_report_above_the_cap_counts_as_heard_and_calls_a_person(served: Served) -> None:
    hostile = uncalibrated(served)
    served.get(hostile.path("seg/0"), cookie=hostile.cookie)

    assert hostile.report(0, 22_050, final=True) == 204

    status = hostile.session.status()
    assert status.listened_s == pytest.approx(0.5)
    assert status.attention == "Safe loudness"
    hostile.session.stop("The test is over.")


def test_a_stop_by_the_participant_ends_the_session_and_alerts_the_coordinator(
    on_air: OnAir,
) -> None:
    on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    on_air.report(0, 22_050)

    answer = on_air.served.post(on_air.path("cmd"), {"do": "stop"}, cookie=on_air.cookie)

    store = on_air.served.bench.store()
    actor = sign_in_process(store, Role.COORDINATOR, "test")
    with store.reading(actor, Permission.RUN_SESSION) as reading:
        session = reading.get(ListeningSession, on_air.session.status().session_id)
        alerts = reading.find(SafetyAlert, participant_id=session.participant_id)
    assert answer.status == 204
    assert session.state is SessionState.STOPPED
    assert session.listened_s == pytest.approx(0.5)
    assert [alert.rule for alert in alerts] == ["participant_stop"]
    assert on_air.served.get(on_air.path("seg/1"), cookie=on_air.cookie).status == 410


@pytest.fixture
def beside(on_air: OnAir) -> str:
    """Return the cookie of the coordinator on whose machine the music plays."""
    cookie = on_air.served.sign_in("coordinator", PASSWORD)
    actor = actor_of(on_air.served.bench.store(), cookie)
    listener = on_air.served.bench.listeners.find(on_air.session.token)
    assert actor is not None
    assert listener is not None
    listener.play_for(actor)
    return cookie


def test_a_coordinator_who_watches_gets_nothing_that_tells_the_parts_of_the_music(
    on_air: OnAir,
) -> None:
    cookie = on_air.served.sign_in("coordinator", PASSWORD)
    statuses = [
        on_air.served.get(on_air.path(what), cookie=cookie).status
        for what in ("seg/0", "state", "commands")
    ]

    paused = on_air.served.post(on_air.path("cmd"), {"do": "pause"}, cookie=cookie)

    assert statuses == [403, 403, 403]
    assert paused.status == 204
    assert on_air.session.status().paused


def test_a_refused_segment_does_not_tell_how_far_the_music_is(on_air: OnAir) -> None:
    refused = on_air.served.get(on_air.path("seg/7"), cookie=on_air.cookie)

    assert refused.status == 409
    assert not any(letter.isdigit() for letter in refused.text)


@pytest.mark.parametrize(
    ("by", "rules"),
    [
        pytest.param("listener", ["participant_stop"], id="at the player"),
        pytest.param("team", [], id="beside it"),
    ],
)
def test_stop_at_the_player_is_the_listeners_whoever_is_signed_in(
    on_air: OnAir, beside: str, by: str, rules: list[str]
) -> None:
    on_air.served.get(on_air.path("seg/0"), cookie=beside)
    on_air.served.post(on_air.path("cmd"), {"do": "stop", "by": by}, cookie=beside)

    store = on_air.served.bench.store()
    actor = sign_in_process(store, Role.COORDINATOR, "test")
    with store.reading(actor, Permission.MANAGE_SAFETY) as reading:
        raised = reading.find(SafetyAlert, participant_id=on_air.session.participant_id)
    assert on_air.session.status().state is SessionState.STOPPED
    assert [alert.rule for alert in raised] == rules


def test_a_player_that_gets_no_more_music_ends_the_session_and_a_person_is_called(
    on_air: OnAir,
) -> None:
    on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    on_air.served.post(on_air.path("cmd"), {"do": "give_up"}, cookie=on_air.cookie)

    assert on_air.session.status().state is SessionState.STOPPED
    assert on_air.session.status().coordinator_needed


def test_an_account_that_was_closed_neither_hears_nor_orders(served: Served) -> None:
    store = served.bench.store()
    administrator = sign_in_process(store, Role.ADMINISTRATOR, "test")
    add_account(
        store,
        administrator,
        user_id="temporary",
        display_name="Temporary",
        role=Role.COORDINATOR,
        site_id="LEI",
        password=PASSWORD,
    )
    session = put_on_air(served, served.house.next_at("line"))
    cookie, path = served.sign_in("temporary", PASSWORD), f"/api/listen/{session.token}/cmd"
    assert served.post(path, {"do": "pause"}, cookie=cookie).status == 204

    deactivate_account(store, administrator, "temporary", "left the team")

    assert served.post(path, {"do": "resume"}, cookie=cookie).status == 401
    assert session.status().paused
    session.stop("The test is over.")


def test_an_order_without_a_sign_in_or_that_nobody_knows_is_refused(on_air: OnAir) -> None:
    assert on_air.served.post(on_air.path("cmd"), {"do": "stop"}).status == 401
    unknown = on_air.served.post(on_air.path("cmd"), {"do": "louder"}, cookie=on_air.cookie)
    assert unknown.status == 400
    assert on_air.session.status().state is SessionState.RUNNING


def test_a_report_louder_than_the_cap_is_refused(on_air: OnAir) -> None:
    body = {"segments": [], "volume": 1.5, "visible": True, "output_latency_s": 0, "final": False}

    assert on_air.served.post(on_air.path("tele"), body, cookie=on_air.cookie).status == 400


def test_a_report_that_is_no_number_is_refused_and_a_forged_one_counts_for_nothing(
    on_air: OnAir,
) -> None:
    on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie)
    played = {"sequence": 0, "frames_played": 5, "underruns": 0, "gap_s": float("inf")}
    body = {"segments": [played], "volume": 0.5, "visible": True, "output_latency_s": 0}
    sent = {**body, "final": True}

    assert on_air.served.post(on_air.path("tele"), sent, cookie=on_air.cookie).status == 400
    assert on_air.report(7777, 1, final=True) == 204
    assert on_air.report(0, 1000, final=True) == 204
    assert on_air.playbacks() == {0: 1000}


def test_the_music_goes_on_when_the_sign_in_went_idle(
    on_air: OnAir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conduct 5.4: a locked or idle screen stops neither music nor recording."""
    assert on_air.served.get(on_air.path("seg/0"), cookie=on_air.cookie).status == 200
    store = on_air.served.bench.store()
    clock = store.clock

    monkeypatch.setattr(store, "clock", lambda: clock() + timedelta(hours=3))

    assert on_air.served.get("/", cookie=on_air.cookie).status == 303
    assert on_air.served.get(on_air.path("seg/1"), cookie=on_air.cookie).status == 200
    assert on_air.report(0, 1000) == 204


def test_headers_and_state_of_both_arms_are_the_same(served: Served) -> None:
    """Conduct 4: file names, sizes, headers and telemetry are blinding channels."""
    seen: dict[str, tuple[dict[str, str], dict[str, object]]] = {}
    while len(seen) < 2:
        who = served.house.next_at("line")
        on_air = OnAir(served=served, session=put_on_air(served, who), cookie=served.come_as(who))
        segment = served.get(on_air.path("seg/0"), cookie=on_air.cookie)
        varying = {"date", "content-length"}
        headers = {n: v for n, v in segment.headers.items() if n.lower() not in varying}
        seen[arm_of(served, who)] = (headers, on_air.told())
        on_air.session.stop("The test is over.")

    first, second = seen.values()
    assert first == second


def arm_of(served: Served, participant_id: str) -> str:
    """Return the arm, as only the server may know it."""
    store = served.bench.store()
    actor = sign_in_process(store, Role.COORDINATOR, "test")
    with store.reading(actor, Permission.RUN_SESSION) as reading:
        return reading.get(Allocation, participant_id).arm
