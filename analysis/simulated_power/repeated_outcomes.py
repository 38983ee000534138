"""Worlds in which an outcome is seen again and again: at visits, or in sessions."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from analysis.operating_characteristics.dropout import Dropout
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.sample_size.repeated_measures import autoregressive
from analysis.simulated_power.assumptions import assumed, require, require_positive
from analysis.simulated_power.enrolment import ARMS, Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    """One row a participant and visit: ``visit``, ``baseline``, ``outcome``; jointly normal, correlation falling with the distance.

    The correlation of neighbours is that with the baseline. Losses begin before the first visit and grow evenly.
    """

    people: Enrolment
    difference: float = assumed(0.5, "true difference at the last visit; it grows evenly")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm, at every visit")
    visits: float = assumed(3.0, "after baseline, 2 to 12")

    def __post_init__(self) -> None:
        require(self.visits in range(2, 13), f"visits is {self.visits:g}: a whole number, 2 to 12.")
        require_positive(standard_deviation=self.standard_deviation)

    @property
    def truth(self) -> float:
        """The difference at the last visit."""
        return self.difference

    @property
    def scenario(self) -> VisitsScenario:
        """The same as a scenario of many trials."""
        count = int(self.visits)
        path = tuple(self.difference * visit / count for visit in range(count + 1))
        return VisitsScenario(
            name="visits",
            first=self._arm(0, path),
            second=self._arm(1, (0.0,) * (count + 1)),
            standard_deviations=(self.standard_deviation,) * (count + 1),
            correlation=autoregressive(count + 1, self.people.baseline_correlation),
            truth=self.difference,
        )

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        batch = self.scenario.draw(1, generator)
        arms = (batch.first, batch.second)
        after = int(batch.first.cluster[-1]) + 1
        outcome = np.concatenate([arm.outcomes[0] for arm in arms])
        people, visits = outcome.shape
        baseline = np.concatenate([arm.baseline[0] for arm in arms])
        arm = np.repeat(np.asarray(ARMS, dtype=object), self.people.participants)
        cluster = np.concatenate([batch.first.cluster, batch.second.cluster + after])
        return pd.DataFrame(
            {
                "participant": np.repeat([f"P{number:05d}" for number in range(people)], visits),
                "arm": np.repeat(arm, visits),
                "cluster": np.repeat(cluster, visits),
                "baseline": np.repeat(baseline, visits),
                "visit": np.tile(np.arange(1, visits + 1), people),
                "outcome": outcome.ravel(),
                "seed": generator.integers(2**32),
            }
        )

    def without_effect(self) -> Self:
        """Return the world with a difference of 0."""
        return replace(self, difference=0.0)

    def _arm(self, number: int, means: tuple[float, ...]) -> ArmAssumptions:
        people, count = self.people, len(means) - 1
        lost = people.dropout[number]
        dropout = Dropout(
            lost_by_visit=tuple(lost * visit / count for visit in range(1, count + 1)),
            mechanism=people.mechanism,
            log_odds=people.leaving_log_odds,
        )
        return ArmAssumptions(
            participants=people.participants[number],
            means=means,
            dropout=dropout if lost else None,
            cluster_size=people.cluster_size,
            intracluster_correlation=people.intracluster_correlation,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """One row a participant and session attended: ``session``, ``baseline``, ``outcome``. Who leaves stops after an even share of them."""

    people: Enrolment
    difference: float = assumed(0.5, "true difference at the middle session")
    change_in_difference: float = assumed(0.05, "of the difference, from session to session")
    standard_deviation: float = assumed(1.0, "of one session's outcome within an arm")
    session_correlation: float = assumed(0.5, "of any two sessions of a participant")
    sessions: float = assumed(8.0, "planned, 2 to 60")
    attendance: float = assumed(1.0, "share of sessions that those still there come to")

    def __post_init__(self) -> None:
        require(
            self.sessions in range(2, 61),
            f"sessions is {self.sessions:g}: a whole number, 2 to 60.",
        )
        require_positive(standard_deviation=self.standard_deviation)
        require(
            0 <= self.session_correlation < 1,
            f"session_correlation is {self.session_correlation:g}: it must be 0 or more, below 1.",
        )
        require(
            0 < self.attendance <= 1,
            f"attendance is {self.attendance:g}: it must be above 0 and at most 1.",
        )

    @property
    def truth(self) -> float:
        """The difference at the middle session, that of the mean over all sessions too."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        n, count = self.people.total, int(self.sessions)
        session = np.arange(1, count + 1)
        r = self.session_correlation
        scatter = np.sqrt(r) * who.level[:, None]
        scatter = scatter + np.sqrt(1 - r) * generator.standard_normal((n, count))
        gap = self.difference + self.change_in_difference * (session - session.mean())
        outcome = self.standard_deviation * scatter + gap * who.is_first[:, None]
        attended = generator.random((n, count)) < self.attendance
        last = np.where(who.stays, count, np.ceil(count * generator.random(n)))
        attended &= session <= last[:, None]
        person, place = np.nonzero(attended)
        return pd.DataFrame(
            {
                "participant": [f"P{number:05d}" for number in person],
                "arm": np.asarray(ARMS, dtype=object)[who.arm[person]],
                "cluster": who.cluster[person],
                "baseline": who.baseline[person],
                "session": session[place].astype(np.float64),
                "outcome": outcome[person, place],
            }
        )

    def without_effect(self) -> Self:
        """Return the world with no difference in any session."""
        return replace(self, difference=0.0, change_in_difference=0.0)
