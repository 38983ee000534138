"""Looks before the end: on record before they are seen, changed by nobody, read by the unblinded statistician alone."""

from dataclasses import replace

import pytest

from data.records.looks import InterimLook, LookDecision, LookFinding, LookFindings
from data.records.people import Actor, Role
from data.storage.audit import verify
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from protocols.document import protocol_hash
from protocols.interim_looks import PlannedLooks, Spending
from tests.trials.conftest import GRAZ, LEIDEN
from tests.trials.world import World
from trials.audit_trail import AuditFilter, audit_trail
from trials.blinding import confirm_unblinding, extract_records, request_unblinding
from trials.errors import LookRefusedError, ReasonMissingError
from trials.locking import lock_database, lock_readiness
from trials.looks import (
    LookToHold,
    decide_look,
    extract_records_for_look,
    held_looks,
    hold_look,
    why_no_look,
)
from trials.opening import open_trial

LOOKS = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.O_BRIEN_FLEMING)
FINDING = LookFinding(
    hypothesis="primary_gad7_week_4",
    observed=40,
    planned=84,
    estimate=-3.125,
    standard_error=1.0,
    df=37.0,
    z=2.9375,
    p=0.0033,
    local_level=0.05,
    nominal_level=0.0031,
    efficacy_bound=2.96,
    futility_bound=None,
    harm_bound=None,
    repeated_lower=-6.5,
    repeated_upper=0.25,
    conditional_power=0.99,
    is_rejected=False,
    advice="go on",
    reason="",
)


@pytest.fixture
def looked(empty: World) -> World:
    """Return a trial whose protocol promises looks."""
    plan = replace(empty.protocol.analysis, looks=LOOKS)
    empty.protocol = replace(empty.protocol, analysis=plan)
    open_trial(empty.store, empty.administrator, empty.protocol, (LEIDEN, GRAZ), simulated=True)
    return empty


@pytest.fixture
def una(looked: World) -> Actor:
    """Return the unblinded statistician."""
    return sign_in_process(looked.store, Role.UNBLINDED_STATISTICIAN, "una")


def to_hold(world: World, number: int = 1, *, observed: int = 40) -> LookToHold:
    """Return a look that was computed and is not on record."""
    return LookToHold(
        number=number,
        data_sha256="d" * 64,
        protocol_sha256=protocol_hash(world.protocol),
        code_version="0.1.0",
        findings=LookFindings(findings=(replace(FINDING, observed=observed),)),
    )


def go_on(world: World, una: Actor, number: int) -> None:
    """Hold a look, and have the committee go on."""
    hold_look(world.store, una, to_hold(world, number, observed=40 + number))
    decide_look(world.store, una, number, LookDecision.GO_ON, "the committee met")


@pytest.mark.requirement("ICH E9 4.5")
def test_who_held_a_look_when_and_what_it_found_comes_back(looked: World, una: Actor) -> None:
    held = hold_look(looked.store, una, to_hold(looked))
    held_at = looked.clock()
    looked.clock.advance(days=2)
    decided = decide_look(looked.store, una, 1, LookDecision.GO_ON, " far from every bound ")

    assert (held.held_by, held.held_at, held.decision) == (una.user_id, held_at, None)
    assert held.findings == (FINDING,)
    assert (decided.decision, decided.reason) == (LookDecision.GO_ON, "far from every bound")
    assert decided.decided_at == looked.clock()
    assert held_looks(looked.store, una) == (decided,)
    assert verify(looked.store).problems == ()


def test_nobody_else_holds_reads_or_decides_about_a_look(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))
    others = (looked.administrator, looked.coordinator, looked.statistician, looked.reviewer)

    for actor in others:
        for act in (
            lambda actor=actor: held_looks(looked.store, actor),
            lambda actor=actor: extract_records_for_look(looked.store, actor),
            lambda actor=actor: hold_look(looked.store, actor, to_hold(looked, 2)),
            lambda actor=actor: decide_look(looked.store, actor, 1, LookDecision.GO_ON, "x"),
            lambda actor=actor: why_no_look(looked.store, actor),
        ):
            with pytest.raises(NotPermittedError):
                act()


def test_an_unblinded_statistician_does_nothing_else(looked: World, una: Actor) -> None:
    for act in (
        lambda: extract_records(looked.store, una),
        lambda: lock_database(looked.store, una, "all data are in"),
        lambda: audit_trail(looked.store, una, AuditFilter(action="hold_look")),
    ):
        with pytest.raises(NotPermittedError):
            act()


