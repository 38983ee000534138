"""Visits are done when complete, refused before their window, and late ones leave a deviation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.measures.hrv import resting_measures
from data.records.participants import WithdrawalKind
from data.records.signals import RRSeries
from data.records.visits import PlannedVisit, PlanState, RestingBeats
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from tests.trials.world import World, no_beats, resting_beats
from trials.adherence import participant_adherence
from trials.consent import record_consent
from trials.deviations import deviations, record_deviation
from trials.errors import (
    AlreadyDoneError,
    FormNotOpenError,
    ReasonMissingError,
    UnknownFormError,
    VisitNotCompleteError,
    VisitOutOfWindowError,
    WrongStepError,
)
from trials.safety import record_adverse_event
from trials.timelines import EntryKind, NextStep
from trials.visits import (
    complete_baseline,
    complete_visit,
    miss_session,
    miss_visit,
    record_resting,
    resting_recording,
    timeline,
    today,
)
from trials.withdrawal import withdraw


def week_4(world: World, *, after_days: int = 28) -> str:
    """Return a participant whose week-4 visit lacks nothing but its end."""
    who = world.randomized()
    world.clock.advance(days=after_days)
    for questionnaire, total in (("gad7", 8), ("phq9", 5), ("who5", 14)):
        world.answer(who, "week_4", questionnaire, total)
    record_resting(world.store, world.coordinator, who, "week_4", resting_beats())
    return who


def finish(world: World, who: str, visit: str) -> PlannedVisit:
    return complete_visit(world.store, world.coordinator, who, visit)


def test_a_resting_recording_is_measured_by_the_recipe(world: World) -> None:
    rr = resting_beats()

    measured = record_resting(world.store, world.coordinator, world.eligible(), "baseline", rr)

    expected = resting_measures(rr)
    assert measured.ln_rmssd == expected.ln_rmssd
    assert measured.ln_rmssd is not None
    assert (measured.recipe, measured.source) == (expected.recipe, "rr")


def test_a_recording_without_beats_says_why_and_may_be_repeated_until_it_is_usable(
    world: World,
) -> None:
    who = world.eligible()

    failed = record_resting(world.store, world.coordinator, who, "baseline", no_beats())
    good = record_resting(world.store, world.coordinator, who, "baseline", resting_beats())

    assert (failed.ln_rmssd, bool(failed.reason)) == (None, True)
    assert good.ln_rmssd is not None
    with pytest.raises(AlreadyDoneError, match="is on record"):
        record_resting(world.store, world.coordinator, who, "baseline", resting_beats())


def test_the_beats_of_every_recording_are_kept_as_received(world: World) -> None:
    who = world.eligible()
    record_resting(world.store, world.coordinator, who, "baseline", no_beats())
    measured = record_resting(world.store, world.coordinator, who, "baseline", resting_beats())

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        first, second = reading.find(RestingBeats, participant_id=who)

    assert first.rr_ms == ()
    assert (second.rr_times_s, second.rr_ms) == (resting_beats().times_s, resting_beats().rr_ms)
    again = RRSeries(times_s=second.rr_times_s, rr_ms=second.rr_ms, kind=second.kind)
    assert resting_measures(again).ln_rmssd == measured.ln_rmssd


def test_the_spread_of_the_resting_recording_is_on_record_for_the_scales_of_the_sessions(
    world: World,
) -> None:
    who = world.randomized()

    measured = resting_recording(world.store, world.coordinator, who, "baseline")

    expected = resting_measures(resting_beats())
    assert measured is not None
    assert measured.ln_rmssd_mad == expected.ln_rmssd_mad is not None
    assert measured.heart_rate_mad_bpm == expected.heart_rate_mad_bpm is not None


def test_a_visit_without_a_planned_recording_takes_none(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=84)

    with pytest.raises(UnknownFormError, match="no resting recording at week_12"):
        record_resting(world.store, world.coordinator, who, "week_12", resting_beats())


def test_a_recording_before_the_visit_opens_is_refused(world: World) -> None:
    with pytest.raises(FormNotOpenError, match="opens on 2026-03-27"):
        record_resting(
            world.store, world.coordinator, world.randomized(), "week_4", resting_beats()
        )


def test_the_baseline_lists_everything_that_it_lacks(world: World) -> None:
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)

    with pytest.raises(VisitNotCompleteError) as refused:
        complete_baseline(world.store, world.coordinator, who)

    for words in ("Patient Health", "resting recording"):
        assert words in str(refused.value)
    assert "Generalized" not in str(refused.value)


def test_the_baseline_comes_after_eligibility_and_only_once(world: World) -> None:
    for who in (world.consented(), world.ready()):
        with pytest.raises(WrongStepError, match="this step needs: eligible"):
            complete_baseline(world.store, world.coordinator, who)


def test_a_visit_in_its_window_is_done_without_a_deviation(world: World) -> None:
    done = finish(world, week_4(world), "week_4")

    assert (done.state, done.done_at) == (PlanState.DONE, world.clock())
    assert deviations(world.store, world.coordinator) == ()


def test_a_visit_before_its_window_is_refused(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=24)

    with pytest.raises(VisitOutOfWindowError, match="opens on 2026-03-27; today is 2026-03-26"):
        finish(world, who, "week_4")


def test_a_late_visit_is_done_and_leaves_a_deviation(world: World) -> None:
    who = week_4(world, after_days=36)

    finish(world, who, "week_4")

    (deviation,) = deviations(world.store, world.coordinator)
    assert (deviation.participant_id, deviation.category) == (who, "visit_out_of_window")
    assert "2026-04-07" in deviation.description
    assert not deviation.important


def test_a_visit_that_lacks_a_form_is_not_done(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=28)

    with pytest.raises(VisitNotCompleteError, match="still lacks"):
        finish(world, who, "week_4")


def test_a_visit_is_done_once(world: World) -> None:
    who = week_4(world)
    finish(world, who, "week_4")

    with pytest.raises(AlreadyDoneError, match="already done"):
        finish(world, who, "week_4")


def in_week_12(world: World) -> str:
    who = world.randomized()
    world.clock.advance(days=84)
    for questionnaire, total in (("gad7", 8), ("phq9", 5), ("who5", 14)):
        world.answer(who, "week_12", questionnaire, total)
    return who


def test_the_last_visit_completes_the_trial(world: World) -> None:
    who = in_week_12(world)
    miss_visit(world.store, world.coordinator, who, "week_4", "on holiday")

    finish(world, who, "week_12")

    assert world.state_of(who) == "completed"
    assert timeline(world.store, world.coordinator, who).next_action.step is NextStep.NOTHING
    agenda = today(world.store, world.coordinator)
    assert (agenda.visits_overdue, agenda.sessions_overdue) == ((), ())


def test_the_last_visit_completes_nothing_while_an_earlier_one_is_planned(world: World) -> None:
    who = in_week_12(world)

    finish(world, who, "week_12")
    before = world.state_of(who)
    miss_visit(world.store, world.coordinator, who, "week_4", "on holiday")

    assert (before, world.state_of(who)) == ("randomized", "completed")


def test_a_participant_whose_visits_are_all_missed_is_closed_as_lost(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=90)
    for visit in ("week_4", "week_12"):
        miss_visit(world.store, world.coordinator, who, visit, "cannot be reached")

    withdraw(
        world.store,
        world.coordinator,
        who,
        WithdrawalKind.LOST_TO_FOLLOW_UP,
        "three calls, no answer",
    )

    assert world.state_of(who) == "lost_to_follow_up"
    assert today(world.store, world.coordinator).sessions_overdue == ()


@pytest.mark.parametrize("visit", ["baseline", "week_99"])
def test_only_planned_visits_after_randomization_are_finished(world: World, visit: str) -> None:
    with pytest.raises(UnknownFormError, match="no planned visit"):
        finish(world, world.randomized(), visit)


def test_a_missed_visit_and_a_missed_session_keep_their_rows_and_reason(world: World) -> None:
    who = world.randomized()

    visit = miss_visit(world.store, world.coordinator, who, "week_4", "on holiday")
    session = miss_session(world.store, world.coordinator, who, 3, "ill")

    assert (visit.state, session.state) == (PlanState.MISSED, PlanState.MISSED)
    assert participant_adherence(world.store, world.coordinator, who).planned == 8
    with pytest.raises(AlreadyDoneError):
        miss_session(world.store, world.coordinator, who, 3, "ill")
    with pytest.raises(ReasonMissingError):
        miss_visit(world.store, world.coordinator, who, "week_12", "")
    with pytest.raises(FormNotOpenError, match="the visit is missed"):
        world.answer(who, "week_4", "gad7", 8)
    with pytest.raises(FormNotOpenError, match="the session was missed"):
        world.answer(who, "session-3/before", "vas_state_anxiety", 50)


def test_today_lists_what_is_due_overdue_and_waiting(world: World) -> None:
    who, waiting, early = world.randomized(), world.ready(), world.consented()
    world.clock.advance(days=26)

    page = today(world.store, world.coordinator)

    assert [row.number for row in page.sessions_due] == [8]
    assert [row.number for row in page.sessions_overdue] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.visit for row in page.visits_due] == ["week_4"]
    assert page.visits_overdue == ()
    assert [one.id for one in page.waiting_for_randomization] == [waiting]
    assert [one.id for one in page.in_screening] == [early]
    assert {row.participant_id for row in page.sessions_due} == {who}


def test_only_the_next_session_of_a_participant_is_due(world: World) -> None:
    world.randomized()
    world.clock.advance(days=3)

    page = today(world.store, world.coordinator)

    assert [row.number for row in page.sessions_due] == [1]


def test_today_shows_a_site_only_its_own(world: World) -> None:
    world.ready("GRA")

    page = today(world.store, world.leiden)

    assert page.waiting_for_randomization == ()


def next_step(world: World, who: str) -> tuple[NextStep, str]:
    action = timeline(world.store, world.coordinator, who).next_action
    return action.step, action.occasion


def test_the_timeline_offers_only_the_next_permitted_action(world: World) -> None:
    steps = [
        next_step(world, who)
        for who in (
            world.screened(),
            world.consented(),
            world.eligible(),
            world.ready(),
            world.randomized(),
        )
    ]

    assert steps == [
        (NextStep.CONSENT, ""),
        (NextStep.ELIGIBILITY, ""),
        (NextStep.BASELINE, ""),
        (NextStep.RANDOMIZATION, ""),
        (NextStep.SESSION, "session-1"),
    ]


def test_the_timeline_says_when_the_next_step_opens(world: World) -> None:
    who = world.randomized()
    miss_session(world.store, world.coordinator, who, 1, "ill")

    action = timeline(world.store, world.coordinator, who).next_action

    assert action.step is NextStep.WAIT
    assert action.opens_on is not None
    assert action.opens_on > world.clock().date()


def test_the_timeline_offers_a_visit_and_says_when_nothing_is_planned(world: World) -> None:
    who = world.randomized()
    for number in range(1, 9):
        miss_session(world.store, world.coordinator, who, number, "ill")
    world.clock.advance(days=40)

    late = timeline(world.store, world.coordinator, who).next_action
    miss_visit(world.store, world.coordinator, who, "week_4", "ill")
    miss_visit(world.store, world.coordinator, who, "week_12", "ill")

    assert (late.step, late.occasion) == (NextStep.VISIT, "week_4")
    assert "window has closed" in late.text
    assert next_step(world, who) == (NextStep.NOTHING, "")


def test_statisticians_take_no_visits(world: World) -> None:
    with pytest.raises(NotPermittedError):
        complete_baseline(world.store, world.statistician, world.eligible())


def test_the_timeline_tells_what_happened_without_what_tells_arms_apart(world: World) -> None:
    who = world.randomized()
    record_adverse_event(world.store, world.coordinator, world.report(who, serious=True))
    record_deviation(
        world.store,
        world.coordinator,
        who,
        category="session_duration",
        description="cut short",
        important=False,
    )
    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "moved")

    entries = timeline(world.store, world.coordinator, who).entries

    told = {(entry.kind, entry.title) for entry in entries}
    assert told >= {
        (EntryKind.ADVERSE_EVENT, "Headache after listening"),
        (EntryKind.ALERT, "Urgent: serious_adverse_event"),
        (EntryKind.DEVIATION, "Session duration"),
        (EntryKind.WITHDRAWAL, "Withdrawal: trial"),
        (EntryKind.RANDOMIZATION, "Randomized"),
    }
    assert [entry.on for entry in entries] == sorted(entry.on for entry in entries)


def test_the_timeline_tells_a_day_in_the_order_of_its_hours(world: World) -> None:
    """First what has no hour, last what is planned; a withdrawal before an event stands before it."""
    who = world.screened()
    world.clock.advance(minutes=30)
    record_consent(world.store, world.coordinator, who)
    world.clock.advance(minutes=30)
    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "moved")
    began = world.clock() - timedelta(minutes=15)
    event = replace(world.report(who), started_at=began, aware_at=world.clock())
    record_adverse_event(world.store, world.coordinator, event)

    entries = timeline(world.store, world.coordinator, who).entries

    assert [entry.kind for entry in entries] == [
        EntryKind.SCREENING,
        EntryKind.CONSENT,
        EntryKind.ADVERSE_EVENT,
        EntryKind.WITHDRAWAL,
    ]


def test_what_is_planned_for_a_day_stands_after_what_happened_on_it(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=1)
    record_adverse_event(world.store, world.coordinator, world.report(who))

    entries = timeline(world.store, world.coordinator, who).entries

    first = [entry.kind for entry in entries if entry.on == world.clock().date()]
    assert first == [EntryKind.ADVERSE_EVENT, EntryKind.SESSION]
