"""A device's clock on the receiver's: late deliveries, drift, a clock that is set anew."""

import numpy as np
import pytest

from interventions.sensing.clock_map import ClockMap


def test_late_deliveries_do_not_move_the_samples() -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    clocks = ClockMap()
    device_s = np.arange(600.0)
    received_s = 5000.0 + device_s + 0.02 + chance.exponential(0.05, device_s.size)

    mapped = [clocks.to_host(*one) for one in zip(device_s, received_s, strict=True)]

    error_s = np.array(mapped)[60:] - (5000.02 + device_s[60:])
    assert np.abs(error_s).max() < 0.010
    assert (np.array(mapped) <= received_s).all()


def test_a_clock_that_drifts_is_followed() -> None:
    clocks = ClockMap()
    device_s = np.arange(3600.0)
    received_s = 5000.0 + device_s * (1.0 - 50e-6)

    mapped = [clocks.to_host(*one) for one in zip(device_s, received_s, strict=True)]

    assert mapped[-1] == pytest.approx(received_s[-1], abs=0.010)


def test_a_clock_that_is_set_anew_is_mapped_anew() -> None:
    clocks = ClockMap()
    clocks.to_host(800_000_000.0, 100.0)

    assert clocks.to_host(600_000_000.0, 103.0) == pytest.approx(103.0)


def test_a_delivery_that_was_held_up_keeps_its_time() -> None:
    clocks = ClockMap()
    clocks.to_host(1000.0, 100.0)

    assert clocks.to_host(1001.0, 109.0) == pytest.approx(101.0)
