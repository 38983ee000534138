"""Signals other than the heartbeat in the resting recording of a visit: a file for each that the protocol asks for.

Contents: `record_signals_here`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from data.exchange.recording import ChannelKind, RecordingUnreadableError, SampledChannel
from data.measures.extras import MissingExtraError
from data.records.people import Actor
from data.records.resting_signals import RestingSignal
from data.storage.store import Store
from protocols.signal_variables import SIGNAL_VARIABLES, SignalName, asked_signals
from screens.acts import attempt, escaped
from screens.coordinator.uploads import read_uploaded
from screens.state import key_of
from trials.opening import protocol_in_force
from trials.resting_signals import note_no_signal, record_resting_signal, resting_signals


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """How a signal is called, and in which units it comes."""

    title: str
    kind: ChannelKind
    factors: Mapping[str, float]
    """From a unit of a file to ours; empty: any unit."""


_ASKED: Mapping[SignalName, _Asked] = MappingProxyType(
    {
        SignalName.ELECTRODERMAL: _Asked(
            title="Skin conductance",
            kind=ChannelKind.ELECTRODERMAL,
            factors={"uS": 1.0, "nS": 0.001},
        ),
        SignalName.RESPIRATION: _Asked(title="Breathing", kind=ChannelKind.RESPIRATION, factors={}),
        SignalName.OXYGEN_SATURATION: _Asked(
            title="Oxygen saturation", kind=ChannelKind.OXYGEN_SATURATION, factors={"%": 1.0}
        ),
        SignalName.EEG: _Asked(
            title="EEG", kind=ChannelKind.EEG, factors={"uV": 1.0, "mV": 1e3, "V": 1e6}
        ),
    }
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "no_signal": "nothing was recorded",
        "too_short": "too short",
        "gap": "too much is missing",
        "artefacts": "too much of it cannot be believed",
        "wrong_rate": "wrong sampling rate",
        "out_of_range": "outside what a person can show; is the unit right?",
        "constant": "it hardly varies",
        "no_breathing": "no breathing can be seen",
        "unclear_breathing": "breathing has no clear rate",
    }
)


def record_signals_here(store: Store, actor: Actor, participant_id: str, visit: str) -> None:
    """Draw what each signal gave, or how to bring it; nothing when the protocol asks for none."""
    asked = asked_signals(protocol_in_force(store, actor), visit)
    if not asked:
        return
    kept = resting_signals(store, actor, participant_id, visit)
    for signal in asked:
        of_signal = [one for one in kept if SIGNAL_VARIABLES[one.variable].signal is signal]
        st.subheader(_ASKED[signal].title)
        _show(of_signal)
        if not any(one.value is not None for one in of_signal):
            _bring(store, actor, (participant_id, visit), signal)


def _show(found: Sequence[RestingSignal]) -> None:
    """Draw values in words, each with its quality."""
    for one in found:
        label = SIGNAL_VARIABLES[one.variable].label
        if one.value is None:
            st.warning(f"{label}: no value, {_REASONS.get(one.reason, one.reason)}.")
        else:
            usable = f"{one.usable_share:.0%} of the recording is usable"
            st.success(f"{label}: {one.value:.3g} {one.unit}; {usable}.")


def _bring(store: Store, actor: Actor, place: tuple[str, str], signal: SignalName) -> None:
    """Draw a place for a file, and a way to say that there is none."""
    participant_id, visit = place
    asked = _ASKED[signal]
    name = f"{participant_id}.{visit}.{signal.value}"
    files = st.file_uploader(
        f"Recording with {asked.title.lower()}",
        key=key_of("signals", f"file.{name}"),
        accept_multiple_files=True,
        help="EDF, BDF, XDF, OpenSignals, an Empatica folder, or text with a header that names the unit.",
    )
    if st.button(
        f"Put {asked.title.lower()} on record",
        key=key_of("signals", f"put.{name}"),
        disabled=not files,
    ):
        channel = _channel(files, signal)
        if channel is not None and _recorded(store, actor, place, signal, channel):
            st.rerun()
    with st.expander(f"{asked.title} could not be recorded"):
        reason = st.text_input("Why not?", key=key_of("signals", f"why.{name}"))
        if st.button(
            "Put this on record", key=key_of("signals", f"none.{name}"), disabled=not reason.strip()
        ):
            said = attempt(
                lambda: note_no_signal(store, actor, participant_id, visit, signal, reason)
            )
            if said is not None:
                st.rerun()


def _channel(files: Sequence[object], signal: SignalName) -> SampledChannel | None:
    """Return the signal of a file in our unit; draw why there is none."""
    asked = _ASKED[signal]
    try:
        recording = read_uploaded(files, None)  # type: ignore[arg-type]
    except RecordingUnreadableError as error:
        st.error(escaped(str(error)))
        return None
    channel = recording.sampled(asked.kind)
    if channel is None:
        st.error(escaped(f"{recording.name} holds no {asked.title.lower()}."))
        return None
    if asked.factors and channel.unit not in asked.factors:
        said = f"in {channel.unit}" if channel.unit else "without a unit"
        units = ", ".join(asked.factors)
        st.error(
            escaped(
                f"{recording.name} holds {asked.title.lower()} {said}: export it in one of {units}."
            )
        )
        return None
    return channel


def _recorded(
    store: Store,
    actor: Actor,
    place: tuple[str, str],
    signal: SignalName,
    channel: SampledChannel,
) -> bool:
    participant_id, visit = place
    factors = _ASKED[signal].factors
    factor = factors.get(channel.unit, 1.0)
    try:
        found = attempt(
            lambda: record_resting_signal(
                store,
                actor,
                participant_id,
                visit,
                signal,
                samples=factor * channel.samples,
                sampling_rate_hz=channel.sampling_rate_hz,
                unit=next(iter(factors), channel.unit),
            )
        )
    except MissingExtraError as error:
        st.error(escaped(str(error)))
        return False
    return found is not None
