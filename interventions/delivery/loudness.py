"""Loudness as people hear it (ITU-R BS.1770-4), in blocks, so that a gain can be foreseen before it is applied.

Conventions: stereo float samples, shape (frames, 2), full scale 1; loudness in LUFS; a step is 100 ms, a block 400 ms.

Contents: `step_energies`, `integrated_lufs`, `measure_lufs`, `dynamic_range_lu`.

References
----------
ITU-R BS.1770-4 (2015), annex 1: K-weighting, blocks of 400 ms with 75 % overlap, absolute gate -70 LUFS, relative gate
-10 LU. EBU R 128 (2020): -23 LUFS.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interventions.delivery.synthesis import Samples

Energies = NDArray[np.float64]
STEPS_PER_SECOND = 10
STEPS_PER_BLOCK = 4
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
SILENCE_LUFS = -120.0


@lru_cache(maxsize=4)
def _k_weighting(sampling_rate_hz: int) -> NDArray[np.float64]:
    """Return the two K-weighting filters of pyloudnorm as second-order sections."""
    from pyloudnorm import IIRfilter  # noqa: PLC0415 - slow to import

    shelf = IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, sampling_rate_hz, "high_shelf")
    high_pass = IIRfilter(0.0, 0.5, 38.0, sampling_rate_hz, "high_pass")
    return np.array([np.r_[stage.b, stage.a] for stage in (shelf, high_pass)])


def step_energies(pcm: Samples, sampling_rate_hz: int) -> Energies:
    """Return the K-weighted mean square of every whole 100 ms, both channels added."""
    from scipy.signal import sosfilt  # noqa: PLC0415 - slow to import

    weighted = sosfilt(_k_weighting(sampling_rate_hz), pcm.T.astype(np.float64), axis=1)
    step = sampling_rate_hz // STEPS_PER_SECOND
    steps = weighted.shape[1] // step
    cut = weighted[:, : steps * step].reshape(2, steps, step)
    energies: Energies = np.einsum("csn,csn->s", cut, cut) / step
    return energies


def integrated_lufs(energies: Energies) -> float:
    """Return the gated loudness of consecutive 100-ms steps; `SILENCE_LUFS` when nothing passes the gate."""
    if len(energies) < STEPS_PER_BLOCK:
        return SILENCE_LUFS
    blocks = np.convolve(energies, np.full(STEPS_PER_BLOCK, 1 / STEPS_PER_BLOCK), mode="valid")
    audible = blocks[blocks > _energy(ABSOLUTE_GATE_LUFS)]
    if not len(audible):
        return SILENCE_LUFS
    gated = audible[audible > np.mean(audible) * 10 ** (RELATIVE_GATE_LU / 10)]
    return float(_lufs(float(np.mean(gated))))


def measure_lufs(pcm: Samples, sampling_rate_hz: int) -> float:
    """Return the integrated loudness of some sound."""
    return integrated_lufs(step_energies(pcm, sampling_rate_hz))


def dynamic_range_lu(pcm: Samples, sampling_rate_hz: int) -> float | None:
    """Return how far apart soft and loud are: the 95th less the 10th percentile of audible 400-ms blocks.

    Parameters
    ----------
    pcm : ndarray of float32, shape (frames, 2)
        Some sound.
    sampling_rate_hz : int
        Frames a second.

    Returns
    -------
    float or None
        None where no block is audible.
    """
    energies = step_energies(pcm, sampling_rate_hz)
    if len(energies) < STEPS_PER_BLOCK:
        return None
    blocks = np.convolve(energies, np.full(STEPS_PER_BLOCK, 1 / STEPS_PER_BLOCK), mode="valid")
    audible = blocks[blocks > _energy(ABSOLUTE_GATE_LUFS)]
    if not len(audible):
        return None
    soft, loud = np.percentile(10 * np.log10(audible), (10, 95))
    return float(loud - soft)


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _lufs(energy: float) -> float:
    return float(-0.691 + 10 * np.log10(energy))
