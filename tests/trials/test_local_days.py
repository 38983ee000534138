"""Windows, visits and today are days at the site: far from UTC, and where two sites have two days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.records.trial import Site
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.roles import Permission
from tests.trials.conftest import GRAZ, LEIDEN
from tests.trials.test_calibrations import measured
from tests.trials.world import World, resting_beats
from trials.calibrations import ImplausibleCalibrationError, record_calibration
from trials.deviations import deviations
from trials.errors import FormNotOpenError, SiteNotReadyError
from trials.forms import due_forms
from trials.opening import set_site, sites
from trials.sessions.opening import begin_session
from trials.timelines import Timeline
from trials.visits import complete_visit, record_resting, timeline, today

AUCKLAND, HONOLULU = "Pacific/Auckland", "Pacific/Honolulu"
AFTER_MIDNIGHT_IN_AUCKLAND = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
"""There it is 00:30 on 3 March; in Honolulu 01:30 on 2 March."""


def put(world: World, site: Site, time_zone: str) -> None:
    set_site(world.store, world.administrator, replace(site, time_zone=time_zone))


def planned_visits(world: World, who: str) -> dict[str, PlannedVisit]:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        return {row.visit: row for row in reading.find(PlannedVisit, participant_id=who)}


def planned_session(world: World, who: str, number: int) -> PlannedSession:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        return reading.get(PlannedSession, f"{who}/session-{number}")


def days_of(shown: Timeline) -> set[date]:
    return {entry.on for entry in shown.entries if not entry.planned}


def test_a_site_keeps_its_time_zone(world: World) -> None:
    put(world, LEIDEN, AUCKLAND)

    assert {site.id: site.time_zone for site in sites(world.store, world.coordinator)} == {
        "LEI": AUCKLAND,
        "GRA": "UTC",
    }


@pytest.mark.parametrize("name", ["Leiden", "CET", "+01:00", "", "../secrets"])
def test_a_time_zone_that_is_no_place_is_refused(world: World, name: str) -> None:
    with pytest.raises(SiteNotReadyError, match=r"No such time zone: LEI \(.*IANA name"):
        put(world, LEIDEN, name)


def test_everything_up_to_randomization_takes_place_on_the_day_at_the_site(world: World) -> None:
    put(world, LEIDEN, AUCKLAND)
    world.clock.now = AFTER_MIDNIGHT_IN_AUCKLAND

    who = world.randomized()

    visits = planned_visits(world, who)
    third = date(2026, 3, 3)
    assert world.look_up(who).screened_on == third
    assert (visits["screening"].planned_on, visits["baseline"].planned_on) == (third, third)
    assert visits["week_4"].planned_on == third + timedelta(days=28)
    assert planned_session(world, who, 1).planned_on == third + timedelta(days=1)
    assert days_of(timeline(world.store, world.coordinator, who)) == {third}


def test_a_visit_late_on_the_last_evening_of_its_window_is_in_time(world: World) -> None:
    """In Honolulu 22:00 is 8 o'clock of the next morning in UTC."""
    put(world, LEIDEN, HONOLULU)
    who = world.randomized()
    closes_on = planned_visits(world, who)["week_4"].closes_on
    world.clock.now = datetime(closes_on.year, closes_on.month, closes_on.day + 1, 8, tzinfo=UTC)
    world.answer(who, "week_4", "gad7", 8)
    world.answer(who, "week_4", "phq9", 5)
    world.answer(who, "week_4", "who5", 15)
    record_resting(world.store, world.coordinator, who, "week_4", resting_beats())

    complete_visit(world.store, world.coordinator, who, "week_4")

    assert deviations(world.store, world.coordinator) == ()


def test_a_form_opens_at_midnight_of_the_site(world: World) -> None:
    put(world, LEIDEN, AUCKLAND)
    who = world.randomized()
    opens_on = planned_visits(world, who)["week_4"].opens_on
    eve = opens_on - timedelta(days=1)
    world.clock.now = datetime(eve.year, eve.month, eve.day, 10, 30, tzinfo=UTC)

    with pytest.raises(FormNotOpenError, match="its window opens on"):
        world.save(who, "1", 1, occasion="week_4")
    world.clock.advance(minutes=60)
    world.save(who, "1", 1, occasion="week_4")

    assert "week_4" in {form.occasion for form in due_forms(world.store, world.coordinator, who)}


def test_today_is_another_day_at_another_site(world: World) -> None:
    put(world, LEIDEN, AUCKLAND)
    put(world, GRAZ, HONOLULU)
    east, west = world.randomized("LEI"), world.randomized("GRA")
    closes_on = planned_session(world, east, 1).closes_on
    shift = closes_on - planned_session(world, west, 1).closes_on
    assert shift == timedelta(days=1)
    world.clock.now = datetime(closes_on.year, closes_on.month, closes_on.day, 11, 30, tzinfo=UTC)

    agenda = today(world.store, world.coordinator)

    overdue = {row.id for row in agenda.sessions_overdue}
    assert f"{east}/session-1" in overdue
    assert agenda.day == closes_on + timedelta(days=1)
    assert today(world.store, world.leiden).day == agenda.day


def test_a_session_is_in_its_window_by_the_day_at_the_site(world: World) -> None:
    put(world, LEIDEN, HONOLULU)
    who = world.randomized()
    planned = planned_session(world, who, 1)
    last = planned.closes_on
    world.clock.now = datetime(last.year, last.month, last.day + 1, 8, tzinfo=UTC)

    begin_session(world.store, world.coordinator, planned.id, source="simulated", duration_s=None)

    categories = {one.category for one in deviations(world.store, world.coordinator)}
    assert "session_out_of_window" not in categories
    assert planned.state is PlanState.PLANNED


def test_headphones_may_be_measured_today_where_they_are(world: World) -> None:
    put(world, LEIDEN, AUCKLAND)
    world.clock.now = AFTER_MIDNIGHT_IN_AUCKLAND
    third, fourth = date(2026, 3, 3), date(2026, 3, 4)

    record_calibration(world.store, world.leiden, measured(world, measured_on=third))
    with pytest.raises(ImplausibleCalibrationError):
        record_calibration(world.store, world.leiden, measured(world, measured_on=fourth))
