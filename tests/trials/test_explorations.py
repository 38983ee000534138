"""An analysis outside the plan is on record before its numbers are seen: who, when, which call."""

import pytest

from data.records.explorations import Exploration
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from protocols.analysis_plan import Estimator
from protocols.canonical import canonical_json
from protocols.mixed_model import CovarianceName, PlannedMixedModel
from tests.trials.world import World
from trials.audit_trail import AuditFilter, audit_trail
from trials.errors import NothingToExploreError
from trials.explorations import record_exploration, recorded_explorations
from trials.locking import lock_database

WHY = "A reviewer asked for it."
WELCH = Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS)
MIXED = Exploration(
    analysis="primary_gad7_week_4",
    estimator=Estimator.MMRM,
    covariates=("baseline",),
    mixed_model=PlannedMixedModel(structures=(CovarianceName.COMPOUND_SYMMETRY,)),
)


def test_who_explored_what_and_when_comes_back_in_order(world: World) -> None:
    record_exploration(world.store, world.statistician, MIXED, WHY)
    first_at = world.clock()
    world.clock.advance(minutes=5)
    record_exploration(world.store, world.statistician, WELCH, WHY)

    found = recorded_explorations(world.store, world.reviewer)

    assert [one.exploration for one in found] == [MIXED, WELCH]
    assert [one.by for one in found] == [world.statistician.user_id] * 2
    assert [one.at for one in found] == [first_at, world.clock()]
    assert [one.reason for one in found] == [WHY] * 2


def test_the_audit_trail_shows_the_call_to_everybody_who_reads_it(world: World) -> None:
    record_exploration(world.store, world.statistician, MIXED, WHY)

    rows = audit_trail(world.store, world.reviewer, AuditFilter(action="explore")).rows

    assert len(rows) == 1
    assert '"analysis":"primary_gad7_week_4"' in rows[0].changes[0].after


def test_nothing_was_explored_in_a_new_trial(world: World) -> None:
    assert recorded_explorations(world.store, world.statistician) == ()


def test_it_can_be_recorded_after_the_lock(world: World) -> None:
    world.randomized()
    lock_database(world.store, world.statistician, "all data are in")

    record_exploration(world.store, world.statistician, WELCH, WHY)

    assert len(recorded_explorations(world.store, world.statistician)) == 1


def test_an_analysis_that_the_plan_does_not_have_is_refused_with_those_it_has(world: World) -> None:
    unknown = Exploration(analysis="no_such", estimator=Estimator.ANCOVA)

    with pytest.raises(NothingToExploreError, match="choose one of primary_gad7_week_4"):
        record_exploration(world.store, world.statistician, unknown, WHY)


def test_only_who_analyses_may_explore(world: World) -> None:
    for actor in (world.coordinator, world.reviewer, world.administrator):
        with pytest.raises(NotPermittedError):
            record_exploration(world.store, actor, WELCH, WHY)


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_run_and_nothing_recorded(world: World, reason: str) -> None:
    with pytest.raises(NothingToExploreError, match="say in a sentence why"):
        record_exploration(world.store, world.statistician, WELCH, reason)

    assert recorded_explorations(world.store, world.statistician) == ()


def test_choices_that_lack_something_are_refused_with_what_to_do(world: World) -> None:
    lacking = Exploration(analysis="primary_gad7_week_4", estimator=Estimator.RESPONDER)

    with pytest.raises(NothingToExploreError, match="Add the section responder to it"):
        record_exploration(world.store, world.statistician, lacking, WHY)


def test_a_record_from_before_reasons_were_asked_for_is_read_without_one(world: World) -> None:
    with world.store.writing(world.statistician, Permission.ANALYSE, "explore") as writing:
        writing.note("explore", canonical_json(WELCH).decode())

    (found,) = recorded_explorations(world.store, world.statistician)

    assert (found.exploration, found.reason) == (WELCH, "")
