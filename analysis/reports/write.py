"""Write a report into a folder: the page, every result as data, every figure, table and dataset as a file.

Conventions: UTF-8, line feeds, no clock; the same report gives the same bytes.
"""

import csv
import io
import json
from pathlib import Path

from analysis.datasets import adsl_frame, bds_frame
from analysis.plan import AnalysisReport
from analysis.reports.flow import render_flow
from analysis.reports.html import RenderedReport, render_report
from analysis.reports.table import table_csv
from analysis.results import Result
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
    "hedges_g",
    "hedges_g_lower",
    "hedges_g_upper",
    "model",
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
    study_id = report.protocol.study_id
    adsl = adsl_frame(study_id, report.datasets.participants)
    files["datasets/adsl.csv"] = adsl.to_csv(index=False, lineterminator="\n")
    files["datasets/adqs.csv"] = bds_frame(study_id, report.datasets).to_csv(
        index=False, lineterminator="\n"
    )
    return files


def results_json(report: AnalysisReport) -> str:
    """Return every result with every digit, as JSON."""
    document = {
        "study_id": report.protocol.study_id,
        "masked": report.masked,
        "simulated": report.simulated,
        "provenance": to_plain(report.provenance),
        "results": [to_plain(result) for result in report.results],
    }
    return (
        json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )


def results_csv(report: AnalysisReport) -> str:
    """Return every result with every digit, one a row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(RESULT_COLUMNS)
    for result in report.results:
        writer.writerow(["" if value is None else value for value in _columns(result)])
    return buffer.getvalue()


def _columns(result: Result) -> tuple[object, ...]:
    interval, size = result.interval, result.effect_size
    size_interval = size.interval if size else None
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
        size.g if size else None,
        size_interval.lower if size_interval else None,
        size_interval.upper if size_interval else None,
        result.model,
        result.reason,
        result.data_sha256,
        result.code_version,
    )


def _by_arm(result: Result, counts: tuple[int, ...]) -> str:
    return "; ".join(f"{arm.label}: {n}" for arm, n in zip(result.arms, counts, strict=True))
