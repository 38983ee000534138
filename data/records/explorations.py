"""An analysis outside the plan, as somebody asked for it: what the audit trail keeps and what computes it again.

Contents: `Exploration`, `RecordedExploration`, `ExplorationLog`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.canonical import UNSAID
from protocols.estimator_needs import SECTIONS
from protocols.imputation import PlannedImputation
from protocols.mixed_model import PlannedMixedModel
from protocols.planned_estimators import (
    PlannedClusters,
    PlannedComplierEffect,
    PlannedDoseResponse,
    PlannedEventRate,
    PlannedMargin,
    PlannedMediation,
    PlannedRedraw,
    PlannedReliableChange,
    PlannedResponder,
    PlannedRestrictedMean,
    PlannedSessionCourse,
    PlannedSubgroups,
    PlannedTimeToEvent,
)
from protocols.planned_orders import PlannedOrder, PlannedShift, PlannedWinRatio


@dataclass(frozen=True, kw_only=True, slots=True)
class Exploration:
    """The data of a planned analysis, estimated in another way; sections as in a plan, None where the estimator needs none."""

    analysis: str
    """Code of the planned analysis whose outcome, set and estimand it takes."""
    estimator: Estimator
    covariates: tuple[str, ...] = ()
    mixed_model: PlannedMixedModel | None = None
    imputation: PlannedImputation | None = None
    responder: Annotated[PlannedResponder | None, UNSAID] = None
    reliable_change: Annotated[PlannedReliableChange | None, UNSAID] = None
    complier_effect: Annotated[PlannedComplierEffect | None, UNSAID] = None
    dose_response: Annotated[PlannedDoseResponse | None, UNSAID] = None
    mediation: Annotated[PlannedMediation | None, UNSAID] = None
    subgroups: Annotated[PlannedSubgroups | None, UNSAID] = None
    session_course: Annotated[PlannedSessionCourse | None, UNSAID] = None
    event_rate: Annotated[PlannedEventRate | None, UNSAID] = None
    time_to_event: Annotated[PlannedTimeToEvent | None, UNSAID] = None
    restricted_mean: Annotated[PlannedRestrictedMean | None, UNSAID] = None
    margin: Annotated[PlannedMargin | None, UNSAID] = None
    clusters: Annotated[PlannedClusters | None, UNSAID] = None
    ordinal: Annotated[PlannedOrder | None, UNSAID] = None
    win_ratio: Annotated[PlannedWinRatio | None, UNSAID] = None
    shift: Annotated[PlannedShift | None, UNSAID] = None
    rerandomization: Annotated[PlannedRedraw | None, UNSAID] = None

    def applied_to(self, planned: PlannedAnalysis) -> PlannedAnalysis:
        """Return the analysis that the exploration makes of a planned one; its code and label stay those of the plan."""
        sections = {name: getattr(self, name) for name in SECTIONS}
        return replace(
            planned,
            estimator=self.estimator,
            covariates=self.covariates,
            mixed_model=self.mixed_model,
            imputation=self.imputation,
            **sections,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedExploration:
    """An exploration as it stands in the audit trail."""

    exploration: Exploration
    by: str
    """User id."""
    at: datetime
    reason: str = ""
    """Why it was asked for, in the words of who asked; empty in records from before this was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplorationLog:
    """Every exploration of a trial, whoever asked, the first one first."""

    entries: tuple[RecordedExploration, ...]
