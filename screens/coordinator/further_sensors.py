"""Sensors worn beside that of the heart, for a session: skin conductance, breathing, oxygen saturation.

Contents: `with_further_sensors`.
"""

from contextlib import ExitStack
from dataclasses import replace

import streamlit as st

from interventions.sensing.combined import combine
from interventions.sensing.registry import connect_companion
from interventions.sensing.source import SignalSource
from screens.coordinator.memory import memory
from screens.coordinator.signal_sources import ChosenSource, SourceChoice
from screens.state import key_of

EXPLAINED = (
    "Put them on three minutes before the music, while the person sits still: without that rest they are shown and "
    "recorded, but the estimate does not go by them."
)


def with_further_sensors(name: str, chosen: ChosenSource | None) -> ChosenSource | None:
    """Draw the choice of further sensors; nothing where no sensor is worn.

    Parameters
    ----------
    name : str
        What they are for; part of the widget's key.
    chosen : ChosenSource or None
        The heart's source.
    """
    if chosen is None or chosen.choice is not SourceChoice.LIVE:
        return chosen
    found = memory().further_sensors
    named = st.multiselect(
        "Further sensors, if any are worn: skin conductance, breathing, oxygen",
        list(found),
        format_func=lambda one: found.get(one, one),
        accept_new_options=True,
        placeholder="None",
        help=EXPLAINED,
        key=key_of("source", f"further.{name}"),
    )
    if not named:
        return chosen
    st.caption(EXPLAINED)
    return replace(
        chosen, open_after=lambda rest_s: opened_with(chosen.open_after(rest_s), tuple(named))
    )


def opened_with(heart: SignalSource, named: tuple[str, ...]) -> SignalSource:
    """Connect the further sensors of an open source; when one cannot be, all are let go."""
    with ExitStack() as unless_all_are_open:
        unless_all_are_open.callback(heart.close)
        companions = []
        for one in named:
            companions.append(connect_companion(one))
            unless_all_are_open.callback(companions[-1].close)
        source = combine(heart, companions)
        unless_all_are_open.pop_all()
    return source
