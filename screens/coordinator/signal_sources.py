"""Where the heart beats come from: a sensor, a recorded file, or a simulated listener.

Contents: `SourceChoice`, `ChosenSource`, `choose_source`, `opened`.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from data.exchange.recordings import RecordingUnreadableError
from data.records.signals import SignalKind, StreamKind
from interventions.listeners import ListenerKind
from interventions.sensing.companions import IN_WORDS
from interventions.sensing.registry import connect_sensor, find_sensors
from interventions.sensing.sensor import Sensor
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
    from interventions.sensing.listener import listener_with_sensors, simulated_listener

    kind = st.selectbox(
        "Kind of listener",
        list(LISTENERS),
        format_func=LISTENERS.__getitem__,
        key=key_of("source", f"listener.{name}"),
    )
    st.caption("No person is sensed. Everything recorded from it is marked as simulated.")
    seed = zlib.crc32(name.encode())
    return ChosenSource(
        choice=SourceChoice.LISTENER,
        open_after=lambda _rest_s: listener_with_sensors(kind, seed, simulated_listener),
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
            found = look_for_sensors()
        memory().sensors, memory().further_sensors = found.of_heart, found.further
        if not found.of_heart:
            st.caption(" ".join(found.remarks))
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


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundSensors:
    """The sensors of every kind, by how they are named, and why there are no others."""

    of_heart: dict[str, str]
    further: dict[str, str]
    remarks: tuple[str, ...]


def look_for_sensors() -> FoundSensors:
    """Look for the sensors of every kind."""
    found = find_sensors()
    named = [
        (sensor, f"{sensor.label} ({one.label}, {in_words(sensor.signal)})")
        for one in found
        for sensor in one.discovery.sensors
    ]
    return FoundSensors(
        of_heart={key_of_sensor(one): words for one, words in named if is_of_heart(one)},
        further={key_of_sensor(one): words for one, words in named if not is_of_heart(one)},
        remarks=tuple(dict.fromkeys(one.discovery.remark for one in found)),
    )


def key_of_sensor(sensor: Sensor) -> str:
    """Return how a sensor is named."""
    return f"{sensor.driver}:{sensor.address}"


def is_of_heart(sensor: Sensor) -> bool:
    """Whether a sensor brings heart beats."""
    return isinstance(sensor.signal, SignalKind)


def in_words(signal: SignalKind | StreamKind) -> str:
    """Return what a sensor brings."""
    return signal.upper() if isinstance(signal, SignalKind) else IN_WORDS[signal]


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
