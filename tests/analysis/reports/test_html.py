"""The page: every number traced, marked as what it is, self-contained, and printable."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt, fmt_level, fmt_p
from analysis.reports.html import render_html
from analysis.reports.tracing import UnresolvedReferenceError, resolve

SKIPPED = {"table", "svg", "style", "code", "data", "time", "figcaption", "title"}
VOID = {"meta", "br", "link"}


class _Prose(HTMLParser):
    """Collects what is neither a table, a drawing, code, a traced number nor the protocol's words."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.prose: list[str] = []
        self.traced: list[tuple[str, str]] = []
        self._reference: str | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        in_table = given.get("class") == "footnotes"
        hidden = tag in SKIPPED or "data-promised" in given or in_table
        self.open.append(hidden or bool(self.open and self.open[-1]))
        self._reference = given.get("data-from") if tag == "data" else None

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    @override
    def handle_data(self, data: str) -> None:
        if self._reference is not None:
            self.traced.append((self._reference, data))
            self._reference = None
        elif not self.open or not self.open[-1]:
            self.prose.append(data)


@pytest.fixture(scope="module")
def html(report: AnalysisReport) -> str:
    """Return the page of the example trial."""
    return render_html(report)


@pytest.fixture(scope="module")
def reading(html: str) -> _Prose:
    """Return the page, read."""
    parser = _Prose()
    parser.feed(html)
    return parser


def test_every_number_in_a_sentence_is_traced_or_promised(reading: _Prose) -> None:
    names = re.compile(r"CONSORT 2025|Data of figure \d+|SHA-256")
    prose = names.sub("", " ".join(reading.prose))

    assert re.findall(r".{0,40}\d.{0,20}", prose) == []


def test_every_traced_number_is_what_its_field_prints(
    reading: _Prose, report: AnalysisReport
) -> None:
    assert reading.traced
    for reference, text in reading.traced:
        value = resolve(report, reference)
        decimals = len(text.partition(".")[2])
        assert text in {fmt(value, decimals), fmt_p(value), fmt_level(value)}


@pytest.mark.parametrize(
    "reference", ["result:nothing/estimate", "flow:nothing/count", "report/protocol", "other/x"]
)
def test_a_reference_to_nothing_is_refused(report: AnalysisReport, reference: str) -> None:
    with pytest.raises(UnresolvedReferenceError):
        resolve(report, reference)


def test_the_page_loads_nothing_and_leads_only_to_the_files_beside_it(html: str) -> None:
    links = re.findall(r'<a href="([^"#][^"]*)"', html)
    addresses = re.findall(r'(?:src|href)="([^"#][^"]*)"', html)

    assert "<script" not in html
    assert addresses == links == ["protocol.json", "records.json"]
    assert "@import" not in html


def test_no_id_is_used_twice(html: str) -> None:
    ids = Counter(re.findall(r'\bid="([^"]+)"', html))

    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("mark", ["SIMULATED DATA", "MASKED", "NOT LOCKED: preliminary"])
def test_what_the_data_are_stands_on_top_and_in_the_header_of_every_printed_page(
    html: str, mark: str
) -> None:
    header = re.search(r'@top-left\{content:"([^"]*)"', html)

    assert html.index(mark, html.index("<body>")) < html.index("<h1>")
    assert header is not None
    assert mark in header[1]


def test_real_unmasked_locked_data_carry_no_mark(unmasked_report: AnalysisReport) -> None:
    locked = datetime(2026, 9, 9, tzinfo=UTC)

    html = render_html(replace(unmasked_report, simulated=False, locked_at=locked))

    assert "SIMULATED" not in html
    assert "MASKED" not in html
    assert "NOT LOCKED" not in html
    assert "Adaptive music − Matched music" in html


@pytest.mark.requirement("CONSORT 25")
def test_the_baseline_table_has_no_p_value(html: str) -> None:
    table = html[html.index('id="table-baseline"') :]

    assert "<th" in table
    assert not re.search(r">\s*p\b", table[: table.index("</table>")])


@pytest.mark.parametrize(
    "section",
    [
        "synopsis", "flow", "baseline", "delivery", "primary", "secondary", "sessions", "hrv",
        "harms", "deviations", "blinding", "events", "missing", "consort", "provenance",
    ],
)  # fmt: skip
def test_every_section_is_there_and_in_the_contents(html: str, section: str) -> None:
    assert f'<section id="{section}"' in html
    assert f'href="#{section}"' in html


@pytest.mark.parametrize(
    "word", ["effective", "efficac", "proves", "superior to", "compliant", "significant"]
)
def test_the_program_claims_nothing(reading: _Prose, word: str) -> None:
    assert word not in " ".join(reading.prose).lower()


def test_a_title_with_markup_is_escaped(report: AnalysisReport) -> None:
    protocol = replace(report.protocol, title="<img src=x> & more", study_id='A"1')

    html = render_html(replace(report, protocol=protocol))

    assert "<img" not in html
    assert "&lt;img src=x&gt; &amp; more" in html


def test_a_result_without_a_number_says_why_on_the_page(report: AnalysisReport) -> None:
    first, *others = report.results
    refused = replace(
        first, estimate=None, interval=None, p=None, effect_size=None, reason="too few <people>"
    )

    html = render_html(replace(report, results=(refused, *others)))

    assert "not estimable" in html.lower()
    assert "too few &lt;people&gt;" in html
