"""What a plan promises about several hypotheses and about looks, in words."""

from collections.abc import Iterator

from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_family, planned_hypotheses
from protocols.multiplicity import FamilyProcedure, PlannedHypothesis

_PROCEDURES = {
    FamilyProcedure.BONFERRONI: "Bonferroni",
    FamilyProcedure.SIDAK: "Šidák",
    FamilyProcedure.HOLM: "Holm",
    FamilyProcedure.HOCHBERG: "Hochberg",
    FamilyProcedure.HOMMEL: "Hommel",
}


def hypotheses_in_words(protocol: Protocol) -> tuple[str, ...]:
    """Return how the hypotheses of a plan share its level.

    Parameters
    ----------
    protocol : Protocol

    Returns
    -------
    tuple of str
        The rule, then one line for each family or hypothesis; empty when the plan promises none.
    """
    plan = protocol.analysis
    labels = {test.name: test.label for test in planned_hypotheses(protocol)}
    together = f"All hypotheses together have a two-sided level of {plan.significance_level:g}"
    if plan.graph is not None:
        rule = f"{together}. A hypothesis that is rejected passes its share of it on."
        return (rule, *(_hypothesis(one, labels) for one in plan.graph.hypotheses))
    if not plan.families:
        return ()
    waiting = ", family by family; each waits until all of the one before it is rejected"
    rule = f"{together}{waiting if len(plan.families) > 1 else ''}."
    lines = (
        f"{family.label} ({_PROCEDURES[family.procedure]}): "
        + "; ".join(test.label for test in hypotheses_of_family(protocol, family))
        for family in plan.families
    )
    return (rule, *lines)


def looks_in_words(protocol: Protocol) -> tuple[str, ...]:
    """Return when the data are looked at, and when the trial may stop.

    Parameters
    ----------
    protocol : Protocol

    Returns
    -------
    tuple of str
        When and at which level, then one line for each other rule; empty when the analysis is at the end only.
    """
    return tuple(_looks(protocol))


def _looks(protocol: Protocol) -> Iterator[str]:
    plan = protocol.analysis
    looks = plan.looks
    if looks is None:
        return
    level = f"a two-sided level of {plan.significance_level:g}"
    if looks.is_for_benefit:
        level = f"a one-sided level of {plan.significance_level / 2:g}, for a benefit"
    yield f"Primary analysis: {looks.label}, at {level}."
    yield from (f"Primary analysis: {rule}." for rule in looks.rules)
    if len(planned_hypotheses(protocol)) < 2:
        return
    yield (
        "Every hypothesis is tested at each look, at its share of the level then; a share that is passed on is spent anew "
        "over all looks (Maurer & Bretz 2013)."
    )
    labels = {one.code: one.label for one in plan.analyses}
    for own in looks.hypotheses:
        parameter = "" if own.parameter is None else f" with parameter {own.parameter:g}"
        yield f"{labels[own.analysis]}: {own.spending.label}{parameter}."


def _hypothesis(hypothesis: PlannedHypothesis, labels: dict[str, str]) -> str:
    begins = f"{labels[hypothesis.name]}: {hypothesis.weight:g} of the level"
    heirs = ", ".join(f"{heir.share:g} to {labels[heir.name]}" for heir in hypothesis.heirs)
    return f"{begins}; passes on {heirs}" if heirs else f"{begins}; passes nothing on"
