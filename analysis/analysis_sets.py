"""Who is in which analysis (CONSORT 2025 item 21b), with the reason of each exclusion.

Conventions: every set is a subset of the randomized, analysed in the arm of the allocation.

- randomized: everyone with an allocation.
- full analysis: the randomized; each analysis then takes those with its outcome observed.
- per protocol: those of the full analysis set who attended at least the plan's minimum of sessions
  (attended as in ``data.measures.adherence``) and had no important deviation.
- safety: the randomized who heard any music, however little.
"""

from dataclasses import dataclass

from analysis.datasets import ParticipantRow
from data.records.bundle import TrialRecords
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """Why a randomized participant is not in a set."""

    participant_id: str
    analysis_set: AnalysisSet
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """One analysis set: its members in order of id, and who is not in it."""

    analysis_set: AnalysisSet
    members: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]


def select_analysis_sets(
    protocol: Protocol, records: TrialRecords, participants: tuple[ParticipantRow, ...]
) -> tuple[Membership, ...]:
    """Return every analysis set, in the order of `AnalysisSet`."""
    important = {d.participant_id for d in records.deviations if d.important}
    return tuple(
        _membership(analysis_set, protocol, participants, important) for analysis_set in AnalysisSet
    )


def members_of(memberships: tuple[Membership, ...], analysis_set: AnalysisSet) -> frozenset[str]:
    """Return the members of one set."""
    return frozenset(next(m for m in memberships if m.analysis_set is analysis_set).members)


def _membership(
    analysis_set: AnalysisSet,
    protocol: Protocol,
    participants: tuple[ParticipantRow, ...],
    important: set[str],
) -> Membership:
    reasons = {
        row.participant_id: _exclusion_reason(analysis_set, protocol, row, important)
        for row in participants
    }
    return Membership(
        analysis_set=analysis_set,
        members=tuple(person for person, reason in reasons.items() if not reason),
        exclusions=tuple(
            Exclusion(participant_id=person, analysis_set=analysis_set, reason=reason)
            for person, reason in reasons.items()
            if reason
        ),
    )


def _exclusion_reason(
    analysis_set: AnalysisSet, protocol: Protocol, row: ParticipantRow, important: set[str]
) -> str:
    if analysis_set is AnalysisSet.SAFETY and row.dose_minutes == 0:
        return "heard no music"
    if analysis_set is not AnalysisSet.PER_PROTOCOL:
        return ""
    if row.participant_id in important:
        return "important protocol deviation"
    minimum = protocol.analysis.per_protocol_minimum_sessions
    if row.sessions_attended >= minimum:
        return ""
    return (
        f"sessions still to come, fewer than {minimum} attended so far"
        if row.is_in_treatment
        else f"attended fewer than {minimum} sessions"
    )
