"""Marginal means of a mixed model and their differences, as `antiphon fit mmrm` was asked for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.mmrm_options import Wanted

if TYPE_CHECKING:
    from collections import Counter

    from analysis.estimators.mixed_model.marginal_means import MarginalEstimate, MarginalRows
    from analysis.estimators.mixed_model.mmrm import Mmrm


@dataclass(frozen=True, kw_only=True, slots=True)
class MeansSet:
    """Marginal means of some factors, the compared one first."""

    factors: tuple[str, ...]
    means: "tuple[MarginalEstimate, ...]"
    differences: "tuple[MarginalEstimate, ...]"
    observed: "Counter[tuple[str, ...]]"
    """Rows that entered the fit, by the levels of the factors."""


def means_of(fitted: "Mmrm", factors: tuple[str, ...], wanted: Wanted, level: float) -> MeansSet:
    """Return marginal means and, of the first factor, differences from its reference."""
    from analysis.estimators.mixed_model.marginal_means import (
        GridRows,
        Weights,
        estimate_rows,
        marginal_rows,
    )
    from analysis.estimators.mixed_model.observed_counts import observed_counts

    weights = Weights(wanted.weights_of_lsmeans.value)
    grid_rows = GridRows[wanted.rows_of_lsmeans.name]
    rows: MarginalRows = marginal_rows(fitted.table, factors, weights, grid_rows)
    return MeansSet(
        factors=factors,
        means=estimate_rows(fitted.inference, rows, level),
        differences=estimate_rows(fitted.inference, rows.minus(factors[0]), level),
        observed=observed_counts(fitted.table, factors),
    )


def means_plain(sets: tuple[MeansSet, ...]) -> list[dict[str, Any]]:
    """Return marginal means for JSON."""
    return [
        {
            **dict(zip(one.factors, row.levels, strict=True)),
            "n": one.observed[row.levels],
            **_numbers(row),
        }
        for one in sets
        for row in in_order(one.means)
    ]


def contrasts_plain(sets: tuple[MeansSet, ...]) -> list[dict[str, Any]]:
    """Return differences of marginal means for JSON."""
    return [
        {
            "contrast": row.levels[0],
            **dict(zip(one.factors[1:], row.levels[1:], strict=True)),
            **_numbers(row),
        }
        for one in sets
        for row in in_order(one.differences)
    ]


def in_order(found: "tuple[MarginalEstimate, ...]") -> "list[MarginalEstimate]":
    """Return the rows with the levels of the first factor together, within the others."""
    place = {row.levels[1:]: number for number, row in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda row: place[row.levels[1:]])


def _numbers(row: "MarginalEstimate") -> dict[str, Any]:
    return {
        "estimate": row.estimate,
        "se": row.standard_error,
        "df": row.df,
        "t": row.t,
        "p": row.p,
        "lower": row.lower,
        "upper": row.upper,
        "reason": row.reason,
    }
