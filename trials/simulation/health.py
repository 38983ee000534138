"""How an invented person feels: anxious, low, well, and how much the music takes off it.

Every number is invented, like everything here.
"""

import math
from dataclasses import dataclass

from protocols.design import ArmRole, Protocol
from trials.simulation.person import Obstacle, Person

_WEEK_4_IMPROVEMENT = 3.0
"""Points of GAD-7 that the music takes off a person who responds like the average one."""
_ADAPTIVE_EXTRA = 1.2
"""Points more with the experimental arm's music."""
_WELL_BEING_PER_POINT = 2.6
_WEEK_4_DAY = 28
_LEFT_AFTERWARDS = 0.85


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How one person fares in one arm."""

    protocol: Protocol
    person: Person
    role: ArmRole
    """Of the arm; before randomization nothing depends on it."""

    def relief(self, visit: str) -> float:
        """Return how many points of GAD-7 the music has taken off by a visit."""
        day = self.protocol.visit(visit).day
        if day <= 0:
            return 0.0
        extra = _ADAPTIVE_EXTRA if self.role is ArmRole.EXPERIMENTAL else 0.0
        lasting = 1.0 if day <= _WEEK_4_DAY else _LEFT_AFTERWARDS
        return (_WEEK_4_IMPROVEMENT + extra) * self.person.response * lasting

    def points(self, questionnaire: str, visit: str) -> float:
        """Return the latent sum of the answers to GAD-7, PHQ-9 or WHO-5 at a visit."""
        relief = self.relief(visit)
        if questionnaire == "who5":
            return (self.person.well_being + _WELL_BEING_PER_POINT * relief) / 4.0
        latent = {"gad7": self.person.anxiety, "phq9": self.person.low_mood}
        return max(0.0, latent[questionnaire] - relief)

    def screening_totals(self) -> tuple[float, float]:
        """Return the screening totals, least and most, that let this person in, or keep them out."""
        threshold = next(c.minimum for c in self.protocol.criteria if c.minimum is not None)
        if self.person.obstacle is Obstacle.TOO_LITTLE_ANXIETY:
            return 0.0, threshold - 1.0
        return threshold, math.inf
