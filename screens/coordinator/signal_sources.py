"""Where the heart beats come from: a recorded file, a live stream, or a simulated listener.

Contents: `choose_source`, `opened`.
"""

import zlib
from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from interventions.listeners import ListenerKind
from interventions.sensing.listener import simulated_listener
from interventions.sensing.source import NoSourceError, SignalSource
from screens.state import key_of

Opening = Callable[[], SignalSource]


class SourceChoice(StrEnum):
    """What a person can choose; the value is what the screen says."""

    LIVE = "Sensor: a live stream (Lab Streaming Layer)"
    RECORDING = "A recorded file"
    LISTENER = "Simulated listener, for training only"


LISTENERS = {
    ListenerKind.ENTRAINMENT: "Follows music that begins where the listener is",
    ListenerKind.ADDITIVE: "Answers calm music, whatever it follows",
    ListenerKind.NULL: "Does not answer music",
    ListenerKind.DROPOUT: "Follows music, but the sensor loses contact now and then",
}


def choose_source(name: str, *, training: bool) -> Opening | None:
    """Draw the choice of a source; return how to open it, or None while something is missing.

    Parameters
    ----------
    name : str
        What it is for; part of the widgets' keys and of a simulated listener's seed.
    training : bool
        Whether the trial holds training data: only then a simulated listener may take part.

    Returns
    -------
    callable or None
        Opens the source.
    """
    choices = [one for one in SourceChoice if training or one is not SourceChoice.LISTENER]
    choice = st.radio(
        "Where do the heart beats come from?",
        choices,
        index=None,
        key=key_of("source", f"choice.{name}"),
    )
    if choice is SourceChoice.LIVE:
        return choose_stream(name)
    if choice is SourceChoice.RECORDING:
        return choose_recording(name)
    if choice is SourceChoice.LISTENER:
        return choose_listener(name)
    return None


def choose_listener(name: str) -> Opening:
    """Draw the kinds of simulated listeners."""
    kind = st.selectbox(
        "Kind of listener",
        list(LISTENERS),
        format_func=LISTENERS.__getitem__,
        key=key_of("source", f"listener.{name}"),
    )
    st.caption("No person is sensed. Everything recorded from it is marked as simulated.")
    return lambda: simulated_listener(kind, zlib.crc32(name.encode()))


def choose_recording(name: str) -> Opening | None:
    """Draw the field for a file."""
    from interventions.sensing.recording import read_recording

    file = st.file_uploader(
        "Recording",
        accept_multiple_files=True,
        key=key_of("source", f"file.{name}"),
    )
    if not file:
        return None
    return lambda: read_recording(file)


def choose_stream(name: str) -> Opening | None:
    """Draw the field for the name of a stream on this network."""
    from interventions.sensing.live_stream import open_stream

    stream = st.text_input(
        "Name of the stream",
        key=key_of("source", f"stream.{name}"),
        help="As the sensor's program shows it, for example: Polar H10.",
    )
    return (lambda: open_stream(stream)) if stream else None


def opened(opening: Opening) -> SignalSource | None:
    """Open a source; when there is nothing to sense, say so and return None."""
    try:
        return opening()
    except NoSourceError as refusal:
        st.error(str(refusal))
    return None
