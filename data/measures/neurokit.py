"""The only door to NeuroKit2: cleaning and peaks of ECG and pulse wave, a simulated ECG, with our names and errors.

Conventions: NeuroKit2 takes seconds to import, so it is imported inside the functions. Its bare exceptions end here:
a signal that it cannot treat has no peaks.

Contents: `load`, `clean_ecg`, `find_r_peaks`, `clean_ppg`, `find_pulse_peaks`, `simulate_ecg`.

References
----------
Makowski, D. et al. (2021), NeuroKit2, Behavior Research Methods 53(4), 1689-1696.
"""

import warnings

import numpy as np
from numpy.typing import NDArray


def load() -> None:
    """Import NeuroKit2 now, so that the first window that needs it is not late."""
    import neurokit2  # noqa: F401 - for its effect


def clean_ecg(ecg: NDArray[np.float64], sampling_rate_hz: float) -> NDArray[np.float64]:
    """Remove baseline wander and power-line noise from an ECG.

    Parameters
    ----------
    ecg : ndarray of float, shape (n_samples,)
        Finite samples, at least 2 s.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    ndarray of float, shape (n_samples,)
        Cleaned ECG (NeuroKit2's default: high-pass 0.5 Hz, 50-Hz notch).
    """
    import neurokit2 as nk

    cleaned = nk.ecg_clean(ecg, sampling_rate=round(sampling_rate_hz), method="neurokit")
    return np.asarray(cleaned, dtype=np.float64)


def find_r_peaks(cleaned: NDArray[np.float64], sampling_rate_hz: float) -> NDArray[np.int64]:
    """Find the R peaks of a cleaned ECG.

    Parameters
    ----------
    cleaned : ndarray of float, shape (n_samples,)
        What `clean_ecg` returns.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    ndarray of int, shape (n_peaks,)
        Sample numbers, ascending; empty when NeuroKit2 finds no QRS complex at all (it raises then).
    """
    import neurokit2 as nk

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # it averages nothing where no QRS is
            _, found = nk.ecg_peaks(
                cleaned,
                sampling_rate=round(sampling_rate_hz),
                method="neurokit",
                correct_artifacts=False,
            )
    except (IndexError, ValueError, ZeroDivisionError):
        return np.empty(0, dtype=np.int64)
    return np.asarray(found["ECG_R_Peaks"], dtype=np.int64)


def clean_ppg(ppg: NDArray[np.float64], sampling_rate_hz: float) -> NDArray[np.float64]:
    """Keep of a photoplethysmogram what is pulse (NeuroKit2's default: band-pass 0.5-8 Hz, after Elgendi et al. 2013).

    Parameters
    ----------
    ppg : ndarray of float, shape (n_samples,)
        Finite samples, at least 2 s.
    sampling_rate_hz : float
        Samples a second, above 16.
    """
    import neurokit2 as nk

    cleaned = nk.ppg_clean(ppg, sampling_rate=round(sampling_rate_hz), method="elgendi")
    return np.asarray(cleaned, dtype=np.float64)


def find_pulse_peaks(cleaned: NDArray[np.float64], sampling_rate_hz: float) -> NDArray[np.int64]:
    """Find the systolic peaks of a cleaned photoplethysmogram.

    Parameters
    ----------
    cleaned : ndarray of float, shape (n_samples,)
        What `clean_ppg` returns.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    ndarray of int, shape (n_peaks,)
        Sample numbers, ascending; empty when NeuroKit2 finds none (it raises then).

    References
    ----------
    Elgendi, M. et al. (2013), PLoS ONE 8(10), e76585.
    """
    import neurokit2 as nk

    try:
        found = nk.ppg_findpeaks(
            cleaned, sampling_rate=round(sampling_rate_hz), method="elgendi", show=False
        )
    except (IndexError, TypeError, ValueError, ZeroDivisionError):
        return np.empty(0, dtype=np.int64)
    return np.asarray(found["PPG_Peaks"], dtype=np.int64)


def simulate_ecg(
    *, duration_s: float, sampling_rate_hz: int, heart_rate_bpm: float, seed: int
) -> NDArray[np.float64]:
    """Simulate a clean resting ECG (NeuroKit2's ECGSYN).

    Parameters
    ----------
    duration_s : float
        Length.
    sampling_rate_hz : int
        Samples a second.
    heart_rate_bpm : float
        Mean heart rate.
    seed : int
        Chance: the same seed gives the same samples.

    Returns
    -------
    ndarray of float, shape (n_samples,)
        ECG in millivolts.

    References
    ----------
    McSharry, P. E. et al. (2003), IEEE Transactions on Biomedical Engineering 50(3), 289-294.
    """
    import neurokit2 as nk

    simulated = nk.ecg_simulate(
        duration=duration_s,
        sampling_rate=sampling_rate_hz,
        heart_rate=heart_rate_bpm,
        heart_rate_std=1,
        noise=0.0,
        method="ecgsyn",
        random_state=seed,
    )
    return np.asarray(simulated, dtype=np.float64)
