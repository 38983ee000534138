"""An emergency code break: one arm, to one person, once; the blind of everybody else holds (ICH E6(R3) A1 4.1.4)."""

from dataclasses import asdict
from itertools import chain

import pytest

from data.records.allocation import Allocation
from data.records.code_breaks import CodeBreak, CodeBreakReceipt
from data.records.people import Role
from data.storage.errors import NotPermittedError, SignInRefusedError
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in, sign_in_process
from tests.trials.test_blinding import unblind
from tests.trials.world import World
from trials.audit_trail import AuditFilter, audit_trail, export_audit_trail
from trials.blinding import extract_records
from trials.code_break import ArmShown, break_code, confirm_read, register, unread_breaks
from trials.errors import (
    ArmNamedError,
    NotRandomizedError,
    ReasonMissingError,
    UnblindingStateError,
)
from trials.locking import lock_database
from trials.signatures import Meaning, carry_out_signed
from trials.timelines import EntryKind
from trials.visits import timeline

PASSWORD = "correct horse battery"  # noqa: S105 - of a test
REASON = "Unconscious after a fit; the ward asks what was heard"


def broken(world: World, who: str) -> ArmShown:
    return break_code(
        world.store, world.administrator, who, reason=REASON, told_to="Dr Vos, emergency ward"
    )


def label_of(world: World, who: str) -> str:
    with world.store.reading(world.administrator, Permission.VERIFY) as reading:
        arm = reading.get(Allocation, who).arm
    return next(one.label for one in world.protocol.arms if one.code == arm)


def test_the_administrator_is_shown_the_true_arm(world: World) -> None:
    people = [world.randomized() for _ in range(4)]

    shown = {who: broken(world, who).arm_label for who in people}

    assert shown == {who: label_of(world, who) for who in people}
    assert len(set(shown.values())) == 2


def test_nobody_else_breaks_a_code(world: World) -> None:
    who = world.randomized()

    for actor in (world.coordinator, world.statistician, world.reviewer, world.come_as(who)):
        with pytest.raises(NotPermittedError):
            break_code(world.store, actor, who, reason=REASON, told_to="me")
    assert register(world.store, world.administrator) == ()


def test_the_record_says_who_when_why_and_for_whom_and_not_the_arm(world: World) -> None:
    who = world.randomized()
    label = broken(world, who).arm_label

    (entry,) = register(world.store, world.reviewer)

    record = entry.code_break
    assert (record.participant_id, record.broken_by) == (who, world.administrator.user_id)
    assert (record.broken_at, record.reason) == (world.clock(), REASON)
    assert record.told_to == "Dr Vos, emergency ward"
    assert label not in str(asdict(record))


def test_no_arm_stands_in_anything_the_blinded_can_get_afterwards(world: World) -> None:
    who = world.randomized()
    broken(world, who)
    names = set(chain(*((arm.code, arm.label) for arm in world.protocol.arms)))

    trail = [
        audit_trail(world.store, actor, AuditFilter(participant_id=who), per_page=500)
        for actor in (world.statistician, world.reviewer, world.administrator)
    ]
    got = [
        *trail,
        export_audit_trail(world.store, world.reviewer, AuditFilter(participant_id=who)),
        timeline(world.store, world.coordinator, who),
        extract_records(world.store, world.statistician).code_breaks,
        extract_records(world.store, world.statistician).deviations,
        unread_breaks(world.store, world.statistician),
    ]

    assert not [name for name in names if name in repr(got)]
    assert "break_code" in repr(trail[0])


def test_the_participant_is_flagged_by_an_important_deviation(world: World) -> None:
    who = world.randomized()
    broken(world, who)

    (deviation,) = extract_records(world.store, world.statistician).deviations
    entries = timeline(world.store, world.coordinator, who).entries

    assert (deviation.participant_id, deviation.category) == (who, "unblinded")
    assert deviation.important
    assert "Unblinded" in [one.title for one in entries if one.kind is EntryKind.DEVIATION]


