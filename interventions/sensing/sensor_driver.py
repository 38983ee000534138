"""The port of every kind of sensor: how it is found, and how it is connected to.

Contents: `SensorDriver`, `Discovery`.
"""

from dataclasses import dataclass
from typing import Protocol

from interventions.sensing.companions import LiveCompanion
from interventions.sensing.live_source import LiveSource
from interventions.sensing.sensor import Sensor


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """What a driver found."""

    sensors: tuple[Sensor, ...] = ()
    remark: str = ""
    """Why nothing can be found, or what must be known; empty when there is nothing to say."""


class SensorDriver(Protocol):
    """A kind of sensor."""

    @property
    def code(self) -> str:
        """Short name, as in ``driver:address``."""

    @property
    def label(self) -> str:
        """The kind in words."""

    def find(self, wait_s: float) -> Discovery:
        """Look for sensors; never an exception."""

    def connect(self, address: str, wait_s: float) -> LiveSource | LiveCompanion:
        """Connect to a sensor; raises `NoSourceError` in words when that fails."""
