"""After every session somebody asks for harms, or says why not; until then the session stays open."""

from dataclasses import replace
from datetime import datetime

import pytest

from data.records.harm_askings import HarmAnswer
from data.records.sessions import SessionState
from data.storage.errors import NotPermittedError
from tests.trials.world import World, run_session
from trials.errors import AlreadyDoneError, ReasonMissingError
from trials.harm_asking import (
    LISTED_DOMAINS,
    HarmReply,
    HarmsLeft,
    harms_left,
    record_harms,
    record_not_asked,
)
from trials.safety import record_adverse_event
from trials.timelines import EntryKind
from trials.visits import timeline, today


def heard(world: World, state: SessionState = SessionState.COMPLETED) -> tuple[str, str]:
    """Return a participant who has heard a session, and the session."""
    who = world.randomized()
    run_session(world, who, state, ended_at=world.clock())
    return who, f"{who}/session-1/attempt-1"


def left(world: World, who: str) -> list[HarmsLeft]:
    return [one.left for one in harms_left(world.store, world.coordinator, who)]


def said_on_the_timeline(world: World, who: str) -> list[tuple[str, str]]:
    entries = timeline(world.store, world.coordinator, who).entries
    return [(one.title, one.detail) for one in entries if one.kind is EntryKind.HARMS]


@pytest.mark.parametrize("state", [SessionState.COMPLETED, SessionState.STOPPED])
def test_a_session_that_ended_waits_for_the_question(world: World, state: SessionState) -> None:
    who, session_id = heard(world, state)

    (waiting,) = today(world.store, world.coordinator).harms_left

    assert left(world, who) == [HarmsLeft.ASK]
    assert (waiting.session_id, waiting.number, waiting.ended_at) == (session_id, 1, world.clock())
    assert said_on_the_timeline(world, who) == [("Harms after session 1", "Nobody has asked yet")]


@pytest.mark.parametrize(
    ("state", "ended_at"), [(SessionState.RUNNING, None), (SessionState.READY, None)]
)
def test_a_session_that_has_not_ended_asks_for_nothing(
    world: World, state: SessionState, ended_at: datetime | None
) -> None:
    who = world.randomized()
    run_session(world, who, state, ended_at=ended_at)

    assert left(world, who) == []


def test_nothing_reported_settles_the_session(world: World) -> None:
    who, session_id = heard(world)

    asking = record_harms(world.store, world.coordinator, session_id, HarmReply())

    assert (asking.answer, asking.told_openly, asking.domains) == (HarmAnswer.NOTHING, False, ())
    assert (asking.asked_at, asking.asked_by) == (world.clock(), world.coordinator.user_id)
    assert left(world, who) == []
    assert said_on_the_timeline(world, who) == [
        ("Harms after session 1", "Asked: nothing reported")
    ]


@pytest.mark.parametrize(
    "reply", [HarmReply(told_openly=True), HarmReply(domains=("spiritual", "affective"))]
)
def test_what_is_told_stays_open_until_the_adverse_event_is_on_record(
    world: World, reply: HarmReply
) -> None:
    who, session_id = heard(world)
    asking = record_harms(world.store, world.coordinator, session_id, reply)
    waiting = left(world, who)

    report = replace(world.report(who), session_id=session_id)
    record_adverse_event(world.store, world.coordinator, report)

    assert asking.answer is HarmAnswer.REPORTED
    assert asking.domains == tuple(d for d in LISTED_DOMAINS if d in reply.domains)
    assert waiting == [HarmsLeft.REPORT]
    assert left(world, who) == []


def test_an_event_of_another_session_does_not_settle_this_one(world: World) -> None:
    who, session_id = heard(world)
    record_harms(world.store, world.coordinator, session_id, HarmReply(told_openly=True))

    record_adverse_event(world.store, world.coordinator, world.report(who))

    assert left(world, who) == [HarmsLeft.REPORT]


def test_an_event_reported_during_the_music_does_not_replace_the_question(world: World) -> None:
    who, session_id = heard(world)
    report = replace(world.report(who), session_id=session_id)

    record_adverse_event(world.store, world.coordinator, report)

    assert left(world, who) == [HarmsLeft.ASK]


def test_what_turns_out_to_be_nothing_can_be_said_before_an_event_is_on_record(
    world: World,
) -> None:
    who, session_id = heard(world)
    record_harms(world.store, world.coordinator, session_id, HarmReply(told_openly=True))

    corrected = record_harms(world.store, world.coordinator, session_id, HarmReply())

    assert corrected.id == f"{session_id}/harms-2"
    assert left(world, who) == []


def test_that_it_was_not_possible_to_ask_needs_its_reason(world: World) -> None:
    who, session_id = heard(world)

    with pytest.raises(ReasonMissingError, match="why it was not possible"):
        record_not_asked(world.store, world.coordinator, session_id, " ")
    asking = record_not_asked(world.store, world.coordinator, session_id, "Had to catch a train")

    assert (asking.answer, asking.reason) == (HarmAnswer.NOT_ASKED, "Had to catch a train")
    assert left(world, who) == []
    assert said_on_the_timeline(world, who) == [
        ("Harms after session 1", "Not asked: Had to catch a train")
    ]


def test_a_settled_session_is_not_asked_about_again(world: World) -> None:
    _, session_id = heard(world)
    record_harms(world.store, world.coordinator, session_id, HarmReply())

    with pytest.raises(AlreadyDoneError, match="are settled"):
        record_harms(world.store, world.coordinator, session_id, HarmReply())


def test_only_who_looks_after_safety_records_the_answer(world: World) -> None:
    who, session_id = heard(world)

    for actor in (world.statistician, world.administrator, world.reviewer, world.come_as(who)):
        with pytest.raises(NotPermittedError):
            record_harms(world.store, actor, session_id, HarmReply())


def test_a_coordinator_of_another_site_does_not_see_the_question(world: World) -> None:
    who = world.randomized("GRA")
    run_session(world, who, SessionState.COMPLETED, ended_at=world.clock())

    assert today(world.store, world.leiden).harms_left == ()
    assert len(today(world.store, world.coordinator).harms_left) == 1
