"""One analysis as a page shows it; `screens.single_analysis_job` makes it.

Contents: `SingleAnalysisView`, `PLANNED`, `EXPLORED`, `start_planned`, `start_exploration`, `view_of`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.records.explorations import Exploration
from data.records.people import Actor
from data.storage.store import default_url
from protocols.canonical import canonical_json
from screens.jobs import Job
from screens.own_work import OwnWork
from screens.workbench import Workbench

if TYPE_CHECKING:
    from analysis.one_analysis import OneAnalysis
    from analysis.reports.figure import Figure
    from analysis.reports.table import Table
    from analysis.results import Result

MODULE = "screens.single_analysis_job"
OF_THE_PLAN, OUTSIDE_THE_PLAN = "planned", "exploratory"


@dataclass(frozen=True, kw_only=True, slots=True)
class SingleAnalysisView:
    """What the pages show of one analysis; arms are already as its reader may know them."""

    made_at: datetime
    code: str
    label: str
    planned: bool
    """False: exploratory."""
    definition_sha256: str
    masked: bool
    locked_at: datetime | None
    results: tuple["Result", ...]
    cards: tuple["Table", ...]
    """One a result, in their order."""
    figures: tuple["Figure", ...]
    no_residuals: str
    """Why there is no figure of residuals; empty when there is one."""


PLANNED: OwnWork[SingleAnalysisView] = OwnWork(name="one-analysis", module=MODULE)
EXPLORED: OwnWork[SingleAnalysisView] = OwnWork(name="exploration", module=MODULE)


def start_planned(bench: Workbench, actor: Actor, code: str) -> Job:
    """Start one analysis of the plan on the records as they are now, for this sign-in."""
    return PLANNED.start(bench, actor, default_url(), actor.role.value, OF_THE_PLAN, code)


def start_exploration(bench: Workbench, actor: Actor, exploration: Exploration) -> Job:
    """Start an analysis outside the plan, for this sign-in; that it is asked for is on record already."""
    asked = canonical_json(exploration).decode()
    return EXPLORED.start(bench, actor, default_url(), actor.role.value, OUTSIDE_THE_PLAN, asked)


def view_of(found: "OneAnalysis", made_at: datetime) -> SingleAnalysisView:
    """Arrange one analysis for the pages; nothing is computed here."""
    from analysis.reports.result_card import card_table

    planned = found.definition.planned
    return SingleAnalysisView(
        made_at=made_at,
        code=planned.code,
        label=planned.label,
        planned=found.planned,
        definition_sha256=found.definition.sha256,
        masked=found.masked,
        locked_at=found.locked_at,
        results=found.results,
        cards=tuple(card_table(result) for result in found.results),
        figures=figures_of(found),
        no_residuals=found.no_residuals,
    )


def figures_of(found: "OneAnalysis") -> tuple["Figure", ...]:
    """Draw every figure that the analysis has data for."""
    from analysis.reports.adjusted_means import adjusted_means_figure
    from analysis.reports.residual_figure import residual_figure
    from analysis.reports.tipping_figure import tipping_figure, tipping_figure_id

    definition = found.definition
    label, level = definition.planned.label, definition.confidence_level
    figures = []
    if found.means:
        figures.append(adjusted_means_figure(found.means, found.results, found.arms, level))
    if found.residuals is not None:
        figures.append(residual_figure(found.residuals, found.arms, label))
    figures += [
        tipping_figure(
            imputed.curve,
            figure_id=tipping_figure_id(imputed),
            title=label,
            unit=definition.outcome.unit,
            confidence_level=level,
        )
        for imputed in found.imputed
        if imputed.curve is not None
    ]
    return tuple(figures)
