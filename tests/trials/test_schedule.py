"""The plan that randomization writes down (conduct C5), and counts that unblind nobody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.records.participants import ParticipantState, WithdrawalKind
from protocols.design import Protocol
from tests.trials.world import World
from trials.progress import progress
from trials.schedule import (
    baseline_visit,
    plan_sessions,
    plan_visits,
    screening_visits,
    session_days,
)
from trials.withdrawal import withdraw

DAY_0 = date(2026, 3, 2)


def test_visits_up_to_day_zero_are_screening_and_baseline(protocol: Protocol) -> None:
    assert [visit.code for visit in screening_visits(protocol)] == ["screening"]
    assert baseline_visit(protocol).code == "baseline"


def test_windows_of_visits_lie_around_their_day(protocol: Protocol) -> None:
    week_4, week_12 = plan_visits(protocol, "LEI-001", DAY_0)

    assert (week_4.opens_on, week_4.planned_on, week_4.closes_on) == (
        date(2026, 3, 27),
        date(2026, 3, 30),
        date(2026, 4, 6),
    )
    assert week_12.planned_on == DAY_0 + timedelta(days=84)


def test_eight_sessions_spread_evenly_over_four_weeks_before_the_visit(
    protocol: Protocol,
) -> None:
    assert session_days(protocol) == (1, 4, 8, 11, 15, 18, 22, 25)


@pytest.mark.parametrize("count", [1, 3, 7, 12, 20])
def test_any_number_of_sessions_stays_in_order_within_the_weeks(
    protocol: Protocol, count: int
) -> None:
    more = replace(protocol, sessions=replace(protocol.sessions, count=count))

    days = session_days(more)

    assert len(days) == count
    assert list(days) == sorted(set(days))
    assert 1 <= days[0] <= days[-1] <= 28


def test_no_session_opens_before_randomization(protocol: Protocol) -> None:
    sessions = plan_sessions(protocol, "LEI-001", DAY_0)

    assert sessions[0].opens_on == DAY_0
    assert [row.id for row in sessions[:2]] == ["LEI-001/session-1", "LEI-001/session-2"]
    assert {row.closes_on - row.planned_on for row in sessions} == {timedelta(days=2)}


def test_progress_counts_people_by_state_and_site(world: World) -> None:
    world.screened("GRA")
    world.randomized("LEI")
    gone = world.randomized("LEI")
    withdraw(world.store, world.coordinator, gone, WithdrawalKind.TRIAL, "moved")

    counts = progress(world.store, world.reviewer)

    assert (counts.screened, counts.randomized, counts.withdrawn) == (3, 2, 1)
    assert (counts.screen_failed, counts.completed, counts.lost) == (0, 0, 0)
    assert counts.planned == 16
    assert [(one.site_id, one.state, one.count) for one in counts.by_site] == [
        ("GRA", ParticipantState.PRESCREENED, 1),
        ("LEI", ParticipantState.RANDOMIZED, 1),
        ("LEI", ParticipantState.WITHDRAWN, 1),
    ]
