"""What `antiphon fit impute` says: the numbers as JSON and as tables."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import (
    NOTHING,
    Answer,
    TextTable,
    finite,
    percent,
    shown,
    shown_p,
)
from screens.terminal.fit.record import Calls, record, remarks

if TYPE_CHECKING:
    from analysis.missing_data.analysis_step import Quantity
    from analysis.missing_data.frame import EventStrategy, ImputationColumns
    from analysis.missing_data.impute import ImputationResult
    from analysis.missing_data.pooling import PooledEstimate
    from analysis.sensitivity.tipping_point import TippingCurve
    from data.exchange.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Imputed:
    """What was asked, and what came of it."""

    columns: "ImputationColumns"
    after: "EventStrategy"
    result: "ImputationResult"
    curve: "TippingCurve | None"
    seed: int | None
    """None for the jackknife, which needs none."""
    level: float

    def estimates(self, quantity: "Quantity") -> "list[PooledEstimate]":
        """Return the estimates of one kind."""
        return [one for one in self.result.estimates if one.target.quantity is quantity]


def imputation_answer(table: "Table", imputed: Imputed, calls: Calls) -> Answer:
    """Return the answer."""
    from analysis.missing_data.analysis_step import Quantity

    means = imputed.estimates(Quantity.ADJUSTED_MEAN)
    differences = imputed.estimates(Quantity.DIFFERENCE)
    found, curve, outcome = imputed.result, imputed.curve, imputed.columns.outcome
    notes = (found.variance_note,)
    plain = {
        **_estimates_plain(imputed.columns, means, differences),
        "strategy": imputed.after.strategy.value,
        "reference": imputed.after.reference_arm,
        "variance": "jackknife" if imputed.seed is None else "rubin",
        "n_participants": found.n_participants,
        "n_datasets": found.n_datasets,
        "seed": imputed.seed,
        "level": imputed.level,
        **_counts_plain(imputed.columns, found),
        "imputation_model": _model_plain(found),
        "tipping": None if curve is None else _curve_plain(curve),
        **record(table, calls, notes),
    }
    tables = [
        _estimates_table(f"Differences in {outcome}", differences, imputed.level),
        _estimates_table(f"Adjusted means of {outcome}", means, imputed.level),
    ]
    if curve is not None:
        tables.append(_curve_table(curve, imputed.level))
    return Answer(
        plain=plain,
        tables=tuple(tables),
        remarks=(*_in_words(imputed), *remarks(table, notes)),
    )


def _in_words(imputed: Imputed) -> tuple[str, ...]:
    found, after, curve = imputed.result, imputed.after, imputed.curve
    return (
        f"{after.strategy.value} with reference arm {after.reference_arm}; {found.model}.",
        f"{found.n_participants} participants, {found.n_datasets} completed datasets"
        + ("." if imputed.seed is None else f", seed {imputed.seed}."),
        *(() if curve is None else (curve.conclusion,)),
    )


def _estimates_plain(
    columns: "ImputationColumns",
    means: "list[PooledEstimate]",
    differences: "list[PooledEstimate]",
) -> dict[str, Any]:
    return {
        "ls_means": [
            {columns.visit: one.target.visit, columns.arm: one.target.label, **_numbers(one)}
            for one in means
        ],
        "contrasts": [
            {
                columns.visit: one.target.visit,
                "contrast": one.target.label.replace(" − ", " - "),
                **_numbers(one),
            }
            for one in differences
        ],
    }


def _counts_plain(columns: "ImputationColumns", found: "ImputationResult") -> dict[str, Any]:
    return {
        "counts": [
            {
                columns.arm: count.arm,
                columns.visit: count.visit,
                "observed": count.observed,
                "imputed": count.imputed,
            }
            for count in found.counts
        ],
        "strategies": [
            {
                columns.arm: count.arm,
                "strategy": count.strategy.value,
                "participants": count.participants,
            }
            for count in found.strategies
        ],
    }


def _model_plain(found: "ImputationResult") -> dict[str, Any]:
    fit = found.imputation.fit.fit
    return {
        "model": found.model,
        "coefficients": dict(zip(fit.columns, fit.beta.tolist(), strict=True)),
        "covariance": fit.sigma.tolist(),
        "log_likelihood": found.log_likelihood,
        "gradient_max": found.gradient_max,
        "converged": fit.converged,
    }


def _numbers(one: "PooledEstimate") -> dict[str, Any]:
    return {
        "estimate": finite(one.estimate),
        "se": finite(one.standard_error),
        "df": finite(one.df),
        "lower": None if one.interval is None else one.interval.lower,
        "upper": None if one.interval is None else one.interval.upper,
        "p": finite(one.p),
        "fraction_missing": finite(one.fraction_missing),
        "monte_carlo_error": finite(one.monte_carlo_error),
        "reason": one.reason,
    }


def _curve_plain(curve: "TippingCurve") -> dict[str, Any]:
    return {
        "target": f"{curve.target.label.replace(' − ', ' - ')} at {curve.target.visit}",
        "rule": curve.rule,
        "significance_level": curve.significance_level,
        "points": [{"delta": point.deltas[0], **_numbers(point.pooled)} for point in curve.points],
        "tipping_points": [
            {
                "delta": point.delta,
                "change": point.change.value,
                "in_important_differences": point.in_important_differences,
                **_numbers(point.pooled),
            }
            for point in curve.tipping_points
        ],
        "conclusion": curve.conclusion,
    }


def _estimates_table(title: str, found: "list[PooledEstimate]", level: float) -> TextTable:
    return TextTable(
        title=f"{title}, in its unit",
        header=("", "visit", *_header(level)),
        rows=tuple((one.target.label, one.target.visit, *_row(one)) for one in found),
    )


def _curve_table(curve: "TippingCurve", level: float) -> TextTable:
    return TextTable(
        title=f"{curve.target.label} at {curve.target.visit}, delta {curve.rule}",
        header=("delta", *_header(level)),
        rows=tuple((shown(point.deltas[0]), *_row(point.pooled)) for point in curve.points),
    )


def _header(level: float) -> tuple[str, ...]:
    return ("estimate", "SE", "df", f"{percent(level)} interval", "p")


def _row(one: "PooledEstimate") -> tuple[str, ...]:
    if one.reason:
        return (one.reason, NOTHING, NOTHING, NOTHING, NOTHING)
    interval = one.interval
    limits = (
        NOTHING
        if interval is None
        else f"{_rounded(interval.lower, one)} to {_rounded(interval.upper, one)}"
    )
    return (
        _rounded(one.estimate, one),
        _rounded(one.standard_error, one),
        "normal" if one.df is None else shown(one.df),
        limits,
        shown_p(one.p),
    )


def _rounded(value: float | None, one: "PooledEstimate") -> str:
    """Print no more decimals than another seed would leave."""
    if value is None or one.decimals is None:
        return shown(value)
    return f"{value:.{one.decimals}f}"
