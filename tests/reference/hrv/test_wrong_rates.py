"""A wrong rate without time stamps, on every ECG of the reference recordings: what is refused, and that no true rate is."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind
from data.exchange.recordings import read_recording
from data.measures.heart_recordings import heart_recording_of_ecg
from data.measures.measured_values import NoValueReason
from data.measures.time_domain import FloatArray

MINUTE_S = 60
Minutes = Mapping[str, tuple[float, list[FloatArray]]]


@pytest.fixture(scope="module")
def minutes(reference: Path) -> Minutes:
    """Return each recording's true rate and its minutes; those shorter than one whole."""
    folder = reference / "signals"
    found = {}
    for name in ("ecg_mitdb100/100.hea", "opensignals/SampleECG.txt"):
        channel = read_recording(folder / name).sampled(ChannelKind.ECG)
        assert channel is not None
        found[name[:3]] = (
            channel.sampling_rate_hz,
            _minutes(channel.samples, channel.sampling_rate_hz),
        )
    for name in ("118e24", "118e12"):
        samples = np.loadtxt(folder / "ecg_nstdb" / f"{name}.csv")
        found[name] = (360.0, _minutes(samples, 360.0))
    biosppy = np.loadtxt(folder / "biosppy_1000hz" / "ecg.txt", comments="#")
    return found | {"biosppy": (1000.0, _minutes(biosppy, 1000.0))}


def _minutes(samples: FloatArray, rate_hz: float) -> list[FloatArray]:
    length = round(MINUTE_S * rate_hz)
    firsts = range(0, max(1, samples.size - length + 1), length)
    return [samples[first : first + length] for first in firsts]


def refused(samples: FloatArray, declared_hz: float) -> bool:
    return heart_recording_of_ecg(samples, declared_hz).refusal is NoValueReason.WRONG_RATE


def test_no_true_rate_is_refused(minutes: Minutes) -> None:
    verdicts = [refused(one, rate_hz) for rate_hz, of_one in minutes.values() for one in of_one]

    assert len(verdicts) == 36
    assert sum(verdicts) == 0


@pytest.mark.parametrize("declared_hz", [250.0, 1000.0])
def test_a_record_of_360_hz_declared_otherwise_is_refused(
    minutes: Minutes, declared_hz: float
) -> None:
    _, clean = minutes["ecg"]
    _, noisy = minutes["118e24"]

    assert all(refused(one, declared_hz) for one in [*clean[::5], *noisy])


@pytest.mark.parametrize("factor", [0.36, 0.9, 1.1, 1.44])
def test_of_the_recordings_that_the_gate_believes_all_are_refused_at_another_rate(
    minutes: Minutes, factor: float
) -> None:
    for name, (rate_hz, of_one) in minutes.items():
        if name != "118e12":
            assert refused(of_one[0], rate_hz / factor), name
