"""Where the heart beats come from: a sensor, a recorded file, or a simulated listener.

Contents: `SourceChoice`, `ChosenSource`, `choose_source`, `opened`.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from data.exchange.recordings import RecordingUnreadableError
from interventions.listeners import ListenerKind
from interventions.sensing.registry import connect_sensor, find_sensors
from interventions.sensing.source import NoSourceError, SignalSource
from screens.coordinator.memory import memory
from screens.coordinator.uploads import read_uploaded
from screens.state import key_of
from trials.sessions.sources import source_of_recording

SUFFIXES = [
    "csv", "txt", "ibi", "rr", "hrm", "hea", "dat", "edf", "bdf", "xdf", "xdfz", "fit", "zip", "mat",
]  # fmt: skip
"""Of docs/reference/recordings.md; the content decides."""


class SourceChoice(StrEnum):
    """What a person can choose; the value is what the screen says."""

    LIVE = "A sensor that is worn now"
    RECORDING = "A recorded file"
    LISTENER = "Simulated listener, for training only"


LISTENERS = {
    ListenerKind.ENTRAINMENT: "Follows music that begins where the listener is",
    ListenerKind.ADDITIVE: "Answers calm music, whatever it follows",
    ListenerKind.NULL: "Does not answer music",
    ListenerKind.DROPOUT: "Follows music, but the sensor loses contact now and then",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenSource:
    """What was chosen, and how to open it; the argument is the length of the rest before music."""

    choice: SourceChoice
    open_after: Callable[[float], SignalSource]


def choose_source(name: str, *, training: bool) -> ChosenSource | None:
    """Draw the choice of a source.

    Parameters
    ----------
    name : str
        What it is for; part of the widgets' keys and of a simulated listener's seed.
    training : bool
        Whether the trial holds training data: only then a simulated listener may take part.

    Returns
    -------
    ChosenSource or None
        None while something is missing.
    """
    choices = [one for one in SourceChoice if training or one is not SourceChoice.LISTENER]
    choice = st.radio(
        "Where do the heart beats come from?",
        choices,
        index=None,
        key=key_of("source", f"choice.{name}"),
    )
    return None if choice is None else DRAWN[choice](name)


def choose_listener(name: str) -> ChosenSource:
    """Draw the kinds of simulated listeners."""
    from interventions.sensing.listener import simulated_listener

    kind = st.selectbox(
        "Kind of listener",
        list(LISTENERS),
        format_func=LISTENERS.__getitem__,
        key=key_of("source", f"listener.{name}"),
    )
    st.caption("No person is sensed. Everything recorded from it is marked as simulated.")
    seed = zlib.crc32(name.encode())
    return ChosenSource(
        choice=SourceChoice.LISTENER, open_after=lambda _rest_s: simulated_listener(kind, seed)
    )


def choose_recording(name: str) -> ChosenSource | None:
    """Draw the fields for a file."""
    files = st.file_uploader(
        "Recording with RR intervals or an ECG: text, EDF, BDF, XDF, Garmin FIT, Polar, Kubios, "
        "OpenSignals, the two files of a WFDB record, or the folder of an Empatica E4",
        type=SUFFIXES,
        accept_multiple_files=True,
        key=key_of("source", f"file.{name}"),
    )
    rate_hz = st.number_input(
        "Samples a second, only for an ECG as text that does not say it",
        min_value=1.0,
        value=None,
        format="%g",
        key=key_of("source", f"rate.{name}"),
    )
    if not files:
        return None
    return ChosenSource(
        choice=SourceChoice.RECORDING,
        open_after=lambda rest_s: source_of_recording(
            read_uploaded(files, rate_hz), music_starts_s=rest_s
        ),
    )


def choose_sensor(name: str) -> ChosenSource | None:
    """Draw the sensors that are found, and the field for one that is named."""
    if st.button("Look for sensors", key=key_of("source", f"look.{name}")):
        with st.spinner("Listening for sensors ..."):
            memory().sensors, remarks = look_for_sensors()
        if not memory().sensors:
            st.caption(" ".join(remarks))
    sensors = memory().sensors
    named = st.selectbox(
        "Sensor",
        list(sensors),
        index=None,
        format_func=lambda one: sensors.get(one, one),
        accept_new_options=True,
        placeholder="Choose, or type the name that the sensor's program shows",
        key=key_of("source", f"stream.{name}"),
    )
    if not named:
        return None
    return ChosenSource(choice=SourceChoice.LIVE, open_after=lambda _rest_s: connect_sensor(named))


def look_for_sensors() -> tuple[dict[str, str], list[str]]:
    """Return the sensors of every kind, by how they are named, and why there are no others."""
    found = find_sensors()
    sensors = {
        f"{sensor.driver}:{sensor.address}": f"{sensor.label} ({one.label}, {sensor.signal.upper()})"
        for one in found
        for sensor in one.discovery.sensors
    }
    return sensors, list(dict.fromkeys(one.discovery.remark for one in found))


DRAWN: dict[SourceChoice, Callable[[str], ChosenSource | None]] = {
    SourceChoice.LIVE: choose_sensor,
    SourceChoice.RECORDING: choose_recording,
    SourceChoice.LISTENER: choose_listener,
}


def opened(chosen: ChosenSource, rest_s: float) -> SignalSource | None:
    """Open a source; when there is nothing to sense, say so and return None."""
    try:
        return chosen.open_after(rest_s)
    except (NoSourceError, RecordingUnreadableError) as refusal:
        st.error(str(refusal))
    return None
