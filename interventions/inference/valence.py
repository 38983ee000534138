"""Valence: from what the participant says, and from nothing else.

Heart, skin and breathing follow arousal; no measure of this loop tells pleasant from unpleasant arousal. So valence is
unknown until the participant says something of it, and becomes uncertain again afterwards.

Contents: `Valence`, `UNKNOWN`, `follow_valence`.
"""

import math
from dataclasses import dataclass

TIME_CONSTANT_S = 600.0
VARIANCE = 1.0
REPORT_VARIANCE = 0.41
"""Of one report: as of a report of arousal, a moment's error and a person's own use of the scale."""
GRID_MIDDLE, GRID_PER_Z = 5.0, 2.0
DIGITS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Valence:
    """What is believed of valence, 0 = neither pleasant nor unpleasant."""

    mean: float
    variance: float
    is_known: bool
    """Whether anything was ever said."""


UNKNOWN = Valence(mean=0.0, variance=VARIANCE, is_known=False)


def follow_valence(
    before: Valence, elapsed_s: float, pleasure: float | None, age_s: float
) -> Valence:
    """Return what is believed of valence now.

    Parameters
    ----------
    before : Valence
        What was believed.
    elapsed_s : float
        Seconds since then.
    pleasure : float or None
        Of the affect grid, 1-9; None when nothing was said.
    age_s : float
        Seconds since it was said.
    """
    kept = math.exp(-elapsed_s / TIME_CONSTANT_S)
    mean = before.mean * kept
    variance = before.variance * kept * kept + VARIANCE * (1.0 - kept * kept)
    if pleasure is None:
        return Valence(
            mean=round(mean, DIGITS), variance=round(variance, DIGITS), is_known=before.is_known
        )
    since = math.exp(-age_s / TIME_CONSTANT_S)
    error = REPORT_VARIANCE + VARIANCE * (1.0 - since * since)
    gain = since * variance / (since * since * variance + error)
    surprise = (pleasure - GRID_MIDDLE) / GRID_PER_Z - since * mean
    return Valence(
        mean=round(mean + gain * surprise, DIGITS),
        variance=round(variance * (1.0 - gain * since), DIGITS),
        is_known=True,
    )
