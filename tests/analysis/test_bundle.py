"""The way back: the two files beside a report, and the two lines printed in it, give its numbers."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from analysis.bundle import load_bundle
from analysis.plan import AnalysisReport
from analysis.reports.write import write_report
from protocols.canonical import sha256_hex


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, report: AnalysisReport) -> Path:
    """Return the folder of the example's report."""
    place = tmp_path_factory.mktemp("report")
    write_report(report, place)
    return place


def _run(lines: str, folder: Path, checkout: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", lines],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_the_lines_printed_in_the_report_give_the_primary_result_again(
    folder: Path, checkout: Path, report: AnalysisReport
) -> None:
    html = (folder / "report.html").read_text("utf-8")
    found = re.search(r'<pre class="again"><code>(.*?)</code></pre>', html, re.DOTALL)
    assert found is not None

    printed = _run(unescape(found[1]), folder, checkout)

    assert float(printed) == report.primary.estimate


def test_the_lines_of_a_described_outcome_give_its_arms_again(
    folder: Path, checkout: Path, report: AnalysisReport
) -> None:
    adherence = report.result("adherence")

    assert _run(adherence.python_call, folder, checkout) == str(adherence.arms)


def test_the_files_have_the_hashes_that_are_printed(folder: Path, report: AnalysisReport) -> None:
    hashes = [sha256_hex((folder / n).read_bytes()) for n in ("records.json", "protocol.json")]

    assert hashes == [report.provenance.data_sha256, report.provenance.protocol_sha256]


def test_what_is_read_back_is_what_was_analysed(folder: Path, report: AnalysisReport) -> None:
    bundle = load_bundle(folder)

    assert (bundle.protocol, bundle.records) == (report.protocol, report.records)
