"""Emergency code breaks by arm: whose arm became known to one person before the trial was unblinded."""

from dataclasses import dataclass

from analysis.study import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmCodeBreaks:
    """The code breaks in one arm."""

    arm: str
    label: str
    randomized: int
    participants: int
    breaks: int


def describe_code_breaks(study: Study) -> tuple[ArmCodeBreaks, ...]:
    """Count participants with a code break, and code breaks, in the order of every table."""
    arm_of = study.arm_of
    of = [broken.participant_id for broken in study.records.code_breaks]
    return tuple(
        ArmCodeBreaks(
            arm=arm.arm,
            label=arm.label,
            randomized=sum(one == arm.arm for one in arm_of.values()),
            participants=sum(arm_of.get(person) == arm.arm for person in set(of)),
            breaks=sum(arm_of.get(person) == arm.arm for person in of),
        )
        for arm in study.arms
    )
