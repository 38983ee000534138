"""Marginal ("least squares") means and their contrasts, on the design that was fitted.

Rows of a reference grid are coded as the rows of the fit were: covariates at their mean, other factors averaged. Which rows
give means and shares, and how the other factors are weighted, are choices that move the means (and not the differences
between arms, unless an arm interacts with a covariate), so both are named.

References
----------
Searle, Speed & Milliken (1980), The American Statistician 34, 216-221.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, IntArray
from analysis.estimators.mixed_model.estimability import Estimable, check_rows
from analysis.estimators.mixed_model.formulas.table import ModelTable
from analysis.estimators.mixed_model.formulas.terms import find_column
from analysis.estimators.mixed_model.formulas.variables import Category, Numeric
from analysis.estimators.mixed_model.inference import Inference
from analysis.results import NotEstimableError
from protocols.mixed_model import Weights

__all__ = [
    "GridRows",
    "MarginalEstimate",
    "MarginalRows",
    "Weights",
    "estimate_rows",
    "marginal_rows",
]

MOST_GRID_ROWS = 200_000


class GridRows(StrEnum):
    """Which rows of the table give the covariate means and the shares of levels."""

    ANALYSED = "rows that enter the fit"
    ALL = "all rows with covariates, those without outcome too"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MarginalRows:
    """Linear combinations of the coefficients with their names.

    Attributes
    ----------
    factors : tuple of str
    levels : tuple of tuple of str
        One tuple a row, in the order of `factors`; a difference is written ``TRT - PBO``.
    rows : array, shape (rows, design columns)
        For all design columns, aliased ones included.
    """

    factors: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    rows: FloatArray

    def minus(self, factor: str, reference: str | None = None) -> "MarginalRows":
        """Return each other level minus the reference (by default the first), within every level of the other factors.

        Raises
        ------
        NotEstimableError
            When the factor has no such level.
        """
        place = self._place(factor)
        index = {levels: number for number, levels in enumerate(self.levels)}
        base = self.levels[0][place] if reference is None else reference
        names, rows = [], []
        for levels in self.levels:
            other = _replace(levels, place, base)
            if levels[place] == base:
                continue
            if other not in index:
                message = f"{factor} has no level {base}"
                raise NotEstimableError(message)
            names.append(_replace(levels, place, f"{levels[place]} - {base}"))
            rows.append(self.rows[index[levels]] - self.rows[index[other]])
        return MarginalRows(
            factors=self.factors,
            levels=tuple(names),
            rows=np.reshape(rows, (len(rows), self.rows.shape[1])),
        )

    def average(self, factor: str, over: Iterable[str]) -> "MarginalRows":
        """Return the mean over some levels of a factor, e.g. over the visits of a window."""
        place, wanted = self._place(factor), tuple(over)
        label = "mean of " + ", ".join(wanted)
        groups: dict[tuple[str, ...], list[FloatArray]] = {}
        for levels, row in zip(self.levels, self.rows, strict=True):
            if levels[place] in wanted:
                groups.setdefault(_replace(levels, place, label), []).append(row)
        return MarginalRows(
            factors=self.factors,
            levels=tuple(groups),
            rows=np.reshape([np.mean(rows, axis=0) for rows in groups.values()], (len(groups), -1)),
        )

    def _place(self, factor: str) -> int:
        return self.factors.index(find_column(factor, self.factors))


@dataclass(frozen=True, kw_only=True, slots=True)
class MarginalEstimate:
    """One marginal mean or contrast; without an estimate, `reason` says why."""

    levels: tuple[str, ...]
    estimate: float | None
    standard_error: float | None
    df: float | None
    t: float | None
    p: float | None
    lower: float | None
    upper: float | None
    reason: str = ""


def marginal_rows(
    table: ModelTable,
    factors: tuple[str, ...],
    weights: Weights = Weights.EQUAL,
    grid_rows: GridRows = GridRows.ANALYSED,
) -> MarginalRows:
    """Return the combinations of coefficients that are the marginal means of some factors.

    Parameters
    ----------
    table : ModelTable
    factors : tuple of str
        Categories of the formula; every combination of their levels has a mean, the first factor's levels run slowest.
    weights : Weights
    grid_rows : GridRows
    """
    held = tuple(_category(table, name) for name in factors)
    others = tuple(
        variable
        for variable in table.coding.variables.values()
        if isinstance(variable, Category) and variable.name not in factors
    )
    grid = _Grid(
        table=table,
        held=held,
        others=others,
        rows=table.analysed if grid_rows is GridRows.ANALYSED else table.covariates_observed,
        weights=weights,
    )
    combinations = list(product(*(range(len(variable.levels)) for variable in held)))
    return MarginalRows(
        factors=factors,
        levels=tuple(
            tuple(v.levels[c] for v, c in zip(held, combination, strict=True))
            for combination in combinations
        ),
        rows=grid.means(combinations),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Grid:
    table: ModelTable
    held: tuple[Category, ...]
    others: tuple[Category, ...]
    rows: IntArray
    weights: Weights

    def means(self, combinations: list[tuple[int, ...]]) -> FloatArray:
        """Return the mean design row of every combination of held levels."""
        numbers = {
            name: variable.at_mean(self.rows)
            for name, variable in self.table.coding.variables.items()
            if isinstance(variable, Numeric)
        }
        averaged = [_other_levels(self.others, self._inside(c), self.weights) for c in combinations]
        size = [len(share) for _, share in averaged]
        codes = np.concatenate([codes for codes, _ in averaged])
        held = np.repeat(np.reshape(combinations, (len(combinations), -1)), size, axis=0)
        values = {name: np.tile(value, (len(codes), 1)) for name, value in numbers.items()}
        values |= {variable.name: codes[:, i] for i, variable in enumerate(self.others)}
        values |= {variable.name: held[:, i] for i, variable in enumerate(self.held)}
        rows = self.table.design_rows(values, len(codes))
        share = np.concatenate([share for _, share in averaged])
        return np.add.reduceat(share[:, None] * rows, np.cumsum([0, *size[:-1]]), axis=0)

    def _inside(self, combination: tuple[int, ...]) -> IntArray:
        """Return the grid rows that give the shares of one combination."""
        if self.weights is not Weights.OBSERVED:
            return self.rows
        same = np.ones(len(self.rows), dtype=bool)
        for variable, code in zip(self.held, combination, strict=True):
            same &= variable.codes[self.rows] == code
        return self.rows[same]


def _category(table: ModelTable, name: str) -> Category:
    variables = table.coding.variables
    variable = variables[find_column(name, list(variables))]
    if not isinstance(variable, Category):
        message = f"{name} is numeric; marginal means are of categories"
        raise NotEstimableError(message)
    return variable


def estimate_rows(
    inference: Inference, wanted: MarginalRows, level: float = 0.95
) -> tuple[MarginalEstimate, ...]:
    """Estimate marginal means or contrasts; one that the data cannot give has a reason and no number.

    Parameters
    ----------
    inference : Inference
    wanted : MarginalRows
    level : float in (0, 1)
        Confidence level of the unadjusted intervals.
    """
    checked: Estimable = check_rows(inference.fit, wanted.rows)
    found = inference.estimate(checked.rows, level)
    place = iter(range(len(checked.rows)))
    estimates = []
    for levels, is_estimable in zip(wanted.levels, checked.is_estimable, strict=True):
        if not is_estimable:
            estimates.append(_no_estimate(levels))
            continue
        i = next(place)
        estimates.append(
            MarginalEstimate(
                levels=levels,
                estimate=float(found.estimate[i]),
                standard_error=float(found.standard_error[i]),
                df=float(found.df[i]),
                t=float(found.t[i]),
                p=float(found.p[i]),
                lower=float(found.lower[i]),
                upper=float(found.upper[i]),
            )
        )
    return tuple(estimates)


def _no_estimate(levels: tuple[str, ...]) -> MarginalEstimate:
    return MarginalEstimate(
        levels=levels,
        estimate=None,
        standard_error=None,
        df=None,
        t=None,
        p=None,
        lower=None,
        upper=None,
        reason="not estimable: the data have no such combination",
    )


def _other_levels(
    others: tuple[Category, ...], rows: IntArray, weights: Weights
) -> tuple[FloatArray, FloatArray]:
    # combinations of the levels of the other factors, and the share of each
    if not others:
        return np.zeros((1, 0)), np.ones(1)
    if weights is Weights.EQUAL:
        sizes = [len(variable.levels) for variable in others]
        if np.prod(sizes) > MOST_GRID_ROWS:
            message = f"the grid of {', '.join(v.name for v in others)} has {np.prod(sizes)} combinations; weight them as they occur"
            raise NotEstimableError(message)
        codes = np.stack(np.meshgrid(*map(np.arange, sizes), indexing="ij"), axis=-1)
        flat = codes.reshape(-1, len(others)).astype(np.float64)
        return flat, np.full(len(flat), 1 / len(flat))
    if not len(rows):
        return np.zeros((1, len(others))), np.full(1, np.nan)
    observed = np.column_stack([variable.codes[rows] for variable in others])
    codes, counts = np.unique(observed, axis=0, return_counts=True)
    return codes.astype(np.float64), counts / counts.sum()


def _replace(levels: tuple[str, ...], place: int, label: str) -> tuple[str, ...]:
    return (*levels[:place], label, *levels[place + 1 :])
