"""The port of Bluetooth: what a computer's radio must be able to do. `bleak_transport` is the real one.

Contents: `Transport`, `Connection`, `Advertisement`, `BluetoothError`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

OnFrame = Callable[[bytes], None]
OnLost = Callable[[], None]


class BluetoothError(RuntimeError):
    """Bluetooth refuses, or there is none; the message says what to do, in one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Advertisement:
    """A device that announces itself."""

    address: str
    name: str
    services: frozenset[str]
    """Their UUIDs, in lower case."""


class Connection(Protocol):
    """One connected device. Every method may raise `BluetoothError`."""

    @property
    def address(self) -> str:
        """Which device answered."""

    async def subscribe(self, characteristic: str, on_frame: OnFrame) -> None:
        """Hand over each notification of a characteristic."""

    async def write(self, characteristic: str, command: bytes) -> None:
        """Write to a characteristic."""

    async def close(self) -> None:
        """Disconnect; a second time does nothing."""


class Transport(Protocol):
    """A radio. Every method may raise `BluetoothError`."""

    async def scan(self, wait_s: float) -> tuple[Advertisement, ...]:
        """Listen for devices that announce themselves."""

    async def connect(self, address: str, on_lost: OnLost) -> Connection:
        """Connect to a device; ``on_lost`` is called when it is gone."""
