"""The figures of a report: drawn, not computed, here."""

from analysis.plan import AnalysisReport
from analysis.reports.figure import Figure
from analysis.reports.forest import forest_figure
from analysis.reports.hidden_cause_figure import hidden_cause_figures
from analysis.reports.mean_figures import session_change_figure, visit_means_figure
from analysis.reports.planned_tests import promised_figures
from analysis.reports.subgroup_figure import subgroup_figures
from analysis.reports.tipping_figure import tipping_figures
from analysis.reports.trajectories import trajectories_figure


def render_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw every figure of the report that has data."""
    drawn = (visit_means_figure(report), trajectories_figure(report))
    optional = (session_change_figure(report), forest_figure(report))
    found = (figure for figure in optional if figure is not None)
    return (
        *drawn,
        *found,
        *tipping_figures(report),
        *hidden_cause_figures(report),
        *subgroup_figures(report),
        *promised_figures(report),
    )
