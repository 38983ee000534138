"""Datasets and results as files of one format, in one archive, with a manifest that hashes each of them.

Conventions: the same report gives the same bytes; while the arms are masked everything here is; CSV and JSON in UTF-8 with line feeds, an
empty cell or null where a value is missing; every number with every digit.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.exploration import ExploredAnalysis, results_of
from analysis.plan import AnalysisReport
from analysis.reports.exported import Export, ExportedFile, ExportFormat
from analysis.reports.result_files import (
    RESULT_COLUMNS,
    plain_exploration,
    result_rows,
    results_json,
)
from analysis.reports.write import adam_frames
from protocols.canonical import sha256_hex, to_plain
from protocols.plan_document import definitions_of, plan_hash

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that an archive can hold: no clock takes part."""


def export_report(
    report: AnalysisReport,
    explored: Sequence[ExploredAnalysis],
    analysed: "Mapping[str, pd.DataFrame]",
    export_format: ExportFormat,
) -> Export:
    """Write datasets, analysed rows and results in one format.

    Parameters
    ----------
    report : AnalysisReport
        Its datasets carry ADaM names.
    explored : sequence of ExploredAnalysis
        What was analysed outside the plan, labelled so.
    analysed : mapping of str to DataFrame
        Rows of each analysis by its code, planned or exploratory.
    export_format : ExportFormat

    Returns
    -------
    Export
        The archive, and what is in it.
    """
    contents: dict[str, bytes] = {}
    rows: dict[str, int] = {}
    tables = {f"datasets/{name}": frame for name, frame in adam_frames(report).items()}
    tables |= {f"analyses/{code}": frame for code, frame in analysed.items()}
    for stem, frame in tables.items():
        name = f"{stem}.{export_format.value}"
        contents[name], rows[name] = _written(frame, export_format), len(frame)
    name = f"results.{export_format.value}"
    contents[name] = _results(report, explored, export_format)
    rows[name] = len(report.results) + len(results_of(explored))
    files = tuple(
        ExportedFile(
            name=name,
            rows=rows.get(name),
            size_bytes=len(content),
            sha256=sha256_hex(content),
        )
        for name, content in contents.items()
    )
    contents[MANIFEST] = _manifest(report, explored, files, export_format)
    archive = _archive(contents)
    return Export(format=export_format, files=files, archive=archive, sha256=sha256_hex(archive))


def _written(frame: "pd.DataFrame", export_format: ExportFormat) -> bytes:
    match export_format:
        case ExportFormat.CSV:
            return frame.to_csv(index=False, lineterminator="\n").encode()
        case ExportFormat.JSON:
            rows = [
                {str(name): None if _is_missing(value) else value for name, value in row.items()}
                for row in frame.astype(object).to_dict("records")
            ]
            return (json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
        case ExportFormat.PARQUET:
            return frame.to_parquet(index=False, engine="pyarrow")


def _is_missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - only NaN differs from itself


def _results(
    report: AnalysisReport, explored: Sequence[ExploredAnalysis], export_format: ExportFormat
) -> bytes:
    if export_format is ExportFormat.JSON:
        return results_json(report, explored).encode()
    import pandas as pd  # noqa: PLC0415 - slow to import

    rows = pd.DataFrame(result_rows(report, explored), columns=list(RESULT_COLUMNS))
    return _written(rows, export_format)


def _manifest(
    report: AnalysisReport,
    explored: Sequence[ExploredAnalysis],
    files: Sequence[ExportedFile],
    export_format: ExportFormat,
) -> bytes:
    protocol = report.protocol
    document = {
        "study_id": protocol.study_id,
        "format": export_format.value,
        "masked": report.masked,
        "simulated": report.simulated,
        "locked": report.locked_at is not None,
        "protocol_version": protocol.version,
        "provenance": to_plain(report.provenance),
        "analysis_plan_sha256": plan_hash(protocol),
        "analyses": [
            {"code": one.planned.code, "standing": "planned", "sha256": one.sha256}
            for one in definitions_of(protocol)
        ],
        "explorations": [plain_exploration(one) for one in explored],
        "exploratory_results": [
            result.id for result in (*report.results, *results_of(explored)) if not result.planned
        ],
        "files": [to_plain(file) for file in files],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _archive(contents: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
