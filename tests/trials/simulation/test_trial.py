"""A simulated trial goes through the use cases of a real one and looks like one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.plan import run_analysis_plan
from data.records.answers import ItemAnswer
from data.records.bundle import TrialRecords
from data.records.harm_askings import HarmAnswer
from data.records.participants import ParticipantState
from data.records.people import Actor, Role
from data.records.sessions import LoopStep
from data.storage.audit import verify
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store
from protocols.document import shipped_protocol
from tests.trials.conftest import GRAZ, LEIDEN
from trials.blinding import extract_records
from trials.randomization.rederivation import rederive
from trials.simulation.clock import MovableClock
from trials.simulation.trial import Size, simulate_trial

TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
RANDOMIZED = 10
SITES = (
    replace(LEIDEN, time_zone="Pacific/Auckland"),
    replace(GRAZ, time_zone="America/Los_Angeles"),
)
"""As far from UTC as the simulated hours of work allow to notice."""


@pytest.fixture(scope="module")
def shares() -> list[float]:
    """Return what the simulation reports of its progress."""
    return []


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, shares: list[float]) -> Iterator[Store]:
    """Make a small simulated trial.

    Yields
    ------
    Store
        With ten randomized people.
    """
    clock = MovableClock(datetime(2025, 1, 1, tzinfo=UTC))
    path = tmp_path_factory.mktemp("simulated") / "trial.db"
    made = create_store(f"sqlite:///{path}", clock)
    simulate_trial(
        made,
        clock,
        shipped_protocol(),
        SITES,
        administrator=sign_in_process(made, Role.ADMINISTRATOR, "simulation"),
        today=TODAY,
        size=Size(participants=RANDOMIZED, workers=2),
        seed=11,
        report_progress=lambda share, _: shares.append(share),
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def statistician(store: Store) -> Actor:
    """Return a statistician."""
    return sign_in_process(store, Role.STATISTICIAN, "statistician")


@pytest.fixture(scope="module")
def records(store: Store, statistician: Actor) -> TrialRecords:
    """Return the masked records."""
    return extract_records(store, statistician)


def test_as_many_people_are_randomized_as_were_asked_for(records: TrialRecords) -> None:
    assert len(records.arms) == RANDOMIZED
    assert records.simulated


def test_everybody_whose_sessions_are_over_has_guessed_the_arm_and_so_has_the_coordinator(
    store: Store, records: TrialRecords
) -> None:
    left = {w.participant_id for w in records.withdrawals if w.kind != "intervention_only"}
    over = {
        row.participant_id
        for row in records.sessions_planned
        if row.number == 8
        and row.closes_on < TODAY.date() - timedelta(days=1)
        and row.participant_id not in left
    }
    for respondent in ("participant", "coordinator"):
        finished = {
            form.participant_id
            for form in records.completions
            if form.occasion == f"arm-guess/{respondent}"
        }
        assert over <= finished
        assert over
    coordinator = sign_in_process(store, Role.COORDINATOR, "coordinator")
    with store.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading:
        values = {one.value for one in reading.find(ItemAnswer, questionnaire="blinding_guess")}
    assert values <= {0.0, 1.0, 2.0}
    assert len(values) > 1


def test_people_come_in_the_hours_of_work_at_their_site(records: TrialRecords) -> None:
    zones = {site.id: ZoneInfo(site.time_zone) for site in SITES}
    hours = {
        session.started_at.astimezone(zones[session.participant_id.partition("-")[0]]).hour
        for session in records.sessions
        if session.started_at
    }

    assert hours <= set(range(9, 17))
    assert len(hours) > 3


def test_only_who_stopped_early_was_seen_with_other_headphones(records: TrialRecords) -> None:
    stopped = {(s.participant_id, s.number) for s in records.sessions if s.state == "stopped"}
    seen = {
        (d.participant_id, int(d.description.split()[1]))
        for d in records.deviations
        if d.category == "wrong_headphones"
    }

    assert seen <= stopped


def test_the_last_two_are_still_in_treatment(records: TrialRecords) -> None:
    states = Counter(participant.state for participant in records.participants)

    assert states[ParticipantState.RANDOMIZED] >= 2
    assert states[ParticipantState.COMPLETED] >= 4


def test_sessions_were_really_run_by_the_loop(store: Store, records: TrialRecords) -> None:
    coordinator = sign_in_process(store, Role.COORDINATOR, "coordinator")
    with store.reading(coordinator, Permission.RUN_SESSION) as reading:
        steps = reading.find(LoopStep, session_id=records.sessions[0].id)

    played_s = sum(s.delivered.frames / s.delivered.sampling_rate_hz for s in steps)
    assert played_s == pytest.approx(records.sessions[0].listened_s, abs=0.01)
    assert records.sessions[0].steps > 0
    assert any(step.measures.heart_rate_bpm for step in steps)


def test_after_every_session_harms_are_asked_for_or_it_is_said_why_not(
    records: TrialRecords,
) -> None:
    asked = {one.session_id: one for one in records.harm_askings}
    told = {one.session_id for one in records.adverse_events}

    assert set(asked) == {one.id for one in records.sessions}
    assert HarmAnswer.NOTHING in {one.answer for one in asked.values()}
    assert {i for i, one in asked.items() if one.answer is HarmAnswer.REPORTED} == told


def test_almost_all_of_the_music_is_played_without_a_gap(records: TrialRecords) -> None:
    played = sum(one.stretches_played for one in records.sessions)
    without_gap = sum(one.stretches_without_gap for one in records.sessions)

    assert all(abs(one.stretches_played - one.steps) <= 1 for one in records.sessions)
    assert 0.95 * played < without_gap <= played


def test_nothing_happens_after_today(records: TrialRecords) -> None:
    assert max(answer.answered_at for answer in records.answers) <= TODAY
    assert max(s.started_at for s in records.sessions if s.started_at) <= TODAY


def test_the_audit_trail_of_the_whole_trial_holds(store: Store) -> None:
    found = verify(store)

    assert found.ok, found.problems


def test_the_allocation_lists_can_be_derived_again(store: Store, statistician: Actor) -> None:
    assert rederive(store, statistician).equal


def test_the_analysis_plan_runs_on_it(records: TrialRecords) -> None:
    report = run_analysis_plan(shipped_protocol(), records, "test")

    assert report.imbalances == ()


@pytest.mark.usefixtures("store")
def test_progress_never_goes_back_and_ends_at_the_end(shares: list[float]) -> None:
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0
