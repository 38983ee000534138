"""The computer's own radio, through bleak: BlueZ on Linux, WinRT on Windows, Core Bluetooth on macOS.

Conventions: everything that the operating system may throw becomes one sentence that says what to do.

Contents: `BleakTransport`, `in_words`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from interventions.sensing.bluetooth.transport import (
    Advertisement,
    BluetoothError,
    OnFrame,
    OnLost,
)

if TYPE_CHECKING:
    from bleak import BleakClient

CONNECTING_S = 15.0
ABSENT = (".ServiceUnknown", ".NameHasNoOwner")
"""Errors of a Linux without its Bluetooth service."""
NO_BLUETOOTH = (
    "This computer has no Bluetooth that can be used: switch it on, allow this program to use it, "
    "or bring the sensor in through a Lab Streaming Layer stream of another computer."
)


class _BleakConnection:
    def __init__(self, client: "BleakClient") -> None:
        self._client = client

    @property
    def address(self) -> str:
        return self._client.address

    async def subscribe(self, characteristic: str, on_frame: OnFrame) -> None:
        with in_words("The sensor does not offer what is measured here"):
            await self._client.start_notify(characteristic, lambda _, frame: on_frame(bytes(frame)))

    async def write(self, characteristic: str, command: bytes) -> None:
        with in_words("The sensor does not take the command"):
            await self._client.write_gatt_char(characteristic, command, response=True)

    async def close(self) -> None:
        with in_words("The sensor could not be let go"):
            await self._client.disconnect()


class BleakTransport:
    """The radio of this computer."""

    async def scan(self, wait_s: float) -> tuple[Advertisement, ...]:
        """Listen for devices that announce themselves.

        Parameters
        ----------
        wait_s : float
            How long.
        """
        from bleak import BleakScanner  # noqa: PLC0415 - loads the system's Bluetooth

        with in_words("The sensors could not be searched for"):
            found = await BleakScanner.discover(wait_s, return_adv=True)
        return tuple(
            Advertisement(
                address=device.address,
                name=heard.local_name or device.name or "",
                services=frozenset(one.lower() for one in heard.service_uuids),
            )
            for device, heard in found.values()
        )

    async def connect(self, address: str, on_lost: OnLost) -> _BleakConnection:
        """Connect to a device.

        Parameters
        ----------
        address : str
            As it announced itself.
        on_lost : callable
            Called when it is gone.
        """
        from bleak import BleakClient  # noqa: PLC0415 - loads the system's Bluetooth

        with in_words("The sensor does not answer: see that it is worn, charged and not in use"):
            client = BleakClient(address, lambda _: on_lost(), timeout=CONNECTING_S)
            await client.connect()
        return _BleakConnection(client)


@contextmanager
def in_words(failed: str) -> Iterator[None]:
    """Say what failed.

    Parameters
    ----------
    failed : str
        What was tried, as the beginning of the sentence.

    Raises
    ------
    BluetoothError
        Instead of what bleak and the operating system raise.
    """
    from bleak.exc import (  # noqa: PLC0415 - loads the system's Bluetooth
        BleakBluetoothNotAvailableError,
        BleakDBusError,
        BleakError,
    )

    try:
        yield
    except (BleakBluetoothNotAvailableError, FileNotFoundError, ConnectionRefusedError) as error:
        raise BluetoothError(NO_BLUETOOTH) from error
    except BleakDBusError as error:
        is_absent = error.dbus_error.endswith(ABSENT)
        raise BluetoothError(NO_BLUETOOTH if is_absent else f"{failed} ({error}).") from error
    except (TimeoutError, BleakError, OSError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BluetoothError(f"{failed} ({said}).") from error
