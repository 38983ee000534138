"""What a sensor is: what it senses, how it is reached, and the id by which a session is bound to it.

Conventions: the address names the device (a Bluetooth address, the source id of a stream); the id is made from it and is
what is kept with a session. The address itself is kept nowhere.

Contents: `Sensor`.
"""

import hashlib
from dataclasses import dataclass

from data.records.signals import SignalKind, StreamKind

ID_DIGITS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensor:
    """A sensor that was found or is connected."""

    driver: str
    """Code of the driver that reaches it."""
    address: str
    """How its driver reaches it."""
    label: str
    """As it announces itself, so that a person can tell two of a kind apart."""
    name: str
    """Kind of device or stream, without a serial number: what is kept with a session."""
    signal: SignalKind | StreamKind
    sampling_rate_hz: float
    """0 when samples come irregularly, as beats do."""

    device: str = ""
    """``family/address`` of a device that several drivers reach; empty where one driver alone does."""

    @property
    def sensor_id(self) -> str:
        """Family and first digits of the device's SHA-256: the same device has the same id."""
        device = self.device or f"{self.driver}/{self.address}"
        digest = hashlib.sha256(device.encode()).hexdigest()
        return f"{device.partition('/')[0]}-{digest[:ID_DIGITS]}"
