"""How right the numbers of heart recordings are: R peaks, injected artefacts, dropped beats, wrong rates. Needs the reference recordings."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.table import Measurement
from data.exchange.recording import ChannelKind
from data.exchange.recordings import read_recording
from data.measures.heart_recordings import heart_recording_of_ecg
from data.measures.heartbeats import locate_beats
from data.measures.measured_values import NoValueReason
from data.measures.time_domain import FloatArray, rmssd
from tests.reference.hrv.test_artefacts import cleaned_rmssd, inject, read_clean_windows

CHECKOUT = Path(__file__).parents[1]
RATE_HZ = 360.0
TOLERANCE_S = 0.150
FACTORS = (0.25, 0.36, 0.5, 0.694, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 1.44, 2.0, 2.78, 4.0)
MINUTE = round(60 * RATE_HZ)


def measure() -> Iterator[Measurement]:
    """Measure on the reference recordings; nothing without them.

    Yields
    ------
    Measurement
        Per cent.
    """
    beside = CHECKOUT.parent / "shared" / "reference"
    reference = Path(os.environ.get("ANTIPHON_REFERENCE") or beside)
    if reference.is_dir():
        recording = read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")
        ecg = recording.sampled(ChannelKind.ECG)
        if ecg is not None:
            yield from _peaks(reference, ecg.samples)
            yield from _rates(reference, ecg.samples)
        yield from _artefacts(reference)


def _peaks(reference: Path, ecg: FloatArray) -> Iterator[Measurement]:
    import wfdb  # noqa: PLC0415 - slow to import

    notes = wfdb.rdann(str(reference / "signals" / "ecg_mitdb100" / "100"), "atr")
    marked = [at for at, one in zip(notes.sample, notes.symbol, strict=True) if one in "NAV"]
    true, found = np.array(marked), locate_beats(ecg, RATE_HZ).peaks
    tolerance = TOLERANCE_S * RATE_HZ
    seen = float(np.mean([np.abs(found - at).min() <= tolerance for at in true]))
    right = float(np.mean([np.abs(true - at).min() <= tolerance for at in found]))
    for what, share in (("sensitivity", seen), ("precision", right)):
        yield Measurement(
            what=f"R peaks of record 100, {what}",
            unit="%",
            values=(100.0 * share,),
            remark=f"{true.size} annotated, {found.size} found, 150 ms; at least 99.5",
        )


def _rates(reference: Path, ecg: FloatArray) -> Iterator[Measurement]:
    noisy = np.loadtxt(reference / "signals" / "ecg_nstdb" / "118e24.csv")
    minutes = [one[first : first + MINUTE] for one in (ecg, noisy) for first in _firsts(one)]
    true = [_is_refused(one, RATE_HZ) for one in minutes]
    yield Measurement(
        what="ECG at its true rate, no time stamps",
        unit="% refused",
        values=(100.0 * float(np.mean(true)),),
        remark=f"{len(minutes)} minutes of records 100 and 118e24",
    )
    for factor in FACTORS:
        wrong = [_is_refused(one, RATE_HZ / factor) for one in [*minutes[::6], *minutes[-2:]]]
        yield Measurement(
            what=f"ECG of 360 Hz declared {RATE_HZ / factor:.0f} Hz",
            unit="% refused",
            values=(100.0 * float(np.mean(wrong)),),
            remark=f"{len(wrong)} minutes; by hum and by the form of the beats",
        )


def _firsts(samples: FloatArray) -> range:
    return range(0, samples.size - MINUTE + 1, MINUTE)


def _is_refused(samples: FloatArray, declared_hz: float) -> bool:
    return heart_recording_of_ecg(samples, declared_hz).refusal is NoValueReason.WRONG_RATE


def _artefacts(reference: Path) -> Iterator[Measurement]:
    windows = read_clean_windows(reference)
    untouched = [100.0 * abs(cleaned_rmssd(one) / rmssd(one) - 1.0) for one in windows]
    yield Measurement(
        what="RMSSD of clean windows",
        unit="% error",
        values=tuple(untouched),
        remark=f"{len(windows)} windows of 5 min; p90 {np.quantile(untouched, 0.9):.1f}",
    )
    for percent, limit in ((1, 2), (5, 6)):
        chance = np.random.Generator(np.random.PCG64(20261124))
        errors = [
            100.0
            * abs(cleaned_rmssd(inject(one, percent / 100.0, chance)) / cleaned_rmssd(one) - 1.0)
            for one in windows
        ]
        yield Measurement(
            what=f"RMSSD with {percent}% artefacts",
            unit="% error",
            values=tuple(errors),
            remark=f"p90 {np.quantile(errors, 0.9):.1f}; median at most {limit}, p90 at most 20",
        )
