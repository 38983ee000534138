"""Who takes part in a simulated trial: arms, therapists or groups, a value before the start, and who leaves.

Under every outcome lies one normal number for each participant, the *level*. A part of it is shared within a therapist, and it
correlates with the value before the start. An outcome of any kind is a function of it: a share is a cut, a time its quantile.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.operating_characteristics.batches import BoolArray, FloatArray, IntArray
from analysis.operating_characteristics.dropout import Mechanism, leaving_probability
from analysis.simulated_power.assumptions import require

ARMS = ("first", "second")


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """What is assumed of the participants, whatever the outcome."""

    participants: tuple[int, int]
    """Randomized to the first and to the second arm."""
    baseline_correlation: float = 0.5
    """Of the value before the start with the part of the level that is not shared."""
    dropout: tuple[float, float] = (0.0, 0.0)
    """Share of each arm whose outcome is not seen."""
    mechanism: Mechanism = Mechanism.MCAR
    leaving_log_odds: float = 0.0
    """Of leaving, for each standard deviation of the baseline (MAR) or of the level itself (MNAR)."""
    cluster_size: int = 1
    """Participants of a therapist or group; 1: none."""
    intracluster_correlation: float = 0.0
    """Of the levels of two participants of the same therapist."""

    def __post_init__(self) -> None:
        require(
            min(self.participants) >= 2,
            f"The arms have {self.participants[0]} and {self.participants[1]} participants: each needs two or more.",
        )
        require(
            -1 < self.baseline_correlation < 1,
            f"The correlation with the baseline is {self.baseline_correlation}: it must lie between -1 and 1.",
        )
        require(
            all(0 <= share < 1 for share in self.dropout),
            f"The shares lost are {self.dropout[0]} and {self.dropout[1]}: they must be 0 or more, below 1.",
        )
        require(
            self.cluster_size >= 1 and 0 <= self.intracluster_correlation < 1,
            f"Clusters of {self.cluster_size} with correlation {self.intracluster_correlation} do not exist: give a size of 1 or more and a correlation of 0 or more, below 1.",
        )
        depends = self.leaving_log_odds != 0
        require(
            depends != (self.mechanism is Mechanism.MCAR),
            f"Losses are {self.mechanism.value} with log odds {self.leaving_log_odds:g}: completely at random they depend on nothing (0), else name how strongly.",
        )

    @property
    def total(self) -> int:
        """Both arms together."""
        return sum(self.participants)

    def draw(self, generator: np.random.Generator) -> "Enrolled":
        """Draw the participants of one trial."""
        n = self.total
        arm = np.repeat([0, 1], self.participants)
        within = np.concatenate([np.arange(size) for size in self.participants])
        clusters = within // self.cluster_size
        cluster = np.where(arm == 0, clusters, clusters + clusters.max() + 1)
        own = generator.standard_normal(n)
        shared = generator.standard_normal(int(cluster.max()) + 1)[cluster]
        icc, rho = self.intracluster_correlation, self.baseline_correlation
        level = np.sqrt(1 - icc) * own + np.sqrt(icc) * shared
        baseline = rho * own + np.sqrt(1 - rho**2) * generator.standard_normal(n)
        return Enrolled(
            arm=arm,
            cluster=cluster,
            level=level,
            baseline=baseline,
            stays=self._stays(arm, baseline, level, generator),
        )

    def _stays(
        self,
        arm: IntArray,
        baseline: FloatArray,
        level: FloatArray,
        generator: np.random.Generator,
    ) -> BoolArray:
        chance = generator.random(len(arm))
        depends_on = level if self.mechanism is Mechanism.MNAR else baseline
        leaving = np.empty(len(arm))
        for number, share in enumerate(self.dropout):
            own = arm == number
            leaving[own] = leaving_probability(share, self.leaving_log_odds, depends_on[own])
        return np.asarray(chance >= leaving)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Enrolled:
    """The participants of one trial, those of the first arm first."""

    arm: IntArray
    """0 first, 1 second."""
    cluster: IntArray
    level: FloatArray
    """Standard normal."""
    baseline: FloatArray
    """Standard normal."""
    stays: BoolArray

    @property
    def is_first(self) -> FloatArray:
        """1 in the first arm, 0 in the second."""
        return np.asarray(self.arm == 0, dtype=np.float64)

    def table(self, **columns: object) -> pd.DataFrame:
        """Return one row a participant: participant, arm, cluster, baseline, and what is handed in."""
        return pd.DataFrame(
            {
                "participant": np.arange(len(self.arm)),
                "arm": np.asarray(ARMS, dtype=object)[self.arm],
                "cluster": self.cluster,
                "baseline": self.baseline,
                **columns,
            }
        )

    def seen(self, values: FloatArray) -> FloatArray:
        """Return the values of those who stay; NaN for the others."""
        return np.where(self.stays, values, np.nan)
