"""A radio with straps in its reach, behind the same port as the computer's own: frames go in, nothing is mocked.

A test puts straps into `SimulatedRadio`, sends frames through them, takes the link away and gives it back.
"""

import struct
from collections.abc import Callable, Iterable, Sequence

from interventions.sensing.bluetooth.transport import (
    Advertisement,
    BluetoothError,
    OnFrame,
    OnLost,
)

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"


class SimulatedStrap:
    """A device that a person wears.

    Parameters
    ----------
    address : str
        Its Bluetooth address.
    name : str
        As it announces itself.
    services : iterable of str
        UUIDs it announces.
    answer : callable or None
        What it indicates on a characteristic when a command is written there.
    """

    def __init__(
        self,
        address: str,
        name: str,
        services: Iterable[str] = (HEART_RATE_SERVICE,),
        answer: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.advertisement = Advertisement(address=address, name=name, services=frozenset(services))
        self.answer = answer
        self.is_in_reach = True
        self.answers_as = address
        self.written: list[bytes] = []
        self.connections = 0
        self._listeners: dict[str, OnFrame] = {}
        self._on_lost: OnLost | None = None

    @property
    def is_connected(self) -> bool:
        """Tell whether somebody is connected."""
        return self._on_lost is not None

    def attach(self, on_lost: OnLost) -> None:
        """Let somebody connect."""
        self._on_lost = on_lost
        self.connections += 1

    def listen(self, characteristic: str, on_frame: OnFrame) -> None:
        """Let somebody listen."""
        self._listeners[characteristic] = on_frame

    def take(self, characteristic: str, command: bytes) -> None:
        """Take a command and answer it."""
        self.written.append(command)
        if self.answer is not None:
            self._listeners[characteristic](self.answer(command))

    def detach(self) -> None:
        """Let go."""
        self._on_lost = None
        self._listeners.clear()

    def send(self, frame: bytes, characteristic: str) -> None:
        """Notify, if anybody listens."""
        if characteristic in self._listeners:
            self._listeners[characteristic](frame)

    def go_out_of_reach(self) -> None:
        """Lose the link."""
        self.is_in_reach = False
        on_lost = self._on_lost
        self.detach()
        if on_lost is not None:
            on_lost()


class SimulatedConnection:
    """A link to a simulated strap."""

    def __init__(self, strap: SimulatedStrap) -> None:
        self._strap = strap

    @property
    def address(self) -> str:
        """Return who answered."""
        return self._strap.answers_as

    async def subscribe(self, characteristic: str, on_frame: OnFrame) -> None:
        """Listen to the strap."""
        self._strap.listen(characteristic, on_frame)

    async def write(self, characteristic: str, command: bytes) -> None:
        """Hand a command to the strap."""
        self._strap.take(characteristic, command)

    async def close(self) -> None:
        """Disconnect."""
        self._strap.detach()


class SimulatedRadio:
    """A radio with straps in its reach.

    Parameters
    ----------
    straps : sequence of SimulatedStrap
        Who is there.
    fault : str
        Why nothing works; empty for a radio that does.
    """

    def __init__(self, straps: Sequence[SimulatedStrap] = (), fault: str = "") -> None:
        self._straps = {one.advertisement.address: one for one in straps}
        self._fault = fault

    async def scan(self, wait_s: float) -> tuple[Advertisement, ...]:
        """Return the straps in reach.

        Raises
        ------
        BluetoothError
            If the radio has a fault.
        """
        del wait_s
        if self._fault:
            raise BluetoothError(self._fault)
        return tuple(one.advertisement for one in self._straps.values() if one.is_in_reach)

    async def connect(self, address: str, on_lost: OnLost) -> SimulatedConnection:
        """Connect to a strap in reach.

        Raises
        ------
        BluetoothError
            If it is not there.
        """
        strap = self._straps.get(address)
        if self._fault or strap is None or not strap.is_in_reach:
            raise BluetoothError(self._fault or "The sensor does not answer.")
        strap.attach(on_lost)
        return SimulatedConnection(strap)


def heart_rate_frame(heart_rate_bpm: int, *rr_ms: float) -> bytes:
    """Return a frame as a strap in contact sends it."""
    counts = [round(one_ms * 1.024) for one_ms in rr_ms]
    return struct.pack(f"<BB{len(counts)}H", 0x16, heart_rate_bpm, *counts)
