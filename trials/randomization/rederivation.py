"""Derive every list again from key and protocol, and compare with what is stored.

Anybody with the right to verify can show that the sealed slots, the commitment and the allocations
are exactly what key and protocol determine: no slot changed, none skipped, none used twice, none out
of order. The result counts; it never says which arm anybody has.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.records.allocation import Allocation, AllocationSlot, ListCommitment
from data.records.people import Actor
from data.storage.errors import StoreUnusableError
from data.storage.roles import Permission
from data.storage.store import Store
from trials.in_force import sealed_protocol_in, trial_in
from trials.randomization.allocation import ALLOCATION_KEY
from trials.randomization.lists import derive_slots, kit_code, list_root


@dataclass(frozen=True, kw_only=True, slots=True)
class Rederivation:
    """What the comparison found."""

    slots: int
    """How many slots were derived again."""
    equal: int
    """How many stored slots equal the derived ones in every field."""
    allocations: int
    allocations_equal: int
    """How many allocations have the arm and the code of their slot, in order."""
    problems: tuple[str, ...]
    """One sentence each; empty when everything agrees."""


def rederive(store: Store, actor: Actor) -> Rederivation:
    """Derive the lists again and compare them with slots, commitment and allocations.

    A sealed value that does not open any more (altered, or moved to another row) is a problem too;
    then nothing counts as equal.
    """
    with store.reading(actor, Permission.VERIFY) as reading:
        commitment = reading.get(ListCommitment, trial_in(reading).id)
        key = store.key_for(ALLOCATION_KEY)
        derived = derive_slots(key, sealed_protocol_in(reading, commitment.protocol_hash))
        allocated = reading.count(Allocation)
        try:
            stored = {slot.id: slot for slot in reading.find(AllocationSlot)}
            allocations = reading.find(Allocation)
        except StoreUnusableError as error:
            return Rederivation(
                slots=len(derived),
                equal=0,
                allocations=allocated,
                allocations_equal=0,
                problems=(str(error),),
            )
    return _compare(key, commitment, derived, stored, allocations)


def _compare(
    key: bytes,
    commitment: ListCommitment,
    derived: Sequence[AllocationSlot],
    stored: Mapping[str, AllocationSlot],
    allocations: Sequence[Allocation],
) -> Rederivation:
    wrong = tuple(_wrong_allocations(key, {slot.id: slot for slot in derived}, allocations))
    return Rederivation(
        slots=len(derived),
        equal=sum(stored.get(slot.id) == slot for slot in derived),
        allocations=len(allocations),
        allocations_equal=len(allocations) - len({participant for participant, _ in wrong}),
        problems=(
            *_wrong_slots(derived, stored),
            *_wrong_commitment(commitment, derived),
            *(words for _, words in wrong),
        ),
    )


def _wrong_slots(
    derived: Sequence[AllocationSlot], stored: Mapping[str, AllocationSlot]
) -> Iterator[str]:
    for slot in derived:
        if slot.id not in stored:
            yield f"The slot {slot.id} is missing."
        elif stored[slot.id] != slot:
            yield f"The slot {slot.id} is not the one that was sealed."
    for strange in sorted(set(stored) - {slot.id for slot in derived}):
        yield f"The slot {strange} belongs to no sealed list."


def _wrong_commitment(
    commitment: ListCommitment, derived: Sequence[AllocationSlot]
) -> Iterator[str]:
    if commitment.merkle_root != list_root(derived):
        yield "The published Merkle root is not that of the derived lists."
    if commitment.slots != len(derived):
        yield f"The commitment names {commitment.slots} slots; {len(derived)} were derived."
    if set(commitment.strata) != {slot.stratum for slot in derived}:
        yield "The commitment names other strata than the protocol."


def _wrong_allocations(
    key: bytes, derived: Mapping[str, AllocationSlot], allocations: Sequence[Allocation]
) -> Iterator[tuple[str, str]]:
    # allocations come in the order in which they were made
    used: defaultdict[str, int] = defaultdict(int)
    for allocation in allocations:
        who = allocation.id
        used[allocation.stratum] += 1
        slot = derived.get(allocation.slot_id)
        if slot is None or slot.stratum != allocation.stratum:
            yield who, f"{who} was given a slot of no list of its stratum."
            continue
        if slot.position != used[allocation.stratum]:
            yield who, f"{who} was given slot {slot.id} out of order."
        if allocation.arm != slot.arm:
            yield who, f"{who} does not have the arm of slot {slot.id}."
        if allocation.code != kit_code(key, slot.id):
            yield who, f"{who} does not have the code of slot {slot.id}."
