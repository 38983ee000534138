"""`antiphon demo` and `antiphon verify`: the store as a whole."""

import sys
from typing import Annotated

import typer

from screens.terminal.outcome import CHECK_FAILED, say, say_json

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def demo(*, as_json: AsJson = False) -> None:
    """Make the demonstration store: the shipped protocol and 60 simulated participants.

    The store is ANTIPHON_STORE (sqlite:///PATH), or lies in your data folder; an existing one is
    never touched.
    """
    from data.storage.store import default_url
    from screens.demonstration import ACCOUNTS, PASSWORD, make_demonstration

    url = default_url()
    with typer.progressbar(length=1000, label="Simulating the trial", file=sys.stderr) as bar:
        shown = 0

        def show(share: float, _: str) -> None:
            nonlocal shown
            bar.update(round(share * 1000) - shown)
            shown = round(share * 1000)

        make_demonstration(url, show)
    if as_json:
        accounts = [{"user": account.user_id, "role": account.role} for account in ACCOUNTS]
        say_json({"store": url, "password": PASSWORD, "accounts": accounts})
        return
    say(f"SIMULATED DATA in {url}. Start the workbench and sign in; the password is {PASSWORD}")
    for account in ACCOUNTS:
        say(f"  {account.user_id:<14} {account.role}")


def verify(*, as_json: AsJson = False) -> None:
    """Recompute the audit trail and compare it with the store; exit 1 if anything differs."""
    from data.storage.audit import verify as verify_trail
    from data.storage.store import default_url, open_store_for_reading
    from screens.clock import wall_clock

    store = open_store_for_reading(default_url(), wall_clock)
    try:
        found = verify_trail(store)
    finally:
        store.close()
    if as_json:
        say_json(
            {
                "ok": found.ok,
                "entries": found.entries,
                "head_hash": found.head_hash,
                "problems": list(found.problems),
            }
        )
    else:
        say(f"{found.entries} audit entries, head {found.head_hash}")
        for problem in found.problems:
            say(problem)
        say("The trail is whole and fits the store." if found.ok else "The trail does not hold.")
    if not found.ok:
        raise typer.Exit(CHECK_FAILED)
