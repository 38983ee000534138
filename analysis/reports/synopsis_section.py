"""The first section of the report: what the trial is, who took part, and the primary result."""

from collections.abc import Iterator, Sequence

from analysis.plan import AnalysisReport
from analysis.reports.formatting import esc
from analysis.reports.pages import Pages, definitions
from analysis.reports.result_sentences import result_sentence
from analysis.reports.tracing import number, promised


def synopsis_blocks(pages: Pages) -> Iterator[str]:
    """Yield design, population, arms, dates, and the primary result in a sentence.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    protocol = report.protocol
    yield definitions(
        ("Design", promised("design", protocol.design)),
        ("Population", promised("population", protocol.population)),
        ("Setting", promised("setting", protocol.setting)),
        ("Arms", _arms(report)),
        ("Primary outcome", promised("outcomes", protocol.primary_outcome.label)),
        ("Objectives", "<br>".join(promised("objectives", o) for o in protocol.objectives)),
        ("Dates", _dates(report)),
    )
    yield "<h3>Participants</h3>" + _participants_sentence(report)
    yield "<h3>Primary result</h3>" + result_sentence(report, report.primary)
    yield (
        "<p>The sentences above describe estimates and their uncertainty. This report draws no conclusion about benefit; "
        "that is for the authors, with harms, missing data and deviations in view.</p>"
    )


def _arms(report: AnalysisReport) -> str:
    labels = ", ".join(esc(arm.label) for arm in report.arms)
    if not report.masked:
        return promised("arms", labels)
    names = "; ".join(promised("arms", arm.label) for arm in report.protocol.arms)
    return f"{labels}: masked. Which of them is which of these is not known here: {names}."


def _dates(report: AnalysisReport) -> str:
    dates = report.dates
    parts = [
        ("screened", dates.first_screened, dates.last_screened),
        ("randomized", dates.first_randomized, dates.last_randomized),
    ]
    said = [f"{name} {_day(first)} to {_day(last)}" for name, first, last in parts if first]
    if dates.last_visit:
        said.append(f"last visit {_day(dates.last_visit)}")
    locked = report.locked_at
    said.append(
        f"database locked {_day(locked.date().isoformat())}" if locked else "database not locked"
    )
    return esc_join(said)


def esc_join(parts: Sequence[str]) -> str:
    """Join parts of a sentence that are HTML already, with a capital and a full stop."""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _day(iso_date: str | None) -> str:
    return f'<time datetime="{esc(iso_date or "")}">{esc(iso_date or "")}</time>'


def _participants_sentence(report: AnalysisReport) -> str:
    arms = "; ".join(
        f"{number(report, f'flow:analysed/{arm.arm}/count')} of {number(report, f'flow:allocated/{arm.arm}/count')} in {esc(arm.label)}"
        for arm in report.arms
    )
    return (
        f"<p>{number(report, 'flow:assessed/count')} people were assessed for eligibility, "
        f"{number(report, 'flow:randomized/count')} were randomized. Analysed for the primary outcome: {arms}.</p>"
    )
