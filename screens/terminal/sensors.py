"""`antiphon sensors`: which sensors are found now, and whether one of them sits well."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.outcome import CHECK_FAILED, UnusableInputError, say, say_json

if TYPE_CHECKING:
    from interventions.sensing.registry import Found
    from interventions.sensing.sensor import Sensor

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
LOOK_EVERY_S = 1.0


def sensors(
    wait: Annotated[
        float, typer.Option(min=0.2, max=60.0, help="Seconds to listen for sensors.")
    ] = 3.0,
    check: Annotated[
        str, typer.Option(help="Connect to this sensor, as it is named in the list, and judge it.")
    ] = "",
    seconds: Annotated[
        float, typer.Option(min=1.0, max=600.0, help="How long to judge it.")
    ] = 20.0,
    *,
    as_json: AsJson = False,
) -> None:
    """List the sensors that are found; with --check, sense one and say whether it sits well.

    Looks for Lab Streaming Layer streams, Bluetooth heart rate straps, Polar sensors and BrainFlow
    boards. Exit 1 when a sensor that was checked does not sit well.
    """
    if check:
        _check(check, seconds, as_json=as_json)
        return
    from interventions.sensing.registry import find_sensors

    found = find_sensors(wait)
    if as_json:
        say_json({"drivers": [_plain_driver(one) for one in found]})
        return
    for one in found:
        say(one.label)
        for sensor in one.discovery.sensors:
            rate = f", {sensor.sampling_rate_hz:g} Hz" if sensor.sampling_rate_hz else ""
            say(f"  {_named(sensor)}  {sensor.label}: {sensor.signal}{rate} ({sensor.sensor_id})")
        if one.discovery.remark:
            say(f"  {one.discovery.remark}")


def _check(named: str, seconds: float, *, as_json: bool) -> None:
    from interventions.sensing.contact import check_contact
    from interventions.sensing.registry import connect_sensor
    from interventions.sensing.source import NoSourceError

    try:
        source = connect_sensor(named)
    except NoSourceError as refusal:
        raise UnusableInputError(str(refusal)) from refusal
    ends_s = time.monotonic() + seconds
    try:
        checked = check_contact(source.window_at(0.0))
        while time.monotonic() < ends_s:
            time.sleep(LOOK_EVERY_S)
            checked = check_contact(source.window_at(0.0))
    finally:
        source.close()
    if as_json:
        say_json({"sensor": _plain(source.sensor), "ok": checked.ok, "words": checked.words})
    else:
        say(f"{source.sensor.label}: {checked.words}")
    if not checked.ok:
        raise typer.Exit(CHECK_FAILED)


def _named(sensor: "Sensor") -> str:
    return f"{sensor.driver}:{sensor.address}"


def _plain_driver(found: "Found") -> dict[str, Any]:
    return {
        "driver": found.code,
        "label": found.label,
        "sensors": [_plain(sensor) for sensor in found.discovery.sensors],
        "remark": found.discovery.remark,
    }


def _plain(sensor: "Sensor") -> dict[str, Any]:
    return {
        "name": _named(sensor),
        "label": sensor.label,
        "signal": sensor.signal.value,
        "sampling_rate_hz": sensor.sampling_rate_hz or None,
        "sensor_id": sensor.sensor_id,
    }
