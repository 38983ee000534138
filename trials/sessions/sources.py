"""A recording as a source of a listening session."""

from data.exchange.recording import ChannelKind, Recording
from interventions.sensing.recording import BEFORE_MUSIC_S, RecordedSource
from interventions.sensing.source import NoSourceError


def source_of_recording(
    recording: Recording, *, music_starts_s: float = BEFORE_MUSIC_S
) -> RecordedSource:
    """Return the source that plays a recording back.

    Parameters
    ----------
    recording : Recording
        RR intervals or an ECG.
    music_starts_s : float
        Time on the recording's clock at which the music begins; what lies before is rest.

    Raises
    ------
    NoSourceError
        If the recording holds neither.
    """
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
