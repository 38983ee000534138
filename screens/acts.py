"""Do what a person asked for; say in words what was done, or why it was refused.

Contents: `attempt`, `say`, `show_said`, `sign`, `Signature`, `escaped`, `local_zone`,
`in_moment`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from data.storage.errors import SignInEndedError, StorageError
from screens.state import key_of, of_screen
from trials.errors import TrialError
from trials.signatures import Meaning

Done = TypeVar("Done")
NO_BREAK = "\u00a0"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#$~|:])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """What a person entered to sign an act."""

    reason: str
    password: str


@dataclass(kw_only=True, slots=True)
class Said:
    """What was just done, to be told once on the next run."""

    messages: list[str] = field(default_factory=list)


def attempt(act: Callable[[], Done]) -> Done | None:
    """Call a use case; when it refuses, show its one sentence and return None."""
    try:
        return act()
    except SignInEndedError:
        st.error("Your sign-in has ended. Nothing was saved.")
        st.markdown("[Sign in again](/sign-in)")
        st.stop()
    except (TrialError, StorageError) as refusal:
        st.error(escaped(str(refusal)))
    return None


def say(message: str) -> None:
    """Tell on the next run what was done."""
    of_screen(Said).messages.append(message)


def show_said() -> None:
    """Draw what was just done, once."""
    said = of_screen(Said).messages
    while said:
        st.success(said.pop(0))


def sign(
    screen: str, *, meaning: Meaning, button: str, reason_label: str, reason_help: str
) -> Signature | None:
    """Draw a form that asks for a reason and the password, and return what was entered when sent.

    The password leaves the page as soon as it was sent; the reason stays until the act is done.

    Parameters
    ----------
    screen : str
        Name of the screen, for the keys of the widgets.
    meaning : Meaning
        What the person confirms by signing.
    button : str
        What the button says.
    reason_label, reason_help : str
        What is asked, and how the reason will be used; an empty label asks for the password only.

    Returns
    -------
    Signature or None
        None until the form is sent.
    """
    with st.container(border=True):
        reason = ""
        if reason_label:
            reason = (
                st.text_area(reason_label, help=reason_help, key=key_of(screen, "reason")) or ""
            )
        st.markdown(f"You sign: “{meaning}”")
        with st.form(key_of(screen, "sign"), clear_on_submit=True, border=False):
            password = st.text_input(
                "Your password, once more",
                type="password",
                autocomplete="current-password",
                key=key_of(screen, "password"),
            )
            pressed = st.form_submit_button(button, type="primary")
    return Signature(reason=reason, password=password or "") if pressed else None


def escaped(text: str) -> str:
    r"""Return text so that Markdown shows it as it is.

    Examples
    --------
    >>> print(escaped("a*b_c"))
    a\*b\_c
    """
    return _MARKDOWN.sub(r"\\\1", text)


def local_zone() -> ZoneInfo:
    """Return the time zone of the person's browser, or UTC when it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def in_moment(moment: datetime) -> str:
    """Return a moment in the time zone of the person's browser, with the zone's name."""
    here = moment.astimezone(local_zone())
    day, time = f"{here.day} {here:%b %Y}", f"{here:%H:%M %Z}"
    return f"{day}, {time}".replace(" ", NO_BREAK).replace(f",{NO_BREAK}", ", ")
