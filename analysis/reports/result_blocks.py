"""A table of the results of some sources, for whatever section shows them."""

from collections.abc import Iterator

from analysis.plan import AnalysisReport
from analysis.reports.pages import Pages
from analysis.reports.result_tables import result_table
from analysis.reports.supplementary import is_supplementary
from analysis.results import Result
from protocols.outcomes import OutcomeSource


def results_block(
    pages: Pages, table_id: str, title: str, sources: tuple[OutcomeSource, ...]
) -> Iterator[str]:
    """Yield a table of the results of some sources, when there are any.

    Yields
    ------
    str
        Blocks of HTML.
    """
    results = results_of(pages.report, sources)
    if results:
        yield pages.table(result_table(pages.report, table_id, title, results))


def results_of(report: AnalysisReport, sources: tuple[OutcomeSource, ...]) -> list[Result]:
    """Return the results of means and their differences whose outcome has one of some sources."""
    return [
        r
        for r in report.results
        if report.protocol.outcome(r.outcome).source in sources and not is_supplementary(r)
    ]
