"""What the operating system throws becomes one sentence that says what to do."""

import asyncio

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)

from interventions.sensing.bluetooth.bleak_transport import NO_BLUETOOTH, BleakTransport, in_words
from interventions.sensing.bluetooth.transport import BluetoothError

POWERED_OFF = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)
NO_SERVICE = BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["No BlueZ here"])


@pytest.mark.parametrize(
    ("thrown", "said"),
    [
        pytest.param(FileNotFoundError(2, "No such file"), NO_BLUETOOTH, id="no D-Bus"),
        pytest.param(ConnectionRefusedError(), NO_BLUETOOTH, id="D-Bus refuses"),
        pytest.param(POWERED_OFF, NO_BLUETOOTH, id="switched off"),
        pytest.param(NO_SERVICE, NO_BLUETOOTH, id="no BlueZ"),
        pytest.param(BleakError("not found\nat all"), "It failed (not found).", id="its own"),
        pytest.param(TimeoutError(), "It failed (TimeoutError).", id="no answer"),
    ],
)
def test_what_is_thrown_is_said_in_words(thrown: Exception, said: str) -> None:
    with pytest.raises(BluetoothError) as refusal, in_words("It failed"):
        raise thrown

    assert str(refusal.value) == said


def test_an_address_that_nobody_has_is_said_in_words() -> None:
    with pytest.raises(BluetoothError):
        asyncio.run(
            asyncio.wait_for(BleakTransport().connect("00:00:00:00:00:00", lambda: None), 20.0)
        )
