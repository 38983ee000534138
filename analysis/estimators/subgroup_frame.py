"""Subgroups of a plain data frame: the adjusted difference within each, by analysis of covariance, then compared and shrunk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimators.ancova import CovarianceKind, estimate_ancova, fit_ancova
from analysis.estimators.ancova_frame import AncovaColumns, ancova_data
from analysis.estimators.effect import ArmSize
from analysis.estimators.frame import ColumnError, complete_rows, labels
from analysis.estimators.subgroups import SubgroupEffect, Subgroups, compare_subgroups
from analysis.results import Contrast, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOutSubgroup:
    """A level without an effect of its own, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubgroupAnalysis:
    """Subgroups by one column."""

    compared: Subgroups
    left_out: tuple[LeftOutSubgroup, ...]


def compare_subgroups_of_frame(
    frame: "pd.DataFrame",
    columns: AncovaColumns,
    subgroup: str,
    kind: CovarianceKind,
    *,
    confidence_level: float,
) -> SubgroupAnalysis:
    """Estimate the difference of the two arms in each level of a column, one row a participant.

    A level in which the difference cannot be estimated is left out and its reason kept.

    Raises
    ------
    NotEstimableError
        If fewer than two levels are left.
    ColumnError
        If there are not exactly two arms, or a column is missing.
    """
    if len(columns.arms) != 2:
        raise ColumnError(f"two arms are compared in subgroups; {len(columns.arms)} are named")
    rows = complete_rows(frame, (subgroup, columns.arm)).frame
    level_of = labels(rows, subgroup)
    effects, left_out = [], []
    for level in sorted(set(level_of)):
        here = rows.loc[[name == level for name in level_of]]
        try:
            effects.append(_effect(here, columns, level, kind, confidence_level))
        except (NotEstimableError, ColumnError) as error:
            left_out.append(LeftOutSubgroup(name=level, reason=str(error)))
    if not effects:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in left_out)
        raise NotEstimableError(f"no subgroup has an effect ({reasons})")
    return SubgroupAnalysis(
        compared=compare_subgroups(effects, confidence_level=confidence_level),
        left_out=tuple(left_out),
    )


def _effect(
    frame: "pd.DataFrame",
    columns: AncovaColumns,
    level: str,
    kind: CovarianceKind,
    confidence_level: float,
) -> SubgroupEffect:
    data = ancova_data(frame, columns)
    second, first = columns.arms
    found = estimate_ancova(
        fit_ancova(data.sample, data.arms),
        Contrast(first=first, second=second, label=f"{first} − {second}"),
        kind,
        confidence_level=confidence_level,
    )
    if found.estimate is None or found.standard_error is None:
        raise NotEstimableError(found.reason)
    return SubgroupEffect(
        name=level,
        estimate=found.estimate,
        standard_error=found.standard_error,
        arms=tuple(ArmSize(arm=arm.arm, n=arm.n_analysed) for arm in found.arms),
    )
