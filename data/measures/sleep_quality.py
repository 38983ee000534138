"""Pittsburgh Sleep Quality Index: seven components from times, hours and ratings.

Conventions: every component and every rating runs from 0 (good) to 3 (bad); times are in minutes or
hours; all answers are present (the caller applies the missing-item rule).

References
----------
Buysse et al. (1989), Psychiatry Research 28(2), 193-213.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_DISTURBANCES = tuple(f"5{letter}" for letter in "bcdefghij")


@dataclass(frozen=True, kw_only=True, slots=True)
class SleepQuality:
    """The seven components and what they add up to."""

    quality: int
    latency: int
    duration: int
    efficiency: int
    disturbances: int
    medicine: int
    daytime: int
    efficiency_percent: float
    """Hours slept in percent of hours in bed."""

    @property
    def components(self) -> tuple[int, ...]:
        """The components C1 to C7 in the order of the manual."""
        return (
            self.quality,
            self.latency,
            self.duration,
            self.efficiency,
            self.disturbances,
            self.medicine,
            self.daytime,
        )

    @property
    def total(self) -> int:
        """The global score, 0 to 21."""
        return sum(self.components)


def score_sleep_quality(answers: Mapping[str, float]) -> SleepQuality:
    """Compute the seven components.

    Parameters
    ----------
    answers : mapping of str to float
        Every item of ``protocols/questionnaires/psqi.yaml`` by its code.

    Returns
    -------
    SleepQuality
        The components.
    """
    efficiency_percent = 100 * answers["hours_slept"] / answers["hours_in_bed"]
    return SleepQuality(
        quality=int(answers["quality"]),
        latency=_paired(_latency_level(answers["latency_minutes"]) + answers["5a"]),
        duration=_duration_level(answers["hours_slept"]),
        efficiency=_efficiency_level(efficiency_percent),
        disturbances=_disturbance_level(sum(answers[code] for code in _DISTURBANCES)),
        medicine=int(answers["medicine"]),
        daytime=_paired(answers["awake"] + answers["enthusiasm"]),
        efficiency_percent=efficiency_percent,
    )


def _latency_level(minutes: float) -> int:
    return sum(minutes > limit for limit in (15, 30, 60))


def _duration_level(hours: float) -> int:
    return 0 if hours > 7 else sum(hours < limit for limit in (6, 5)) + 1


def _efficiency_level(percent: float) -> int:
    return sum(percent < limit for limit in (85, 75, 65))


def _disturbance_level(total: float) -> int:
    return sum(total > limit for limit in (0, 9, 18))


def _paired(total: float) -> int:
    """Return the level of two ratings added: 0, 1-2, 3-4, 5-6."""
    return sum(total > limit for limit in (0, 2, 4))
