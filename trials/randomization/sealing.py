"""Commit to sealed lists without revealing them: leaves, Merkle root, inclusion proof.

Conventions: SHA-256 throughout; a leaf is hashed behind byte 0x00 and a node behind 0x01, and a list
of n leaves splits at the largest power of two below n (the shape of RFC 6962, section 2.1).
Hashes travel as lower-case hexadecimal text.

Contents: `hash_leaf`, `merkle_root`, `inclusion_proof`, `root_from_proof`.
"""

import hashlib
from collections.abc import Sequence

from protocols.canonical import canonical_json


def hash_leaf(*, trial: str, stratum: str, position: int, arm: str, salt: str) -> str:
    """Return the hash that binds one slot of a list (conduct: R2)."""
    content = canonical_json([trial, stratum, position, arm, salt])
    return hashlib.sha256(b"\x00" + content).hexdigest()


def merkle_root(leaves: Sequence[str]) -> str:
    """Return the root over some leaf hashes; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return _hash_node(merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def inclusion_proof(leaves: Sequence[str], index: int) -> tuple[str, ...]:
    """Return the sibling hashes from one leaf up to the root.

    Raises
    ------
    IndexError
        If there is no leaf at the index.
    """
    if not 0 <= index < len(leaves):
        message = f"There is no leaf {index} among {len(leaves)}."
        raise IndexError(message)
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), merkle_root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), merkle_root(leaves[:split]))


def root_from_proof(leaf: str, *, index: int, count: int, proof: Sequence[str]) -> str:
    """Return the root that a leaf and its proof lead to; a fitting one proves that it was sealed.

    Raises
    ------
    ValueError
        If the proof has another length than a tree of ``count`` leaves gives this index.
    """
    if count == 1 and not proof:
        return leaf
    if count <= 1 or not proof:
        message = "The proof does not have the length that the list demands."
        raise ValueError(message)
    split = _split(count)
    *rest, sibling = proof
    if index < split:
        left = root_from_proof(leaf, index=index, count=split, proof=rest)
        return _hash_node(left, sibling)
    right = root_from_proof(leaf, index=index - split, count=count - split, proof=rest)
    return _hash_node(sibling, right)


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _hash_node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
