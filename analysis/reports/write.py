"""Write a report into a folder: the page, every result as data, every figure, table and dataset as a file.

Conventions: UTF-8, line feeds, no clock; the same report gives the same bytes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.adam_frames import adae_frame, adqs_frame, adsl_frame, advas_frame
from analysis.bundle import bundle_files
from analysis.exploration import ExploredAnalysis, log_of
from analysis.plan import AnalysisReport
from analysis.quality_frame import signal_quality_frame
from analysis.reports.flow import render_flow
from analysis.reports.html import render_report
from analysis.reports.result_files import results_csv, results_json
from analysis.reports.table import table_csv

if TYPE_CHECKING:
    import pandas as pd


def write_report(
    report: AnalysisReport, folder: Path, explored: Sequence[ExploredAnalysis] = ()
) -> tuple[Path, ...]:
    """Write the report and everything behind it.

    Parameters
    ----------
    report : AnalysisReport
        The report.
    folder : Path
        Where to write; made when it does not exist. Files of the same names are replaced.
    explored : sequence of ExploredAnalysis
        What was analysed outside the plan.

    Returns
    -------
    tuple of Path
        Every file written, ``report.html`` first.
    """
    written = []
    for name, text in _files(report, explored).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _files(report: AnalysisReport, explored: Sequence[ExploredAnalysis]) -> dict[str, str]:
    rendered = render_report(report, explored)
    files = {
        "report.html": rendered.html,
        "results.json": results_json(report, explored),
        "results.csv": results_csv(report, explored),
        "flow.svg": render_flow(report.flow),
    }
    for figure in rendered.figures:
        files[f"figures/{figure.id}.svg"] = figure.svg
        files[f"figures/{figure.id}.csv"] = table_csv(figure.table)
    for table in rendered.tables:
        files[f"tables/{table.id}.csv"] = table_csv(table)
    for name, frame in adam_frames(report).items():
        files[f"datasets/{name}.csv"] = frame.to_csv(index=False, lineterminator="\n")
    return files | bundle_files(report, log_of(explored))


def adam_frames(report: AnalysisReport) -> "dict[str, pd.DataFrame]":
    """Return the analysis datasets by their lower-case ADaM name."""
    study_id, datasets = report.protocol.study_id, report.datasets
    return {
        "adsl": adsl_frame(study_id, datasets.participants, report.memberships),
        "adqs": adqs_frame(study_id, datasets),
        "advas": advas_frame(study_id, datasets),
        "adae": adae_frame(study_id, datasets, report.harms.listing),
        "adsq": signal_quality_frame(study_id, report.quality),
    }
