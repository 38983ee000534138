"""Signed acts: the password entered again, the act, and what the signature means, all or nothing.

The meaning is left in the audit in the same transaction as the act, with who and when, next to what the
act changed (21 CFR 11.50, 11.70). An act of a process, which has no password, is not signed.

Contents: `Meaning`, `carry_out_signed`.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.sign_in import check_password
from data.storage.store import Store

Done = TypeVar("Done")


class Meaning(StrEnum):
    """What a person confirms by a signature."""

    OPENING = "I confirm protocol and sites, and have the allocation lists sealed."
    RANDOMIZATION = "I confirm identity, consent and baseline."
    LOCK = "I confirm that the records are complete and change no more."
    UNBLINDING_REQUEST = "I confirm that the analyses are fixed, and ask for the arms' names."
    CODE_BREAK = "I need the arm of this one participant now, for their care."
    LOOK = "I look at the data by arm now, for the monitoring committee."
    LOOK_DECISION = "I put on record what the monitoring committee decided."
    UNBLINDING = "I confirm that the blind may be lifted."


def carry_out_signed(
    store: Store,
    actor: Actor,
    password: str,
    meaning: Meaning,
    act: Callable[[], Done],
    *,
    about: str,
) -> Done:
    """Check the password, carry out an act, and leave its signature on record with it.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who signs.
    password : str
        The actor's password, entered again; a wrong one is refused before anything is done.
    meaning : Meaning
        What the actor confirms.
    act : callable
        A use case; when it refuses, nothing is signed.
    about : str
        Id of what is signed: a participant or the trial.

    Returns
    -------
    object
        What the act returns.
    """
    check_password(store, actor, password)
    with store.group_commit():
        done = act()
        with store.writing(actor, Permission.SIGN_IN, "sign") as writing:
            writing.note(about, meaning.value)
    return done
