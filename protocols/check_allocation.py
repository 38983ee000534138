"""Whether the randomization plan can be carried out, and whether the sample size follows."""

import re
from collections.abc import Iterator
from itertools import pairwise

from protocols.check_questionnaires import score_faults
from protocols.design import Protocol
from protocols.problems import Fault, Path
from protocols.questionnaire import load_questionnaire
from protocols.randomization import StratificationFactor
from protocols.sample_size import required_per_arm

_PLAN = ("randomization",)
_STRATUM_WORD = re.compile(r"[A-Za-z0-9_]+")


def allocation_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with blocks, strata and the number of participants.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    yield from _block_faults(protocol)
    yield from _factor_code_faults(protocol)
    for position, factor in enumerate(protocol.randomization.factors):
        yield from _factor_faults(protocol, factor, (*_PLAN, "factors", position))
    yield from _sample_size_faults(protocol)


def _block_faults(protocol: Protocol) -> Iterator[Fault]:
    plan = protocol.randomization
    if len(plan.ratio) != len(protocol.arms) or any(share < 1 for share in plan.ratio):
        what = f"The ratio has {len(plan.ratio)} shares for {len(protocol.arms)} arms."
        mend = "Write one whole number of at least 1 for each arm, in the order of the arms."
        yield Fault((*_PLAN, "ratio"), what, mend)
        return
    whole = sum(plan.ratio)
    if not plan.block_sizes:
        yield Fault((*_PLAN, "block_sizes"), "There is no block size.", "Write at least one.")
    for position, size in enumerate(plan.block_sizes):
        if size < whole or size % whole:
            what = f"The block size {size} is not a multiple of {whole}, the sum of the ratio."
            mend = f"Use multiples of {whole}."
            yield Fault((*_PLAN, "block_sizes", position), what, mend)
    wanted = protocol.sample_size.per_arm * len(protocol.arms)
    if plan.slots_per_stratum < wanted:
        what = f"{plan.slots_per_stratum} slots a stratum could run out with {wanted} participants."
        yield Fault((*_PLAN, "slots_per_stratum"), what, f"Plan at least {wanted}.")


def _factor_code_faults(protocol: Protocol) -> Iterator[Fault]:
    # a stratum key such as severity=moderate|site=LEI holds the codes apart by = and |
    factors = [factor.code for factor in protocol.randomization.factors]
    for position, factor in enumerate(protocol.randomization.factors):
        place = (*_PLAN, "factors", position)
        if factor.code in factors[:position]:
            what = f"Two factors have the code “{factor.code}”."
            yield Fault((*place, "code"), what, "Give each its own code.")
        for code in (factor.code, *(level.code for level in factor.levels)):
            if not _STRATUM_WORD.fullmatch(code):
                what = f"“{code}” cannot be part of the name of a stratum."
                yield Fault(place, what, "Use letters, digits and low lines.")


def _factor_faults(protocol: Protocol, factor: StratificationFactor, path: Path) -> Iterator[Fault]:
    if not factor.levels:
        yield Fault((*path, "levels"), f"{factor.label} has no levels.", "List its levels.")
        return
    codes = [level.code for level in factor.levels]
    if len(set(codes)) < len(codes):
        what = f"Two levels of {factor.label} have the same code."
        yield Fault((*path, "levels"), what, "Give each its own code.")
    if factor.code == "site":
        return
    if factor.questionnaire is None or factor.score is None or factor.visit is None:
        what = f"{factor.label} does not say which score at which visit decides its level."
        yield Fault(path, what, "Add questionnaire, score and visit.")
        return
    unknown = tuple(score_faults(path, factor.questionnaire, factor.score))
    yield from unknown or _level_faults(protocol, factor, path)
    asked = [v for v in protocol.visits if v.code == factor.visit and v.day <= 0]
    if not any(factor.questionnaire in visit.questionnaires for visit in asked):
        what = (
            f"{factor.questionnaire} is not asked at a visit “{factor.visit}” before randomization."
        )
        yield Fault((*path, "visit"), what, "Name the baseline visit, and ask it there.")


def _level_faults(protocol: Protocol, factor: StratificationFactor, path: Path) -> Iterator[Fault]:
    limits = [(level.minimum, level.maximum) for level in factor.levels]
    whole = [(low, high) for low, high in limits if low is not None and high is not None]
    place = (*path, "levels")
    if len(whole) < len(limits):
        what = f"A level of {factor.label} has no minimum or no maximum."
        yield Fault(place, what, "Write both, as whole numbers of points.")
        return
    for position, ((_, high), (low, _)) in enumerate(pairwise(whole), start=1):
        if low != high + 1:
            kind = "a gap" if low > high + 1 else "an overlap"
            what = f"Between the levels of {factor.label} there is {kind} at {high:g} to {low:g}."
            yield Fault((*place, position), what, f"Begin this level at {high + 1:g}.")
    lowest, highest = _span(protocol, factor)
    if whole[0][0] > lowest:
        what = f"The levels of {factor.label} begin at {whole[0][0]:g}, inclusion at {lowest:g}."
        yield Fault((*place, 0), what, f"Begin the first level at {lowest:g}.")
    if whole[-1][1] < highest:
        what = f"The levels of {factor.label} end at {whole[-1][1]:g}, the score at {highest:g}."
        yield Fault((*place, len(whole) - 1), what, f"End the last level at {highest:g}.")


def _span(protocol: Protocol, factor: StratificationFactor) -> tuple[float, float]:
    rule = load_questionnaire(factor.questionnaire or "").score(factor.score or "")
    thresholds = [
        criterion.minimum
        for criterion in protocol.criteria
        if (criterion.questionnaire, criterion.score) == (factor.questionnaire, factor.score)
        and criterion.minimum is not None
    ]
    return max(thresholds, default=rule.minimum), rule.maximum


def _sample_size_faults(protocol: Protocol) -> Iterator[Fault]:
    size = protocol.sample_size
    shares = (size.significance_level, size.statistical_power)
    possible = all(0 < share < 1 for share in shares) and 0 <= size.dropout_share < 1
    if not possible or size.standard_deviation <= 0 or not -1 < size.baseline_correlation < 1:
        what = "The assumptions of the sample size are not possible."
        mend = "Check that shares lie between 0 and 1 and that the standard deviation is positive."
        yield Fault(("sample_size",), what, mend)
        return
    if size.difference == 0:
        what = "The difference to be found is 0, so that no sample is large enough."
        yield Fault(("sample_size", "difference"), what, "Write the difference that matters.")
        return
    needed = required_per_arm(size)
    if size.per_arm != needed:
        what = f"{size.per_arm} participants per arm do not follow from the assumptions."
        mend = f"They give {needed} per arm; correct the number or an assumption."
        yield Fault(("sample_size", "per_arm"), what, mend)
    if size.significance_level != protocol.analysis.significance_level:
        what = "The sample size and the analysis use different levels of significance."
        yield Fault(("sample_size", "significance_level"), what, "Use one level.")
