"""A Lab Streaming Layer stream as a source: RR intervals or an ECG; beside it skin conductance, breathing, oxygen.

Units: intervals in milliseconds, an ECG in any unit at any declared rate, skin conductance in microsiemens, breathing in any
unit, oxygen saturation in per cent.

Conventions: time stamps are mapped to this machine's clock by the layer itself, while the stream runs. Nothing runs in
the background of ours: samples wait in the inlet. An outlet that dies leaves a gap and a rising age; when it comes back
under the same source id the inlet recovers by itself, and an outlet under another id is never taken in its place. A
stream without a source id is known by its name, type and host; it is looked for again when it is lost.

Contents: `LiveStreamSource`, `connect_stream`, `LiveStream`, `streams_in_reach`, `sensors_in_reach`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from data.measures import neurokit
from data.records.signals import SignalKind, StreamKind
from interventions.sensing.companions import LiveCompanion
from interventions.sensing.live_source import LiveSource, Pulled
from interventions.sensing.sensor import Sensor
from interventions.sensing.source import NoSourceError
from interventions.sensing.tapes import BeatTape, Tape, WaveformTape

DRIVER = "lsl"
RR_TYPES = frozenset({"RR", "RRI", "IBI", "HRV"})
ECG_TYPES = frozenset({"ECG", "EKG"})
COMPANION_TYPES: Mapping[str, StreamKind] = MappingProxyType(
    {
        "EDA": StreamKind.ELECTRODERMAL,
        "GSR": StreamKind.ELECTRODERMAL,
        "RESPIRATION": StreamKind.RESPIRATION,
        "RESP": StreamKind.RESPIRATION,
        "RSP": StreamKind.RESPIRATION,
        "SPO2": StreamKind.OXYGEN_SATURATION,
    }
)
"""Types of streams that are sensed beside the heart."""
PULLED_AT_ONCE = 4096
MAPPING_S = 5.0
"""How long the first mapping of the clocks may take; made while connecting, so that no window waits for it."""
NAMESAKES_S = 2.0
"""How long to look for a second stream of the same name: two of the waves in which streams are searched for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveStream:
    """A stream that can be sensed, as it announces itself."""

    name: str
    stream_type: str
    sampling_rate_hz: float
    """0 when samples come irregularly."""


class _InletFeed:
    """What waits in an inlet.

    Parameters
    ----------
    info : pylsl.StreamInfo
        The stream.
    wait_s : float
        How long it may take to answer.
    """

    def __init__(self, info: Any, wait_s: float) -> None:  # noqa: ANN401 - pylsl ships no types
        import pylsl  # noqa: PLC0415 - loads a C library

        self._clock = pylsl.local_clock
        self._lost_error = pylsl.util.LostError
        self._address = _address_of(info)
        self._name = info.name()
        self._inlet = _inlet_of(info)
        self._search: Any = None
        try:
            self._inlet.open_stream(timeout=max(1.0, wait_s))
            self._inlet.time_correction(timeout=max(MAPPING_S, wait_s))
        except (pylsl.util.TimeoutError, pylsl.util.LostError) as error:
            message = f"The live stream {self._name!r} was found but does not answer."
            raise NoSourceError(message) from error

    def pull(self) -> Pulled:
        """Take over what waits in the inlet; nothing while the stream is lost."""
        stamps_s: list[float] = []
        values: list[float] = []
        try:
            while self._is_there():
                samples, stamps = self._inlet.pull_chunk(timeout=0.0, max_samples=PULLED_AT_ONCE)
                stamps_s += stamps
                values += [float(sample[0]) for sample in samples]
                if len(stamps) < PULLED_AT_ONCE:
                    break
        except self._lost_error:
            self._look_again()
        return Pulled(now_s=self._clock(), stamps_s=stamps_s, values=values)

    def _look_again(self) -> None:
        import pylsl  # noqa: PLC0415 - loads a C library

        self._inlet.close_stream()
        self._search = pylsl.ContinuousResolver(prop="name", value=self._name)

    def _is_there(self) -> bool:
        """Tell whether there is an inlet, making one when a lost stream is back."""
        if self._search is None:
            return True
        back = [info for info in self._search.results() if _address_of(info) == self._address]
        if len(back) != 1:
            return False
        self._inlet, self._search = _inlet_of(back[0]), None
        return True

    def close(self) -> None:
        """Disconnect."""
        self._inlet.close_stream()
        self._search = None


class LiveStreamSource(LiveSource):
    """A stream that is sensed now; make one with `connect`."""

    @classmethod
    def connect(
        cls, *, name: str = "", stream_type: str = "", address: str = "", wait_s: float = 3.0
    ) -> "LiveStreamSource":
        """Look for a stream and connect to it.

        Parameters
        ----------
        name : str
            Name that the stream announces; empty takes any.
        stream_type : str
            ``RR`` or ``ECG``; empty takes any.
        address : str
            The source id of the one stream that is wanted, or its name; empty takes any.
        wait_s : float
            How long to look for it.

        Notes
        -----
        A `NoSourceError` if no such stream is found, several answer to the name, or it carries neither an ECG nor RR
        intervals.
        """
        found = _only_one(name, stream_type, address, wait_s)
        sensor = sensor_of(found)
        return cls(sensor, _InletFeed(found, wait_s), _tape_for(found))