def test_the_audit_trail_tells_that_a_look_was_held_and_no_number(
    looked: World, una: Actor
) -> None:
    hold_look(looked.store, una, to_hold(looked))
    decide_look(looked.store, una, 1, LookDecision.GO_ON, "nearly there")

    (held,) = audit_trail(looked.store, looked.reviewer, AuditFilter(action="hold_look")).rows
    (decided,) = audit_trail(looked.store, looked.reviewer, AuditFilter(action="decide_look")).rows

    told = str((held, decided))
    assert (held.user_id, decided.user_id) == (una.user_id,) * 2
    assert "d" * 64 in told
    assert "go on" in told
    for hidden in ("3.125", "2.9375", "efficacy_bound", "nearly there"):
        assert hidden not in told


def test_the_file_of_the_store_holds_no_finding_in_the_clear(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))
    decide_look(looked.store, una, 1, LookDecision.GO_ON, "nearly there")
    files = [path.read_bytes() for path in looked.store.path.parent.glob("trial.db*")]

    assert files
    for hidden in (b"efficacy_bound", b"3.125", b"nearly there"):
        assert not any(hidden in content for content in files)


def test_a_reader_without_the_arms_gets_a_look_without_findings(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))

    with looked.store.reading(looked.coordinator, Permission.SEE_PROTOCOL) as reading:
        assert [one.findings for one in reading.find(InterimLook)] == [""]


def test_a_look_waits_for_the_decision_about_the_one_before_it(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))

    with pytest.raises(LookRefusedError, match="Nothing is decided after look 1"):
        hold_look(looked.store, una, to_hold(looked, 2))
    assert "Nothing is decided after look 1" in why_no_look(looked.store, una)

    decide_look(looked.store, una, 1, LookDecision.GO_ON, "the committee met")
    assert why_no_look(looked.store, una) == ""
    assert hold_look(looked.store, una, to_hold(looked, 2)).number == 2


def test_after_a_decision_to_stop_no_look_follows(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))
    decide_look(looked.store, una, 1, LookDecision.STOP_FOR_BENEFIT, "the committee met")

    with pytest.raises(LookRefusedError, match="decided to stop for benefit: no look follows"):
        extract_records_for_look(looked.store, una)


def test_a_decision_is_made_once_about_a_look_that_was_held_with_its_reason(
    looked: World, una: Actor
) -> None:
    with pytest.raises(LookRefusedError, match="No look 1 is on record"):
        decide_look(looked.store, una, 1, LookDecision.GO_ON, "why not")
    go_on(looked, una, 1)
    with pytest.raises(LookRefusedError, match="Look 1 is decided"):
        decide_look(looked.store, una, 1, LookDecision.STOP_FOR_HARM, "second thoughts")
    with pytest.raises(ReasonMissingError):
        decide_look(looked.store, una, 1, LookDecision.GO_ON, "  ")


def test_a_look_that_somebody_else_put_on_record_meanwhile_is_not_saved_twice(
    looked: World, una: Actor
) -> None:
    go_on(looked, una, 1)

    with pytest.raises(LookRefusedError, match="Look 1 is on record already"):
        hold_look(looked.store, una, to_hold(looked, 1))
    with pytest.raises(LookRefusedError, match="The protocol was amended"):
        hold_look(looked.store, una, replace(to_hold(looked, 2), protocol_sha256="0" * 64))


def test_a_plan_without_looks_has_none(world: World) -> None:
    una = sign_in_process(world.store, Role.UNBLINDED_STATISTICIAN, "una")

    with pytest.raises(LookRefusedError, match="promises no look"):
        extract_records_for_look(world.store, una)


def test_looks_come_to_the_analysis_after_the_lock_and_their_numbers_with_the_arms(
    looked: World, una: Actor
) -> None:
    who = looked.randomized()
    go_on(looked, una, 1)
    assert extract_records(looked.store, looked.statistician).looks == ()
    for_look = extract_records_for_look(looked.store, una)
    assert {arm.participant_id: arm.arm in ("X", "Y") for arm in for_look.arms} == {who: False}
    assert (for_look.masked, [look.number for look in for_look.looks]) == (False, [1])

    lock_database(looked.store, looked.statistician, "all data are in")
    (masked,) = extract_records(looked.store, looked.statistician).looks
    assert (masked.number, masked.findings, masked.reason) == (1, (), "")
    assert masked.decision is LookDecision.GO_ON

    request_unblinding(looked.store, looked.statistician, "the analyses are fixed")
    confirm_unblinding(looked.store, looked.administrator)
    assert extract_records(looked.store, looked.statistician).looks == held_looks(looked.store, una)
    with pytest.raises(LookRefusedError, match="The database is locked"):
        hold_look(looked.store, una, to_hold(looked, 2))


def test_a_look_without_a_decision_is_known_before_the_lock(looked: World, una: Actor) -> None:
    hold_look(looked.store, una, to_hold(looked))

    items = {one.code: one for one in lock_readiness(looked.store, looked.statistician).items}

    assert (items["undecided_looks"].found, items["undecided_looks"].blocking) == (
        ("look-1",),
        False,
    )
