"""The hypotheses of a plan one by one: which analysis, and with more than two arms which comparison of it.

An arm is compared with the reference arm: the active comparator, or the last arm where there is none.
"""

from dataclasses import dataclass

from protocols.design import ArmRole, Protocol
from protocols.multiplicity import PlannedFamily, hypothesis_name


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTest:
    """One null hypothesis of the plan."""

    name: str
    """Id of its result: the code of the analysis, with more than two arms followed by the arm."""
    analysis: str
    """Code of the analysis."""
    label: str
    """Name that people read."""


def reference_arm(protocol: Protocol) -> str:
    """Return the code of the arm that the others are compared with."""
    comparators = [arm.code for arm in protocol.arms if arm.role is ArmRole.ACTIVE_COMPARATOR]
    return comparators[0] if comparators else protocol.arms[-1].code


def compared_arms(protocol: Protocol) -> tuple[str | None, ...]:
    """Return the arms that are compared with the reference arm; one None with two arms, where nothing has to be named."""
    if len(protocol.arms) <= 2:
        return (None,)
    reference = reference_arm(protocol)
    return tuple(arm.code for arm in protocol.arms if arm.code != reference)


def hypotheses_of_analysis(
    protocol: Protocol, analysis: str, arms: tuple[str, ...] = ()
) -> tuple[PlannedTest, ...]:
    """Return the hypotheses of one analysis, one a comparison; those of some arms only where they are named."""
    label = next((one.label for one in protocol.analysis.analyses if one.code == analysis), "")
    labels = {arm.code: arm.label for arm in protocol.arms}
    return tuple(
        PlannedTest(
            name=hypothesis_name(analysis, arm),
            analysis=analysis,
            label=label if arm is None else f"{label}: {labels[arm]}",
        )
        for arm in compared_arms(protocol)
        if not arms or arm is None or arm in arms
    )


def hypotheses_of_family(protocol: Protocol, family: PlannedFamily) -> tuple[PlannedTest, ...]:
    """Return the hypotheses of a family, comparison by comparison."""
    return tuple(
        test
        for code in family.analyses
        for test in hypotheses_of_analysis(protocol, code, family.arms)
    )


def planned_hypotheses(protocol: Protocol) -> tuple[PlannedTest, ...]:
    """Return every hypothesis of the plan, in the order of its promise.

    Parameters
    ----------
    protocol : Protocol

    Returns
    -------
    tuple of PlannedTest
        Those of the families or of the graph; without either, and with looks, the comparisons of the primary analysis;
        else none.
    """
    plan = protocol.analysis
    if plan.graph is not None:
        by_name = {
            test.name: test
            for one in plan.graph.hypotheses
            for test in hypotheses_of_analysis(protocol, one.analysis)
        }
        return tuple(by_name[one.name] for one in plan.graph.hypotheses if one.name in by_name)
    if plan.families:
        return tuple(
            test for family in plan.families for test in hypotheses_of_family(protocol, family)
        )
    if plan.looks is not None:
        return hypotheses_of_analysis(protocol, protocol.primary_analysis.code)
    return ()


def initial_shares(protocol: Protocol) -> dict[str, float]:
    """Return the share of the level that each hypothesis is tested at before any other is rejected."""
    plan = protocol.analysis
    tests = planned_hypotheses(protocol)
    shares = dict.fromkeys((test.name for test in tests), 0.0)
    if plan.graph is not None:
        return shares | {one.name: float(one.weight) for one in plan.graph.hypotheses}
    first = hypotheses_of_family(protocol, plan.families[0]) if plan.families else tests
    return shares | {test.name: 1 / len(first) for test in first}
