"""The link to a strap through a radio: frames in, lost, silent, back, and never another strap in its place."""

import time
from collections.abc import Callable

import pytest

from data.measures.hrv import measure_window
from data.records.signals import SignalKind
from interventions.sensing.bluetooth.sensors import Radio
from interventions.sensing.drivers.bluetooth_strap import HEART_RATE_MEASUREMENT, BluetoothStrap
from interventions.sensing.drivers.polar import DATA, PolarSensor
from interventions.sensing.live_source import LiveSource, SensorState
from interventions.sensing.source import NoSourceError
from tests.simulators.bluetooth_radio import SimulatedRadio, SimulatedStrap, heart_rate_frame

ADDRESS = "A0:9E:1A:00:00:01"


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """Return now."""
        return self.now_s


@pytest.fixture
def strap() -> SimulatedStrap:
    return SimulatedStrap(ADDRESS, "Polar H10 5F2B4B50")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def beat(strap: SimulatedStrap, clock: Clock, beats: int, rr_ms: float = 800.0) -> None:
    """Let the heart beat, with a notification a beat."""
    for number in range(beats):
        one_ms = rr_ms + 20.0 * (number % 3)
        clock.now_s += one_ms / 1000.0
        strap.send(heart_rate_frame(75, one_ms), HEART_RATE_MEASUREMENT)


def until(happened: Callable[[], bool], at_most_s: float = 5.0) -> bool:
    ends_s = time.monotonic() + at_most_s
    while not happened() and time.monotonic() < ends_s:
        time.sleep(0.01)
    return happened()


def connected(strap: SimulatedStrap, clock: Clock) -> LiveSource:
    return BluetoothStrap(Radio(SimulatedRadio([strap]), clock)).connect(ADDRESS, 5.0)


def test_the_beats_of_a_strap_reach_the_loop(strap: SimulatedStrap, clock: Clock) -> None:
    source = connected(strap, clock)
    beat(strap, clock, 20)
    rest = source.resting_beats()
    beat(strap, clock, 90)

    window = source.window_at(0.0)
    measures = measure_window(window)
    source.close()

    assert len(rest.rr_ms) == 20
    assert source.kind is SignalKind.RR
    assert measures.grade == "good"
    assert measures.heart_rate_bpm == pytest.approx(60_000 / 820.0, rel=0.01)
    assert window.newest_sample_age_s == pytest.approx(0.25, abs=0.01)
    assert not strap.is_connected


def test_a_strap_is_bound_by_its_device_and_kept_without_its_serial_number(
    strap: SimulatedStrap, clock: Clock
) -> None:
    driver = BluetoothStrap(Radio(SimulatedRadio([strap]), clock))

    (found,) = driver.find(0.1).sensors
    source = driver.connect(found.address, 5.0)
    source.close()

    assert found.label == "Polar H10 5F2B4B50"
    assert source.name == "Polar H10"
    assert source.sensor.sensor_id == found.sensor_id
    assert ADDRESS not in found.sensor_id


def test_a_lost_strap_is_connected_again_and_leaves_a_gap(
    strap: SimulatedStrap, clock: Clock
) -> None:
    source = connected(strap, clock)
    beat(strap, clock, 40)
    strap.go_out_of_reach()
    clock.now_s += 4.0
    strap.is_in_reach = True

    began_s = time.monotonic()
    is_back = until(lambda: strap.connections == 2)
    took_s = time.monotonic() - began_s
    beat(strap, clock, 40)
    window = source.window_at(0.0)
    source.close()

    assert is_back
    assert took_s <= 5.0
    assert len(window.beats.rr_ms) > 60
    assert measure_window(window).valid_pairs == len(window.beats.rr_ms) - 2


def test_a_strap_that_is_silent_while_connected_is_connected_anew(
    strap: SimulatedStrap, clock: Clock
) -> None:
    source = connected(strap, clock)
    beat(strap, clock, 10)
    clock.now_s += 6.0
    state = source.watch().state

    is_anew = until(lambda: strap.connections == 2)
    source.close()

    assert state is SensorState.STALE
    assert is_anew


def test_another_strap_that_answers_in_its_place_is_refused(
    strap: SimulatedStrap, clock: Clock
) -> None:
    source = connected(strap, clock)
    beat(strap, clock, 100)
    strap.answers_as = "A0:9E:1A:00:00:02"
    strap.go_out_of_reach()
    strap.is_in_reach = True
    is_seen = until(lambda: strap.connections >= 2)
    until(lambda: source.watch().state is SensorState.OTHER_SENSOR)

    refused = source.window_at(0.0)
    watch = source.watch()
    strap.answers_as = ADDRESS
    is_itself_again = until(lambda: source.watch().state is not SensorState.OTHER_SENSOR)
    source.close()

    assert is_seen
    assert not refused.signal_ok
    assert measure_window(refused).reason == "other_sensor"
    assert watch.state is SensorState.OTHER_SENSOR
    assert is_itself_again


def test_another_strap_is_refused_at_the_first_connection(
    strap: SimulatedStrap, clock: Clock
) -> None:
    strap.answers_as = "A0:9E:1A:00:00:02"

    with pytest.raises(NoSourceError, match="Another sensor answered"):
        connected(strap, clock)

    assert not strap.is_connected


def test_a_strap_without_contact_gives_no_number(strap: SimulatedStrap, clock: Clock) -> None:
    source = connected(strap, clock)
    waiting = source.watch().state
    beat(strap, clock, 100)
    streaming = source.watch().state
    strap.send(bytes.fromhex("14 48 40 03"), HEART_RATE_MEASUREMENT)

    window = source.window_at(0.0)
    source.close()

    assert waiting is SensorState.WAITING
    assert streaming is SensorState.STREAMING
    assert measure_window(window).reason == "no_contact"
    assert measure_window(window).heart_rate_bpm is None


