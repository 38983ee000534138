"""Randomize in one transaction (conduct R3, R6): checked, next slot, planned, once, and blind."""

import dataclasses
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from enum import Enum

import pytest

from data.records.allocation import Allocation, AllocationSlot
from data.records.participants import WithdrawalKind
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from tests.trials.conftest import LEIDEN
from tests.trials.world import World, spread
from trials.adherence import participant_adherence
from trials.answering import correct_answer
from trials.errors import ListExhaustedError, NotReadyToRandomizeError
from trials.forms import due_forms, form_scores
from trials.opening import list_commitment, set_site, sites
from trials.participants import participant, participants
from trials.progress import progress
from trials.randomization.allocation import (
    participant_stratum,
    randomization_checklist,
    randomize,
)
from trials.safety import alerts
from trials.visits import complete_baseline, timeline, today
from trials.withdrawal import withdraw


def allocations(world: World) -> tuple[Allocation, ...]:
    with world.store.reading(world.administrator, Permission.VERIFY) as reading:
        return reading.find(Allocation)


def slots(world: World) -> dict[str, AllocationSlot]:
    with world.store.reading(world.administrator, Permission.VERIFY) as reading:
        return {slot.id: slot for slot in reading.find(AllocationSlot)}


@pytest.mark.parametrize(
    ("gad7", "severity"), [(8, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe")]
)
def test_the_stratum_is_computed_from_the_stored_baseline(
    world: World, gad7: int, severity: str
) -> None:
    who = world.ready("GRA", gad7)

    randomized = world.randomize(who)

    assert randomized.stratum == f"severity={severity}|site=GRA"
    assert participant_stratum(world.store, world.coordinator, who) == randomized.stratum


def test_slots_of_a_stratum_are_used_once_and_in_order(world: World) -> None:
    for _ in range(4):
        world.randomized()

    made = allocations(world)

    assert [one.slot_id.rpartition("#")[2] for one in made] == ["1", "2", "3", "4"]
    assert [one.arm for one in made] == [slots(world)[one.slot_id].arm for one in made]


def test_a_repeated_call_gives_the_same_result_and_no_second_slot(world: World) -> None:
    who = world.ready()
    first = world.randomize(who)
    world.clock.advance(days=1)

    again = world.randomize(who)

    assert again == replace(first, already=True)
    assert len(allocations(world)) == 1


def test_a_participant_who_has_left_keeps_the_allocation(world: World) -> None:
    who = world.randomized()
    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "moved away")

    assert world.randomize(who).already


def test_randomization_plans_every_visit_and_session_at_once(world: World) -> None:
    who = world.randomized()

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        sessions = reading.find(PlannedSession, participant_id=who)
        visits = reading.find(PlannedVisit, participant_id=who)

    assert [row.number for row in sessions] == list(range(1, 9))
    assert [(row.visit, row.state) for row in visits] == [
        ("screening", PlanState.DONE),
        ("baseline", PlanState.DONE),
        ("week_4", PlanState.PLANNED),
        ("week_12", PlanState.PLANNED),
    ]
    assert world.state_of(who) == "randomized"


def test_every_missing_thing_is_listed_at_once(world: World) -> None:
    who = world.screened()
    set_site(world.store, world.administrator, replace(LEIDEN, on_call=""))

    with pytest.raises(NotReadyToRandomizeError) as refused:
        world.randomize(who)

    assert refused.value.missing == (
        "consent to version 1.0 is missing",
        "the signed eligibility is missing",
        "the baseline is not complete",
        "the participant is prescreened",
        "Severity of anxiety at baseline is not known",
        "The site LEI names nobody on call for safety alerts, so it cannot enrol",
    )
    assert randomization_checklist(world.store, world.coordinator, who) == refused.value.missing


def test_who_no_longer_meets_a_score_criterion_is_not_randomized(world: World) -> None:
    who = world.eligible(gad7=12)
    for item, value in spread("gad7", 12).items():
        if value:
            correct_answer(
                world.store,
                world.coordinator,
                participant_id=who,
                occasion="screening",
                questionnaire="gad7",
                item=item,
                value=0,
                reason="typing error",
            )
    world.baseline_forms(who)
    complete_baseline(world.store, world.coordinator, who)

    with pytest.raises(NotReadyToRandomizeError, match="contradict the signed eligibility"):
        world.randomize(who)


def test_a_site_that_closed_meanwhile_does_not_randomize(world: World) -> None:
    who = world.ready()
    set_site(world.store, world.administrator, replace(LEIDEN, open=False))

    with pytest.raises(NotReadyToRandomizeError, match="LEI is not open"):
        world.randomize(who)


def test_without_a_severity_there_is_no_stratum(world: World) -> None:
    with pytest.raises(NotReadyToRandomizeError, match="severity is not known"):
        participant_stratum(world.store, world.coordinator, world.eligible())


def test_a_refused_call_leaves_nothing_behind(world: World) -> None:
    who = world.eligible()

    with pytest.raises(NotReadyToRandomizeError):
        world.randomize(who)

    assert allocations(world) == ()
    assert world.state_of(who) == "eligible"


def test_an_exhausted_list_is_never_extended(world: World) -> None:
    ready = [world.ready() for _ in range(17)]
    for who in ready[:16]:
        world.randomize(who)

    with pytest.raises(ListExhaustedError, match="has no slot 17"):
        world.randomize(ready[16])

    assert len(allocations(world)) == 16


def test_only_a_coordinator_randomizes(world: World) -> None:
    who = world.ready()

    for actor in (world.administrator, world.statistician, world.reviewer):
        with pytest.raises(NotPermittedError):
            randomize(world.store, actor, who)


def test_eight_coordinators_at_once_skip_and_double_no_slot(world: World) -> None:
    ready = [world.ready() for _ in range(14)]
    twice = [who for who in ready for _ in range(2)]

    with ThreadPoolExecutor(max_workers=8) as pool:
        results = list(pool.map(world.randomize, twice))

    positions = [int(one.slot_id.rpartition("#")[2]) for one in allocations(world)]
    assert positions == list(range(1, 15))
    assert sum(not result.already for result in results) == 14
    assert len({(result.participant_id, result.code) for result in results}) == 14


def texts(value: object) -> list[str]:
    """Return every text inside a returned value."""
    if isinstance(value, Enum):
        return [str(value.value)]
    if isinstance(value, str):
        return [value]
    parts: list[object] = []
    if dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    return [text for part in parts for text in texts(part)]


def test_nothing_that_a_coordinator_gets_back_names_an_arm(world: World) -> None:
    who = world.ready()
    store, actor = world.store, world.coordinator
    codes = {arm.code for arm in world.protocol.arms}

    returned = (
        randomize(store, actor, who),
        randomize(store, actor, who),
        participant(store, actor, who),
        participants(store, actor),
        timeline(store, actor, who),
        today(store, actor),
        due_forms(store, actor, who),
        form_scores(store, actor, who, "baseline", "gad7"),
        alerts(store, actor),
        progress(store, actor),
        participant_adherence(store, actor, who),
        list_commitment(store, actor),
        sites(store, actor),
        randomization_checklist(store, actor, who),
    )

    found = [text for text in texts(returned) if any(code in text for code in codes)]
    assert found == []
    assert who in set(texts(returned))


@pytest.mark.parametrize(
    "permission", [Permission.SEE_PARTICIPANTS, Permission.ENTER_DATA, Permission.SEE_FLOW]
)
def test_a_blinded_permission_reads_slots_and_allocations_without_arms(
    world: World, permission: Permission
) -> None:
    world.randomized()

    with world.store.reading(world.coordinator, permission) as reading:
        seen = {slot.arm for slot in reading.find(AllocationSlot)}
        seen |= {one.arm for one in reading.find(Allocation)}

    assert seen == {""}


def test_codes_do_not_follow_the_order_of_arms_or_slots(world: World) -> None:
    for _ in range(16):
        world.randomized()

    made = allocations(world)
    codes = [one.code for one in made]

    assert len(set(codes)) == 16
    assert codes not in (sorted(codes), sorted(codes, reverse=True))
    by_arm = {
        arm: {one.code[0] for one in made if one.arm == arm}
        for arm in ("adaptive", "matched_fixed")
    }
    assert all(len(first_letters) > 2 for first_letters in by_arm.values())
