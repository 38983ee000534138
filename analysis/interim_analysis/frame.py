"""The looks of a plain data frame: two means from everybody up to each look, with Student's standard error."""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.frame import Comparison, compared_rows, labels, numbers
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.looks import LookEstimate

if TYPE_CHECKING:
    import pandas as pd

FEWEST_OF_AN_ARM = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class LookColumns:
    """Which column plays which part."""

    outcome: str
    comparison: Comparison
    look: str
    """Number of the look at which a participant's outcome was first there, from 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksHeld:
    """What every look found."""

    estimates: tuple[LookEstimate, ...]
    participants: tuple[int, ...]
    """With an outcome, up to each look."""
    comment: str


def looks_of_frame(frame: "pd.DataFrame", columns: LookColumns) -> LooksHeld:
    """Estimate the difference in means, first minus second, at every look from all data up to it.

    Parameters
    ----------
    frame
        One row a participant.
    columns
        Which column plays which part.

    Raises
    ------
    InterimError
        If looks are not numbered 1, 2, ..., an arm has fewer than two participants at the first look, or nothing varies.
    """
    rows = compared_rows(frame, columns.comparison, (columns.outcome, columns.look))
    look = numbers(rows.frame, columns.look)
    held = sorted(set(look.tolist()))
    if held != [float(number) for number in range(1, len(held) + 1)]:
        listed = ", ".join(f"{number:g}" for number in held)
        message = f"Column {columns.look} has the looks {listed}: number them 1, 2, 3 without gaps."
        raise InterimError(message)
    outcome = numbers(rows.frame, columns.outcome)
    arm = np.asarray(labels(rows.frame, columns.comparison.column))
    estimates, participants = [], []
    for number in held:
        seen = look <= number
        first = outcome[seen & (arm == columns.comparison.first)]
        second = outcome[seen & (arm == columns.comparison.second)]
        if min(len(first), len(second)) < FEWEST_OF_AN_ARM:
            message = f"Look {number:g} has {len(first)} and {len(second)} participants: each arm needs {FEWEST_OF_AN_ARM}."
            raise InterimError(message)
        df = len(first) + len(second) - 2
        within = float(((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum())
        if within == 0:
            message = f"Look {number:g}: the outcome does not vary within the arms."
            raise InterimError(message)
        estimates.append(
            LookEstimate(
                estimate=float(first.mean() - second.mean()),
                standard_error=sqrt(within / df * (1 / len(first) + 1 / len(second))),
                df=float(df),
            )
        )
        participants.append(len(first) + len(second))
    return LooksHeld(
        estimates=tuple(estimates), participants=tuple(participants), comment=rows.comment
    )
