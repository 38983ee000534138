"""Time to an event: events by Schoenfeld's formula, participants by exponential times and staggered entry.

References
----------
Schoenfeld (1983), Biometrics 39, 499-503. Lachin & Foulkes (1986), Biometrics 42, 507-519.
"""

import math
from dataclasses import dataclass

from scipy.special import ndtr, ndtri

from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    check_positive,
)
from protocols.sample_size import normal_participants


@dataclass(frozen=True, kw_only=True, slots=True)
class Survival:
    """Two arms with proportional hazards, compared by the log-rank test or Cox's model."""

    hazard_first: float
    """Events for each unit of time at risk, constant."""
    hazard_second: float
    accrual_time: float
    """How long participants enter, evenly; 0 if all at once."""
    follow_up_time: float
    """After the last one has entered."""
    loss_hazard: float = 0.0
    """Losses to follow-up for each unit of time, the same in both arms."""
    hypothesis: float = 1.0
    """Hazard ratio to be refuted."""

    def __post_init__(self) -> None:
        check_positive("The hazard of the first arm", self.hazard_first)
        check_positive("The hazard of the second arm", self.hazard_second)
        check_positive("The follow-up time", self.follow_up_time)
        check_positive("The hazard ratio to be refuted", self.hypothesis)
        if min(self.accrual_time, self.loss_hazard) < 0:
            raise SampleSizeError("The accrual time and the hazard of losses must be 0 or above.")
        if self._log_ratio == 0:
            raise SampleSizeError("The hazards fulfil the hypothesis: there is nothing to find.")

    def events(self, target: Target) -> float:
        """Return the events of both arms together that reach the target, not rounded."""
        ratio = target.allocation_ratio
        variance = (1 + ratio) ** 2 / ratio
        return normal_participants(
            null_variance=variance,
            variance=variance,
            difference=self._log_ratio,
            tail=target.tail,
            statistical_power=target.statistical_power,
        )

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that are expected to have the events needed."""
        ratio = target.allocation_ratio
        first, second = self.event_probabilities
        size = self.events(target) / (first + second / ratio)
        return Requirement(
            first=size, second=size / ratio, method="log-rank test, events by Schoenfeld (1983)"
        )

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants, followed up as planned."""
        expected = self.event_probabilities
        events = first * expected[0] + second * expected[1]
        share = first / (first + second)
        distance = abs(self._log_ratio) * math.sqrt(events * share * (1 - share))
        return float(ndtr(distance + ndtri(target.tail)))

    @property
    def event_probabilities(self) -> tuple[float, float]:
        """Probability that a participant of the first and of the second arm has the event."""
        return self._probability(self.hazard_first), self._probability(self.hazard_second)

    @property
    def _log_ratio(self) -> float:
        return math.log(self.hazard_first / self.hazard_second / self.hypothesis)

    def _probability(self, hazard: float) -> float:
        leaving = hazard + self.loss_hazard
        at_end = math.exp(-leaving * self.follow_up_time)
        if self.accrual_time:
            entered = leaving * self.accrual_time
            at_end *= -math.expm1(-entered) / entered
        return hazard / leaving * (1 - at_end)
