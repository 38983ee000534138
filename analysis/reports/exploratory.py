"""What was analysed outside the plan: who asked, when, why, and what came out, each labelled exploratory.

Contents: `exploratory_blocks`, `requests_table`, `exploratory_table`.
"""

from collections.abc import Iterator, Sequence

from analysis.exploration import ExploredAnalysis
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt_level
from analysis.reports.pages import Pages
from analysis.reports.supplementary import block_notes, block_rows
from analysis.reports.table import Row, Table, words_cell
from protocols.canonical import canonical_json

TITLE = "Exploratory analyses, not pre-specified"
NOT_ASKED = "not asked for when this was recorded"
WARNING = (
    "<p><strong>Exploratory.</strong> No plan has the analyses of this section. Each was chosen with the data in sight and put on record before its numbers "
    "were computed; its interval and p value say less than they seem to. What a planned analysis gives beside its promise is marked exploratory where it "
    "stands.</p>"
)
NONE = "<p>No analysis outside the plan is on record.</p>"


def exploratory_blocks(pages: Pages) -> Iterator[str]:
    """Yield what was analysed outside the plan.

    Yields
    ------
    str
        Blocks of HTML.
    """
    if not pages.explored:
        yield NONE
        return
    yield WARNING
    yield pages.table(requests_table(pages.explored))
    if any(one.results for one in pages.explored):
        yield pages.table(exploratory_table(pages.report, pages.explored))


def requests_table(explored: Sequence[ExploredAnalysis]) -> Table:
    """Return who asked for each analysis outside the plan, when, why, and with which choices."""
    return Table(
        id="exploratory-requests",
        title="Exploratory: what was asked for outside the plan",
        population="Every request on record, whoever asked",
        stub_heading="Analysis",
        columns=("By", "At", "Why", "Choices", "SHA-256 of the choices"),
        rows=tuple(
            Row(
                stub=one.label,
                cells=tuple(
                    map(
                        words_cell,
                        (
                            request.by,
                            f"{request.at:%Y-%m-%d %H:%M} UTC",
                            request.reason or NOT_ASKED,
                            canonical_json(request.exploration).decode(),
                            one.sha256,
                        ),
                    )
                ),
            )
            for one in explored
            for request in one.requests
        ),
    )


def exploratory_table(report: AnalysisReport, explored: Sequence[ExploredAnalysis]) -> Table:
    """Return the results of all analyses outside the plan, one block an analysis."""
    shown = [one for one in explored if one.results]
    contrasts = dict.fromkeys(result.contrast.label for one in shown for result in one.results)
    level = fmt_level(report.protocol.analysis.confidence_level)
    return Table(
        id="exploratory-results",
        title="Exploratory: results outside the plan",
        population="Each analysis names its set",
        stub_heading="Analysis",
        columns=(
            *(arm.label for arm in report.arms),
            f"{' or '.join(contrasts)} ({level} CI)",
            "p",
        ),
        rows=tuple(row for one in shown for row in block_rows(report, one.label, one.results)),
        footnotes=tuple(
            dict.fromkeys(note for one in shown for note in block_notes(one.label, one.results))
        ),
    )
