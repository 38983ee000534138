"""Every kind of sensor there is, found by its file in `interventions/sensing/drivers`.

Conventions: a sensor is named ``driver:address``, such as ``lsl:chest-strap-07``; without a driver it is the name of a
Lab Streaming Layer stream. Finding sensors never fails: a driver that can find none says why.

Contents: `drivers`, `find_sensors`, `connect_sensor` (the heart's), `connect_companion` (one beside it).
"""

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from interventions.sensing import drivers as folder
from interventions.sensing.companions import IN_WORDS, LiveCompanion
from interventions.sensing.live_source import LiveSource
from interventions.sensing.live_stream import DRIVER as STREAMS
from interventions.sensing.sensor_driver import Discovery, SensorDriver
from interventions.sensing.source import NoSourceError

SEARCH_S = 3.0
CONNECTING_S = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one driver found."""

    code: str
    label: str
    discovery: Discovery


def drivers() -> tuple[SensorDriver, ...]:
    """Return every driver, by its code."""
    names = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    modules = [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
    found: list[SensorDriver] = [module.DRIVER for module in modules]
    return tuple(sorted(found, key=lambda driver: driver.code))


def find_sensors(wait_s: float = SEARCH_S) -> tuple[Found, ...]:
    """Look for sensors of every kind at once.

    Parameters
    ----------
    wait_s : float
        How long each driver may listen.

    Returns
    -------
    tuple of Found
        One a driver, with what it found or why it found nothing.
    """
    every = drivers()
    with ThreadPoolExecutor(max_workers=len(every)) as pool:
        discoveries = pool.map(lambda driver: driver.find(wait_s), every)
    return tuple(
        Found(code=driver.code, label=driver.label, discovery=discovery)
        for driver, discovery in zip(every, discoveries, strict=True)
    )


def connect_sensor(named: str, *, wait_s: float = CONNECTING_S, bound_to: str = "") -> LiveSource:
    """Connect to a sensor.

    Parameters
    ----------
    named : str
        ``driver:address``, or the name of a Lab Streaming Layer stream.
    wait_s : float
        How long it may take.
    bound_to : str
        Id of the only sensor that may answer; empty takes the one that is named.

    Raises
    ------
    NoSourceError
        If it does not answer, or is another sensor than the one it must be.
    """
    source = _connected(named, wait_s)
    if not isinstance(source, LiveSource):
        source.close()
        raise NoSourceError(
            f"{source.sensor.label!r} brings {IN_WORDS[source.kind]}, no heart beats: choose it as a "
            "further sensor, beside that of the heart."
        )
    if bound_to and source.sensor.sensor_id != bound_to:
        source.close()
        raise NoSourceError(
            f"{source.sensor.label!r} is another sensor than the one that belongs here "
            f"({bound_to}). Put on the right one, or choose anew."
        )
    return source


def connect_companion(named: str, *, wait_s: float = CONNECTING_S) -> LiveCompanion:
    """Connect to a sensor that is worn beside that of the heart.

    Parameters
    ----------
    named : str
        As for `connect_sensor`.
    wait_s : float
        How long it may take.

    Raises
    ------
    NoSourceError
        If it does not answer, or brings heart beats.
    """
    source = _connected(named, wait_s)
    if isinstance(source, LiveSource):
        source.close()
        raise NoSourceError(
            f"{source.sensor.label!r} brings heart beats: a session has one sensor of the heart."
        )
    return source


def _connected(named: str, wait_s: float) -> LiveSource | LiveCompanion:
    by_code = {driver.code: driver for driver in drivers()}
    code, colon, address = named.partition(":")
    if not colon or code not in by_code:
        code, address = STREAMS, named
    return by_code[code].connect(address, wait_s)
