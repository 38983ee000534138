"""Which estimator, analysis set and missing-data rule answers which estimand (Gamble 2017 order)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID
from protocols.imputation import PlannedImputation
from protocols.interim_looks import PlannedLooks
from protocols.mixed_model import PlannedMixedModel
from protocols.multiplicity import PlannedFamily, PlannedGraph
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


class AnalysisSet(StrEnum):
    """Who is in an analysis (CONSORT 2025 item 21b)."""

    RANDOMIZED = "randomized"
    """Everyone randomized, as randomized."""
    FULL_ANALYSIS = "full_analysis"
    """Everyone randomized, as randomized; each analysis takes those of them with its outcome observed."""
    PER_PROTOCOL = "per_protocol"
    """Of the full analysis set, those with enough attended sessions and no important deviation."""
    SAFETY = "safety"
    """Everyone randomized who heard any music, for harms."""


class Estimator(StrEnum):
    """How an estimate is computed."""

    ANCOVA = "ancova"
    """Linear model of the outcome on arm and the analysis's covariates."""
    MMRM = "mmrm"
    """Mixed model of the outcome at all visits after baseline, compared at the outcome's visit."""
    SESSION_CHANGE = "session_change"
    """Participant mean of the change within sessions, compared between arms."""
    DIFFERENCE_IN_MEANS = "difference_in_means"
    """Difference between arm means, not adjusted."""
    DESCRIPTIVE = "descriptive"
    """Summaries by arm; a comparison beside them is exploratory."""
    RESPONDER = "responder"
    """Shares of responders, adjusted by a logistic model and g-computation: their difference."""
    COMPLIER_EFFECT = "complier_effect"
    """Effect in those who take up the intervention when it is offered to them."""
    DOSE_RESPONSE = "dose_response"
    """Effect for so many minutes of music heard, with the arm as instrument."""
    MEDIATION = "mediation"
    """Effect through a mechanism, and past it."""
    SUBGROUPS = "subgroups"
    """Effect in each subgroup, shrunken, and whether it differs between them."""
    SESSION_COURSE = "session_course"
    """All sessions in one mixed model: the difference, and how it grows from session to session."""
    EVENT_RATE = "event_rate"
    """Ratio of the rates of adverse events."""
    TIME_TO_EVENT = "time_to_event"
    """Hazard ratio of an event, e.g. of leaving the trial."""
    EQUIVALENCE = "equivalence"
    """The adjusted difference against a margin on both sides."""
    NON_INFERIORITY = "non_inferiority"
    """The adjusted difference against a margin on its worse side."""
    CLUSTER_ROBUST = "cluster_robust"
    """As ancova, with standard errors for participants who share a site."""
    CLDA = "clda"
    """As mmrm, with the baseline as one of the outcomes and one mean of it in all arms (constrained longitudinal)."""
    RESPONDER_RATIO = "responder_ratio"
    """Shares of responders, adjusted by a logistic model and g-computation: their ratio."""
    RESPONDER_STRATIFIED = "responder_stratified"
    """Difference in shares of responders within strata (Miettinen and Nurminen)."""
    MANTEL_HAENSZEL = "mantel_haenszel"
    """Common odds ratio of response over strata, with the Cochran-Mantel-Haenszel test."""
    RELIABLE_CHANGE = "reliable_change"
    """Difference in shares of participants who are reliably better."""
    ORDINAL = "ordinal"
    """Common odds ratio of a better category (proportional odds)."""
    WIN_RATIO = "win_ratio"
    """Ratio of won to lost pairs, decided by outcomes in their order."""
    HODGES_LEHMANN = "hodges_lehmann"
    """Median of all differences between two arms, with Wilcoxon's test."""
    RESTRICTED_MEAN = "restricted_mean"
    """Difference in mean time without an event up to a day."""
    RERANDOMIZATION = "rerandomization"
    """The adjusted difference, tested by drawing the allocation again by the design of the trial."""


