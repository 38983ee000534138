"""What each estimator needs of a plan: its section, the outcomes it fits, and the strategies for intercurrent events that it carries out.

The one table that the check of a protocol and the analysis both read. How each strategy is carried out: docs/explanation/estimands.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.estimands import Strategy
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import EstimatorPromise

_AT_VISITS = frozenset(
    {OutcomeSource.QUESTIONNAIRE, OutcomeSource.RESTING_HRV, OutcomeSource.RESTING_SIGNAL}
)
_ANY = frozenset(OutcomeSource)
_OF_PARTICIPANTS = _ANY - {OutcomeSource.ADVERSE_EVENTS}
_SESSIONS = frozenset({OutcomeSource.SESSION_RATING})
_EVENTS = frozenset({OutcomeSource.ADVERSE_EVENTS})
_POLICY = frozenset({Strategy.TREATMENT_POLICY})
_USUAL = _POLICY | {Strategy.HYPOTHETICAL}


class CovariateUse(StrEnum):
    """Which covariates an estimator can take."""

    ANY = "any"
    FACTORS = "factors"
    """Factors of the randomization, as covariates or as strata; no baseline."""
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimatorNeeds:
    """What one estimator needs."""

    section: str | None = None
    """Name of its section in the planned analysis; None: it needs none of those in `planned_estimators`."""
    meaning: str = ""
    """What the section says, in words."""
    sources: frozenset[OutcomeSource] = _ANY
    """Outcomes that it fits."""
    strategies: frozenset[Strategy] = _USUAL
    """Strategies that it carries out; while on treatment comes on top for outcomes of sessions."""
    covariates: CovariateUse = CovariateUse.ANY


_RESPONDERS = EstimatorNeeds(
    section="responder",
    meaning="who is a responder, by which threshold",
    sources=_AT_VISITS,
    strategies=_USUAL | {Strategy.COMPOSITE},
)
_STRATA = replace(_RESPONDERS, covariates=CovariateUse.FACTORS)
NEEDS: Mapping[Estimator, EstimatorNeeds] = {
    Estimator.ANCOVA: EstimatorNeeds(sources=_AT_VISITS),
    Estimator.MMRM: EstimatorNeeds(sources=_AT_VISITS),
    Estimator.SESSION_CHANGE: EstimatorNeeds(sources=_SESSIONS),
    Estimator.DIFFERENCE_IN_MEANS: EstimatorNeeds(),
    Estimator.DESCRIPTIVE: EstimatorNeeds(covariates=CovariateUse.NONE),
    Estimator.CLDA: EstimatorNeeds(sources=_AT_VISITS),
    Estimator.RESPONDER: _RESPONDERS,
    Estimator.RESPONDER_RATIO: _RESPONDERS,
    Estimator.RESPONDER_STRATIFIED: _STRATA,
    Estimator.MANTEL_HAENSZEL: _STRATA,
    Estimator.RELIABLE_CHANGE: EstimatorNeeds(
        section="reliable_change",
        meaning="how precise the questionnaire is, and its cut-off",
        sources=_AT_VISITS,
        strategies=_USUAL | {Strategy.COMPOSITE},
        covariates=CovariateUse.NONE,
    ),
    Estimator.ORDINAL: EstimatorNeeds(
        section="ordinal",
        meaning="where the categories are cut",
        sources=_AT_VISITS,
        strategies=_USUAL | {Strategy.COMPOSITE},
    ),
    Estimator.WIN_RATIO: EstimatorNeeds(
        section="win_ratio",
        meaning="which outcomes decide, in which order",
        sources=_OF_PARTICIPANTS,
        strategies=_USUAL,
        covariates=CovariateUse.NONE,
    ),
    Estimator.HODGES_LEHMANN: EstimatorNeeds(
        section="shift",
        meaning="whether the value or its change is ranked",
        sources=_OF_PARTICIPANTS,
        covariates=CovariateUse.NONE,
    ),
    Estimator.RERANDOMIZATION: EstimatorNeeds(
        section="rerandomization",
        meaning="the number of draws and a seed",
        sources=_OF_PARTICIPANTS,
    ),
    Estimator.RESTRICTED_MEAN: EstimatorNeeds(
        section="restricted_mean",
        meaning="the event and the last day",
        strategies=_POLICY,
        covariates=CovariateUse.NONE,
    ),
    Estimator.COMPLIER_EFFECT: EstimatorNeeds(
        section="complier_effect",
        meaning="how many sessions count as take-up",
        sources=_AT_VISITS,
        strategies=_USUAL | {Strategy.PRINCIPAL_STRATUM},
    ),
    Estimator.DOSE_RESPONSE: EstimatorNeeds(
        section="dose_response",
        meaning="for how many minutes the effect is given",
        sources=_AT_VISITS,
    ),
    Estimator.MEDIATION: EstimatorNeeds(
        section="mediation", meaning="the mediator and a seed", sources=_AT_VISITS
    ),
    Estimator.SUBGROUPS: EstimatorNeeds(
        section="subgroups", meaning="the factor of the subgroups", sources=_AT_VISITS
    ),
    Estimator.SESSION_COURSE: EstimatorNeeds(
        section="session_course",
        meaning="the models in their order",
        sources=_SESSIONS,
        covariates=CovariateUse.FACTORS,
    ),
    Estimator.EVENT_RATE: EstimatorNeeds(
        section="event_rate",
        meaning="the exposure and the model",
        sources=_EVENTS,
        strategies=_POLICY,
        covariates=CovariateUse.FACTORS,
    ),
    Estimator.TIME_TO_EVENT: EstimatorNeeds(
        section="time_to_event",
        meaning="the event",
        strategies=_POLICY,
        covariates=CovariateUse.FACTORS,
    ),
    Estimator.EQUIVALENCE: EstimatorNeeds(
        section="margin", meaning="the margin and its reason", sources=_OF_PARTICIPANTS
    ),
    Estimator.NON_INFERIORITY: EstimatorNeeds(
        section="margin", meaning="the margin and its reason", sources=_OF_PARTICIPANTS
    ),
    Estimator.CLUSTER_ROBUST: EstimatorNeeds(
        section="clusters", meaning="the kind of standard errors", sources=_OF_PARTICIPANTS
    ),
}
SECTIONS = tuple(dict.fromkeys(needs.section for needs in NEEDS.values() if needs.section))
"""Names of all sections of `planned_estimators` in a planned analysis."""


def carried_out(estimator: Estimator, source: OutcomeSource) -> frozenset[Strategy]:
    """Return the strategies that an estimator carries out for outcomes of a source."""
    strategies = NEEDS[estimator].strategies
    if source is OutcomeSource.SESSION_RATING:
        return strategies | {Strategy.WHILE_ON_TREATMENT}
    return strategies


def promise_of(planned: PlannedAnalysis) -> EstimatorPromise | None:
    """Return the section that the estimator of an analysis needs; None where it needs none, or the plan lacks it."""
    section = NEEDS[planned.estimator].section
    if section is None:
        return None
    promise: EstimatorPromise | None = getattr(planned, section)
    return promise
