"""The report as one self-contained HTML page that prints well: no script, no request, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.exploration import ExploredAnalysis
from analysis.plan import AnalysisReport
from analysis.reports.figure import Figure
from analysis.reports.figures import render_figures
from analysis.reports.formatting import esc
from analysis.reports.pages import Pages, Section
from analysis.reports.sections import build_sections
from analysis.reports.table import Table
from analysis.reports.tracing import promised

SIMULATED = "SIMULATED DATA"
MASKED = "MASKED"
NOT_LOCKED = "NOT LOCKED: preliminary"
_STYLE_FILE = Path(__file__).with_name("report.css")


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedReport:
    """The page, with the tables and figures it shows."""

    html: str
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]


def render_html(report: AnalysisReport, explored: Sequence[ExploredAnalysis] = ()) -> str:
    """Render the report as one self-contained HTML page."""
    return render_report(report, explored).html


def render_report(
    report: AnalysisReport, explored: Sequence[ExploredAnalysis] = ()
) -> RenderedReport:
    """Render the page and keep its tables and figures; what was analysed outside the plan has a section of its own."""
    figures = render_figures(report)
    pages = Pages(report=report, figures=figures, explored=tuple(explored))
    sections = build_sections(pages)
    html = _page(report, sections)
    return RenderedReport(html=html, tables=tuple(pages.tables), figures=figures)


def _page(report: AnalysisReport, sections: tuple[Section, ...]) -> str:
    mark = running_mark(report)
    body = "".join(_section(section, mark) for section in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(report.protocol.study_id)}: report of the trial</title>"
        f"<style>{_style(report, mark)}</style></head><body>"
        f"{_banners(report)}{_header(report)}{_contents(sections)}<main>{body}</main></body></html>\n"
    )


def running_mark(report: AnalysisReport) -> str:
    """Return what every printed page says about the data: simulated, masked, not locked, or nothing."""
    marks = [SIMULATED] * report.simulated + [MASKED] * report.masked
    marks += [NOT_LOCKED] * (report.locked_at is None)
    return " · ".join(marks)


def _style(report: AnalysisReport, mark: str) -> str:
    header = f"{mark} · " if mark else ""
    study = f"{report.protocol.study_id}, protocol version {report.protocol.version}"
    margins = (
        f'@page{{@top-left{{content:"{_css_text(header + study)}"}}'
        '@bottom-right{content:"Page " counter(page) " of " counter(pages)}'
        f'@bottom-left{{content:"Records {report.provenance.data_sha256[:12]}"}}}}'
    )
    return _STYLE_FILE.read_text("utf-8") + margins


def _css_text(text: str) -> str:
    plain = "".join(c if c.isprintable() and c not in "\\\"'<>&{}" else " " for c in text)
    return plain.strip()


def _banners(report: AnalysisReport) -> str:
    banners = []
    if report.simulated:
        banners.append(
            f'<p class="banner simulated"><strong>{SIMULATED}.</strong> '
            "Every participant in this report was made by a program. It says nothing about people.</p>"
        )
    if report.masked:
        banners.append(
            f'<p class="banner masked"><strong>{MASKED}.</strong> '
            "Arms carry letters. Which arm is which is not known to the program that wrote this.</p>"
        )
    if report.locked_at is None:
        banners.append(
            f'<p class="banner unlocked"><strong>{NOT_LOCKED}.</strong> '
            "The database is not locked: records may still be added or corrected, and every number may change.</p>"
        )
    return f'<aside aria-label="State of the data">{"".join(banners)}</aside>' if banners else ""


def _header(report: AnalysisReport) -> str:
    protocol = report.protocol
    return (
        f'<header><p class="study">{promised("study_id", protocol.study_id)} · Report of the trial · '
        f"protocol version {promised('version', protocol.version)}</p>"
        f"<h1>{promised('title', protocol.title)}</h1></header>"
    )


def _contents(sections: tuple[Section, ...]) -> str:
    items = "".join(f'<li><a href="#{esc(s.id)}">{esc(s.title)}</a></li>' for s in sections)
    return f'<nav aria-label="Contents"><h2>Contents</h2><ol>{items}</ol></nav>'


def _section(section: Section, mark: str) -> str:
    small = f'<p class="mark">{esc(mark)}</p>' if mark else ""
    heading = f'<h2 id="{esc(section.id)}-title">{esc(section.title)}</h2>'
    return (
        f'<section id="{esc(section.id)}" aria-labelledby="{esc(section.id)}-title">'
        f"{small}{heading}{section.body}</section>"
    )