def test_statisticians_and_other_administrators_are_told_until_they_have_read_it(
    world: World,
) -> None:
    other = sign_in_process(world.store, Role.ADMINISTRATOR, "another")
    broken(world, world.randomized())
    told = [world.statistician, other]

    before = [len(unread_breaks(world.store, actor)) for actor in told]
    (mine,) = [unread_breaks(world.store, world.administrator)]
    (notice,) = unread_breaks(world.store, other)
    confirm_read(world.store, other, notice.id)
    confirm_read(world.store, other, notice.id)

    assert (before, mine) == ([1, 1], ())
    assert [len(unread_breaks(world.store, actor)) for actor in told] == [1, 0]
    assert register(world.store, world.administrator)[0].read_by == (other.user_id,)


def test_a_coordinator_reads_no_register(world: World) -> None:
    broken(world, world.randomized())

    with pytest.raises(NotPermittedError):
        register(world.store, world.coordinator)


@pytest.mark.parametrize(("reason", "told_to"), [(" ", "Dr Vos"), (REASON, "")])
def test_reason_and_person_are_named(world: World, reason: str, told_to: str) -> None:
    who = world.randomized()

    with pytest.raises(ReasonMissingError):
        break_code(world.store, world.administrator, who, reason=reason, told_to=told_to)


@pytest.mark.parametrize("word", ["adaptive", "Matched music", "MATCHED_FIXED"])
def test_words_that_name_an_arm_are_refused(world: World, word: str) -> None:
    who = world.randomized()

    with pytest.raises(ArmNamedError, match="do not name an arm"):
        break_code(world.store, world.administrator, who, reason=f"Is it {word}?", told_to="Dr Vos")


@pytest.mark.parametrize("unknown", ["LEI-999", ""])
def test_an_id_that_nobody_randomized_has_is_refused(world: World, unknown: str) -> None:
    with pytest.raises(NotRandomizedError, match="check the id"):
        broken(world, unknown)


def test_somebody_in_screening_has_no_arm_to_show(world: World) -> None:
    with pytest.raises(NotRandomizedError):
        broken(world, world.eligible())


def test_each_break_of_the_same_participant_counts(world: World) -> None:
    who = world.randomized()
    broken(world, who)
    broken(world, who)

    ids = [one.code_break.id for one in register(world.store, world.reviewer)]

    assert ids == [f"{who}/code-break-2", f"{who}/code-break-1"]


def test_after_the_lock_the_break_is_recorded_and_no_clinical_record_changes(
    world: World,
) -> None:
    who = world.randomized()
    lock_database(world.store, world.statistician, "all data are in")

    shown = broken(world, who)

    records = extract_records(world.store, world.statistician)
    assert shown.arm_label == label_of(world, who)
    assert (len(records.code_breaks), records.deviations) == (1, ())


def test_after_unblinding_it_is_refused(world: World) -> None:
    who = world.randomized()
    lock_database(world.store, world.statistician, "all data are in")
    unblind(world)

    with pytest.raises(UnblindingStateError, match="carry the names"):
        broken(world, who)


def test_without_the_password_nothing_is_shown_and_nothing_recorded(world: World) -> None:
    who = world.randomized()
    world.add_account("ada", Role.ADMINISTRATOR, password=PASSWORD)
    ada = actor_of(world.store, sign_in(world.store, "ada", PASSWORD))
    assert ada is not None

    def sign_and_break(password: str) -> ArmShown:
        return carry_out_signed(
            world.store,
            ada,
            password,
            Meaning.CODE_BREAK,
            lambda: break_code(world.store, ada, who, reason=REASON, told_to="Dr Vos"),
            about=who,
        )

    with pytest.raises(SignInRefusedError):
        sign_and_break("a wrong one")
    assert register(world.store, world.reviewer) == ()
    assert sign_and_break(PASSWORD).arm_label == label_of(world, who)
    signatures = audit_trail(world.store, world.reviewer, AuditFilter(action="sign")).rows
    assert signatures[0].changes[0].after == Meaning.CODE_BREAK


def test_who_has_read_of_it_and_when_is_on_record(world: World) -> None:
    who = world.randomized()
    broken(world, who)
    confirm_read(world.store, world.statistician, f"{who}/code-break-1")

    with world.store.reading(world.reviewer, Permission.SEE_CODE_BREAKS) as reading:
        (receipt,) = reading.find(CodeBreakReceipt)
        assert reading.count(CodeBreak) == 1
    assert (receipt.read_by, receipt.read_at) == (world.statistician.user_id, world.clock())
