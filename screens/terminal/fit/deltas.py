"""Deltas added to imputed values, and where they would overturn the result."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed, number_grid
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.missing_data.analysis_step import Target
    from analysis.missing_data.impute import ImputationResult
    from analysis.sensitivity.tipping_point import TippingCurve

SIGNIFICANCE_LEVEL = 0.05


class DeltaRule(StrEnum):
    """Which imputed values a delta is added to."""

    CONSTANT = "constant"
    GROWING = "growing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deltas:
    """Which deltas, added to what."""

    delta: Annotated[
        str | None,
        typer.Option(help="Added to imputed values: '0,1,2', or 'from:to:step' as '-2:10:0.5'."),
    ] = None
    delta_arms: Annotated[
        str | None,
        typer.Option(help="Arms whose imputed values move. Without it: all but the reference."),
    ] = None
    delta_rule: Annotated[
        DeltaRule, typer.Option(help="The same at all visits, or one more at each after the event.")
    ] = DeltaRule.CONSTANT
    delta_visit: Annotated[
        str | None, typer.Option(help="Visit whose comparison is followed. Without it: the last.")
    ] = None
    important_difference: Annotated[
        float | None, typer.Option(help="Minimal important difference, to express deltas in.")
    ] = None


def tipping_curve(found: "ImputationResult", given: Deltas) -> "TippingCurve | None":
    """Return the comparison at every delta; None when none was named.

    Raises
    ------
    UnusableInputError
        If a delta is no number, the visit does not exist, or the important difference is not above 0.
    """
    from analysis.missing_data.impute import compare_with_reference
    from analysis.sensitivity.delta import ConstantDelta, GrowingDelta
    from analysis.sensitivity.tipping_point import trace_tipping_curve

    if given.delta is None:
        return None
    important = given.important_difference
    if important is not None and important <= 0:
        message = f"--important-difference: {important:g} must be above 0."
        raise UnusableInputError(message)
    outcomes = found.imputation.completed.outcomes
    others = tuple(name for name in outcomes.arms if name != found.reference_arm)
    moved = listed(given.delta_arms) or others
    constant = given.delta_rule is DeltaRule.CONSTANT
    return trace_tipping_curve(
        found.imputation,
        compare_with_reference(outcomes),
        _target(found, given.delta_visit or found.visits[-1]),
        ConstantDelta(arms=moved) if constant else GrowingDelta(arms=moved),
        number_grid(given.delta, "--delta"),
        significance_level=SIGNIFICANCE_LEVEL,
        important_difference=important,
    )


def _target(found: "ImputationResult", visit: str) -> "Target":
    from analysis.missing_data.analysis_step import Quantity

    if visit not in found.visits:
        message = f"--delta-visit: there is no visit {visit!r}; there is {', '.join(found.visits)}."
        raise UnusableInputError(message)
    return next(
        one.target
        for one in found.estimates
        if one.target.visit == visit and one.target.quantity is Quantity.DIFFERENCE
    )
