"""What a protocol may promise of a signal is what is measured of it: the same variables, units and recipes."""

import numpy as np
import pytest

from data.measures.resting_signals import measure_resting_signal
from data.measures.time_domain import FloatArray
from protocols.signal_variables import SIGNAL_VARIABLES, SignalName

TIMES_S = np.arange(0.0, 300.0, 1.0 / 128.0)
SIGNALS: dict[SignalName, tuple[FloatArray, float]] = {
    SignalName.ELECTRODERMAL: (2.0 + 0.001 * TIMES_S[::32], 4.0),
    SignalName.RESPIRATION: (np.sin(2.0 * np.pi * 0.2 * TIMES_S[::16]), 8.0),
    SignalName.OXYGEN_SATURATION: (97.0 + np.sin(TIMES_S[::128] / 10.0), 1.0),
    SignalName.EEG: (20.0 * np.sin(2.0 * np.pi * 10.0 * TIMES_S), 128.0),
}


@pytest.mark.parametrize("signal", SignalName)
def test_every_variable_of_a_signal_is_measured_in_its_unit_by_its_recipe(
    signal: SignalName,
) -> None:
    if signal is SignalName.EEG:
        pytest.importorskip("mne", reason="the optional packages “eeg” are not installed")
    samples, rate_hz = SIGNALS[signal]

    found = {one.variable: one for one in measure_resting_signal(signal, samples, rate_hz)}

    assert set(found) == {one.code for one in SIGNAL_VARIABLES.values() if one.signal is signal}
    for code, one in found.items():
        promised = SIGNAL_VARIABLES[code]
        assert (one.found.unit, one.recipe) == (promised.unit, promised.recipe)
        assert one.found.reason is None, code
        assert one.duration_s == 300.0
