"""Yoked controls: everyone of the adaptive arm lends the music that was made for them to one or more participants of the control arm.

Music is then the same within a pair; only whether it was made for the listener differs. A donor and the listeners of that donor's music are not
independent, so every donor counts once: the donor's outcome minus the mean outcome of the listeners. These differences are
compared with 0 by t and by signed ranks. With covariates, hand in residuals or changes from baseline.

References
----------
Church (1964), Psychological Bulletin 62, 122-131 (why yoked controls need random allocation to the pair's roles).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import require_equal_lengths, require_finite
from analysis.estimators.effect import ArmSize, Effect
from analysis.estimators.frame import Comparison, compared_rows, labels, numbers
from analysis.estimators.rank import RankDistribution, estimate_paired_shift
from analysis.estimators.two_means import TwoSamples, estimate_paired_difference
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class DonorOutcome:
    """Outcome of one participant who lent music."""

    donor: str
    outcome: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenerOutcome:
    """Outcome of one participant who heard a donor's music."""

    donor: str
    outcome: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DonorComparison:
    """Donors against those who heard their music."""

    mean_difference: Effect
    shift: Effect
    """Hodges-Lehmann."""
    donors_without_listener: tuple[str, ...]
    listeners_without_donor: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DonorColumns:
    """Which column plays which part; one row a participant."""

    outcome: str
    comparison: Comparison
    """First: the arm of the donors; second: the arm of the listeners."""
    donor: str
    """Of a donor the own name; of a listener whose music was heard."""


def compare_with_donors_of_frame(
    frame: "pd.DataFrame", columns: DonorColumns, *, confidence_level: float
) -> DonorComparison:
    """Compare donors and listeners of a data frame; incomplete rows are left out."""
    rows = compared_rows(frame, columns.comparison, (columns.outcome, columns.donor)).frame
    people = list(
        zip(
            labels(rows, columns.comparison.column),
            labels(rows, columns.donor),
            numbers(rows, columns.outcome).tolist(),
            strict=True,
        )
    )
    return compare_with_donors(
        [
            DonorOutcome(donor=name, outcome=y)
            for arm, name, y in people
            if arm == columns.comparison.first
        ],
        [
            ListenerOutcome(donor=name, outcome=y)
            for arm, name, y in people
            if arm == columns.comparison.second
        ],
        confidence_level=confidence_level,
    )


def compare_with_donors(
    donors: Sequence[DonorOutcome],
    listeners: Sequence[ListenerOutcome],
    *,
    confidence_level: float,
) -> DonorComparison:
    """Compare each donor with the mean of the listeners of the same music.

    Raises
    ------
    NotEstimableError
        If a donor occurs twice or fewer than 2 donors have a listener.
    """
    names = [donor.donor for donor in donors]
    require_equal_lengths(donors=names, outcomes=[donor.outcome for donor in donors])
    if len(set(names)) < len(names):
        raise NotEstimableError("a donor occurs twice; one outcome each is needed")
    heard: defaultdict[str, list[float]] = defaultdict(list)
    for listener in listeners:
        heard[listener.donor].append(listener.outcome)
    paired = [donor for donor in donors if donor.donor in heard]
    if len(paired) < 2:
        raise NotEstimableError(f"{len(paired)} donors have a listener; at least 2 are needed")
    samples = TwoSamples(
        first=tuple(donor.outcome for donor in paired),
        second=tuple(
            float(np.mean(require_finite(heard[donor.donor], "listeners"))) for donor in paired
        ),
        first_name="donors",
        second_name="listeners (mean for each donor)",
    )
    n_listeners = sum(len(heard[donor.donor]) for donor in paired)
    sizes = (ArmSize(arm="donors", n=len(paired)), ArmSize(arm="listeners", n=n_listeners))
    return DonorComparison(
        mean_difference=_sized(
            estimate_paired_difference(samples, confidence_level=confidence_level), sizes
        ),
        shift=_sized(
            estimate_paired_shift(
                samples, RankDistribution.EXACT, confidence_level=confidence_level
            ),
            sizes,
        ),
        donors_without_listener=tuple(name for name in names if name not in heard),
        listeners_without_donor=sum(listener.donor not in names for listener in listeners),
    )


def _sized(effect: Effect, sizes: tuple[ArmSize, ...]) -> Effect:
    return replace(effect, arms=sizes)
