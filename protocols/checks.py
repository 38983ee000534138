"""Whether the parts of a protocol agree with each other.

Conventions: each check yields one fault for each disagreement, at the place where it is mended;
`find_faults` runs them all, so that a document is mended in one go.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from protocols.check_allocation import allocation_faults
from protocols.check_estimators import estimator_faults
from protocols.check_looks import look_faults
from protocols.check_measurement import measurement_faults
from protocols.check_multiplicity import multiplicity_faults
from protocols.check_questionnaires import score_faults
from protocols.check_schedule import schedule_faults
from protocols.check_session import session_faults
from protocols.design import ArmRole, Protocol
from protocols.eligibility import CriterionKind
from protocols.problems import Fault, Path

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_NEEDED_TEXTS = (
    "study_id",
    "title",
    "version",
    "population",
    "consent_version",
    "consent_text",
    "sensing_notice",
    "blinding",
)


def find_faults(protocol: Protocol) -> tuple[Fault, ...]:
    """Find every disagreement between the parts of a protocol.

    Parameters
    ----------
    protocol : Protocol
        A protocol whose fields have the right types.

    Returns
    -------
    tuple of Fault
        Empty when the parts agree.
    """
    checks = (
        _missing_texts,
        _code_faults,
        _arm_faults,
        _criteria_faults,
        schedule_faults,
        allocation_faults,
        measurement_faults,
        estimator_faults,
        multiplicity_faults,
        look_faults,
        session_faults,
    )
    return tuple(fault for check in checks for fault in check(protocol))


def _missing_texts(protocol: Protocol) -> Iterator[Fault]:
    for name in _NEEDED_TEXTS:
        if not getattr(protocol, name).strip():
            yield Fault(
                (name,), f"“{name}” is empty.", "Write it: a trial cannot begin without it."
            )
    if not protocol.objectives:
        yield Fault(("objectives",), "There is no objective.", "Write the primary objective.")


def _code_faults(protocol: Protocol) -> Iterator[Fault]:
    named = {
        "arms": [arm.code for arm in protocol.arms],
        "epochs": [epoch.code for epoch in protocol.epochs],
        "visits": [visit.code for visit in protocol.visits],
        "criteria": [criterion.code for criterion in protocol.criteria],
        "outcomes": [outcome.code for outcome in protocol.outcomes],
        "intercurrent_events": [event.code for event in protocol.intercurrent_events],
        "estimands": [estimand.code for estimand in protocol.estimands],
        "safety_rules": [rule.code for rule in protocol.safety_rules],
    }
    for part, codes in named.items():
        yield from _codes_of((part,), codes)
    analyses = [analysis.code for analysis in protocol.analysis.analyses]
    yield from _codes_of(("analysis", "analyses"), analyses)
    families = [family.code for family in protocol.analysis.families]
    yield from _codes_of(("analysis", "families"), families)


def _codes_of(path: Path, codes: Sequence[str]) -> Iterator[Fault]:
    counted = Counter(codes)
    for position, code in enumerate(codes):
        place: Path = (*path, position, "code")
        if not _CODE.fullmatch(code):
            mend = "Use small letters, digits and low lines, beginning with a letter."
            yield Fault(place, f"The code “{code}” is not a plain word.", mend)
        if counted[code] > 1 and code in codes[:position]:
            yield Fault(place, f"The code “{code}” is used twice.", "Give each its own code.")


def _arm_faults(protocol: Protocol) -> Iterator[Fault]:
    if len(protocol.arms) < 2:
        yield Fault(("arms",), "There are fewer than two arms.", "Describe every arm.")
    if not any(arm.role is ArmRole.EXPERIMENTAL for arm in protocol.arms):
        yield Fault(("arms",), "No arm is experimental.", "Give one arm the role experimental.")


def _criteria_faults(protocol: Protocol) -> Iterator[Fault]:
    if not any(c.kind is CriterionKind.INCLUSION for c in protocol.criteria):
        mend = "Say who may take part."
        yield Fault(("criteria",), "There is no inclusion criterion.", mend)
    # the last visit up to day 0 is the baseline, and opens once eligibility is signed
    screening = [visit for visit in protocol.visits if visit.day <= 0][:-1]
    asked = {q for visit in screening for q in visit.questionnaires}
    for position, criterion in enumerate(protocol.criteria):
        if criterion.questionnaire is None:
            continue
        place: Path = ("criteria", position)
        yield from score_faults(place, criterion.questionnaire, criterion.score)
        if criterion.questionnaire not in asked:
            what = f"{criterion.questionnaire} is asked at no visit before the baseline."
            yield Fault((*place, "questionnaire"), what, "Ask it at a screening visit.")
        if criterion.minimum is None:
            what = f"The criterion {criterion.code} has no score from which it is met."
            yield Fault((*place, "minimum"), what, "Write the smallest score that meets it.")
