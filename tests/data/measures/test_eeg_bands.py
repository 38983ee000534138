"""Band power of made-up EEG whose power is known, and what is refused. MNE is an extra: without it these tests are skipped."""

import importlib.util

import numpy as np
import pytest

from data.measures import extras
from data.measures.eeg_bands import EegBands, measure_eeg, resting_alpha
from data.measures.extras import MissingExtraError
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality, SignalBaseline, normalize
from data.measures.time_domain import FloatArray

RATE_HZ = 250.0
needs_mne = pytest.mark.skipif(
    importlib.util.find_spec("mne") is None, reason="the optional packages “eeg” are not installed"
)


def waves(*parts: tuple[float, float], length_s: float = 60.0) -> FloatArray:
    """Return sines of a frequency and a root mean square in μV, with a little noise."""
    times_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    eeg = np.random.Generator(np.random.PCG64(4)).normal(0.0, 1.0, times_s.size)
    for hertz, rms_uv in parts:
        eeg = eeg + np.sqrt(2.0) * rms_uv * np.sin(2.0 * np.pi * hertz * times_s)
    return np.asarray(eeg, dtype=np.float64)


def values(bands: EegBands) -> set[tuple[float | None, NoValueReason | None]]:
    found = (bands.ln_theta, bands.ln_alpha, bands.ln_beta, bands.alpha_share_percent)
    return {(one.value, one.reason) for one in found}


@needs_mne
def test_each_band_has_the_power_of_its_wave() -> None:
    bands = measure_eeg(waves((6.0, 5.0), (10.0, 10.0), (20.0, 4.0)), RATE_HZ, start_s=3.0)

    assert bands.ln_theta.value == pytest.approx(np.log(25.0), abs=0.05)
    assert bands.ln_alpha.value == pytest.approx(np.log(100.0), abs=0.05)
    assert bands.ln_beta.value == pytest.approx(np.log(16.0), abs=0.05)
    assert bands.alpha_share_percent.value == pytest.approx(100.0 * 100.0 / 141.0, abs=1.0)
    assert (bands.start_s, bands.end_s, bands.channels) == (3.0, 63.0, 1)
    assert (bands.usable_share, bands.quality) == (1.0, Quality.GOOD)


@needs_mne
def test_channels_are_averaged_after_the_logarithm() -> None:
    two = np.stack([waves((10.0, 10.0)), waves((10.0, 20.0))])

    assert measure_eeg(two, RATE_HZ).ln_alpha.value == pytest.approx(np.log(200.0), abs=0.05)


@needs_mne
def test_epochs_with_a_blink_are_left_out() -> None:
    eeg = waves((10.0, 10.0))
    blinked = eeg.copy()
    blinked[5000:5100] += 300.0

    bands, clean = measure_eeg(blinked, RATE_HZ), measure_eeg(eeg, RATE_HZ)

    assert bands.usable_share == pytest.approx(29.0 / 30.0, abs=1e-6)
    assert bands.ln_alpha.value == pytest.approx(clean.ln_alpha.value, abs=0.01)


@needs_mne
@pytest.mark.parametrize(
    ("eeg_uv", "rate_hz", "reason"),
    [
        pytest.param(np.full(15000, np.nan), RATE_HZ, NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(np.zeros(15000), RATE_HZ, NoValueReason.NO_SIGNAL, id="flat"),
        pytest.param(np.full(15000, np.inf), RATE_HZ, NoValueReason.NO_SIGNAL, id="infinite"),
        pytest.param(waves((10.0, 10.0)) / 1e6, RATE_HZ, NoValueReason.NO_SIGNAL, id="volts"),
        pytest.param(waves((10.0, 10.0)) * 1e3, RATE_HZ, NoValueReason.OUT_OF_RANGE, id="nV"),
        pytest.param(waves((10.0, 100.0)), RATE_HZ, NoValueReason.ARTEFACTS, id="muscle"),
        pytest.param(waves((10.0, 10.0))[:5000], RATE_HZ, NoValueReason.TOO_SHORT, id="20 s"),
        pytest.param(np.empty(0), RATE_HZ, NoValueReason.TOO_SHORT, id="no samples"),
        pytest.param(waves((10.0, 10.0)), 50.0, NoValueReason.WRONG_RATE, id="50 Hz"),
        pytest.param(waves((10.0, 10.0)), -1.0, NoValueReason.WRONG_RATE, id="no rate"),
        pytest.param(
            np.where(np.arange(15000) % 1000 < 250, np.nan, waves((10.0, 10.0))),
            RATE_HZ,
            NoValueReason.GAP,
            id="a quarter missing",
        ),
    ],
)
def test_a_bad_eeg_has_no_numbers(
    eeg_uv: FloatArray, rate_hz: float, reason: NoValueReason
) -> None:
    bands = measure_eeg(eeg_uv, rate_hz)

    assert values(bands) == {(None, reason)}
    assert bands.quality is Quality.HOLD


@needs_mne
def test_a_rate_that_time_stamps_contradict_has_no_numbers() -> None:
    eeg = waves((10.0, 10.0))
    bands = measure_eeg(eeg, 200.0, time_stamps_s=np.arange(eeg.size) / RATE_HZ)

    assert values(bands) == {(None, NoValueReason.WRONG_RATE)}


@needs_mne
def test_alpha_is_compared_with_its_own_rest() -> None:
    rest = resting_alpha(waves((10.0, 10.0), length_s=180.0), RATE_HZ)

    assert isinstance(rest, SignalBaseline)
    assert rest.median == pytest.approx(np.log(100.0), abs=0.05)
    assert normalize(rest.median + 0.14826, rest) == pytest.approx(1.0)
    assert resting_alpha(waves((10.0, 10.0)), RATE_HZ) is NoValueReason.TOO_SHORT


def test_without_mne_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)

    with pytest.raises(MissingExtraError, match=r"EEG bands need the package mne, .* “eeg”"):
        measure_eeg(waves((10.0, 10.0)), RATE_HZ)
