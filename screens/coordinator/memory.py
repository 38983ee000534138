"""What the coordinator's pages remember between two runs of one tab; a reload may lose all of it.

Contents: `Memory`, `memory`, `show_warned`.
"""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from data.measures.hrv import RestingMeasures
from interventions.sensing.source import SignalSource
from screens.state import key_of, of_screen


@dataclass(kw_only=True, slots=True)
class Memory:
    """What the pages remember."""

    links: dict[str, str] = field(default_factory=dict)
    """Path of the last one-time link made for a participant."""
    notice_shown_at: dict[str, datetime] = field(default_factory=dict)
    """When the notice about sensing came on the screen, by participant."""
    sensors: dict[str, str] = field(default_factory=dict)
    """The sensors of the heart found when somebody last looked: how each is named, and what the screen calls it."""
    further_sensors: dict[str, str] = field(default_factory=dict)
    """Those of skin, breathing and oxygen."""
    live_rests: dict[str, tuple[SignalSource, datetime]] = field(default_factory=dict)
    """A live resting recording under way and when it began, by participant and visit."""
    checks: dict[str, RestingMeasures] = field(default_factory=dict)
    """What a trial of the sensor gave, by what it was for."""
    signing: str = ""
    """The participant whose randomization is being signed; empty for nobody."""
    reporting: str = ""
    """The session during which an adverse event is being reported; empty for none."""
    changed: set[str] = field(default_factory=set)
    """Keys of the answers that were changed on this page and are not saved yet."""
    warned: list[str] = field(default_factory=list)
    """What must be told on the next run so that nobody overlooks it."""


def memory() -> Memory:
    """Return what the pages of this tab remember."""
    return of_screen(Memory)


def show_warned() -> None:
    """Draw the warnings of this tab until somebody says that they were read."""
    warned = memory().warned
    for warning in warned:
        st.error(warning)
    if warned:
        st.button("I have read this", key=key_of("memory", "read"), on_click=warned.clear)
