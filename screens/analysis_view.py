"""The results of an analysis as a page shows them; `screens.analysis_job` makes them.

Contents: `AnalysisView`, `ANALYSIS`, `start_analysis`, `view_of`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.records.people import Actor
from data.storage.store import default_url
from screens.jobs import Job
from screens.own_work import OwnWork
from screens.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.exploration import ExploredAnalysis
    from analysis.plan import AnalysisReport
    from analysis.reports.comparison import Comparison
    from analysis.reports.exported import Export
    from analysis.reports.figure import Figure
    from analysis.reports.table import Table
    from analysis.results import Result


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisView:
    """What the pages show of one analysis; arms are already as its reader may know them."""

    made_at: datetime
    masked: bool
    locked_at: datetime | None
    participants: int
    """Randomized participants."""
    data_sha256: str
    code_version: str
    flow: "Figure"
    flow_problems: tuple[str, ...]
    """Where the counts of the flow do not add up."""
    primary: "Result"
    results: tuple["Result", ...]
    tables: tuple["Table", ...]
    figures: tuple["Figure", ...]
    explored: tuple["ExploredAnalysis", ...]
    """Every analysis outside the plan that is on record."""
    comparisons: tuple["Comparison", ...]
    exports: tuple["Export", ...]
    results_csv: str
    results_json: str

    def table(self, table_id: str) -> "Table":
        """Return a table by its id."""
        return next(table for table in self.tables if table.id == table_id)

    def figure(self, figure_id: str) -> "Figure | None":
        """Return a figure by its id; None when there were no data for it."""
        return next((figure for figure in self.figures if figure.id == figure_id), None)


ANALYSIS: OwnWork[AnalysisView] = OwnWork(name="analysis", module="screens.analysis_job")
SECTIONS = {
    "secondary": "Secondary outcomes",
    "sessions": "Change within listening sessions",
    "hrv": "Heart rate variability at rest",
    "signals-results": "Signals at rest",
    "delivery-results": "Adherence and dose",
    "harms-results": "Participants with adverse events",
}
"""The tables of results beside the primary one, by id."""


def start_analysis(bench: Workbench, actor: Actor) -> Job:
    """Start the analysis of the records as they are now, for this sign-in."""
    return ANALYSIS.start(bench, actor, default_url(), actor.role.value)


def view_of(
    report: "AnalysisReport",
    made_at: datetime,
    explored: "Sequence[ExploredAnalysis]",
    analysed: "Mapping[str, pd.DataFrame]",
) -> AnalysisView:
    """Arrange a report, what was explored beside it, and the rows of each analysis for the pages; nothing is computed here."""
    from analysis.exploration import results_of
    from analysis.reports.comparison import compare_by_outcome
    from analysis.reports.export import export_report
    from analysis.reports.exported import ExportFormat
    from analysis.reports.figure import Figure
    from analysis.reports.figures import render_figures
    from analysis.reports.flow import describe_flow, flow_table, render_flow
    from analysis.reports.result_files import results_csv, results_json

    exploratory = results_of(explored)
    return AnalysisView(
        made_at=made_at,
        masked=report.masked,
        locked_at=report.locked_at,
        participants=len(report.datasets.participants),
        data_sha256=report.provenance.data_sha256,
        code_version=report.provenance.code_version,
        flow=Figure(
            id="flow",
            title="Flow of participants (CONSORT 2025)",
            svg=render_flow(report.flow),
            alternative=describe_flow(report.flow),
            table=flow_table(report.flow),
        ),
        flow_problems=tuple(found.message for found in report.imbalances),
        primary=report.primary,
        results=report.results,
        tables=tables_of(report, exploratory),
        figures=render_figures(report),
        explored=tuple(explored),
        comparisons=compare_by_outcome(report.protocol, (*report.results, *exploratory)),
        exports=tuple(export_report(report, explored, analysed, one) for one in ExportFormat),
        results_csv=results_csv(report, explored),
        results_json=results_json(report, explored),
    )


def tables_of(report: "AnalysisReport", exploratory: tuple["Result", ...]) -> tuple["Table", ...]:
    """Return the tables that the pages show."""
    from analysis.reports.delivery_table import delivery_table
    from analysis.reports.graph_table import graph_table
    from analysis.reports.harm_tables import harms_table
    from analysis.reports.missing_tables import missing_table
    from analysis.reports.participant_tables import analysis_set_table, baseline_table
    from analysis.reports.plan_table import fits_table
    from analysis.reports.quality_tables import participant_quality_table, quality_table
    from analysis.reports.result_tables import result_table

    primary = report.protocol.primary_outcome.code
    of_primary = [result for result in report.results if result.outcome == primary]
    return (
        result_table(report, "primary", "Primary outcome", of_primary),
        *(
            result_table(report, section, SECTIONS[section], results)
            for section, results in results_by_section(report).items()
        ),
        analysis_set_table(report),
        baseline_table(report),
        delivery_table(report),
        harms_table(report),
        missing_table(report),
        quality_table(report),
        participant_quality_table(report),
        graph_table(report),
        fits_table((*report.results, *exploratory)),
    )


def results_by_section(report: "AnalysisReport") -> dict[str, list["Result"]]:
    """Return the results beside the primary outcome, by the section that shows them."""
    from protocols.outcomes import OutcomeSource

    section_of = {
        OutcomeSource.QUESTIONNAIRE: "secondary",
        OutcomeSource.SESSION_RATING: "sessions",
        OutcomeSource.RESTING_HRV: "hrv",
        OutcomeSource.RESTING_SIGNAL: "signals-results",
        OutcomeSource.ADHERENCE: "delivery-results",
        OutcomeSource.DOSE: "delivery-results",
        OutcomeSource.ADVERSE_EVENTS: "harms-results",
    }
    primary = report.protocol.primary_outcome.code
    sections: dict[str, list[Result]] = {section: [] for section in SECTIONS}
    for result in report.results:
        if result.outcome != primary:
            sections[section_of[report.protocol.outcome(result.outcome).source]].append(result)
    return {section: results for section, results in sections.items() if results}
