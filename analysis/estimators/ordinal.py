r"""Ordered categories, e.g. global impression of change: proportional odds model with one odds ratio for all cut-points.

logit P(Y > k) = −θ_k + x'β, so an odds ratio above 1 means the first arm has higher categories. Maximum likelihood by Newton's method with the analytic
Hessian (the likelihood is concave); statsmodels' `OrderedModel` has the same optimum, its standard errors come from numerical
differences. The assumption of one odds ratio is looked at cut by cut (plain logistic models) and tested by Brant's Wald test; a trial reports the common odds ratio as a summary
even where cuts differ, and then says so.

References
----------
McCullagh (1980), JRSS B 42, 109-142. Brant (1990), Biometrics 46, 1171-1178.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from analysis.estimators.arrays import FloatArray, require_equal_lengths
from analysis.estimators.design import Covariate, Design, build_design, require_full_rank
from analysis.estimators.effect import ArmSize, Effect, Named, log_normal_effect
from analysis.estimators.frame import ColumnError, Comparison, compared_rows, covariates, labels
from analysis.estimators.ordinal_cuts import compare_cuts
from analysis.estimators.separation import find_separating_columns
from analysis.results import NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

MOST_STEPS = 200
GRADIENT_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedOutcomes:
    """One entry a participant."""

    category: tuple[str, ...]
    categories: tuple[str, ...]
    """All categories from lowest to highest; those nobody has are joined with nothing and named."""
    arm: tuple[str, ...]
    first: str
    second: str
    """Reference arm."""
    covariates: tuple[Covariate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProportionalOdds:
    """A common odds ratio and how common it is."""

    odds_ratio: Effect
    """Of a higher category, first arm over second."""
    by_cut: tuple[Effect, ...]
    """Odds ratio of lying above each cut-point."""
    p_proportional: float | None
    """Brant's test for the arm; None with two categories or where a cut has no estimate."""
    thresholds: tuple[float, ...]
    columns: tuple[str, ...]
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    log_likelihood: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedColumns:
    """Which column plays which part."""

    category: str
    categories: tuple[str, ...]
    comparison: Comparison
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Data:
    code: FloatArray
    used: tuple[str, ...]
    """Categories that someone is in, from lowest to highest."""
    matrix: FloatArray
    """Without intercept."""
    names: tuple[str, ...]

    @property
    def n_cuts(self) -> int:
        return len(self.used) - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Derivatives:
    log_likelihood: float
    gradient: FloatArray
    information: FloatArray


def estimate_proportional_odds(
    data: OrderedOutcomes, *, confidence_level: float
) -> ProportionalOdds:
    """Fit the proportional odds model.

    `NotEstimableError` if an arm is empty, all are in one category, a category is unknown, columns depend on each other, or they separate the categories.
    """
    prepared, comment = _prepare(data)
    parameters, found = _maximize(prepared)
    covariance = np.linalg.inv(found.information)
    errors = np.sqrt(np.diag(covariance))[prepared.n_cuts :]
    sizes = tuple(ArmSize(arm=a, n=data.arm.count(a)) for a in (data.first, data.second))
    cuts = compare_cuts(
        prepared.code,
        prepared.matrix,
        prepared.names,
        [
            Named(
                quantity=f"odds ratio above {category}, {data.first} / {data.second}",
                method="logistic model, standard error of the logarithm",
                arms=sizes,
            )
            for category in prepared.used[:-1]
        ],
        confidence_level=confidence_level,
    )
    return ProportionalOdds(
        odds_ratio=log_normal_effect(
            Named(
                quantity=f"common odds ratio of a higher category, {data.first} / {data.second}",
                method="proportional odds model, standard error of the logarithm",
                arms=sizes,
                comment=comment,
            ),
            log_estimate=float(parameters[prepared.n_cuts]),
            standard_error=float(errors[0]),
            confidence_level=confidence_level,
        ),
        by_cut=cuts.effects,
        p_proportional=cuts.p_equal,
        thresholds=tuple(parameters[: prepared.n_cuts].tolist()),
        columns=prepared.names,
        coefficients=tuple(parameters[prepared.n_cuts :].tolist()),
        standard_errors=tuple(errors.tolist()),
        log_likelihood=found.log_likelihood,
    )


def ordered_outcomes(frame: "pd.DataFrame", columns: OrderedColumns) -> OrderedOutcomes:
    """Read one row a participant; incomplete rows are left out.

    Raises
    ------
    ColumnError
        If a category occurs that is not in the list.
    """
    needed = (columns.category, *columns.covariates)
    rows = compared_rows(frame, columns.comparison, needed).frame
    category = labels(rows, columns.category)
    unknown = sorted(set(category) - set(columns.categories))
    if unknown:
        listed = ", ".join(columns.categories)
        raise ColumnError(f"column {columns.category!r} has {unknown[0]!r}, not one of {listed}")
    return OrderedOutcomes(
        category=category,
        categories=columns.categories,
        arm=labels(rows, columns.comparison.column),
        first=columns.comparison.first,
        second=columns.comparison.second,
        covariates=covariates(rows, columns.covariates),
    )


