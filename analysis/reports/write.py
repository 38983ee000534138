"""Write a report into a folder: the page, every result as data, every figure, table and dataset as a file.

Conventions: UTF-8, line feeds, no clock; the same report gives the same bytes.
"""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.adam_frames import adae_frame, adqs_frame, adsl_frame, advas_frame
from analysis.bundle import bundle_files
from analysis.plan import AnalysisReport
from analysis.reports.flow import render_flow
from analysis.reports.html import RenderedReport, render_report
from analysis.reports.table import table_csv
from analysis.results import EffectSize, Result
from protocols.canonical import to_plain

if TYPE_CHECKING:
    import pandas as pd

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
)


def write_report(report: AnalysisReport, folder: Path) -> tuple[Path, ...]:
    """Write the report and everything behind it.

    Parameters
    ----------
    report : AnalysisReport
        The report.
    folder : Path
        Where to write; made when it does not exist. Files of the same names are replaced.

    Returns
    -------
    tuple of Path
        Every file written, ``report.html`` first.
    """
    written = []
    for name, text in _files(report, render_report(report)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _files(report: AnalysisReport, rendered: RenderedReport) -> dict[str, str]:
    files = {
        "report.html": rendered.html,
        "results.json": results_json(report),
        "results.csv": results_csv(report),
        "flow.svg": render_flow(report.flow),
    }
    for figure in rendered.figures:
        files[f"figures/{figure.id}.svg"] = figure.svg
        files[f"figures/{figure.id}.csv"] = table_csv(figure.table)
    for table in rendered.tables:
        files[f"tables/{table.id}.csv"] = table_csv(table)
    for name, frame in adam_frames(report).items():
        files[f"datasets/{name}.csv"] = frame.to_csv(index=False, lineterminator="\n")
    return files | bundle_files(report)


def adam_frames(report: AnalysisReport) -> "dict[str, pd.DataFrame]":
    """Return the analysis datasets by their lower-case ADaM name."""
    study_id, datasets = report.protocol.study_id, report.datasets
    return {
        "adsl": adsl_frame(study_id, datasets.participants, report.memberships),
        "adqs": adqs_frame(study_id, datasets),
        "advas": advas_frame(study_id, datasets),
        "adae": adae_frame(study_id, datasets, report.harms.listing),
    }


def results_json(report: AnalysisReport, exploratory: Sequence[Result] = ()) -> str:
    """Return every result with every digit, as JSON; exploratory ones after those of the plan."""
    document = {
        "study_id": report.protocol.study_id,
        "masked": report.masked,
        "simulated": report.simulated,
        "provenance": to_plain(report.provenance),
        "results": [to_plain(result) for result in (*report.results, *exploratory)],
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


def results_csv(report: AnalysisReport, exploratory: Sequence[Result] = ()) -> str:
    """Return every result with every digit, one a row; exploratory ones after those of the plan."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(RESULT_COLUMNS)
    for result in (*report.results, *exploratory):
        writer.writerow(["" if value is None else value for value in result_values(result)])
    return buffer.getvalue()


def result_values(result: Result) -> tuple[object, ...]:
    """Return the values of `RESULT_COLUMNS`; None where there is none."""
    interval, size = result.interval, result.effect_size
    return (
        result.id,
        result.label,
        "planned" if result.planned else "exploratory",
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
