"""What the coordinator's pages remember between two runs of one tab; a reload may lose all of it.

Contents: `Memory`, `memory`, `say`, `show_said`.
"""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from data.measures.hrv import RestingMeasures
from interventions.sensing.source import SignalSource
from screens.state import of_screen


@dataclass(kw_only=True, slots=True)
class Memory:
    """What the pages remember."""

    links: dict[str, str] = field(default_factory=dict)
    """Path of the last one-time link made for a participant."""
    notice_shown_at: dict[str, datetime] = field(default_factory=dict)
    """When the notice about sensing came on the screen, by participant."""
    streams: list[str] = field(default_factory=list)
    """Names of the live streams found when somebody last looked."""
    live_rests: dict[str, tuple[SignalSource, datetime]] = field(default_factory=dict)
    """A live resting recording under way and when it began, by participant and visit."""
    checks: dict[str, RestingMeasures] = field(default_factory=dict)
    """What a trial of the sensor gave, by what it was for."""
    signing: str = ""
    """The participant whose randomization is being signed; empty for nobody."""
    reporting: str = ""
    """The session during which an adverse event is being reported; empty for none."""
    said: list[str] = field(default_factory=list)
    """What was just done, to be told on the next run."""
    warned: list[str] = field(default_factory=list)
    """What must be told on the next run so that nobody overlooks it."""


def memory() -> Memory:
    """Return what the pages of this tab remember."""
    return of_screen(Memory)


def say(message: str) -> None:
    """Tell on the next run what was done."""
    memory().said.append(message)


def show_said() -> None:
    """Draw what was just done, once, and the warnings until they are read away."""
    remembered = memory()
    while remembered.said:
        st.success(remembered.said.pop(0))
    for warning in remembered.warned:
        st.error(warning)
    if remembered.warned and st.button("I have read this", on_click=remembered.warned.clear):
        st.rerun()