def connect_stream(address: str, wait_s: float) -> LiveStreamSource | LiveCompanion:
    """Connect to a stream of any kind that can be sensed.

    Parameters
    ----------
    address : str
        Its source id or its name.
    wait_s : float
        How long to look for it.

    Raises
    ------
    NoSourceError
        If it is not found, several answer to the name, or it can be sensed neither as a heart nor beside one.
    """
    found = _only_one("", "", address, wait_s)
    stream = _described(found)
    kind = COMPANION_TYPES.get(stream.stream_type.upper())
    if kind is None:
        return LiveStreamSource(sensor_of(found), _InletFeed(found, wait_s), _tape_for(found))
    if stream.sampling_rate_hz <= 0.0:
        message = f"The live stream {stream.name!r} has no declared sampling rate."
        raise NoSourceError(message)
    return LiveCompanion(sensor_of(found), kind, _InletFeed(found, wait_s))


def _only_one(name: str, stream_type: str, address: str, wait_s: float) -> Any:  # noqa: ANN401 - pylsl ships no types
    found = _resolve(name, stream_type, address, wait_s)
    wanted = f"named {name!r}" if name else f"of type {stream_type!r}"
    if address and not name:
        wanted = f"with the source id or name {address!r}"
    if not found:
        raise NoSourceError(
            f"No live stream {wanted} was found within {wait_s:g} s. Switch the sensor and its "
            "Lab Streaming Layer outlet on, and see that both are in the same network."
        )
    if len(found) > 1:
        raise NoSourceError(
            f"{len(found)} live streams {wanted} are in this network: nobody can tell whose is whose. "
            "Give each sensor a name and a source id of its own, or choose one by its id."
        )
    return found[0]


def streams_in_reach(wait_s: float = 1.0) -> tuple[LiveStream, ...]:
    """Return the streams of the network that can be sensed, by name.

    Parameters
    ----------
    wait_s : float
        How long to listen for announcements.
    """
    usable = [_described(info) for info in _usable_in_reach(wait_s)]
    return tuple(sorted(usable, key=lambda one: one.name))


def sensors_in_reach(wait_s: float = 1.0) -> tuple[Sensor, ...]:
    """Return the same streams as sensors.

    Parameters
    ----------
    wait_s : float
        How long to listen for announcements.
    """
    usable = [sensor_of(info) for info in _usable_in_reach(wait_s)]
    return tuple(sorted(usable, key=lambda one: one.label))


def sensor_of(info: Any) -> Sensor:  # noqa: ANN401 - pylsl ships no types
    """Return a stream that can be sensed as a sensor."""
    stream = _described(info)
    of_heart = SignalKind.RR if stream.stream_type.upper() in RR_TYPES else SignalKind.ECG
    return Sensor(
        driver=DRIVER,
        address=_address_of(info),
        label=stream.name,
        name=stream.name,
        signal=COMPANION_TYPES.get(stream.stream_type.upper(), of_heart),
        sampling_rate_hz=stream.sampling_rate_hz,
    )


def _usable_in_reach(wait_s: float) -> list[Any]:
    import pylsl  # noqa: PLC0415 - loads a C library

    found = pylsl.resolve_streams(wait_time=wait_s)
    usable = RR_TYPES | ECG_TYPES | COMPANION_TYPES.keys()
    return [info for info in found if info.type().upper() in usable]


def _resolve(name: str, stream_type: str, address: str, wait_s: float) -> Sequence[Any]:
    """Return all streams that fit: as soon as one is there, and those that follow at its heels."""
    import pylsl  # noqa: PLC0415 - loads a C library

    parts = {"name": name, "type": stream_type if not name and not address else ""}
    predicate = " or ".join(f"{part}={_quoted(text)}" for part, text in parts.items() if text)
    if address:
        announced = address.split("/", maxsplit=1)[0]
        predicate = f"source_id={_quoted(address)} or name={_quoted(announced)}"
    first = pylsl.resolve_bypred(predicate, minimum=1, timeout=wait_s)
    if not first:
        return []
    namesakes = pylsl.resolve_bypred(predicate, minimum=len(first) + 1, timeout=NAMESAKES_S)
    found = {info.uid(): info for info in (*first, *namesakes)}
    return [
        info
        for info in found.values()
        if (not stream_type or info.type() == stream_type)
        and (not name or info.name() == name)
        and (not address or address in {_address_of(info), info.name()})
    ]


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _described(info: Any) -> LiveStream:  # noqa: ANN401 - pylsl ships no types
    return LiveStream(
        name=info.name(), stream_type=info.type(), sampling_rate_hz=float(info.nominal_srate())
    )


def _address_of(info: Any) -> str:  # noqa: ANN401 - pylsl ships no types
    return info.source_id() or f"{info.name()}/{info.type()}@{info.hostname()}"


def _inlet_of(info: Any) -> Any:  # noqa: ANN401 - pylsl ships no types
    import pylsl  # noqa: PLC0415 - loads a C library

    return pylsl.StreamInlet(info, recover=True, processing_flags=pylsl.proc_clocksync)


def _tape_for(info: Any) -> Tape:  # noqa: ANN401 - pylsl ships no types
    stream = _described(info)
    if stream.stream_type.upper() in RR_TYPES:
        return BeatTape()
    if stream.stream_type.upper() not in ECG_TYPES:
        message = (
            f"The live stream {stream.name!r} is of type {stream.stream_type!r}: "
            "what is needed is ECG or RR."
        )
        raise NoSourceError(message)
    if stream.sampling_rate_hz <= 0.0:
        message = f"The live stream {stream.name!r} is an ECG without a declared sampling rate."
        raise NoSourceError(message)
    neurokit.load()
    return WaveformTape(stream.sampling_rate_hz)
