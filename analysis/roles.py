"""Which arm and which column plays which part: the one place where parts meet names."""

from dataclasses import dataclass

from analysis.results import Contrast
from data.records.bundle import TrialRecords
from protocols.design import ArmRole, Protocol, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmColumn:
    """One arm as the reader may know it."""

    arm: str
    """``X`` or ``Y`` while masked; the protocol's arm code after unblinding."""
    label: str


def arm_columns(protocol: Protocol, records: TrialRecords) -> tuple[ArmColumn, ...]:
    """Return the arms in the order of every table: masked letters, or the protocol's arms.

    While the records are masked nothing here depends on the protocol's arms but their number.
    """
    if records.masked:
        letters = sorted({allocated.arm for allocated in records.arms} | set(_letters(protocol)))
        return tuple(ArmColumn(arm=letter, label=f"Arm {letter}") for letter in letters)
    return tuple(ArmColumn(arm=arm.code, label=arm.label) for arm in protocol.arms)


def _letters(protocol: Protocol) -> str:
    return "XYZW"[: len(protocol.arms)]


def contrasts(protocol: Protocol, records: TrialRecords) -> tuple[Contrast, ...]:
    """Return every arm against the reference: the active comparator, or the last masked letter."""
    columns = arm_columns(protocol, records)
    reference = columns[-1] if records.masked else _comparator(protocol, columns)
    return tuple(
        Contrast(
            first=column.arm,
            second=reference.arm,
            label=f"{column.label} − {reference.label}",
        )
        for column in columns
        if column != reference
    )


def _comparator(protocol: Protocol, columns: tuple[ArmColumn, ...]) -> ArmColumn:
    codes = [arm.code for arm in protocol.arms if arm.role is ArmRole.ACTIVE_COMPARATOR]
    return next((c for c in columns if c.arm in codes), columns[-1])


def arm_of(records: TrialRecords) -> dict[str, str]:
    """Return the arm of every randomized participant."""
    return {allocated.participant_id: allocated.arm for allocated in records.arms}


def stratum_levels(stratum: str) -> dict[str, str]:
    """Split a stratum key into its factors.

    Examples
    --------
    >>> stratum_levels("severity=moderate|site=LEI")
    {'severity': 'moderate', 'site': 'LEI'}
    """
    pairs = (part.partition("=") for part in stratum.split("|") if part)
    return {factor: level for factor, _, level in pairs}


def baseline_visit(protocol: Protocol, questionnaire: str | None) -> Visit | None:
    """Return the last planned visit up to day 0 with this questionnaire (None: a resting recording)."""
    before = [visit for visit in protocol.visits if visit.day <= 0]
    measured = [visit for visit in before if measures(visit, questionnaire)]
    return max(measured, key=lambda visit: visit.day, default=None)


def measures(visit: Visit, questionnaire: str | None) -> bool:
    """Tell whether a questionnaire (None: the resting recording) is planned at a visit."""
    return (
        visit.resting_recording if questionnaire is None else questionnaire in visit.questionnaires
    )


def measured_visits(protocol: Protocol, questionnaire: str | None) -> tuple[Visit, ...]:
    """Return the baseline visit and every later visit with this measurement, in time order."""
    baseline = baseline_visit(protocol, questionnaire)
    later = [v for v in protocol.visits if v.day > 0 and measures(v, questionnaire)]
    ordered = sorted(later, key=lambda visit: visit.day)
    return (*(() if baseline is None else (baseline,)), *ordered)
