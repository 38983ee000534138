"""Every kind of sensor by its file; naming, binding, and the page that shows how to add one."""

import re
import socket
import time
from pathlib import Path

import pytest

from data.records.signals import SignalKind
from interventions.sensing import drivers as folder
from interventions.sensing.live_source import SensorState
from interventions.sensing.registry import connect_sensor, drivers, find_sensors
from interventions.sensing.sensor import Sensor
from interventions.sensing.source import NoSourceError

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-sensor.md"


@pytest.fixture
def page_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the one file of the page beside the drivers, as its reader would."""
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text("utf-8"), flags=re.DOTALL)
    (tmp_path / "network_intervals.py").write_text(code, "utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_kinds_of_sensors_that_ship_are_all_there() -> None:
    assert [one.code for one in drivers()] == ["brainflow", "lsl", "polar", "strap"]


def test_finding_never_fails_and_says_why_nothing_was_found() -> None:
    found = find_sensors(0.2)

    assert [one.code for one in found] == ["brainflow", "lsl", "polar", "strap"]
    assert all(one.discovery.sensors or one.discovery.remark for one in found)


@pytest.mark.usefixtures("page_driver")
def test_a_sensor_is_added_by_the_one_file_of_the_page() -> None:
    port = free_port()
    source = connect_sensor(f"network:{port}")
    waiting = source.watch().state
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for text in (b"812.5", b"no number", b"790"):
            sender.sendto(text, ("127.0.0.1", port))
        source.watch()
        time.sleep(0.8)
        beats = source.resting_beats()
    state = source.watch().state
    source.close()

    assert waiting is SensorState.WAITING
    assert beats.rr_ms == (812.5, 790.0)
    assert state is SensorState.STREAMING
    assert "network" in [one.code for one in find_sensors(0.1)]


@pytest.mark.usefixtures("page_driver")
def test_a_sensor_that_is_not_the_bound_one_is_refused() -> None:
    port, other_port = free_port(), free_port()
    source = connect_sensor(f"network:{port}")
    bound_to = source.sensor.sensor_id
    source.close()

    connect_sensor(f"network:{port}", bound_to=bound_to).close()
    with pytest.raises(NoSourceError, match="is another sensor than the one that belongs here"):
        connect_sensor(f"network:{other_port}", bound_to=bound_to)


def test_the_same_device_has_the_same_id_and_another_one_has_not() -> None:
    def sensor_at(address: str) -> Sensor:
        return Sensor(
            driver="strap",
            address=address,
            label="Strap",
            name="Strap",
            signal=SignalKind.RR,
            sampling_rate_hz=0.0,
        )

    assert sensor_at("A0:01").sensor_id == sensor_at("A0:01").sensor_id
    assert sensor_at("A0:01").sensor_id != sensor_at("A0:02").sensor_id
    assert "A0:01" not in sensor_at("A0:01").sensor_id
