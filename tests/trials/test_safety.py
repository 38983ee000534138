"""Adverse events and alerts: complete, timed, never suppressed (ICH E6(R3), ISO 14155 10.8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.records.safety import AlertState, SafetyAlert
from data.storage.errors import NotPermittedError, RecordNotFoundError
from data.storage.roles import Permission
from tests.trials.world import World
from trials.deviations import CATEGORIES, deviations, record_deviation
from trials.errors import AlertStateError, ImplausibleReportError, ReasonMissingError
from trials.safety import (
    acknowledge_alert,
    adverse_events,
    alerts,
    close_alert,
    raise_alert,
    record_adverse_event,
    serious_event_clocks,
)


def raised(world: World, value: int = 1) -> SafetyAlert:
    """Return the alert that an answer to item 9 raised."""
    receipt = world.save(world.eligible(), "9", value, questionnaire="phq9")
    return receipt.alerts[0]


def test_an_event_is_recorded_as_reported_and_a_follow_up_is_a_new_record(world: World) -> None:
    who = world.randomized()
    first = record_adverse_event(world.store, world.coordinator, world.report(who))
    worse = replace(world.report(who), grade=2)

    second = record_adverse_event(world.store, world.coordinator, worse)

    assert adverse_events(world.store, world.coordinator) == (first, second)
    assert (first.grade, second.grade) == (1, 2)
    assert first.recorded_by == world.coordinator.user_id


def test_an_event_that_is_not_serious_raises_no_alert(world: World) -> None:
    record_adverse_event(world.store, world.coordinator, world.report(world.randomized()))

    assert alerts(world.store, world.coordinator) == ()


def test_a_serious_event_raises_an_urgent_alert_and_starts_a_clock_of_24_hours(
    world: World,
) -> None:
    report = world.report(world.randomized(), serious=True)
    record_adverse_event(world.store, world.coordinator, report)
    world.clock.advance(minutes=60)

    (clock,) = serious_event_clocks(world.store, world.coordinator)

    assert clock.due_at == report.aware_at + timedelta(hours=24)
    assert clock.remaining == timedelta(hours=22)
    assert [alert.severity for alert in alerts(world.store, world.coordinator)] == ["urgent"]


def test_the_clock_runs_past_zero_and_ends_when_the_alert_is_closed(world: World) -> None:
    report = world.report(world.randomized(), serious=True)
    record_adverse_event(world.store, world.coordinator, report)
    world.clock.advance(days=2)
    late = serious_event_clocks(world.store, world.coordinator)
    (alert,) = alerts(world.store, world.coordinator)

    acknowledge_alert(world.store, world.coordinator, alert.id)
    close_alert(world.store, world.coordinator, alert.id, "reported to the sponsor")

    assert late[0].remaining < timedelta(0)
    assert serious_event_clocks(world.store, world.coordinator) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"term": " "}, "needs its term"),
        ({"domain": "musical"}, "The domain is one of"),
        ({"grade": 0}, "from 1 to 5"),
        ({"grade": 6}, "from 1 to 5"),
        ({"serious": True}, "names its seriousness criterion"),
        ({"seriousness": "death"}, "names its seriousness criterion"),
        ({"grade": 5}, "grade 5 event is serious"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(
    world: World, changes: dict[str, object], words: str
) -> None:
    report = replace(world.report(world.randomized()), **changes)  # type: ignore[arg-type]  # a table

    with pytest.raises(ImplausibleReportError, match=words):
        record_adverse_event(world.store, world.coordinator, report)


def test_an_event_is_known_neither_before_it_begins_nor_in_the_future(world: World) -> None:
    report = world.report(world.randomized())
    before = replace(report, aware_at=report.started_at - timedelta(minutes=1))
    future = replace(report, aware_at=world.clock() + timedelta(minutes=1))

    for wrong, words in ((before, "before it begins"), (future, "in the future")):
        with pytest.raises(ImplausibleReportError, match=words):
            record_adverse_event(world.store, world.coordinator, wrong)


def test_an_alert_goes_from_raised_to_acknowledged_to_closed(world: World) -> None:
    alert = raised(world)

    acknowledged = acknowledge_alert(world.store, world.coordinator, alert.id)
    closed = close_alert(world.store, world.coordinator, alert.id, "seen by Dr Vos, safe")

    assert (alert.state, acknowledged.state, closed.state) == tuple(AlertState)
    assert {closed.acknowledged_by, closed.closed_by} == {world.coordinator.user_id}
    assert closed.resolution == "seen by Dr Vos, safe"
    assert alerts(world.store, world.coordinator) == (closed,)


def test_no_step_of_an_alert_is_left_out_or_repeated(world: World) -> None:
    alert = raised(world)

    with pytest.raises(AlertStateError, match="this one is raised"):
        close_alert(world.store, world.coordinator, alert.id, "done")
    acknowledge_alert(world.store, world.coordinator, alert.id)
    with pytest.raises(AlertStateError, match="already acknowledged"):
        acknowledge_alert(world.store, world.coordinator, alert.id)
    with pytest.raises(ReasonMissingError):
        close_alert(world.store, world.coordinator, alert.id, " ")


def test_urgent_and_older_alerts_come_first(world: World) -> None:
    first = raised(world, 1)
    world.clock.advance(minutes=1)
    urgent = raised(world, 3)
    world.clock.advance(minutes=1)
    last = raised(world, 1)

    assert [alert.id for alert in alerts(world.store, world.coordinator)] == [
        urgent.id,
        first.id,
        last.id,
    ]


def test_an_alert_of_another_site_is_out_of_reach(world: World) -> None:
    who = world.randomized("GRA")
    record_adverse_event(world.store, world.coordinator, world.report(who, serious=True))
    (alert,) = alerts(world.store, world.coordinator)

    assert alerts(world.store, world.leiden) == ()
    with pytest.raises(RecordNotFoundError):
        acknowledge_alert(world.store, world.leiden, alert.id)


def test_statisticians_manage_no_safety(world: World) -> None:
    with pytest.raises(NotPermittedError):
        record_adverse_event(world.store, world.statistician, world.report(world.randomized()))


def test_a_person_records_a_deviation_and_judges_whether_it_is_important(world: World) -> None:
    who = world.randomized()

    deviation = record_deviation(
        world.store,
        world.coordinator,
        who,
        category="session_duration",
        description="The session was cut to five minutes by a fire drill.",
        important=True,
    )

    assert deviations(world.store, world.coordinator) == (deviation,)
    assert (deviation.id, deviation.important) == (f"{who}/deviation-1", True)


@pytest.mark.parametrize("category", ["other_treatment", "unblinded"])
def test_what_an_estimand_asks_for_is_offered_as_a_deviation(world: World, category: str) -> None:
    recorded = record_deviation(
        world.store,
        world.coordinator,
        world.randomized(),
        category=category,
        description="as the participant told",
        important=True,
    )

    assert recorded.category == category
    assert category in CATEGORIES
    assert category in {event.code for event in world.protocol.intercurrent_events}


def test_a_deviation_without_words_is_refused(world: World) -> None:
    with pytest.raises(ReasonMissingError):
        record_deviation(
            world.store,
            world.coordinator,
            world.randomized(),
            category="session_duration",
            description=" ",
            important=False,
        )


def test_the_same_alert_is_raised_once(world: World) -> None:
    who = world.eligible()

    with world.store.writing(world.coordinator, Permission.MANAGE_SAFETY, "raise") as writing:
        found = {
            raise_alert(
                writing,
                alert_id=f"{who}/distress",
                participant_id=who,
                rule="distress",
                severity="urgent",
                detail="Rated 9 of 10.",
                at=world.clock() + timedelta(minutes=minute),
            )
            for minute in range(3)
        }

    assert len(found) == 1
    assert alerts(world.store, world.coordinator) == tuple(found)
