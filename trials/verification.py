"""The audit verified for the people of a trial: whether it holds, and its head to note elsewhere.

How many entries there are stays untold while the blind holds: arms differ in the number of passes of a
session, so two counts, one before a session and one after, would tell its arm.
"""

from dataclasses import dataclass

from data.records.people import Actor
from data.storage.audit import verify
from data.storage.roles import Permission
from data.storage.store import Store
from trials.blinding import Blind, unblinding_state


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedTrail:
    """What was found in the audit."""

    holds: bool
    problems: tuple[str, ...]
    """One sentence each."""
    entries: int | None
    """How many there are; None while the blind holds."""
    head_hash: str
    """To note elsewhere."""
    public_key: str
    """Ed25519 key that checks the signed heads, hexadecimal."""


def verify_trail(store: Store, actor: Actor, noted_hash: str = "") -> VerifiedTrail:
    """Recompute the audit and replay it against every row.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who verifies.
    noted_hash : str
        A head that was noted elsewhere and must still be part of the trail; empty: none.

    Returns
    -------
    VerifiedTrail
        Without a count while the blind holds.
    """
    with store.reading(actor, Permission.VERIFY):
        lifted = unblinding_state(store, actor) is Blind.LIFTED
    found = verify(store, noted_hash)
    return VerifiedTrail(
        holds=found.ok,
        problems=found.problems,
        entries=found.entries if lifted else None,
        head_hash=found.head_hash,
        public_key=found.public_key,
    )
