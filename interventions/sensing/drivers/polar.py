"""Polar sensors beyond the heart rate: the ECG of an H10, the pulse intervals of an optical sensor.

Conventions: an address begins with what is measured, as in ``ecg/A0:9E:1A:00:00:01``.
"""

import asyncio

from data.measures import neurokit
from data.records.signals import SignalKind
from interventions.sensing.bluetooth.decoders import EcgDecoder, PulseIntervalDecoder
from interventions.sensing.bluetooth.polar_frame import (
    ALREADY_MEASURING,
    ECG_RATE_HZ,
    START_ECG,
    START_PULSE_INTERVALS,
    check_answer,
)
from interventions.sensing.bluetooth.sensors import Measurement, Radio, sensor_of, this_computer
from interventions.sensing.bluetooth.transport import (
    Advertisement,
    BluetoothError,
    Connection,
    OnFrame,
)
from interventions.sensing.live_source import LiveSource
from interventions.sensing.sensor import Sensor
from interventions.sensing.sensor_driver import Discovery
from interventions.sensing.source import NoSourceError
from interventions.sensing.tapes import BeatTape, Stamps, WaveformTape

CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
ANSWER_S = 5.0


class _MeasurementProfile:
    """Start a measurement and wait until the device has agreed.

    Parameters
    ----------
    command : bytes
        What is written to the control point.
    """

    def __init__(self, command: bytes) -> None:
        self._command = command

    async def start(self, connection: Connection, on_frame: OnFrame) -> None:
        loop = asyncio.get_running_loop()
        answers: asyncio.Queue[bytes] = asyncio.Queue()

        def take_answer(answer: bytes) -> None:
            loop.call_soon_threadsafe(answers.put_nowait, answer)

        await connection.subscribe(CONTROL, take_answer)
        await connection.subscribe(DATA, on_frame)
        await connection.write(CONTROL, self._command)
        try:
            refusal = check_answer(await asyncio.wait_for(answers.get(), ANSWER_S))
        except TimeoutError as error:
            raise BluetoothError("The Polar sensor does not answer. Take it off and on.") from error
        if refusal and refusal != ALREADY_MEASURING:
            raise BluetoothError(f"The Polar sensor does not start measuring: {refusal}.")


MEASUREMENTS = {
    "ecg": Measurement(
        driver="polar",
        prefix="ecg/",
        profile=_MeasurementProfile(START_ECG),
        new_decoder=EcgDecoder,
        new_tape=lambda: WaveformTape(ECG_RATE_HZ),
        sampling_rate_hz=ECG_RATE_HZ,
    ),
    "pulse": Measurement(
        driver="polar",
        prefix="pulse/",
        profile=_MeasurementProfile(START_PULSE_INTERVALS),
        new_decoder=PulseIntervalDecoder,
        new_tape=lambda: BeatTape(SignalKind.PPG, Stamps.BEATS),
    ),
}
MODELS = {
    "Polar H10": "ecg",
    "Polar OH1": "pulse",
    "Polar Sense": "pulse",
    "Polar Verity": "pulse",
}


class PolarSensor:
    """Polar sensors in reach of a radio.

    Parameters
    ----------
    radio : Radio or None
        None takes the one of this computer.
    """

    code = "polar"
    label = "Polar: ECG or pulse intervals"

    def __init__(self, radio: Radio | None = None) -> None:
        self._radio = radio

    def find(self, wait_s: float) -> Discovery:
        """Listen for sensors that can do more than a heart rate."""
        return (self._radio or this_computer()).find(wait_s, _sensor_of)

    def connect(self, address: str, wait_s: float) -> LiveSource:
        """Connect to ``ecg/ADDRESS`` or ``pulse/ADDRESS``.

        Raises
        ------
        NoSourceError
            If the address does not say what is measured, or the sensor does not answer.
        """
        what, _, device = address.partition("/")
        if what not in MEASUREMENTS:
            raise NoSourceError("A Polar sensor is named ecg/ADDRESS or pulse/ADDRESS.")
        if what == "ecg":
            neurokit.load()
        return (self._radio or this_computer()).connect(device, MEASUREMENTS[what], wait_s)


def _sensor_of(heard: Advertisement) -> Sensor | None:
    what = next((one for model, one in MODELS.items() if heard.name.startswith(model)), None)
    if what is None:
        return None
    measurement = MEASUREMENTS[what]
    return sensor_of(heard.address, heard.name, measurement, measurement.new_tape())


DRIVER = PolarSensor()
