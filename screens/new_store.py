"""A new store that appears whole or not at all: made beside its place, then moved there.

Contents: `making_store`, `create_store_with_administrator`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from data.storage.accounts import create_first_administrator
from data.storage.errors import StoreUnusableError
from data.storage.key_file import key_path
from data.storage.store import Clock, Store, create_store, store_exists

PREFIX = "sqlite:///"


@contextmanager
def making_store(url: str, clock: Clock) -> Iterator[Store]:
    """Make a store; it is at its address only when the block ends without an error.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``.
    clock : callable
        Returns the time, aware, in UTC.

    Yields
    ------
    Store
        Open for writing, under a name of its own until it is whole.

    Raises
    ------
    StoreUnusableError
        If there is a store at the address already.
    """
    if store_exists(url):
        message = f"There is a store at {url} already: it is never overwritten."
        raise StoreUnusableError(message)
    final = Path(url.removeprefix(PREFIX))
    made = final.with_name(f"{final.name}.new")
    remove_unfinished(made)
    store = create_store(f"{PREFIX}{made}", clock)
    with ExitStack() as undo:
        undo.callback(remove_unfinished, made)
        undo.callback(
            key_path(made).unlink, missing_ok=True
        )  # made by this call: none is overwritten
        undo.callback(store.close)
        yield store
        undo.pop_all()
    store.close()
    key_path(made).replace(key_path(final))  # the keys first: no store is ever without them
    made.replace(final)
    remove_unfinished(made)


def remove_unfinished(made: Path) -> None:
    """Remove what an attempt that was cut off left behind."""
    for path in made.parent.glob(f"{made.name}*"):
        path.unlink()


def create_store_with_administrator(
    url: str, clock: Clock, *, user_id: str, display_name: str, password: str
) -> None:
    """Make a store with its first administrator; a refused password leaves no store."""
    with making_store(url, clock) as store:
        create_first_administrator(store, user_id, display_name, password)