def _prepare(data: OrderedOutcomes) -> tuple[_Data, str]:
    require_equal_lengths(category=data.category, arm=data.arm)
    unknown = sorted(set(data.category) - set(data.categories))
    if unknown:
        raise NotEstimableError(f"category {unknown[0]} is not in the list of categories")
    for arm in (data.first, data.second):
        if arm not in data.arm:
            raise NotEstimableError(f"{arm} has no participant in the analysis set")
    used = [category for category in data.categories if category in data.category]
    if len(used) < 2:
        raise NotEstimableError("all participants are in the same category")
    design: Design = build_design(data.arm, (data.second, data.first), data.covariates)
    require_full_rank(design)
    code = np.array([used.index(category) for category in data.category], dtype=np.float64)
    guilty = _separating(code, design)
    if guilty:
        raise NotEstimableError(
            f"the categories are separated by {', '.join(guilty)}, so there is no finite estimate"
        )
    empty = [category for category in data.categories if category not in used]
    comment = f"Nobody is in category {', '.join(empty)}." if empty else ""
    prepared = _Data(
        code=code, used=tuple(used), matrix=design.matrix[:, 1:], names=design.columns[1:]
    )
    return prepared, comment


def _separating(code: FloatArray, design: Design) -> tuple[str, ...]:
    """Return columns that separate the categories: each participant lies above the cut below and under the cut above."""
    n_cuts = int(code.max())
    rows, responses = [], []
    for cut in range(n_cuts):
        beside = (code == cut) | (code == cut + 1)
        thresholds = np.zeros((int(beside.sum()), n_cuts))
        thresholds[:, cut] = -1.0
        rows.append(np.column_stack([thresholds, design.matrix[beside, 1:]]))
        responses.append((code[beside] > cut).astype(np.float64))
    names = (*(["Intercept"] * n_cuts), *design.columns[1:])
    return find_separating_columns(np.vstack(rows), np.concatenate(responses), names)


def _maximize(data: _Data) -> tuple[FloatArray, _Derivatives]:
    shares = np.array([np.mean(data.code > cut) for cut in range(data.n_cuts)])
    start = np.log((1 - shares) / shares)
    parameters = np.concatenate([start, np.zeros(data.matrix.shape[1])])
    here = _derivatives(data, parameters)
    for _ in range(MOST_STEPS):
        if np.abs(here.gradient).max() < GRADIENT_TOLERANCE:
            return parameters, here
        step = np.linalg.solve(here.information, here.gradient)
        size = 1.0
        while size > 1e-8:
            tried = parameters + size * step
            there = _derivatives(data, tried)
            if there.log_likelihood >= here.log_likelihood - 1e-12:
                break
            size /= 2
        parameters, here = tried, there
    raise NotEstimableError("the proportional odds model did not converge")


def _derivatives(data: _Data, parameters: FloatArray) -> _Derivatives:
    n, cuts = len(data.code), data.n_cuts
    thresholds, slopes = parameters[:cuts], parameters[cuts:]
    code = data.code.astype(np.int64)
    linear = data.matrix @ slopes
    bounds = np.concatenate([[-np.inf], thresholds, [np.inf]])
    high, low = bounds[code + 1] - linear, bounds[code] - linear
    f_high, f_low = expit(high), expit(low)
    chance = np.where(low > 0, expit(-low) - expit(-high), f_high - f_low)
    if np.any(np.diff(thresholds) <= 0) or np.any(chance <= 0):
        return _Derivatives(
            log_likelihood=-np.inf,
            gradient=np.zeros(len(parameters)),
            information=np.eye(len(parameters)),
        )
    d_high, d_low = f_high * (1 - f_high), f_low * (1 - f_low)
    by_high = np.zeros((n, len(parameters)))
    by_low = np.zeros((n, len(parameters)))
    rows = np.arange(n)
    below_top, above_bottom = code < cuts, code > 0
    by_high[rows[below_top], code[below_top]] = 1.0
    by_low[rows[above_bottom], code[above_bottom] - 1] = 1.0
    by_high[:, cuts:] = -data.matrix
    by_low[:, cuts:] = -data.matrix
    score = (d_high[:, None] * by_high - d_low[:, None] * by_low) / chance[:, None]
    curve_high = d_high * (1 - 2 * f_high) / chance
    curve_low = d_low * (1 - 2 * f_low) / chance
    information = (
        score.T @ score
        - (by_high * curve_high[:, None]).T @ by_high
        + (by_low * curve_low[:, None]).T @ by_low
    )
    return _Derivatives(
        log_likelihood=float(np.sum(np.log(chance))),
        gradient=score.sum(axis=0),
        information=information,
    )
