"""Whether a waveform can have been sampled at the declared rate, where there are no time stamps to ask.

Conventions: two clocks are looked for in the signal itself. *Mains*: the hum of the power line stands at a multiple of 50
or 60 Hz, or where sampling folds it to; a clear tone that stands elsewhere, with none that stands right, says that the
rate is wrong. *Form*: ventricles and arteries are never faster or slower than living ones; 90 % of the squared slope of
the median beat lies within a time that the limits below enclose. Neither sees a wrong rate that turns 60 Hz into 50, nor a
small error in a signal without hum: only time stamps do.

Contents: `is_rate_plausible`, `BeatForm` with `QRS` and `UPSTROKE`, `measure_beat_s`, `find_tones`.

References
----------
Surawicz, B. et al. (2009), Circulation 119(10), e235-e240 (QRS duration of adults: to 110 ms; with a block of a bundle
branch from 120 ms on). The central 90 % of the squared slope is shorter than the QRS complex: 31 ms in a record with narrow
and 97 ms in one with blocked ventricles.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d
from scipy.special import gammainccinv

from data.measures.time_domain import FloatArray

MAINS_HZ = (50.0, 60.0)
HIGHEST_HARMONIC = 8
HIGHEST_FOLDED = 3
"""Filters of recorders let no higher harmonic fold back."""
MAINS_TOLERANCE = 0.005
"""Share of the frequency: mains keep 0.1 %, and so do the clocks of recorders."""
LOWEST_TONE_HZ = 38.0
"""Below it stand the beats themselves."""
CLEAR_TONE_DB = 6.0
"""Above the median of the 6 Hz around, and so far above that noise gets there in one of a million frequencies only."""
NOISE_SHARE = 1e-6
TONE_SEGMENT_S = 8.0
SHORTEST_TONE_S = 12.0
OVERLAP_GAIN = 1.1
"""Independent segments, for each that would fit end to end, when they overlap by half."""
FLOOR_HZ = 3.0
SAME_TONE_HZ, COMB_HZ = 0.6, 4.0
"""Tones that stand so close to each other are harmonics of a very regular heart."""
SMOOTHED_RR = 0.0125
"""Slopes are taken over this share of the RR interval."""
SEARCHED_S = 300.0
FEWEST_BEATS = 5
MOST_BEATS = 200
INSIDE_SHARE = 0.90
ALIKE_CORRELATION, ALIKE_SHARE = 0.8, 0.5
"""Of noise there is no form to judge: the template rule refuses it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatForm:
    """Where in a beat its fastest part lies, and how long that can last."""

    before_rr: float
    """Begin of the part looked at, in RR intervals before the peak."""
    after_rr: float
    shortest_s: float
    longest_s: float


QRS = BeatForm(before_rr=0.2, after_rr=0.2, shortest_s=0.022, longest_s=0.140)
"""Seen: 0.031 s (record 100, narrow) to 0.097 s (record 118, right bundle branch block); simulated 0.050-0.071 s."""
UPSTROKE = BeatForm(before_rr=0.45, after_rr=0.0, shortest_s=0.045, longest_s=0.450)
"""Seen: 0.079-0.180 s in three devices."""


def is_rate_plausible(
    samples: FloatArray, sampling_rate_hz: float, peaks: FloatArray, form: BeatForm
) -> bool:
    """Tell whether mains hum and the form of the beats agree with the declared rate.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        The waveform as recorded; NaN where missing.
    sampling_rate_hz : float
        Declared samples a second.
    peaks : ndarray of float, shape (n_peaks,)
        Positions of the beats in samples.
    form : BeatForm
        ``QRS`` of an ECG, ``UPSTROKE`` of a pulse wave.

    Returns
    -------
    bool
        True also where the signal says nothing: no hum, fewer than five beats.
    """
    beat_s = measure_beat_s(samples, sampling_rate_hz, peaks, form)
    if beat_s is not None and not form.shortest_s <= beat_s <= form.longest_s:
        return False
    tones_hz = find_tones(samples, sampling_rate_hz)
    return not tones_hz.size or any(_is_of_mains(one, sampling_rate_hz) for one in tones_hz)


def measure_beat_s(
    samples: FloatArray, sampling_rate_hz: float, peaks: FloatArray, form: BeatForm
) -> float | None:
    """Return how long the central 90 % of the squared slope of the median beat lasts.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        The waveform as recorded.
    sampling_rate_hz : float
        Declared samples a second.
    peaks : ndarray of float, shape (n_peaks,)
        Positions of the beats in samples.
    form : BeatForm
        Which part of the beat.

    Returns
    -------
    float or None
        Seconds; None with fewer than five beats, in a beat without form, or where most beats are unlike the median.
    """
    segments = _segments(samples, peaks, form)
    if segments.shape[0] < FEWEST_BEATS:
        return None
    segments = segments - segments.mean(axis=1, keepdims=True)
    beat = np.median(segments, axis=0)
    if not _are_alike(segments, beat):
        return None
    rr = (beat.size - 1) / (form.before_rr + form.after_rr)
    smooth = uniform_filter1d(beat, max(1, round(SMOOTHED_RR * rr)), mode="nearest")
    energy = np.gradient(smooth) ** 2
    energy = np.maximum(energy - np.median(energy), 0.0)
    total = float(energy.sum())
    if not total > 0.0:
        return None
    reached = np.cumsum(energy) / total
    tail = (1.0 - INSIDE_SHARE) / 2.0
    first, last = np.interp([tail, 1.0 - tail], reached, np.arange(energy.size))
    return float(last - first) / sampling_rate_hz