class MissingItems(StrEnum):
    """What an analysis does with questionnaires of which items were not answered."""

    AS_SCORED = "as_scored"
    """The questionnaire's own rule decides whether there is a score."""
    COMPLETE = "complete"
    """Only scores from fully answered questionnaires count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedAnalysis:
    """One analysis, promised before unblinding."""

    code: str
    """Short lower-case name; the result carries it."""
    label: str
    """Name that people read."""
    outcome: str
    """Code of the outcome."""
    estimand: str | None
    """Code of the estimand that it answers; None for supplementary and descriptive analyses."""
    analysis_set: AnalysisSet
    """Who is in it."""
    estimator: Estimator
    """How the estimate is computed."""
    covariates: tuple[str, ...] = ()
    """``baseline`` (the outcome at baseline) and codes of stratification factors."""
    missing_items: MissingItems = MissingItems.AS_SCORED
    """Whether scores with replaced items count."""
    missing_data: str = ""
    """What happens to missing values, and under which assumption."""
    imputation: PlannedImputation | None = None
    """How missing values are imputed before the analysis; None: complete cases."""
    mixed_model: PlannedMixedModel | None = None
    """How a mixed model is fitted; for the estimators mmrm and clda, and None for the others."""
    responder: Annotated[PlannedResponder | None, UNSAID] = None
    """For the estimators of responders; this and the following are None for the others."""
    complier_effect: Annotated[PlannedComplierEffect | None, UNSAID] = None
    dose_response: Annotated[PlannedDoseResponse | None, UNSAID] = None
    mediation: Annotated[PlannedMediation | None, UNSAID] = None
    subgroups: Annotated[PlannedSubgroups | None, UNSAID] = None
    session_course: Annotated[PlannedSessionCourse | None, UNSAID] = None
    event_rate: Annotated[PlannedEventRate | None, UNSAID] = None
    time_to_event: Annotated[PlannedTimeToEvent | None, UNSAID] = None
    margin: Annotated[PlannedMargin | None, UNSAID] = None
    """For the estimators equivalence and non_inferiority."""
    clusters: Annotated[PlannedClusters | None, UNSAID] = None
    """For the estimator cluster_robust."""
    reliable_change: Annotated[PlannedReliableChange | None, UNSAID] = None
    ordinal: Annotated[PlannedOrder | None, UNSAID] = None
    win_ratio: Annotated[PlannedWinRatio | None, UNSAID] = None
    shift: Annotated[PlannedShift | None, UNSAID] = None
    """For the estimator hodges_lehmann."""
    restricted_mean: Annotated[PlannedRestrictedMean | None, UNSAID] = None
    rerandomization: Annotated[PlannedRedraw | None, UNSAID] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisPlan:
    """The statistical analysis plan in brief."""

    significance_level: float
    """Two-sided, of the primary analysis."""
    confidence_level: float
    """Of every interval; 1 minus the level of significance."""
    per_protocol_minimum_sessions: int
    """Sessions that a participant of the per-protocol set attended at least."""
    analyses: tuple[PlannedAnalysis, ...]
    """In the order of the report, the primary analysis first."""
    multiplicity: str
    """How many claims there can be, and how error is kept in check."""
    interim_looks: str
    """Looks at the data before the end."""
    software: str
    """What computes the results."""
    families: Annotated[tuple[PlannedFamily, ...], UNSAID] = ()
    """Hypotheses that share the level, family after family; empty: no adjustment is promised, or a graph is."""
    graph: Annotated[PlannedGraph | None, UNSAID] = None
    """Hypotheses that share and inherit the level; None: no graph is promised."""
    looks: Annotated[PlannedLooks | None, UNSAID] = None
    """Looks at the primary analysis; None: it is analysed once, at the end."""

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Codes of the analyses that share the level, in the order of the promise; empty without a promise."""
        if self.graph is not None:
            return tuple(one.analysis for one in self.graph.hypotheses)
        return tuple(code for family in self.families for code in family.analyses)
