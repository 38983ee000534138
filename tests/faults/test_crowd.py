"""Many people at once: every act is stored once, nobody waits for ever, slots are used in order."""

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread, main_thread

import pytest

from data.records.allocation import Allocation, AllocationSlot
from data.records.answers import ItemAnswer
from data.records.people import Role
from data.storage.audit import verify
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store
from data.storage.waiting_line import WaitingLine
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import ALLOCATION, CHEAP, SITE, Clock, answer, participant, slot

THREADS = 16
EACH = 10


def crowded_store(folder: Path) -> Store:
    """Make a store with a participant a thread and a list of slots."""
    store = create_store(f"sqlite:///{folder / 'trial.db'}", Clock(), password_cost=CHEAP)
    with store.writing_within(AUTHOR) as writing:
        writing.add(SITE)
        writing.add_all(participant(number) for number in range(1, THREADS * EACH + 1))
        writing.add_all(slot(position) for position in range(1, THREADS * EACH + 1))
    return store


def test_sixteen_threads_write_and_every_answer_is_stored_once(tmp_path: Path) -> None:
    store = crowded_store(tmp_path)

    def answer_all(thread: int) -> None:
        actor = sign_in_process(store, Role.COORDINATOR, f"thread-{thread}", "LEI")
        for number in range(EACH):
            for _ in range(2):
                with store.writing(actor, Permission.ANSWER, "save_answer") as writing:
                    writing.add(answer(f"{thread}-{number}"))
            with store.reading(actor, Permission.ANSWER) as reading:
                assert reading.count(ItemAnswer, item=f"{thread}-{number}") == 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(answer_all, range(THREADS)))

    with store.reading_within() as reading:
        items = Counter(one.item for one in reading.find(ItemAnswer))
    found = verify(store)
    store.close()
    assert set(items.values()) == {1}
    assert len(items) == THREADS * EACH
    assert found.problems == ()


def test_sixteen_coordinators_draw_every_slot_once_and_in_order(tmp_path: Path) -> None:
    store = crowded_store(tmp_path)

    def draw(thread: int) -> None:
        actor = sign_in_process(store, Role.COORDINATOR, f"thread-{thread}", "LEI")
        for number in range(EACH):
            who = f"LEI-{thread * EACH + number + 1:03d}"
            with store.writing(actor, Permission.RANDOMIZE, "randomize") as writing:
                position = writing.count(Allocation) + 1
                free = writing.get(AllocationSlot, slot(position).id)
                writing.add(
                    replace(ALLOCATION, id=who, slot_id=free.id, arm=free.arm, code=f"K{position}")
                )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(draw, range(THREADS)))

    with store.reading_within() as reading:
        drawn = [one.slot_id for one in reading.find(Allocation)]
    found = verify(store)
    store.close()
    assert drawn == [slot(position).id for position in range(1, THREADS * EACH + 1)]
    assert found.ok


def test_the_line_serves_in_the_order_of_arrival() -> None:
    line = WaitingLine()
    served: list[int] = []

    def take_turn(number: int) -> None:
        line.enter()
        served.append(number)
        line.leave()

    line.enter()
    threads = [Thread(target=take_turn, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        while line.length < number:
            pass
    line.leave()
    for thread in threads:
        thread.join()

    assert served == list(range(8))


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let an interrupt through: a shell starts what runs in the background with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Windows wakes no waiting thread")
@pytest.mark.usefixtures("interruptible")
def test_who_is_interrupted_while_waiting_blocks_nobody() -> None:
    line = WaitingLine()
    line.enter()

    def interrupt() -> None:
        while line.length < 1:
            pass
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)

    Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        line.enter()
    waits = line.length
    line.leave()
    next_one = Thread(target=line.enter, daemon=True)
    next_one.start()
    next_one.join(timeout=10.0)

    assert (waits, next_one.is_alive()) == (0, False)


def test_who_is_interrupted_as_the_turn_comes_hands_it_on() -> None:
    """No signal can be made to hit that moment from outside, so the turn is given up by hand."""
    line = WaitingLine()
    turn = Lock()
    turn.acquire()
    line.enter()
    line._waiting.append(turn)  # noqa: SLF001 - somebody waits
    line.leave()

    line._give_up(turn)  # noqa: SLF001 - and is interrupted now
    next_one = Thread(target=line.enter, daemon=True)
    next_one.start()
    next_one.join(timeout=10.0)

    assert not next_one.is_alive()
