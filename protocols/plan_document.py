"""The analysis plan as a document: every planned analysis with all that defines it, each with its own hash.

Conventions: the hash of an analysis covers its outcome, its estimand and the levels too, so that a change of any of them shows; the hash
of the plan covers all analyses and the words around them. The protocol's own hash, which binds both, is made at freezing.
"""

from dataclasses import dataclass

from protocols.analysis_plan import AnalysisPlan, Estimator, MissingItems, PlannedAnalysis
from protocols.canonical import hash_of
from protocols.design import Protocol
from protocols.estimands import Estimand
from protocols.estimator_needs import promise_of
from protocols.mixed_model import Method
from protocols.outcomes import Outcome
from protocols.planned_estimators import ClusterErrors

ESTIMATOR_WORDS = {
    Estimator.ANCOVA: "analysis of covariance",
    Estimator.MMRM: "mixed model for repeated measures",
    Estimator.SESSION_CHANGE: "mean change within sessions, compared between arms",
    Estimator.DIFFERENCE_IN_MEANS: "difference in means (Welch)",
    Estimator.DESCRIPTIVE: "description by arm",
    Estimator.RESPONDER: "risk difference by logistic model and g-computation",
    Estimator.COMPLIER_EFFECT: "complier average causal effect by two-stage least squares",
    Estimator.DOSE_RESPONSE: "dose-response by two-stage least squares",
    Estimator.MEDIATION: "mediation by two linear models",
    Estimator.SUBGROUPS: "analysis of covariance in each subgroup",
    Estimator.SESSION_COURSE: "linear mixed model of all sessions",
    Estimator.EVENT_RATE: "ratio of rates",
    Estimator.TIME_TO_EVENT: "hazard ratio by Cox's model",
    Estimator.EQUIVALENCE: "equivalence, analysis of covariance with two one-sided tests",
    Estimator.NON_INFERIORITY: "non-inferiority, analysis of covariance with a one-sided test",
    Estimator.CLUSTER_ROBUST: "analysis of covariance with cluster-robust standard errors",
    Estimator.CLDA: "constrained longitudinal mixed model",
    Estimator.RESPONDER_RATIO: "ratio of shares by logistic model and g-computation",
    Estimator.RESPONDER_STRATIFIED: "risk difference within strata (Miettinen and Nurminen)",
    Estimator.MANTEL_HAENSZEL: "common odds ratio (Mantel and Haenszel) with the Cochran-Mantel-Haenszel test",
    Estimator.RELIABLE_CHANGE: "risk difference of reliable change (Miettinen and Nurminen)",
    Estimator.ORDINAL: "proportional odds model",
    Estimator.WIN_RATIO: "win ratio of all pairs",
    Estimator.HODGES_LEHMANN: "Hodges-Lehmann shift with Wilcoxon's test",
    Estimator.RESTRICTED_MEAN: "difference in restricted mean time",
    Estimator.RERANDOMIZATION: "analysis of covariance with a re-randomization test",
}
_WITHOUT_DF = {
    Estimator.DESCRIPTIVE: "none",
    Estimator.RESPONDER_STRATIFIED: "none: score",
    Estimator.RELIABLE_CHANGE: "none: score",
    Estimator.HODGES_LEHMANN: "none: ranks",
    Estimator.RERANDOMIZATION: "none: draws of the design",
}
_NORMAL = frozenset(
    {
        Estimator.RESPONDER,
        Estimator.MEDIATION,
        Estimator.SUBGROUPS,
        Estimator.SESSION_COURSE,
        Estimator.EVENT_RATE,
        Estimator.TIME_TO_EVENT,
        Estimator.RESPONDER_RATIO,
        Estimator.MANTEL_HAENSZEL,
        Estimator.ORDINAL,
        Estimator.WIN_RATIO,
        Estimator.RESTRICTED_MEAN,
    }
)
"""Estimators whose estimates are taken as normal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisDefinition:
    """Everything that defines one analysis."""

    planned: PlannedAnalysis
    outcome: Outcome
    estimand: Estimand | None
    significance_level: float
    confidence_level: float

    @property
    def sha256(self) -> str:
        """Hash of the definition."""
        return hash_of(self)

    @property
    def model(self) -> str:
        """Estimator and covariates in words."""
        return model_in_words(self.planned)

    @property
    def covariances(self) -> tuple[str, ...]:
        """Covariances over the visits in the order in which they are tried; empty where there is no choice."""
        mixed = self.planned.mixed_model
        return () if mixed is None else tuple(name.value for name in mixed.structures)

    @property
    def df_method(self) -> str:
        """How degrees of freedom are found."""
        return df_method_in_words(self.planned)

    @property
    def missing_data(self) -> str:
        """What happens to missing values and to unanswered items, in words."""
        items = ""
        if self.planned.missing_items is MissingItems.COMPLETE:
            items = " Only fully answered questionnaires count."
        return f"{self.planned.missing_data.strip()}{items}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _WholePlan:
    plan: AnalysisPlan
    definitions: tuple[AnalysisDefinition, ...]


def definitions_of(protocol: Protocol) -> tuple[AnalysisDefinition, ...]:
    """Return the definition of every planned analysis, in the order of the plan."""
    return tuple(define(protocol, planned) for planned in protocol.analysis.analyses)


def define(protocol: Protocol, planned: PlannedAnalysis) -> AnalysisDefinition:
    """Return what defines one analysis."""
    return AnalysisDefinition(
        planned=planned,
        outcome=protocol.outcome(planned.outcome),
        estimand=None if planned.estimand is None else protocol.estimand(planned.estimand),
        significance_level=protocol.analysis.significance_level,
        confidence_level=protocol.analysis.confidence_level,
    )


def plan_hash(protocol: Protocol) -> str:
    """Return the hash of the whole analysis plan: its analyses, what defines them, and the words around them."""
    return hash_of(_WholePlan(plan=protocol.analysis, definitions=definitions_of(protocol)))


def model_in_words(planned: PlannedAnalysis) -> str:
    """Return estimator, covariates, imputation and section of an analysis."""
    words = ESTIMATOR_WORDS[planned.estimator]
    if planned.covariates:
        words += f" with {', '.join(planned.covariates)}"
    if planned.imputation is not None:
        words += f", after imputation ({planned.imputation.label})"
    promise = promise_of(planned)
    return words if promise is None else f"{words} ({promise.label})"


def df_method_in_words(planned: PlannedAnalysis) -> str:
    """Return how an analysis finds its degrees of freedom."""
    if planned.imputation is not None:
        return "normal" if planned.imputation.imputations is None else "Barnard and Rubin"
    if planned.mixed_model is not None:
        return planned.mixed_model.method.value
    if planned.estimator in _WITHOUT_DF:
        return _WITHOUT_DF[planned.estimator]
    if planned.estimator in _NORMAL:
        return "normal"
    if planned.clusters is not None:
        few = planned.clusters.standard_errors is ClusterErrors.CR2
        return "Bell and McCaffrey" if few else "clusters minus 1"
    if promise_of(planned) is not None:
        return Method.RESIDUAL.value
    if planned.estimator is Estimator.ANCOVA or planned.covariates:
        return Method.RESIDUAL.value
    return "Welch and Satterthwaite"
