"""The sealed lists as key and protocol determine them: arms, salts, leaf hashes, kit codes.

Conventions: every value is drawn under its own label, ``<study>|<version>|<stratum>`` for a list, so
that adding a stratum never shifts another. Nothing here is stored or shown by itself.

Contents: `derive_slots`, `list_root`, `kit_code`.
"""

from collections.abc import Iterable

from data.records.allocation import AllocationSlot
from protocols.design import Protocol
from trials.randomization.blocks import permuted_blocks
from trials.randomization.draw import Draw, draw_bytes
from trials.randomization.sealing import hash_leaf, merkle_root
from trials.randomization.strata import strata_of

KIT_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody confuses when reading aloud (Crockford)."""

SALT_BYTES = 16


def derive_slots(key: bytes, protocol: Protocol) -> tuple[AllocationSlot, ...]:
    """Return every slot of every list, in order of stratum, then position."""
    return tuple(
        slot
        for stratum in strata_of(protocol.randomization)
        for slot in _derive_list(key, protocol, stratum)
    )


def list_root(slots: Iterable[AllocationSlot]) -> str:
    """Return the Merkle root over the slots' leaves, in order of stratum, then position."""
    ordered = sorted(slots, key=lambda slot: (slot.stratum, slot.position))
    return merkle_root([slot.leaf_hash for slot in ordered])


def kit_code(key: bytes, slot_id: str) -> str:
    """Return the meaningless code shown to blinded roles: no order, nothing of the arm in it."""
    draw = Draw(key, f"kit|{slot_id}")
    letters = "".join(KIT_LETTERS[draw.below(len(KIT_LETTERS))] for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _derive_list(key: bytes, protocol: Protocol, stratum: str) -> tuple[AllocationSlot, ...]:
    plan = protocol.randomization
    label = f"{protocol.study_id}|{protocol.version}|{stratum}"
    arms = permuted_blocks(
        Draw(key, label),
        arms=[arm.code for arm in protocol.arms],
        ratio=plan.ratio,
        sizes=plan.block_sizes,
        length=plan.slots_per_stratum,
    )
    return tuple(
        _seal(key, protocol.study_id, label, stratum, position, arm)
        for position, arm in enumerate(arms, start=1)
    )


def _seal(
    key: bytes, study_id: str, label: str, stratum: str, position: int, arm: str
) -> AllocationSlot:
    salt = draw_bytes(key, f"salt|{label}|{position}", SALT_BYTES).hex()
    leaf = hash_leaf(trial=study_id, stratum=stratum, position=position, arm=arm, salt=salt)
    return AllocationSlot(
        id=f"{stratum}#{position}",
        stratum=stratum,
        position=position,
        arm=arm,
        salt=salt,
        leaf_hash=leaf,
    )
