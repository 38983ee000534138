"""A recording as a source of a listening session: its heart, and what was recorded beside it."""

from collections.abc import Mapping
from types import MappingProxyType

from data.exchange.recording import ChannelKind, Recording, SampledChannel
from data.records.signals import StreamKind
from interventions.sensing.combined import combine
from interventions.sensing.companions import RecordedCompanion
from interventions.sensing.recording import BEFORE_MUSIC_S, RecordedSource
from interventions.sensing.source import NoSourceError, SignalSource

BESIDE: Mapping[ChannelKind, StreamKind] = MappingProxyType(
    {
        ChannelKind.ELECTRODERMAL: StreamKind.ELECTRODERMAL,
        ChannelKind.RESPIRATION: StreamKind.RESPIRATION,
    }
)
UNITS: Mapping[ChannelKind, frozenset[str]] = MappingProxyType(
    {ChannelKind.ELECTRODERMAL: frozenset({"uS"})}
)
"""Where a measure needs its unit: a channel in another one, or in none, is left out."""


def source_of_recording(
    recording: Recording, *, music_starts_s: float = BEFORE_MUSIC_S
) -> SignalSource:
    """Return the source that plays a recording back.

    Parameters
    ----------
    recording : Recording
        RR intervals or an ECG; skin conductance and breathing beside it, where it has them.
    music_starts_s : float
        Time on the recording's clock at which the music begins; what lies before is rest. Skin and breathing need
        three minutes of it to count.

    Notes
    -----
    A recording without a heart is a `NoSourceError`.
    """
    beside = [
        _companion(channel, kind, music_starts_s)
        for found, kind in BESIDE.items()
        if (channel := recording.sampled(found)) is not None
        and channel.unit in UNITS.get(found, {channel.unit})
    ]
    return combine(_heart(recording, music_starts_s), beside)


def _heart(recording: Recording, music_starts_s: float) -> RecordedSource:
    if recording.rr is not None:
        return RecordedSource.of_beats(
            "recorded RR intervals", recording.rr, music_starts_s=music_starts_s
        )
    ecg = recording.sampled(ChannelKind.ECG)
    if ecg is None:
        message = f"{recording.name} holds neither RR intervals nor an ECG."
        raise NoSourceError(message)
    return RecordedSource.of_ecg(
        "recorded ECG",
        ecg.samples,
        ecg.sampling_rate_hz,
        music_starts_s=music_starts_s - ecg.start_s,
    )


def _companion(
    channel: SampledChannel, kind: StreamKind, music_starts_s: float
) -> RecordedCompanion:
    return RecordedCompanion(
        kind,
        channel.samples,
        sampling_rate_hz=channel.sampling_rate_hz,
        starts_s=channel.start_s - music_starts_s,
    )