@pytest.mark.parametrize(
    ("radio", "message"),
    [
        pytest.param(SimulatedRadio(), "does not answer", id="not in reach"),
        pytest.param(SimulatedRadio(fault="No radio here."), "No radio here", id="no radio"),
    ],
)
def test_a_strap_that_is_not_there_is_said_in_words(
    radio: SimulatedRadio, message: str, clock: Clock
) -> None:
    with pytest.raises(NoSourceError, match=message):
        BluetoothStrap(Radio(radio, clock)).connect(ADDRESS, 5.0)


def test_a_radio_that_fails_finds_nothing_and_says_why(clock: Clock) -> None:
    found = BluetoothStrap(Radio(SimulatedRadio(fault="Bluetooth is off."), clock)).find(0.1)

    assert found.sensors == ()
    assert found.remark == "Bluetooth is off."


def test_what_is_no_heart_rate_sensor_is_not_found(clock: Clock) -> None:
    lamp = SimulatedStrap("A0:00:00:00:00:09", "Lamp", services=())

    found = BluetoothStrap(Radio(SimulatedRadio([lamp]), clock)).find(0.1)

    assert found.sensors == ()
    assert "put it on" in found.remark


def test_the_computers_own_radio_says_what_to_do_when_there_is_none() -> None:
    found = BluetoothStrap().find(0.2)

    assert found.sensors or found.remark


def polar(strap: SimulatedStrap, clock: Clock, wanted: str = "ecg") -> LiveSource:
    return PolarSensor(Radio(SimulatedRadio([strap]), clock)).connect(f"{wanted}/{ADDRESS}", 8.0)


def test_the_ecg_of_a_polar_strap_is_started_by_its_command_and_arrives(clock: Clock) -> None:
    strap = SimulatedStrap(
        ADDRESS, "Polar H10 5F2B4B50", answer=lambda _: bytes.fromhex("f0 02 00 00 00")
    )
    source = polar(strap, clock)
    samples = b"".join(one.to_bytes(3, "little", signed=True) for one in range(-36, 37))
    for frame in range(1, 11):
        clock.now_s += 73 / 130.0
        last_ns = round(frame * 73 / 130.0 * 1e9)
        strap.send(b"\x00" + last_ns.to_bytes(8, "little") + b"\x00" + samples, DATA)

    watch = source.watch()
    source.close()

    assert strap.written == [bytes.fromhex("02 00 00 01 82 00 01 01 0e 00")]
    assert source.kind is SignalKind.ECG
    assert source.sensor.sampling_rate_hz == 130.0
    assert watch.state is SensorState.STREAMING
    assert watch.newest_sample_age_s == pytest.approx(0.0, abs=1e-6)


def test_the_pulse_intervals_of_an_optical_sensor_are_called_what_they_are(clock: Clock) -> None:
    strap = SimulatedStrap(
        ADDRESS, "Polar Sense 5F2B4B50", answer=lambda _: bytes.fromhex("f0 02 03 00 00")
    )
    source = polar(strap, clock, "pulse")
    for _ in range(100):
        clock.now_s += 0.8
        strap.send(bytes.fromhex("03" + "00" * 9 + "4b 20 03 05 00 06"), DATA)

    window = source.window_at(0.0)
    source.close()

    assert strap.written == [bytes.fromhex("02 03")]
    assert window.beats.kind is SignalKind.PPG
    assert set(window.beats.rr_ms) == {800.0}


def test_a_polar_sensor_that_refuses_says_why(clock: Clock) -> None:
    strap = SimulatedStrap(
        ADDRESS, "Polar H10 5F2B4B50", answer=lambda _: bytes.fromhex("f0 02 00 0d")
    )

    with pytest.raises(NoSourceError, match="does not start measuring: it is charging"):
        polar(strap, clock)

    assert not strap.is_connected


def test_polar_sensors_are_found_with_what_they_can_measure(clock: Clock) -> None:
    straps = [
        SimulatedStrap(ADDRESS, "Polar H10 5F2B4B50"),
        SimulatedStrap("A0:9E:1A:00:00:02", "Polar Sense 11223344"),
        SimulatedStrap("A0:9E:1A:00:00:03", "Polar H9 99887766"),
    ]

    found = PolarSensor(Radio(SimulatedRadio(straps), clock)).find(0.1)

    assert [(one.name, one.signal) for one in found.sensors] == [
        ("Polar H10", SignalKind.ECG),
        ("Polar Sense", SignalKind.PPG),
    ]
    assert found.sensors[0].address == f"ecg/{ADDRESS}"


def test_a_device_is_one_sensor_whatever_is_measured_with_it(
    strap: SimulatedStrap, clock: Clock
) -> None:
    radio = Radio(SimulatedRadio([strap]), clock)

    (as_strap,) = BluetoothStrap(radio).find(0.1).sensors
    (as_polar,) = PolarSensor(radio).find(0.1).sensors

    assert as_strap.sensor_id == as_polar.sensor_id
    assert as_strap.sensor_id.startswith("bluetooth-")


def test_a_polar_address_says_what_is_measured(clock: Clock) -> None:
    with pytest.raises(NoSourceError, match="ecg/ADDRESS or pulse/ADDRESS"):
        PolarSensor(Radio(SimulatedRadio(), clock)).connect(ADDRESS, 1.0)


def test_no_address_is_no_sensor(clock: Clock) -> None:
    with pytest.raises(NoSourceError, match="look for sensors"):
        BluetoothStrap(Radio(SimulatedRadio(), clock)).connect("", 1.0)
