"""Heart rate straps of any make, through the Heart Rate service that they all have."""

from data.records.signals import SignalKind
from interventions.sensing.bluetooth.decoders import HeartRateDecoder
from interventions.sensing.bluetooth.sensors import Measurement, Radio, sensor_of, this_computer
from interventions.sensing.bluetooth.transport import Advertisement, Connection, OnFrame
from interventions.sensing.live_source import LiveSource
from interventions.sensing.sensor import Sensor
from interventions.sensing.sensor_driver import Discovery
from interventions.sensing.tapes import BeatTape, Stamps

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"


class _HeartRateProfile:
    async def start(self, connection: Connection, on_frame: OnFrame) -> None:
        await connection.subscribe(HEART_RATE_MEASUREMENT, on_frame)


def _new_tape() -> BeatTape:
    return BeatTape(SignalKind.RR, Stamps.BEATS)


STRAP = Measurement(
    driver="strap",
    profile=_HeartRateProfile(),
    new_decoder=HeartRateDecoder,
    new_tape=_new_tape,
)


class BluetoothStrap:
    """Straps in reach of a radio.

    Parameters
    ----------
    radio : Radio or None
        None takes the one of this computer.
    """

    code = STRAP.driver
    label = "Bluetooth heart rate strap"

    def __init__(self, radio: Radio | None = None) -> None:
        self._radio = radio

    def find(self, wait_s: float) -> Discovery:
        """Listen for straps."""
        return (self._radio or this_computer()).find(wait_s, _strap_of)

    def connect(self, address: str, wait_s: float) -> LiveSource:
        """Connect to a strap by its address."""
        return (self._radio or this_computer()).connect(address, STRAP, wait_s)


def _strap_of(heard: Advertisement) -> Sensor | None:
    if HEART_RATE_SERVICE not in heard.services:
        return None
    return sensor_of(heard.address, heard.name or heard.address, STRAP, _new_tape())


DRIVER = BluetoothStrap()
