"""Which page of the documentation explains which estimator: assumptions, formula, source, how it was checked."""

from collections.abc import Mapping

from protocols.analysis_plan import Estimator, PlannedAnalysis

FOLDER = "docs/explanation"
_PAGES: Mapping[Estimator, str] = {
    Estimator.ANCOVA: "ancova",
    Estimator.MMRM: "mixed-model",
    Estimator.SESSION_CHANGE: "description",
    Estimator.DIFFERENCE_IN_MEANS: "means-and-ranks",
    Estimator.DESCRIPTIVE: "description",
    Estimator.RESPONDER: "responder",
    Estimator.COMPLIER_EFFECT: "complier-effect",
    Estimator.DOSE_RESPONSE: "complier-effect",
    Estimator.MEDIATION: "mediation",
    Estimator.SUBGROUPS: "subgroups-and-dose",
    Estimator.SESSION_COURSE: "subgroups-and-dose",
    Estimator.EVENT_RATE: "counts",
    Estimator.TIME_TO_EVENT: "time-to-event",
    Estimator.EQUIVALENCE: "means-and-ranks",
    Estimator.NON_INFERIORITY: "means-and-ranks",
    Estimator.CLUSTER_ROBUST: "ancova",
    Estimator.CLDA: "mixed-model",
    Estimator.RESPONDER_RATIO: "responder",
    Estimator.RESPONDER_STRATIFIED: "two-proportions",
    Estimator.MANTEL_HAENSZEL: "two-proportions",
    Estimator.RELIABLE_CHANGE: "reliability-and-change",
    Estimator.ORDINAL: "ordered-categories",
    Estimator.WIN_RATIO: "win-ratio",
    Estimator.HODGES_LEHMANN: "means-and-ranks",
    Estimator.RESTRICTED_MEAN: "time-to-event",
    Estimator.RERANDOMIZATION: "subgroups-and-dose",
}
_IMPUTED = "missing-data"


def page_of(estimator: Estimator) -> str:
    """Return the page that explains an estimator.

    Examples
    --------
    >>> page_of(Estimator.WIN_RATIO)
    'docs/explanation/win-ratio.md'
    """
    return f"{FOLDER}/{_PAGES[estimator]}.md"


def pages_of(planned: PlannedAnalysis) -> tuple[str, ...]:
    """Return the pages that explain an analysis: its estimator, and imputation where values are imputed."""
    own = page_of(planned.estimator)
    return (own,) if planned.imputation is None else (own, f"{FOLDER}/{_IMPUTED}.md")
