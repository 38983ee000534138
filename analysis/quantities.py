"""What a result estimates, in the words that results carry and reports look for."""

from collections.abc import Mapping

from protocols.analysis_plan import Estimator, PlannedAnalysis

ADJUSTED_DIFFERENCE = "difference in adjusted means"
DIFFERENCE = "difference in means"
SUMMARY = "summary by arm"
RISK_DIFFERENCE = "difference in shares of responders"
COMPLIER_EFFECT = "complier average causal effect"
DOSE_EFFECT = "effect of the music heard"
INDIRECT, DIRECT, TOTAL = (f"{kind} effect" for kind in ("indirect", "direct", "total"))
TO_MEDIATOR, FROM_MEDIATOR = "arm to mediator", "mediator to outcome"
SPREAD_OF_EFFECTS = "spread of the effect over subgroups"
SHRUNKEN_DIFFERENCE = f"{ADJUSTED_DIFFERENCE} in a subgroup, shrunken"
AT_MIDDLE_SESSION = "difference at the middle session"
GROWTH = "growth of the difference from session to session"
RATE_RATIO = "rate ratio"
HAZARD_RATIO = "hazard ratio"
RISK_RATIO = "ratio of shares of responders"
RESPONSE_ODDS_RATIO = "common odds ratio of response"
RELIABLE_DIFFERENCE = "difference in shares reliably better"
BETTER_ODDS_RATIO = "common odds ratio of a better category"
WIN_RATIO = "win ratio"
SHIFT = "median of all differences between two participants"
RESTRICTED_MEAN = "difference in mean time without the event"

PROMISED: Mapping[Estimator, tuple[str, ...]] = {
    Estimator.ANCOVA: (ADJUSTED_DIFFERENCE,),
    Estimator.MMRM: (ADJUSTED_DIFFERENCE,),
    Estimator.SESSION_CHANGE: (DIFFERENCE,),
    Estimator.DIFFERENCE_IN_MEANS: (DIFFERENCE,),
    Estimator.DESCRIPTIVE: (SUMMARY,),
    Estimator.RESPONDER: (RISK_DIFFERENCE,),
    Estimator.COMPLIER_EFFECT: (COMPLIER_EFFECT,),
    Estimator.DOSE_RESPONSE: (DOSE_EFFECT,),
    Estimator.MEDIATION: (INDIRECT, DIRECT, TOTAL, TO_MEDIATOR, FROM_MEDIATOR),
    Estimator.SUBGROUPS: (SPREAD_OF_EFFECTS, SHRUNKEN_DIFFERENCE),
    Estimator.SESSION_COURSE: (AT_MIDDLE_SESSION, GROWTH),
    Estimator.EVENT_RATE: (RATE_RATIO,),
    Estimator.TIME_TO_EVENT: (HAZARD_RATIO,),
    Estimator.EQUIVALENCE: (ADJUSTED_DIFFERENCE,),
    Estimator.NON_INFERIORITY: (ADJUSTED_DIFFERENCE,),
    Estimator.CLUSTER_ROBUST: (ADJUSTED_DIFFERENCE,),
    Estimator.CLDA: (ADJUSTED_DIFFERENCE,),
    Estimator.RERANDOMIZATION: (ADJUSTED_DIFFERENCE,),
    Estimator.RESPONDER_RATIO: (RISK_RATIO,),
    Estimator.RESPONDER_STRATIFIED: (RISK_DIFFERENCE,),
    Estimator.MANTEL_HAENSZEL: (RESPONSE_ODDS_RATIO,),
    Estimator.RELIABLE_CHANGE: (RELIABLE_DIFFERENCE,),
    Estimator.ORDINAL: (BETTER_ODDS_RATIO,),
    Estimator.WIN_RATIO: (WIN_RATIO,),
    Estimator.HODGES_LEHMANN: (SHIFT,),
    Estimator.RESTRICTED_MEAN: (RESTRICTED_MEAN,),
}
"""What each estimator promises to estimate, the first the one that the analysis is for; the rest of its results is exploratory."""
COMPARE_MEANS = frozenset(
    {
        Estimator.ANCOVA,
        Estimator.MMRM,
        Estimator.SESSION_CHANGE,
        Estimator.DIFFERENCE_IN_MEANS,
        Estimator.DESCRIPTIVE,
        Estimator.EQUIVALENCE,
        Estimator.NON_INFERIORITY,
        Estimator.CLUSTER_ROBUST,
        Estimator.CLDA,
        Estimator.RERANDOMIZATION,
    }
)
"""Estimators of means by arm and of their difference; what the others estimate is of another kind, and stands apart."""
SHARE_DIFFERENCES = frozenset({RISK_DIFFERENCE, RELIABLE_DIFFERENCE})
"""Printed in percentage points."""
_MEANS = frozenset({Estimator.SESSION_CHANGE, Estimator.DIFFERENCE_IN_MEANS})


def quantities_of(planned: PlannedAnalysis) -> tuple[str, ...]:
    """Return what the estimator of an analysis promises to estimate, the main quantity first."""
    if planned.estimator in _MEANS and planned.covariates:
        return (ADJUSTED_DIFFERENCE,)
    return PROMISED[planned.estimator]
