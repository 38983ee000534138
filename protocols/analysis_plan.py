"""Which estimator, analysis set and missing-data rule answers which estimand (Gamble 2017 order)."""

from dataclasses import dataclass
from enum import StrEnum


class AnalysisSet(StrEnum):
    """Who is in an analysis (CONSORT 2025 item 21b)."""

    RANDOMIZED = "randomized"
    FULL_ANALYSIS = "full_analysis"
    """Randomized participants with the outcome observed, analysed as randomized."""
    PER_PROTOCOL = "per_protocol"
    SAFETY = "safety"


class Estimator(StrEnum):
    """How an estimate is computed."""

    ANCOVA = "ancova"
    """Linear model of the outcome on arm, its baseline value and the stratification factors."""
    SESSION_CHANGE = "session_change"
    """Participant mean of the change within sessions, compared between arms."""
    DIFFERENCE_IN_MEANS = "difference_in_means"
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedAnalysis:
    """One analysis, promised before unblinding."""

    code: str
    label: str
    outcome: str
    estimand: str | None
    analysis_set: AnalysisSet
    estimator: Estimator
    covariates: tuple[str, ...] = ()
    """``baseline`` (the outcome at baseline) and codes of stratification factors."""
    missing_data: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisPlan:
    """The statistical analysis plan in brief."""

    significance_level: float
    confidence_level: float
    per_protocol_minimum_sessions: int
    analyses: tuple[PlannedAnalysis, ...]
    multiplicity: str
    interim_looks: str
    software: str
