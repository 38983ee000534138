"""Win ratio of a plain data frame: ranked columns to the outcomes that are compared in pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import require_binary
from analysis.estimators.equivalence import Better
from analysis.estimators.frame import Comparison, compared_rows, labels, numbers
from analysis.estimators.win_ratio import (
    RankedNumber,
    RankedOutcome,
    RankedTime,
    WinStatistics,
    estimate_win_ratio,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimators.arrays import FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberColumn:
    """A numeric outcome."""

    name: str
    better: Better
    margin: float = 0.0
    """Differences up to this size are ties."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeColumns:
    """A time to an event; later is better."""

    time: str
    event: str
    """1: event; 0: censored."""


def estimate_win_ratio_of_frame(
    frame: "pd.DataFrame",
    ranked: Sequence[NumberColumn | TimeColumns],
    comparison: Comparison,
    *,
    confidence_level: float,
) -> WinStatistics:
    """Compare all pairs of participants, one row each; the most important outcome first, incomplete rows left out."""
    names = [name for column in ranked for name in _names(column)]
    rows = compared_rows(frame, comparison, names).frame
    arm = np.asarray(labels(rows, comparison.column))
    masks = arm == comparison.first, arm == comparison.second

    def split(column: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        values: FloatArray = numbers(rows, column)
        first, second = (tuple(values[mask].tolist()) for mask in masks)
        return first, second

    def outcome(column: NumberColumn | TimeColumns) -> RankedOutcome:
        if isinstance(column, NumberColumn):
            first, second = split(column.name)
            return RankedNumber(
                name=column.name,
                first=first,
                second=second,
                better=column.better,
                margin=column.margin,
            )
        require_binary(numbers(rows, column.event), column.event)
        first, second = split(column.time)
        first_event, second_event = split(column.event)
        return RankedTime(
            name=column.time,
            first=first,
            first_event=first_event,
            second=second,
            second_event=second_event,
        )

    return estimate_win_ratio(
        [outcome(column) for column in ranked],
        comparison.first,
        comparison.second,
        confidence_level=confidence_level,
    )


def _names(column: NumberColumn | TimeColumns) -> tuple[str, ...]:
    return (column.name,) if isinstance(column, NumberColumn) else (column.time, column.event)
