"""Every result with every digit, as JSON and as a table: planned ones first, exploratory ones with who asked, when and why."""

import csv
import io
import json
from collections.abc import Sequence

from analysis.exploration import ExploredAnalysis, results_of
from analysis.plan import AnalysisReport
from analysis.reports.comparison import standing_mark
from analysis.reports.decisions import DECISION_COLUMNS, decision_values
from analysis.results import EffectSize, Result
from protocols.canonical import to_plain

RESULT_COLUMNS = (
    "id",
    "label",
    "standing",
    "outcome",
    "estimand",
    "analysis_set",
    "estimator",
    "contrast",
    "quantity",
    "unit",
    "n_available",
    "n_analysed",
    "estimate",
    "standard_error",
    "df",
    "lower",
    "upper",
    "p",
    *DECISION_COLUMNS,
    "hedges_g_kind",
    "hedges_g",
    "hedges_g_lower",
    "hedges_g_upper",
    "hedges_g_unadjusted",
    "hedges_g_unadjusted_lower",
    "hedges_g_unadjusted_upper",
    "model",
    "covariance",
    "df_method",
    "converged",
    "gradient_max",
    "reason",
    "data_sha256",
    "code_version",
    "asked_by",
    "asked_at",
    "asked_because",
)
"""The last three are of analyses outside the plan; several requests are separated by semicolons."""


def results_json(report: AnalysisReport, explored: Sequence[ExploredAnalysis] = ()) -> str:
    """Return every result with every digit, as JSON; exploratory ones after those of the plan."""
    document = {
        "study_id": report.protocol.study_id,
        "masked": report.masked,
        "simulated": report.simulated,
        "provenance": to_plain(report.provenance),
        "results": [
            {**to_plain(result), "standing": standing_mark(result)}
            for result in (*report.results, *results_of(explored))
        ],
        "explorations": [plain_exploration(one) for one in explored],
        **_promised_tests(report),
    }
    return (
        json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )


def _promised_tests(report: AnalysisReport) -> dict[str, object]:
    """Return the hypotheses and looks that the plan promises, decided; empty when it promises none."""
    plain: dict[str, object] = {}
    if report.tests is not None:
        plain["hypotheses"] = [
            {"family": family.label, **to_plain(decision)}
            for family in report.tests.families
            for decision in family.decisions
        ]
    if report.looks is not None:
        plain["looks"] = to_plain(report.looks)
    return plain


def results_csv(report: AnalysisReport, explored: Sequence[ExploredAnalysis] = ()) -> str:
    """Return every result with every digit, one a row; exploratory ones after those of the plan."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(RESULT_COLUMNS)
    for row in result_rows(report, explored):
        writer.writerow(["" if value is None else value for value in row])
    return buffer.getvalue()


def result_rows(
    report: AnalysisReport, explored: Sequence[ExploredAnalysis]
) -> tuple[tuple[object, ...], ...]:
    """Return one row a result with the values of `RESULT_COLUMNS`; None where there is none."""
    planned = tuple((*_values(result), None, None, None) for result in report.results)
    return planned + tuple(
        (*_values(result), *_asked(one)) for one in explored for result in one.results
    )


def plain_exploration(explored: ExploredAnalysis) -> dict[str, object]:
    """Return an analysis outside the plan as plain JSON: its choices, their hash, who asked, when and why, and its results by id."""
    return {
        "standing": "exploratory",
        "code": explored.code,
        "sha256": explored.sha256,
        "label": explored.label,
        "choices": to_plain(explored.requests[0].exploration),
        "requests": [
            {"by": one.by, "at": one.at.isoformat(), "reason": one.reason}
            for one in explored.requests
        ],
        "results": [result.id for result in explored.results],
    }


def _asked(explored: ExploredAnalysis) -> tuple[str, str, str]:
    requests = explored.requests
    return (
        "; ".join(one.by for one in requests),
        "; ".join(one.at.isoformat() for one in requests),
        "; ".join(one.reason for one in requests),
    )


def _values(result: Result) -> tuple[object, ...]:
    interval, size = result.interval, result.effect_size
    return (
        result.id,
        result.label,
        standing_mark(result),
        result.outcome,
        result.estimand,
        result.analysis_set.value,
        result.estimator.value,
        result.contrast.label,
        result.quantity,
        result.unit,
        _by_arm(result, result.n_available),
        _by_arm(result, result.n_analysed),
        result.estimate,
        result.standard_error,
        result.df,
        interval.lower if interval else None,
        interval.upper if interval else None,
        result.p,
        *decision_values(result),
        size.kind if size else None,
        *_size_columns(size),
        *_size_columns(result.unadjusted_effect_size),
        result.model,
        *_fit_columns(result),
        result.reason,
        result.data_sha256,
        result.code_version,
    )


def _fit_columns(result: Result) -> tuple[object, ...]:
    fit = result.fit
    if fit is None:
        return (None,) * 4
    return fit.covariance, fit.df_method, fit.converged, fit.gradient_max


def _size_columns(size: EffectSize | None) -> tuple[float | None, float | None, float | None]:
    if size is None or size.interval is None:
        return None, None, None
    return size.g, size.interval.lower, size.interval.upper


def _by_arm(result: Result, counts: tuple[int, ...]) -> str:
    return "; ".join(f"{arm.label}: {n}" for arm, n in zip(result.arms, counts, strict=True))
