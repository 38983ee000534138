"""What Bluetooth drivers share: the radio, the search, and the link to a sensor.

Contents: `Radio`, `Measurement`.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from interventions.sensing.bluetooth.bleak_transport import BleakTransport
from interventions.sensing.bluetooth.decoders import Decoder
from interventions.sensing.bluetooth.link import BluetoothFeed, BluetoothLoop, Profile
from interventions.sensing.bluetooth.transport import Advertisement, BluetoothError, Transport
from interventions.sensing.live_source import LiveSource
from interventions.sensing.sensor import Sensor
from interventions.sensing.sensor_driver import Discovery
from interventions.sensing.source import NoSourceError
from interventions.sensing.tapes import Tape

ANSWERING_S = 5.0
SERIAL = re.compile(r"[\s:#]+(?=\w*\d)[0-9A-Fa-f-]{4,}$")
"""The last word of a name where it is a serial number, as in ``Polar H10 5F2B4B50``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """A way to measure with a kind of Bluetooth sensor."""

    driver: str
    prefix: str = ""
    """What stands before the device's address in the sensor's."""
    profile: Profile
    new_decoder: Callable[[], Decoder]
    new_tape: Callable[[], Tape]
    sampling_rate_hz: float = 0.0


class Radio:
    """The Bluetooth of this computer, as drivers use it.

    Parameters
    ----------
    transport : Transport
        The radio.
    clock : callable
        Seconds that only go forward.
    """

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._clock = clock
        self._names: dict[str, str] = {}

    def find(self, wait_s: float, fitting: Callable[[Advertisement], Sensor | None]) -> Discovery:
        """Look for sensors of a kind.

        Parameters
        ----------
        wait_s : float
            How long to listen.
        fitting : callable
            Makes a sensor of an announcement; None for one of another kind.
        """
        try:
            heard = shared_loop().run(self._transport.scan(wait_s), wait_s + ANSWERING_S)
        except BluetoothError as error:
            return Discovery(remark=str(error))
        self._names |= {one.address: one.name for one in heard}
        found = [sensor for one in heard if (sensor := fitting(one)) is not None]
        remark = "" if found else "No such sensor announces itself: put it on, with wet electrodes."
        return Discovery(sensors=tuple(sorted(found, key=lambda one: one.label)), remark=remark)

    def connect(self, address: str, measurement: Measurement, wait_s: float) -> LiveSource:
        """Connect to a sensor.

        Parameters
        ----------
        address : str
            As it announced itself.
        measurement : Measurement
            What is measured with it.
        wait_s : float
            How long it may take to answer.

        Raises
        ------
        NoSourceError
            If there is no address, or the sensor does not answer.
        """
        if not address:
            raise NoSourceError("A Bluetooth sensor is named by its address: look for sensors.")
        tape = measurement.new_tape()
        feed = BluetoothFeed.connect(
            shared_loop(),
            self._transport,
            address,
            measurement.profile,
            measurement.new_decoder(),
            self._clock,
            wait_s=wait_s,
        )
        label = self._names.get(address, "") or f"Bluetooth sensor {address}"
        return LiveSource(sensor_of(address, label, measurement, tape), feed, tape)


def sensor_of(address: str, label: str, measurement: Measurement, tape: Tape) -> Sensor:
    """Return a device as a sensor; its name is the label without address and serial number."""
    return Sensor(
        driver=measurement.driver,
        address=f"{measurement.prefix}{address}",
        label=label,
        name=SERIAL.sub("", label.removesuffix(address).strip()) or "Bluetooth sensor",
        signal=tape.kind,
        sampling_rate_hz=measurement.sampling_rate_hz,
        device=f"bluetooth/{address.lower()}",
    )


@cache
def shared_loop() -> BluetoothLoop:
    """Return the one event loop of all Bluetooth."""
    return BluetoothLoop()


@cache
def this_computer() -> Radio:
    """Return the Bluetooth of this computer."""
    return Radio(BleakTransport())
