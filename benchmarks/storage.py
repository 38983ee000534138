"""Writes to the store: one answer a transaction, and many in one."""

import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.table import Measurement, wall_seconds
from data.records.answers import ItemAnswer
from data.records.people import Actor, Role
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store
from protocols.document import shipped_protocol
from screens.clock import wall_clock
from screens.demonstration import SITES
from trials.opening import open_trial
from trials.screening import screen_participant

SINGLE, BULK, RUNS = 100, 2000, 5


def measure() -> Iterator[Measurement]:
    """Write answers into a new store.

    Yields
    ------
    Measurement
        Answers a second that are safe on the disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = create_store(f"sqlite:///{Path(folder) / 'trial.db'}", wall_clock)
        try:
            actor = sign_in_process(store, Role.COORDINATOR, "benchmark")
            participant_id = enter_somebody(store, actor)
            singly = partial(write_singly, store, actor, participant_id)
            together = partial(write_together, store, actor, participant_id)
            yield Measurement(
                what="store, one answer a commit",
                unit="answers a s",
                values=tuple(SINGLE / wall_seconds(partial(singly, run)) for run in range(RUNS)),
                remark="audit entry, hash chain, signature, fsync",
            )
            yield Measurement(
                what=f"store, {BULK} answers a commit",
                unit="answers a s",
                values=tuple(BULK / wall_seconds(partial(together, run)) for run in range(RUNS)),
                remark="the same, one commit",
            )
        finally:
            store.close()


def enter_somebody(store: Store, actor: Actor) -> str:
    """Open the shipped trial, enter one invented person, and return the id."""
    administrator = sign_in_process(store, Role.ADMINISTRATOR, "benchmark")
    open_trial(store, administrator, shipped_protocol(), SITES, simulated=True)
    entered = screen_participant(
        store,
        actor,
        site_id=SITES[0].id,
        full_name="Nobody",
        birth_date=date(1990, 1, 1),
        contact="nobody@example.org",
        sex=None,
    )
    return entered.id


def write_singly(store: Store, actor: Actor, participant_id: str, run: int) -> None:
    """Commit each answer by itself."""
    for number in range(SINGLE):
        with store.writing(actor, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer(participant_id, f"single-{run}-{number}"))


def write_together(store: Store, actor: Actor, participant_id: str, run: int) -> None:
    """Commit many answers at once."""
    with store.writing(actor, Permission.ANSWER, "save_answers") as writing:
        writing.add_all([answer(participant_id, f"bulk-{run}-{number}") for number in range(BULK)])


def answer(participant_id: str, answer_id: str) -> ItemAnswer:
    """Return an answer to one item."""
    return ItemAnswer(
        id=answer_id,
        participant_id=participant_id,
        occasion="baseline",
        questionnaire="gad7",
        questionnaire_version="1",
        item="1",
        value=1.0,
        answered_at=wall_clock(),
        recorded_by="benchmark",
    )
