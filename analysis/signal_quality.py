"""How good the recordings of a trial are: one row a recording, and the same summed up by participant and by arm.

Conventions: arms are those of the records, masked until unblinding. Shares are in per cent. What the records do not hold is
None, never 0. A recording is a resting recording of beats or of another signal at a visit, or a listening session.

Contents: `RecordingQuality`, `ParticipantQuality`, `ArmQuality`, `SignalQuality`, `describe_signal_quality`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.estimators.descriptive import Summary, summarize
from analysis.roles import ArmColumn
from data.records.bundle import SessionSummary, TrialRecords
from data.records.recording_spans import RestingSpan
from data.records.resting_signals import RestingSignal
from data.records.visits import RestingMeasurement

GOOD_FLAGGED_PERCENT = 5.0
GOOD_COVERED_PERCENT = 80.0
STRETCH_MINUTES = 0.5
GOOD, DEGRADED, HOLD = "good", "degraded", "hold"
HEART = "heartbeat"
AT_REST, IN_SESSIONS = "at rest", "in sessions"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingQuality:
    """One recording."""

    participant_id: str
    arm: str
    occasion: str
    """Visit code, or ``session-<number>``."""
    setting: str
    """``at rest`` or ``in sessions``."""
    signal: str
    """``heartbeat`` or a code of `protocols.signal_variables`."""
    recorded_minutes: float | None
    usable_percent: float | None
    """At rest: of the time, covered by valid intervals, or of the samples, believed; in a session: of the stretches, good."""
    corrected_percent: float | None
    """Of the beats, left out by the policy or edited by a person."""
    gaps: int | None
    state: str
    """``good``, ``degraded`` or ``hold``: not to be used."""
    reason: str
    """Why it has no value; empty when it has one."""
    edits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantQuality:
    """All recordings of one participant."""

    participant_id: str
    arm: str
    recordings: int
    recorded_minutes: Summary
    usable_percent: Summary
    corrected_percent: Summary
    gaps: Summary
    states: tuple[int, int, int]
    """Good, degraded, hold."""
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmQuality:
    """All recordings of one signal in one setting and arm."""

    arm: str
    label: str
    setting: str
    signal: str
    participants: int
    recordings: int
    recorded_minutes: Summary
    usable_percent: Summary
    corrected_percent: Summary
    gaps: Summary
    states: tuple[int, int, int]
    """Good, degraded, hold."""
    reasons: tuple[tuple[str, int], ...]
    """Why recordings have no value, and how many; the commonest first."""
    edited: int
    """Recordings whose beats a person edited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalQuality:
    """The quality of every recording of the randomized."""

    recordings: tuple[RecordingQuality, ...]
    participants: tuple[ParticipantQuality, ...]
    arms: tuple[ArmQuality, ...]

    def of(self, setting: str, signal: str) -> tuple[ArmQuality, ...]:
        """Return one setting and signal, in the order of the arms."""
        return tuple(one for one in self.arms if (one.setting, one.signal) == (setting, signal))

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Settings with signals that there are recordings of, in the order in which they came."""
        return tuple(dict.fromkeys((one.setting, one.signal) for one in self.recordings))


def describe_signal_quality(records: TrialRecords, arms: Sequence[ArmColumn]) -> SignalQuality:
    """Describe the recordings of the randomized.

    Parameters
    ----------
    records : TrialRecords
        Frozen; masked or not.
    arms : sequence of ArmColumn
        In the order of every table.

    Returns
    -------
    SignalQuality
        Without recordings: empty.
    """
    arm_of = {one.participant_id: one.arm for one in records.arms}
    found = tuple(one for one in _recordings(records, arm_of) if one.participant_id in arm_of)
    kinds = dict.fromkeys((one.setting, one.signal) for one in found)
    return SignalQuality(
        recordings=found,
        participants=tuple(
            _participant(person, arm_of[person], [r for r in found if r.participant_id == person])
            for person in sorted(arm_of)
        ),
        arms=tuple(_arm(arm, setting, signal, found) for setting, signal in kinds for arm in arms),
    )


def _recordings(records: TrialRecords, arm_of: Mapping[str, str]) -> Iterator[RecordingQuality]:
    spans = {one.id: one for one in records.resting_spans}
    for resting in records.resting:
        yield _at_rest(resting, arm_of.get(resting.participant_id, ""), spans.get(resting.id))
    for signal in records.resting_signals:
        yield _of_signal(signal, arm_of.get(signal.participant_id, ""))
    for session in records.sessions:
        if session.started_at is not None:
            yield _in_session(session, arm_of.get(session.participant_id, ""))


def _at_rest(one: RestingMeasurement, arm: str, span: RestingSpan | None) -> RecordingQuality:
    flagged, covered = 100.0 * one.flagged_share, 100.0 * one.covered_share
    corrected = flagged if one.corrected_share is None else 100.0 * one.corrected_share
    is_good = flagged <= GOOD_FLAGGED_PERCENT and covered >= GOOD_COVERED_PERCENT
    return RecordingQuality(
        participant_id=one.participant_id,
        arm=arm,
        occasion=one.visit,
        setting=AT_REST,
        signal=HEART,
        recorded_minutes=None if span is None else span.recorded_s / 60.0,
        usable_percent=covered,
        corrected_percent=corrected,
        gaps=None if span is None else span.gaps,
        state=HOLD if one.ln_rmssd is None else GOOD if is_good else DEGRADED,
        reason=one.reason,
        edits=one.edits,
    )


def _of_signal(one: RestingSignal, arm: str) -> RecordingQuality:
    return RecordingQuality(
        participant_id=one.participant_id,
        arm=arm,
        occasion=one.visit,
        setting=AT_REST,
        signal=one.variable,
        recorded_minutes=one.duration_s / 60.0,
        usable_percent=100.0 * one.usable_share,
        corrected_percent=None,
        gaps=None,
        state=HOLD if one.value is None else one.quality,
        reason=one.reason,
        edits=0,
    )


def _in_session(one: SessionSummary, arm: str) -> RecordingQuality:
    usable = None if one.good_share is None else 100.0 * one.good_share
    return RecordingQuality(
        participant_id=one.participant_id,
        arm=arm,
        occasion=f"session-{one.number}",
        setting=IN_SESSIONS,
        signal=HEART,
        recorded_minutes=one.steps * STRETCH_MINUTES,
        usable_percent=usable,
        corrected_percent=None if one.corrected_share is None else 100.0 * one.corrected_share,
        gaps=None if usable is None else round(one.steps * (1.0 - usable / 100.0)),
        state=_session_state(usable),
        reason="no_signal" if usable is None else "",
        edits=one.edits,
    )


def _session_state(usable_percent: float | None) -> str:
    if usable_percent is None or usable_percent <= 0.0:
        return HOLD
    return GOOD if usable_percent >= GOOD_COVERED_PERCENT else DEGRADED


def _participant(person: str, arm: str, found: Sequence[RecordingQuality]) -> ParticipantQuality:
    return ParticipantQuality(
        participant_id=person,
        arm=arm,
        recordings=len(found),
        recorded_minutes=summarize([one.recorded_minutes for one in found]),
        usable_percent=summarize([one.usable_percent for one in found]),
        corrected_percent=summarize([one.corrected_percent for one in found]),
        gaps=summarize([one.gaps for one in found]),
        states=_states(found),
        reasons=_reasons(found),
    )


def _arm(
    arm: ArmColumn, setting: str, signal: str, every: Sequence[RecordingQuality]
) -> ArmQuality:
    wanted = (arm.arm, setting, signal)
    found = [one for one in every if (one.arm, one.setting, one.signal) == wanted]
    return ArmQuality(
        arm=arm.arm,
        label=arm.label,
        setting=setting,
        signal=signal,
        participants=len({one.participant_id for one in found}),
        recordings=len(found),
        recorded_minutes=summarize([one.recorded_minutes for one in found]),
        usable_percent=summarize([one.usable_percent for one in found]),
        corrected_percent=summarize([one.corrected_percent for one in found]),
        gaps=summarize([one.gaps for one in found]),
        states=_states(found),
        reasons=_reasons(found),
        edited=sum(one.edits > 0 for one in found),
    )


def _states(found: Sequence[RecordingQuality]) -> tuple[int, int, int]:
    counts = Counter(one.state for one in found)
    return counts[GOOD], counts[DEGRADED], counts[HOLD]


def _reasons(found: Sequence[RecordingQuality]) -> tuple[tuple[str, int], ...]:
    counts = Counter(one.reason for one in found if one.reason)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
