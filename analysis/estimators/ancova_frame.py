"""Analysis of covariance of a plain data frame: named columns to the sample and arms that the estimators take."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimators.ancova import ArmCount, Sample
from analysis.estimators.frame import ColumnError, complete_rows, covariates, labels, numbers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaColumns:
    """Which column plays which part."""

    outcome: str
    arm: str
    arms: tuple[str, ...]
    """Arms analysed, the reference first."""
    covariates: tuple[str, ...] = ()
    """Numbers stay numbers; anything else is a factor."""
    interactions: tuple[str, ...] = ()
    cluster: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AncovaData:
    """Complete rows of a data frame, ready for `fit_ancova`."""

    sample: Sample
    arms: tuple[ArmCount, ...]
    clusters: tuple[str, ...]
    """Cluster of each participant of the sample; empty without a cluster column."""
    comment: str
    """How many rows were left out."""


def ancova_data(frame: "pd.DataFrame", columns: AncovaColumns) -> AncovaData:
    """Read one row a participant.

    Raises
    ------
    ColumnError
        If a column is missing or text where numbers belong, or an arm does not occur.
    """
    needed = (columns.outcome, columns.arm, *columns.covariates)
    rows = complete_rows(frame, needed if columns.cluster is None else (*needed, columns.cluster))
    everyone = labels(frame, columns.arm)
    for arm in columns.arms:
        if arm not in everyone:
            there = ", ".join(sorted(set(everyone)))
            raise ColumnError(f"no row has {arm!r} in column {columns.arm!r}; there is {there}")
    chosen = rows.frame.loc[[arm in columns.arms for arm in labels(rows.frame, columns.arm)]]
    observed = [
        arm for arm, seen in zip(everyone, frame[columns.outcome].notna(), strict=True) if seen
    ]
    return AncovaData(
        sample=Sample(
            outcome_name=columns.outcome,
            outcome=tuple(numbers(chosen, columns.outcome).tolist()),
            arm=labels(chosen, columns.arm),
            covariates=covariates(chosen, columns.covariates),
            interactions=columns.interactions,
        ),
        arms=tuple(
            ArmCount(arm=arm, label=arm, n_available=observed.count(arm)) for arm in columns.arms
        ),
        clusters=() if columns.cluster is None else labels(chosen, columns.cluster),
        comment=rows.comment,
    )
