"""The demonstration store appears whole, with accounts that work, and is marked as simulated."""

from pathlib import Path

import pytest

from data.records.people import Role
from data.storage.errors import StoreUnusableError
from data.storage.sign_in import actor_of, sign_in, sign_in_process
from data.storage.store import open_store
from screens.clock import wall_clock
from screens.demonstration import ACCOUNTS, PASSWORD, make_demonstration
from screens.new_store import making_store
from trials.overview import overview


def test_a_small_demonstration_has_every_account_and_is_marked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    told: list[float] = []

    make_demonstration(url, lambda share, _text: told.append(share), participants=2)

    store = open_store(url, wall_clock)
    actors = [actor_of(store, sign_in(store, one.user_id, PASSWORD)) for one in ACCOUNTS]
    shown = overview(store, sign_in_process(store, Role.REVIEWER, "test"))
    store.close()
    assert [actor.role for actor in actors if actor] == [one.role for one in ACCOUNTS]
    assert shown is not None
    assert shown.simulated
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert sorted(path.name for path in tmp_path.iterdir() if ".lock" not in path.name) == [
        "demo.db",
        "demo.db.keys",
    ]


def test_an_existing_store_is_never_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'trial.db'}"
    with making_store(url, wall_clock):
        pass
    before = (tmp_path / "trial.db").read_bytes()

    with pytest.raises(StoreUnusableError, match="never overwritten"):
        make_demonstration(url, lambda _share, _text: None)

    assert (tmp_path / "trial.db").read_bytes() == before


def test_a_store_that_fails_while_it_is_made_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'trial.db'}"

    with pytest.raises(RuntimeError, match="half way"), making_store(url, wall_clock):
        raise RuntimeError("half way")

    assert list(tmp_path.iterdir()) == []
