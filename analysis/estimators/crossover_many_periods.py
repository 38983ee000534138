"""Crossover with several treatments and periods (Williams designs and others): least squares with participant and period effects.

Differences between treatments are estimated within participants, adjusted for period; a participant with a missing period still contributes what is
there. In a Williams design every treatment follows every other equally often, so first-order carry-over can be told apart; it is estimated in a second model
and shown, never used to choose. Fit: statsmodels.

References
----------
Williams (1949), Australian Journal of Scientific Research A 2, 149-168. Jones & Kenward (2014), Design and analysis of cross-over trials, chapter 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.effect import Effect, Named, arm_sizes, t_effect
from analysis.estimators.frame import ColumnError, complete_rows, labels, numbers
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


NOTHING_BEFORE = ""
"""In the first period, and where the period before has no record: no carry-over."""

EXACT = 1e-18
"""Residual sum of squares as a share of the total, below which a fit is exact."""


class CarryOver(StrEnum):
    """Whether the treatment of the period before has an effect of its own in the model."""

    LEFT_OUT = "without carry-over"
    FIRST_ORDER = "adjusted for first-order carry-over"


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodRecords:
    """One entry a participant and period."""

    outcome: tuple[float, ...]
    participant: tuple[str, ...]
    period: tuple[int, ...]
    """1, 2, ...; without a record of the period before, no carry-over is assumed."""
    treatment: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodColumns:
    """Which column plays which part."""

    outcome: str
    participant: str
    period: str
    treatment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TreatmentEffects:
    """Differences from the reference, and joint tests."""

    effects: tuple[Effect, ...]
    p_treatments: float
    """Joint F test of all treatments."""
    p_periods: float
    p_carry_over: float | None
    """None when left out."""


def estimate_treatments(
    records: PeriodRecords, reference: str, carry_over: CarryOver, *, confidence_level: float
) -> TreatmentEffects:
    """Estimate every treatment's difference from the reference within participants.

    Raises
    ------
    NotEstimableError
        If the reference does not occur, treatments cannot be told from participants and periods, or no variation is left.
    """
    from statsmodels.regression.linear_model import OLS

    _check(records, reference)
    others = [t for t in sorted(set(records.treatment)) if t != reference]
    blocks = _blocks(records, others, carry_over)
    matrix = np.column_stack([blocks[name] for name in blocks])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise NotEstimableError(
            "treatments cannot be told from participants, periods and carry-over in these sequences"
        )
    if len(matrix) <= matrix.shape[1]:
        raise NotEstimableError(f"{len(matrix)} records are too few for this model")
    model: Any = OLS(np.asarray(records.outcome), matrix).fit()
    if model.ssr <= EXACT * model.centered_tss:
        message = "the model fits every value exactly, so there is no residual variance"
        raise NotEstimableError(message)
    start = {}
    position = 0
    for name, block in blocks.items():
        start[name] = (position, position + block.shape[1])
        position += block.shape[1]
    first = start["treatments"][0]
    effects = tuple(
        t_effect(
            Named(
                quantity=f"treatment effect, {treatment} − {reference}",
                method=f"least squares with participants and periods, {carry_over.value}",
                arms=arm_sizes(records.treatment),
            ),
            estimate=float(model.params[first + index]),
            standard_error=float(model.bse[first + index]),
            df=float(model.df_resid),
            confidence_level=confidence_level,
        )
        for index, treatment in enumerate(others)
    )
    return TreatmentEffects(
        effects=effects,
        p_treatments=_joint_p(model, *start["treatments"]),
        p_periods=_joint_p(model, *start["periods"]),
        p_carry_over=_joint_p(model, *start["carry-over"]) if "carry-over" in start else None,
    )


def period_records(frame: "pd.DataFrame", columns: PeriodColumns) -> PeriodRecords:
    """Read one row a participant and period; rows with a missing value are left out.

    Raises
    ------
    ColumnError
        If a participant has a period twice or periods are not whole numbers.
    """
    names = (columns.outcome, columns.participant, columns.period, columns.treatment)
    rows = complete_rows(frame, names).frame
    period = numbers(rows, columns.period)
    if np.any(period != np.round(period)):
        raise ColumnError(f"column {columns.period!r} must hold whole numbers: 1, 2, ...")
    people = labels(rows, columns.participant)
    if len(set(zip(people, period.tolist(), strict=True))) < len(people):
        raise ColumnError("a participant has a period twice; keep one row each")
    return PeriodRecords(
        outcome=tuple(numbers(rows, columns.outcome).tolist()),
        participant=people,
        period=tuple(int(value) for value in period),
        treatment=labels(rows, columns.treatment),
    )


def _check(records: PeriodRecords, reference: str) -> None:
    require_equal_lengths(
        outcome=records.outcome,
        participant=records.participant,
        period=records.period,
        treatment=records.treatment,
    )
    outcome = require_finite(records.outcome, "the outcome")
    if reference not in records.treatment or len(set(records.treatment)) < 2:
        there = ", ".join(sorted(set(records.treatment)))
        raise NotEstimableError(f"{reference} and another treatment are needed; there is {there}")
    if np.ptp(outcome) == 0:
        raise NotEstimableError("the outcome has the same value in every record")


def _blocks(
    records: PeriodRecords, others: Sequence[str], carry_over: CarryOver
) -> dict[str, FloatArray]:
    people = np.asarray(records.participant)
    periods = np.asarray(records.period)
    treatments = np.asarray(records.treatment)
    blocks = {
        "participants": _indicators(people, sorted(set(records.participant))),
        "periods": _indicators(periods, sorted(set(records.period))[1:]),
        "treatments": _indicators(treatments, others),
    }
    if carry_over is CarryOver.FIRST_ORDER:
        given = dict(
            zip(
                zip(records.participant, records.period, strict=True),
                records.treatment,
                strict=True,
            )
        )
        before = np.array(
            [
                given.get((person, period - 1), NOTHING_BEFORE)
                for person, period in zip(records.participant, records.period, strict=True)
            ]
        )
        blocks["carry-over"] = _indicators(before, others)
    return blocks


def _indicators(values: Any, levels: Sequence[Any]) -> FloatArray:  # noqa: ANN401 - text or numbers
    if not levels:
        return np.zeros((len(values), 0))
    return np.column_stack([(values == level).astype(np.float64) for level in levels])


def _joint_p(model: Any, first: int, last: int) -> float:  # noqa: ANN401 - statsmodels ships no types
    return float(model.f_test(np.eye(len(model.params))[first:last]).pvalue)
