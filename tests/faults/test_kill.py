"""What was acknowledged survives a process that is killed in the middle of writing; nothing else does."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.records.answers import ItemAnswer
from data.storage.audit import verify
from data.storage.store import create_store, open_store
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import CHEAP, OTHER_SITE, SITE, Clock, participant

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")

WRITER = """
import os, sys
from dataclasses import replace
from data.storage.store import open_store
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import Clock, answer

store = open_store(sys.argv[1], Clock())
number = 0
while True:
    with store.writing_within(AUTHOR) as writing:
        for part in range(5):
            writing.add(answer(f"{number}-{part}"))
    os.write(1, f"{number}\\n".encode())
    number += 1
"""
UNFINISHED = """
import os, sys, time
from data.storage.store import open_store
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import Clock, answer

store = open_store(sys.argv[1], Clock())
with store.writing_within(AUTHOR) as writing:
    writing.add(answer("unfinished"))
    os.write(1, b"written\\n")
    time.sleep(60)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a closed store with one participant."""
    address = f"sqlite:///{tmp_path / 'trial.db'}"
    store = create_store(address, Clock(), password_cost=CHEAP)
    with store.writing_within(AUTHOR) as writing:
        writing.add_all((SITE, OTHER_SITE, participant()))
    store.close()
    return address


def killed_after(lines: int, code: str, url: str, checkout: Path) -> list[str]:
    """Run a program, kill it after so many lines, and return every line that it still wrote."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=checkout, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    written = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    written += list(process.stdout)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return written


@pytest.mark.parametrize("lines", [1, 7, 20])
def test_every_acknowledged_act_survives_and_no_act_survives_in_part(
    url: str, checkout: Path, lines: int
) -> None:
    acknowledged = {line.strip() for line in killed_after(lines, WRITER, url, checkout)}

    store = open_store(url, Clock())
    with store.reading_within() as reading:
        found = [one.item for one in reading.find(ItemAnswer)]
    whole = verify(store)
    store.close()

    acts = {item.split("-")[0] for item in found}
    assert acknowledged <= acts
    assert len(acts - acknowledged) <= 1
    assert len(found) == 5 * len(acts)
    assert whole.problems == ()


def test_an_act_that_was_not_finished_is_gone(url: str, checkout: Path) -> None:
    assert killed_after(1, UNFINISHED, url, checkout) == ["written\n"]

    store = open_store(url, Clock())
    with store.reading_within() as reading:
        found = reading.count(ItemAnswer)
    whole = verify(store)
    store.close()

    assert found == 0
    assert whole.ok
