"""A link to one Bluetooth sensor that is kept up: connected, watched, and connected again.

Conventions: the link lives on an event loop in a thread of its own; frames wait until they are pulled. A device that
falls silent for five seconds while it is connected is connected anew. A device that answers under another address than
the bound one is let go at once, and the link says so.

Contents: `BluetoothLoop` (the thread), `BluetoothFeed` (a feed over the link), `Profile` (how a measurement is started).
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol, TypeVar

from data.measures.hrv import LONGEST_AGE_S
from interventions.sensing.bluetooth.decoders import Decoder
from interventions.sensing.bluetooth.transport import (
    BluetoothError,
    Connection,
    OnFrame,
    Transport,
)
from interventions.sensing.live_source import OTHER_SENSOR, Pulled
from interventions.sensing.source import NoSourceError

Result = TypeVar("Result")

RETRY_S = 1.0
CLOSING_S = 5.0
LINK_LOST = b""
"""What waits among the frames where the link was lost: no frame is empty."""


class Profile(Protocol):
    """What is to be done once a sensor is connected."""

    async def start(self, connection: Connection, on_frame: OnFrame) -> None:
        """Start the measurement; may raise `BluetoothError`."""


class BluetoothLoop:
    """An event loop in a thread that ends with the program."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="bluetooth", daemon=True
        )
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result], at_most_s: float) -> Result:
        """Run something on the loop and wait for it.

        Raises
        ------
        BluetoothError
            If it takes too long.
        """
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return running.result(at_most_s)
        except TimeoutError as error:
            running.cancel()
            raise BluetoothError("Bluetooth does not answer in time. Try again.") from error

    def begin(self, work: Coroutine[Any, Any, None]) -> Callable[[], None]:
        """Run something on the loop until the returned function cancels it and waits for its end."""
        is_over = threading.Event()

        async def begun() -> asyncio.Task[None]:
            task = asyncio.create_task(_ignoring_cancellation(work))
            task.add_done_callback(lambda _: is_over.set())
            return task

        task = self.run(begun(), CLOSING_S)

        def end() -> None:
            self._loop.call_soon_threadsafe(task.cancel)
            is_over.wait(CLOSING_S)

        return end


class BluetoothFeed:
    """The frames of one sensor as a feed; make one with `connect`.

    Parameters
    ----------
    transport : Transport
        The radio.
    address : str
        The device it is bound to.
    profile : Profile
        How its measurement is started.
    decoder : Decoder
        What becomes of its frames.
    clock : callable
        Seconds that only go forward.
    """

    def __init__(
        self,
        transport: Transport,
        address: str,
        profile: Profile,
        decoder: Decoder,
        clock: Callable[[], float],
    ) -> None:
        self._transport = transport
        self._address = address
        self._profile = profile
        self._decoder = decoder
        self._clock = clock
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._heard_s = clock()
        self._is_other = False
        self._end: Callable[[], None] = lambda: None

    @classmethod
    def connect(
        cls,
        loop: BluetoothLoop,
        transport: Transport,
        address: str,
        profile: Profile,
        decoder: Decoder,
        clock: Callable[[], float],
        *,
        wait_s: float,
    ) -> "BluetoothFeed":
        """Connect for the first time and keep the link up from then on.

        Parameters
        ----------
        loop : BluetoothLoop
            Where the link lives.
        transport, address, profile, decoder, clock
            As of the class.
        wait_s : float
            How long the first connection may take.

        Raises
        ------
        NoSourceError
            If the sensor does not answer, refuses, or is another one.
        """
        feed = cls(transport, address, profile, decoder, clock)
        lost = asyncio.Event()
        try:
            connection = loop.run(feed._connected(lost), wait_s)
        except BluetoothError as error:
            raise NoSourceError(str(error)) from error
        feed._end = loop.begin(feed._keep_up(connection, lost))
        return feed

    def pull(self) -> Pulled:
        """Take over the frames that wait."""
        stamps_s: list[float] = []
        values: list[float] = []
        while self._waiting:
            received_s, frame = self._waiting.popleft()
            if frame == LINK_LOST:
                self._decoder.break_off()
                continue
            samples = self._decoder.take(received_s, frame)
            stamps_s += samples.stamps_s
            values += samples.values
        refused = OTHER_SENSOR if self._is_other else self._decoder.refused
        return Pulled(now_s=self._clock(), stamps_s=stamps_s, values=values, refused=refused)

    def close(self) -> None:
        """Disconnect and stop keeping the link up."""
        self._end()

    async def _connected(self, lost: asyncio.Event) -> Connection:
        loop = asyncio.get_running_loop()
        connection = await self._transport.connect(self._address, lambda: _call(loop, lost.set))
        self._is_other = connection.address.lower() != self._address.lower()
        async with AsyncExitStack() as undo:
            undo.push_async_callback(_close_in_silence, connection)
            await self._started(connection)
            undo.pop_all()
        self._heard_s = self._clock()
        return connection

    async def _started(self, connection: Connection) -> None:
        if self._is_other:
            raise BluetoothError(
                "Another sensor answered than the one that was chosen. Choose the sensor again."
            )
        await self._profile.start(connection, self._take)

    def _take(self, frame: bytes) -> None:
        self._heard_s = self._clock()
        if frame:
            self._waiting.append((self._heard_s, bytes(frame)))

    async def _keep_up(self, connection: Connection, lost: asyncio.Event) -> None:
        while True:
            try:
                await self._until_lost(lost)
            finally:
                await _close_in_silence(connection)
            self._waiting.append((self._clock(), LINK_LOST))
            lost = asyncio.Event()
            connection = await self._connected_again(lost)

    async def _until_lost(self, lost: asyncio.Event) -> None:
        """Wait until the device is gone, or silent for too long."""
        while self._clock() - self._heard_s <= LONGEST_AGE_S:
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), RETRY_S)
                return

    async def _connected_again(self, lost: asyncio.Event) -> Connection:
        while True:
            try:
                return await self._connected(lost)
            except BluetoothError:
                await asyncio.sleep(RETRY_S)


async def _close_in_silence(connection: Connection) -> None:
    with suppress(BluetoothError):
        await connection.close()


def _call(loop: asyncio.AbstractEventLoop, wanted: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(wanted)


async def _ignoring_cancellation(work: Coroutine[Any, Any, None]) -> None:
    with suppress(asyncio.CancelledError):
        await work
