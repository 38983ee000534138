"""The CONSORT 2025 flow of participants as counts, and the check that nobody is lost or counted twice.

Conventions: assessed = everyone with a screening record; a participant kept out by several criteria counts under the first of
the checklist; followed up = the primary outcome's questionnaire was answered or its recording made at the primary time point;
whoever's visit is still to come is not yet due, which is no failure; leaving after the primary time point changes nothing here.
Conservation: the count of a box equals the sum of the boxes below it plus those who leave beside it, and the lines of
a box and of its side add up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.attendance import Absence, Attendance, derive_attendance
from analysis.datasets import Datasets, Observation, ParticipantRow
from analysis.roles import ArmColumn
from data.records.bundle import TrialRecords
from data.records.participants import EligibilityAssessment, WithdrawalKind
from protocols.design import Protocol

DECLINED = "declined"
NO_REASON = "no reason given"


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowLine:
    """One reason or part of a box."""

    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowSide:
    """Those who leave the flow beside a box; the lines add up to the count."""

    title: str
    count: int
    lines: tuple[FlowLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowBox:
    """One box of the flow."""

    id: str
    title: str
    count: int
    arm: str | None
    """None above the randomization."""
    parent: str | None
    lines: tuple[FlowLine, ...] = ()
    """Parts of the box that add up to its count; empty when it is not divided."""
    comments: tuple[FlowLine, ...] = ()
    """Of those in the box, how many also ...; these need not add up."""
    side: FlowSide | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowImbalance:
    """A box whose counts do not add up."""

    box: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantFlow:
    """The whole flow; parents come before their children."""

    arms: tuple[ArmColumn, ...]
    boxes: tuple[FlowBox, ...]

    def box(self, box_id: str) -> FlowBox:
        """Return one box."""
        return next(box for box in self.boxes if box.id == box_id)

    def children(self, box_id: str) -> tuple[FlowBox, ...]:
        """Return the boxes right below a box."""
        return tuple(box for box in self.boxes if box.parent == box_id)


def check_conservation(flow: ParticipantFlow) -> tuple[FlowImbalance, ...]:
    """Return every box whose counts do not add up; an empty tuple means the flow conserves."""
    return tuple(
        FlowImbalance(box=box.id, message=message)
        for box in flow.boxes
        for message in _imbalances(box, flow.children(box.id))
    )


def _imbalances(box: FlowBox, children: Sequence[FlowBox]) -> Iterable[str]:
    below, beside = sum(child.count for child in children), box.side.count if box.side else 0
    if children and box.count != below + beside:
        yield f"{box.title}: {box.count} is not {below} below plus {beside} beside"
    if box.lines and sum(line.count for line in box.lines) != box.count:
        yield f"{box.title}: its lines add up to {sum(line.count for line in box.lines)}, not {box.count}"
    if box.side and sum(line.count for line in box.side.lines) != box.side.count:
        yield f"{box.side.title}: its reasons do not add up to {box.side.count}"


def derive_flow(
    protocol: Protocol,
    records: TrialRecords,
    datasets: Datasets,
    arms: Sequence[ArmColumn],
    primary: Mapping[str, Observation],
    analysed: Mapping[str, str],
) -> ParticipantFlow:
    """Count participants through the trial.

    ``primary`` holds the primary outcome's observation by participant; ``analysed`` holds for every
    randomized participant the reason for not being in the primary analysis, empty for those in it.
    """
    attendance = derive_attendance(records)
    boxes = [_assessed(protocol, records), _randomized(datasets)]
    for arm in arms:
        people = [row for row in datasets.participants if row.arm == arm.arm]
        boxes += _arm_boxes(protocol, records, arm, people, attendance, primary, analysed)
    return ParticipantFlow(arms=tuple(arms), boxes=tuple(boxes))


def _assessed(protocol: Protocol, records: TrialRecords) -> FlowBox:
    randomized = {allocated.participant_id for allocated in records.arms}
    assessments = {assessment.participant_id: assessment for assessment in records.assessments}
    reasons = [
        _exclusion_reason(protocol, assessments.get(participant.id))
        for participant in records.participants
        if participant.id not in randomized
    ]
    return FlowBox(
        id="assessed",
        title="Assessed for eligibility",
        count=len(records.participants),
        arm=None,
        parent=None,
        side=_side("Excluded before randomization", reasons),
    )


def _exclusion_reason(protocol: Protocol, assessment: EligibilityAssessment | None) -> str:
    if assessment is None:
        return "Other: not yet assessed"
    if DECLINED in assessment.reasons:
        return "Declined to take part"
    if assessment.eligible:
        return "Other: eligible, not randomized"
    texts = {criterion.code: criterion.text for criterion in protocol.criteria}
    kinds = {criterion.code: criterion.kind.value for criterion in protocol.criteria}
    first = assessment.reasons[0] if assessment.reasons else ""
    if first not in texts:
        return f"Not eligible: {first or 'no reason recorded'}"
    criterion = (
        "Exclusion criterion" if kinds[first] == "exclusion" else "Inclusion criterion not met"
    )
    return f"{criterion}: {texts[first].rstrip('.')}"


def _side(title: str, reasons: Iterable[str]) -> FlowSide:
    counts = Counter(reasons)
    lines = tuple(FlowLine(label=reason, count=counts[reason]) for reason in sorted(counts))
    return FlowSide(title=title, count=sum(counts.values()), lines=lines)


def _randomized(datasets: Datasets) -> FlowBox:
    return FlowBox(
        id="randomized",
        title="Randomized",
        count=len(datasets.participants),
        arm=None,
        parent="assessed",
    )


def _arm_boxes(
    protocol: Protocol,
    records: TrialRecords,
    arm: ArmColumn,
    people: Sequence[ParticipantRow],
    attendance: Attendance,
    primary: Mapping[str, Observation],
    analysed: Mapping[str, str],
) -> list[FlowBox]:
    visit = protocol.visit(protocol.primary_outcome.visit or "")
    followed = [row.participant_id for row in people if _is_followed(row.participant_id, primary)]
    lost = [row.participant_id for row in people if row.participant_id not in followed]
    excluded = [analysed[person] for person in followed if analysed[person]]
    return [
        _allocated(arm, people, [_loss_reason(attendance, person, visit.code) for person in lost]),
        FlowBox(
            id=f"followed/{arm.arm}",
            title=f"Followed up at {visit.label.lower()}",
            count=len(followed),
            arm=arm.arm,
            parent=f"allocated/{arm.arm}",
            comments=_stopped_listening(records, followed, _done_at(attendance, visit.code)),
            side=_side("Not in the primary analysis", excluded),
        ),
        FlowBox(
            id=f"analysed/{arm.arm}",
            title="Analysed for the primary outcome",
            count=sum(not analysed[row.participant_id] for row in people),
            arm=arm.arm,
            parent=f"followed/{arm.arm}",
        ),
    ]


def _done_at(attendance: Attendance, visit: str) -> dict[str, datetime]:
    return {
        person: planned.done_at
        for (person, code), planned in attendance.visits.items()
        if code == visit and planned.done_at is not None
    }


def _is_followed(participant_id: str, primary: Mapping[str, Observation]) -> bool:
    found = primary.get(participant_id)
    return found is not None and found.was_taken


def _allocated(arm: ArmColumn, people: Sequence[ParticipantRow], losses: Sequence[str]) -> FlowBox:
    heard = sum(row.dose_minutes > 0 for row in people)
    return FlowBox(
        id=f"allocated/{arm.arm}",
        title=f"Allocated to {arm.label}",
        count=len(people),
        arm=arm.arm,
        parent="randomized",
        lines=(
            FlowLine(label="Heard music", count=heard),
            FlowLine(label="Heard no music", count=len(people) - heard),
        ),
        side=_side(_loss_title(losses), losses),
    )


ABSENCE_WORDS = {
    Absence.MISSED: "Visit missed",
    Absence.NOT_ANSWERED: "Visit held, form not answered or recording not made",
    Absence.NOT_YET_DUE: "Not yet due",
    Absence.NOT_PLANNED: "No such visit on record",
}


def _loss_reason(attendance: Attendance, participant_id: str, visit: str) -> str:
    absence = attendance.absence(participant_id, visit)
    if absence in ABSENCE_WORDS:
        return ABSENCE_WORDS[absence]
    words = "Lost to follow-up" if absence is Absence.LOST else "Withdrew"
    return f"{words}: {attendance.left[participant_id].reason or NO_REASON}"


def _loss_title(reasons: Iterable[str]) -> str:
    is_running = ABSENCE_WORDS[Absence.NOT_YET_DUE] in reasons
    return "Not followed up, or not yet due" if is_running else "Not followed up"


def _stopped_listening(
    records: TrialRecords, people: Sequence[str], measured_at: Mapping[str, datetime]
) -> tuple[FlowLine, ...]:
    reasons = Counter(
        withdrawal.reason or NO_REASON
        for withdrawal in records.withdrawals
        if withdrawal.kind is WithdrawalKind.INTERVENTION_ONLY
        and withdrawal.participant_id in people
        and withdrawal.at <= measured_at.get(withdrawal.participant_id, withdrawal.at)
    )
    return tuple(
        FlowLine(label=f"Stopped listening: {reason}", count=reasons[reason])
        for reason in sorted(reasons)
    )
