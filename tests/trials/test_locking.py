"""The lock: what blocks it, what it binds, and that nothing clinical changes after it (I9)."""

from collections.abc import Callable

import pytest

from data.records.participants import WithdrawalKind
from data.records.sessions import SessionState
from data.storage.errors import LockedError, NotPermittedError
from tests.data.storage.conftest import run_sql
from tests.trials.test_safety import raised
from tests.trials.world import World, resting_beats, run_session
from trials import locking
from trials.answering import complete_form
from trials.consent import record_consent
from trials.deviations import record_deviation
from trials.eligibility import assess_eligibility
from trials.errors import (
    AlreadyDoneError,
    NotLockedError,
    NotReadyToLockError,
    ReasonMissingError,
)
from trials.harm_asking import HarmReply, record_harms
from trials.locking import (
    Readiness,
    check_lock,
    database_lock,
    lock_database,
    lock_readiness,
)
from trials.safety import acknowledge_alert, close_alert, record_adverse_event
from trials.visits import complete_baseline, miss_session, miss_visit, record_resting
from trials.withdrawal import withdraw


def found(readiness: Readiness) -> dict[str, int]:
    return {item.code: len(item.found) for item in readiness.items}


def test_an_empty_trial_is_ready(world: World) -> None:
    readiness = lock_readiness(world.store, world.statistician)

    assert readiness.ready
    assert not readiness.locked
    assert set(found(readiness).values()) == {0}


def test_what_is_missing_is_listed_and_does_not_block(world: World) -> None:
    world.randomized()
    world.screened()
    who = world.eligible()
    world.save(who, "1", 1)
    run_session(world, "LEI-001", SessionState.COMPLETED, ended_at=world.clock())

    readiness = lock_readiness(world.store, world.statistician)

    assert found(readiness) == {
        "open_alerts": 0,
        "running_sessions": 0,
        "unfinished_forms": 1,
        "open_visits": 2,
        "open_sessions": 8,
        "harms_left": 1,
        "undecided_looks": 0,
        "in_screening": 2,
    }
    assert readiness.ready


def test_an_open_alert_blocks_the_lock_until_it_is_closed(world: World) -> None:
    alert = raised(world)
    acknowledge_alert(world.store, world.coordinator, alert.id)

    with pytest.raises(NotReadyToLockError, match="safety alerts are still open"):
        lock_database(world.store, world.statistician, "all data are in")
    close_alert(world.store, world.coordinator, alert.id, "seen by Dr Vos")

    assert lock_database(world.store, world.statistician, "all data are in").data_hash


def test_a_running_session_blocks_the_lock(world: World) -> None:
    run_session(world, world.randomized(), SessionState.RUNNING)

    with pytest.raises(NotReadyToLockError, match="sessions are still running"):
        lock_database(world.store, world.statistician, "all data are in")


def test_the_lock_needs_a_reason_and_happens_once(world: World) -> None:
    with pytest.raises(ReasonMissingError):
        lock_database(world.store, world.statistician, " ")
    lock = lock_database(world.store, world.statistician, "all data are in")

    assert database_lock(world.store, world.reviewer) == lock
    with pytest.raises(AlreadyDoneError):
        lock_database(world.store, world.statistician, "again")


def test_only_the_statistician_locks(world: World) -> None:
    for actor in (world.coordinator, world.administrator, world.reviewer):
        with pytest.raises(NotPermittedError):
            lock_database(world.store, actor, "all data are in")


def test_the_hash_at_the_lock_is_found_again(world: World) -> None:
    world.randomized()
    run_session(world, "LEI-001", SessionState.COMPLETED)
    with pytest.raises(NotLockedError):
        check_lock(world.store, world.statistician)
    lock = lock_database(world.store, world.statistician, "all data are in")

    check = check_lock(world.store, world.statistician)

    assert check.equal
    assert check.locked_hash == check.hash_now == lock.data_hash


def test_the_hash_at_the_lock_binds_that_harms_were_asked_for(world: World) -> None:
    who = world.randomized()
    run_session(world, who, SessionState.COMPLETED, ended_at=world.clock())
    record_harms(world.store, world.coordinator, f"{who}/session-1/attempt-1", HarmReply())
    lock_database(world.store, world.statistician, "all data are in")
    run_sql(world.store, "DROP TRIGGER harm_asking_no_update")
    run_sql(world.store, "DROP TRIGGER harm_asking_locked_update")
    run_sql(world.store, "UPDATE harm_asking SET answer = 'reported'")

    assert not check_lock(world.store, world.statistician).equal


def test_a_lock_from_before_harms_were_asked_for_still_fits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.randomized()
    monkeypatch.setattr(locking, "LATER_HASHED_KINDS", ())
    lock_database(world.store, world.statistician, "all data are in")
    monkeypatch.undo()

    assert check_lock(world.store, world.statistician).equal


ACTS: dict[str, Callable[[World], object]] = {
    "screen": lambda w: w.screened(),
    "consent": lambda w: record_consent(w.store, w.coordinator, "LEI-001"),
    "assess": lambda w: assess_eligibility(w.store, w.coordinator, "LEI-002", w.checklist()),
    "answer": lambda w: w.save("LEI-003", "1", 1, questionnaire="phq9"),
    "finish form": lambda w: complete_form(w.store, w.coordinator, "LEI-003", "baseline", "gad7"),
    "resting": lambda w: record_resting(
        w.store, w.coordinator, "LEI-003", "baseline", resting_beats()
    ),
    "baseline": lambda w: complete_baseline(w.store, w.coordinator, "LEI-004"),
    "randomize": lambda w: w.randomize("LEI-005"),
    "miss session": lambda w: miss_session(w.store, w.coordinator, "LEI-006", 1, "ill"),
    "miss visit": lambda w: miss_visit(w.store, w.coordinator, "LEI-006", "week_4", "ill"),
    "adverse event": lambda w: record_adverse_event(
        w.store, w.coordinator, w.report("LEI-006", serious=True)
    ),
    "deviation": lambda w: record_deviation(
        w.store, w.coordinator, "LEI-006", category="other", description="x", important=False
    ),
    "withdraw": lambda w: withdraw(
        w.store, w.coordinator, "LEI-006", WithdrawalKind.TRIAL, "moved"
    ),
}


def one_at_each_stage(world: World) -> None:
    """Bring six people as far as the acts above need them."""
    world.screened()
    world.answer(world.consented(), "screening", "gad7", 12)
    who = world.eligible()
    for item in range(1, 8):
        world.save(who, str(item), 1)
    world.baseline_forms(world.eligible())
    world.ready()
    world.randomized()


@pytest.fixture
def locked(world: World) -> World:
    """Return a world with someone at each stage, whose database is locked."""
    one_at_each_stage(world)
    lock_database(world.store, world.statistician, "all data are in")
    return world


def test_nothing_clinical_changes_after_the_lock(locked: World) -> None:
    """One store for all acts: each is refused, and together they change nothing."""
    for act in ACTS.values():
        with pytest.raises(LockedError):
            act(locked)

    assert check_lock(locked.store, locked.statistician).equal


def test_every_act_that_the_lock_refuses_works_before_it(world: World) -> None:
    """The negative control: without the lock the same acts are possible."""
    one_at_each_stage(world)

    results = [act(world) for act in ACTS.values()]

    assert all(result is not None for result in results)
