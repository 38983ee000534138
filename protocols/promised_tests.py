"""What a plan promises about several hypotheses and about looks, in words."""

from protocols.analysis_plan import AnalysisPlan
from protocols.multiplicity import FamilyProcedure, PlannedHypothesis

_PROCEDURES = {
    FamilyProcedure.BONFERRONI: "Bonferroni",
    FamilyProcedure.SIDAK: "Šidák",
    FamilyProcedure.HOLM: "Holm",
    FamilyProcedure.HOCHBERG: "Hochberg",
    FamilyProcedure.HOMMEL: "Hommel",
}


def hypotheses_in_words(plan: AnalysisPlan) -> tuple[str, ...]:
    """Return how the hypotheses of a plan share its level.

    Parameters
    ----------
    plan : AnalysisPlan

    Returns
    -------
    tuple of str
        The rule, then one line for each family or hypothesis; empty when the plan promises none.
    """
    labels = {analysis.code: analysis.label for analysis in plan.analyses}
    together = f"All hypotheses together have a two-sided level of {plan.significance_level:g}"
    if plan.graph is not None:
        rule = f"{together}. A hypothesis that is rejected passes its share of it on."
        return (rule, *(_hypothesis(one, labels) for one in plan.graph.hypotheses))
    if not plan.families:
        return ()
    waiting = ", family by family; each waits until all of the one before it is rejected"
    rule = f"{together}{waiting if len(plan.families) > 1 else ''}."
    lines = (
        f"{family.label} ({_PROCEDURES[family.procedure]}): {'; '.join(labels[code] for code in family.analyses)}"
        for family in plan.families
    )
    return (rule, *lines)


def looks_in_words(plan: AnalysisPlan) -> str:
    """Return at which shares of the information the primary analysis is looked at; empty when at its end only."""
    if plan.looks is None:
        return ""
    return f"Primary analysis: {plan.looks.label}, at a two-sided level of {plan.significance_level:g}."


def _hypothesis(hypothesis: PlannedHypothesis, labels: dict[str, str]) -> str:
    begins = f"{labels[hypothesis.analysis]}: {hypothesis.weight:g} of the level"
    heirs = ", ".join(f"{heir.share:g} to {labels[heir.analysis]}" for heir in hypothesis.heirs)
    return f"{begins}; passes on {heirs}" if heirs else f"{begins}; passes nothing on"
