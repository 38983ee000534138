"""Two treatments, two periods, two sequences: everyone hears both, half in each order.

Treatment effect: half the difference between sequences of the mean difference between periods, t with n1 + n2 − 2 degrees of freedom; the same as least
squares with participant effects, and, as long as everyone has both periods, as a mixed model with random participants. The period effect likewise.
The carry-over test of Grizzle compares the participants' totals. It is shown and never decides on the analysis: choosing by it raises the false positive
rate (Freeman). What protects is a long enough wash-out. Participants with one period are counted and left out.

References
----------
Senn (2002), Cross-over trials in clinical research, chapter 3. Hills & Armitage (1979), British Journal of Clinical Pharmacology 8, 7-20.
Grizzle (1965), Biometrics 21, 467-480. Freeman (1989), Statistics in Medicine 8, 1421-1432.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.effect import ArmSize, Effect, Named, t_effect
from analysis.estimators.frame import ColumnError, labels, numbers
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_PER_SEQUENCE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoByTwo:
    """Participants with both periods; entry i of every tuple is participant i."""

    period_1: tuple[float, ...]
    period_2: tuple[float, ...]
    first_treatment: tuple[str, ...]
    """Treatment in period 1; the other one follows."""
    treatment: str
    """The effect is this treatment minus the comparator."""
    comparator: str
    n_left_out: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossoverEffects:
    """What a two-period crossover estimates."""

    treatment: Effect
    period: Effect
    """Period 1 minus period 2."""
    carry_over: Effect
    """Difference between sequences in the participants' totals; shown, never used to choose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossoverColumns:
    """Which column plays which part; one row a participant and period."""

    outcome: str
    participant: str
    period: str
    """Periods in the order of their values."""
    treatment: str
    first: str
    """The effect is this treatment minus ``second``."""
    second: str


def estimate_crossover(data: TwoByTwo, *, confidence_level: float) -> CrossoverEffects:
    """Estimate treatment, period and carry-over effects.

    Raises
    ------
    NotEstimableError
        If a sequence has fewer than 2 participants or participants do not differ within sequences.
    """
    require_equal_lengths(a=data.period_1, b=data.period_2, c=data.first_treatment)
    one = require_finite(data.period_1, "period 1")
    two = require_finite(data.period_2, "period 2")
    starts = np.asarray(data.first_treatment) == data.treatment
    for chosen, name in ((starts, data.treatment), (~starts, data.comparator)):
        if chosen.sum() < FEWEST_PER_SEQUENCE:
            raise NotEstimableError(
                f"the sequence that begins with {name} has {int(chosen.sum())} participants with "
                f"both periods; at least {FEWEST_PER_SEQUENCE} are needed"
            )
    sizes = (
        ArmSize(arm=f"{data.treatment} first", n=int(starts.sum())),
        ArmSize(arm=f"{data.comparator} first", n=int((~starts).sum())),
    )
    comment = f"{data.n_left_out} participants with one period left out." if data.n_left_out else ""

    def effect(quantity: str, method: str, first: FloatArray, second: FloatArray) -> Effect:
        error, df = _pooled_error(first, second)
        return t_effect(
            Named(quantity=quantity, method=method, arms=sizes, comment=comment),
            estimate=float(first.mean() - second.mean()),
            standard_error=error,
            df=df,
            confidence_level=confidence_level,
        )

    half = (one - two) / 2
    total = one + two
    return CrossoverEffects(
        treatment=effect(
            f"treatment effect, {data.treatment} − {data.comparator}",
            "period differences compared between sequences",
            half[starts],
            half[~starts],
        ),
        period=effect(
            "period effect, period 1 − period 2",
            "treatment differences compared between sequences",
            half[starts],
            -half[~starts],
        ),
        carry_over=effect(
            f"carry-over, {data.treatment} first − {data.comparator} first",
            "participants’ totals compared between sequences (Grizzle)",
            total[starts],
            total[~starts],
        ),
    )


def two_by_two(frame: "pd.DataFrame", columns: CrossoverColumns) -> TwoByTwo:
    """Read one row a participant and period.

    Raises
    ------
    ColumnError
        If a participant has a period twice, there are not two periods, or a treatment other than the two.
    """
    values = numbers(frame, columns.outcome)
    people, periods = labels(frame, columns.participant), labels(frame, columns.period)
    treatments = labels(frame, columns.treatment)
    order = sorted(set(periods))
    if len(order) != 2:
        raise ColumnError(f"column {columns.period!r} has {len(order)} periods; 2 are needed")
    other = sorted(set(treatments) - {columns.first, columns.second})
    if other:
        raise ColumnError(f"column {columns.treatment!r} has {other[0]!r} besides the two compared")
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for person, period, treatment, value in zip(people, periods, treatments, values, strict=True):
        if (person, period) in found:
            raise ColumnError(f"participant {person} has period {period} twice")
        found[person, period] = (float(value), treatment)
    everyone = list(dict.fromkeys(people))
    both = [p for p in everyone if _is_complete(found.get((p, order[0])), found.get((p, order[1])))]
    return TwoByTwo(
        period_1=tuple(found[p, order[0]][0] for p in both),
        period_2=tuple(found[p, order[1]][0] for p in both),
        first_treatment=tuple(found[p, order[0]][1] for p in both),
        treatment=columns.first,
        comparator=columns.second,
        n_left_out=len(everyone) - len(both),
    )


def _is_complete(one: tuple[float, str] | None, two: tuple[float, str] | None) -> bool:
    if one is None or two is None:
        return False
    return not np.isnan(one[0]) and not np.isnan(two[0]) and one[1] != two[1]


def _pooled_error(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    n1, n2 = len(first), len(second)
    df = float(n1 + n2 - 2)
    squares = float(np.sum((first - first.mean()) ** 2) + np.sum((second - second.mean()) ** 2))
    if squares <= 1e-24 * max(float(np.sum(first**2) + np.sum(second**2)), 1e-300):
        raise NotEstimableError("participants do not differ within sequences")
    return float(np.sqrt(squares / df * (1 / n1 + 1 / n2))), df