def _segments(samples: FloatArray, peaks: FloatArray, form: BeatForm) -> FloatArray:
    """Return whole beats without missing samples, at most 200, spread over the recording."""
    if peaks.size < FEWEST_BEATS:
        return np.empty((0, 0))
    rr = float(np.median(np.diff(peaks)))
    before, after = round(form.before_rr * rr), round(form.after_rr * rr)
    centres = np.rint(peaks).astype(np.int64)
    centres = centres[(centres >= before) & (centres < samples.size - after)]
    if centres.size > MOST_BEATS:
        centres = centres[np.linspace(0, centres.size - 1, MOST_BEATS).astype(np.int64)]
    if before + after < 2 or not centres.size:
        return np.empty((0, 0))
    span = np.arange(-before, after + 1)
    segments = np.asarray(samples[centres[:, np.newaxis] + span], dtype=np.float64)
    return segments[np.isfinite(segments).all(axis=1)]


def _are_alike(segments: FloatArray, beat: FloatArray) -> bool:
    beat = beat - beat.mean()
    scale = np.sqrt((segments**2).sum(axis=1) * float(beat @ beat))
    return float(np.mean(segments @ beat > ALIKE_CORRELATION * scale)) >= ALIKE_SHARE


def find_tones(samples: FloatArray, sampling_rate_hz: float) -> FloatArray:
    """Return the frequencies of clear, narrow tones above 38 Hz, the clearest first.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        The waveform as recorded; of the five minutes in its middle, the longest stretch without a missing sample.
    sampling_rate_hz : float
        Declared samples a second.

    Returns
    -------
    ndarray of float, shape (n_tones,)
        Hertz by the declared rate; empty where that is shorter than 12 s, or the rate is too low to see any.
    """
    segment = round(TONE_SEGMENT_S * sampling_rate_hz)
    whole = _longest_whole(samples, round(SEARCHED_S * sampling_rate_hz))
    if whole.size < SHORTEST_TONE_S * sampling_rate_hz:
        return np.empty(0)
    from scipy.signal import welch  # noqa: PLC0415 - brings scipy.stats, slow to import

    frequencies_hz, power = welch(whole, sampling_rate_hz, nperseg=segment, detrend="linear")
    level_db = 10.0 * np.log10(power + np.finfo(np.float64).tiny)
    wide = 2 * round(FLOOR_HZ * TONE_SEGMENT_S) + 1
    above_db = level_db - median_filter(level_db, wide, mode="nearest")
    inside = (frequencies_hz > LOWEST_TONE_HZ) & (frequencies_hz < 0.48 * sampling_rate_hz)
    lowest_db = _clear_db(whole.size / segment)
    clear = np.flatnonzero(inside & (above_db >= lowest_db))
    tones_hz = frequencies_hz[clear[np.argsort(-above_db[clear])]]
    return np.array([one for one in tones_hz if not _is_in_comb(one, tones_hz)], dtype=np.float64)


def _is_in_comb(tone_hz: float, tones_hz: FloatArray) -> bool:
    away_hz = np.abs(tones_hz - tone_hz)
    return bool(((away_hz > SAME_TONE_HZ) & (away_hz < COMB_HZ)).any())


def _clear_db(segments: float) -> float:
    """Return how far a tone stands out: power of noise, averaged, is gamma distributed."""
    averaged = max(1.0, OVERLAP_GAIN * segments)
    highest = gammainccinv(averaged, NOISE_SHARE) / gammainccinv(averaged, 0.5)
    return max(CLEAR_TONE_DB, 10.0 * math.log10(highest))


def _longest_whole(samples: FloatArray, longest: int) -> FloatArray:
    """Return the longest stretch without missing samples in the middle of a recording."""
    first = max(0, (samples.size - longest) // 2)
    middle = np.asarray(samples[first : first + longest], dtype=np.float64)
    missing = np.flatnonzero(~np.isfinite(middle))
    edges = np.concatenate([[-1], missing, [middle.size]])
    at = int(np.argmax(np.diff(edges)))
    return middle[edges[at] + 1 : edges[at + 1]]


def _is_of_mains(tone_hz: float, sampling_rate_hz: float) -> bool:
    for mains_hz in MAINS_HZ:
        for harmonic in range(1, HIGHEST_HARMONIC + 1):
            true_hz = harmonic * mains_hz
            folds = round(true_hz / sampling_rate_hz)
            if folds and harmonic > HIGHEST_FOLDED:
                continue
            if abs(tone_hz - abs(true_hz - folds * sampling_rate_hz)) <= MAINS_TOLERANCE * true_hz:
                return True
    return False
