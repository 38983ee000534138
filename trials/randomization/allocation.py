"""Randomize one participant: one transaction that checks, takes the next slot and plans the rest.

The order is that of the requirement (conduct: R3): under the write lock the participant is read
again; consent, eligibility and baseline are checked; the stratum is computed from what is stored;
the next unused slot of its sealed list is taken; allocation, visits, sessions and the new state are
written; only after the commit is anything answered. The answer never names the arm. There is no
second randomization: a repeated call returns the first result (R6).
"""

from dataclasses import dataclass
from datetime import datetime

from data.records.allocation import Allocation, AllocationSlot
from data.records.participants import EligibilityAssessment, Participant, ParticipantState
from data.records.people import Actor
from data.records.visits import PlannedVisit, PlanState
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.design import Protocol
from protocols.randomization import StratificationFactor
from trials.answers import completed_score
from trials.consent import consent_in_force
from trials.eligibility import computed_criteria, keep_out
from trials.errors import ListExhaustedError, NotReadyToRandomizeError, SiteNotReadyError
from trials.in_force import protocol_in
from trials.local_days import day_at
from trials.participants import in_words, move
from trials.randomization.lists import kit_code
from trials.randomization.strata import SITE_FACTOR, level_of_score, stratum_key
from trials.schedule import baseline_visit, plan_sessions, plan_visits, visit_id
from trials.screening import require_open_site

ALLOCATION_KEY = "allocation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Randomized:
    """What a blinded role may know of an allocation."""

    participant_id: str
    code: str
    """Meaningless kit code."""
    stratum: str
    at: datetime
    already: bool
    """True when the participant had been randomized before this call."""


def randomize(store: Store, actor: Actor, participant_id: str) -> Randomized:
    """Give a participant the next slot of the sealed list of their stratum.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who randomizes.
    participant_id : str
        Whom.

    Returns
    -------
    Randomized
        Code, stratum and time; never the arm.

    Raises
    ------
    NotReadyToRandomizeError
        If anything that must come before is missing; it lists every missing thing.
    """
    with store.writing(actor, Permission.RANDOMIZE, "randomize") as writing:
        participant = writing.get(Participant, participant_id)
        known = writing.first(Allocation, id=participant_id)
        if known is not None:
            return _answer(known, already=True)
        protocol = protocol_in(writing)
        missing = missing_before_randomization(writing, protocol, participant)
        if missing:
            raise NotReadyToRandomizeError(participant_id, missing)
        stratum = stratum_of(writing, protocol, participant)
        allocation = _take_next_slot(
            writing, store, participant_id=participant_id, stratum=stratum, actor=actor
        )
        day = day_at(writing, participant, allocation.randomized_at)
        writing.add_all(plan_visits(protocol, participant_id, day))
        writing.add_all(plan_sessions(protocol, participant_id, day))
        move(writing, participant_id, ParticipantState.RANDOMIZED)
    return _answer(allocation, already=False)


def randomization_checklist(store: Store, actor: Actor, participant_id: str) -> tuple[str, ...]:
    """Return, in words, everything that is still missing before randomization; empty: ready."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        participant = reading.get(Participant, participant_id)
        return missing_before_randomization(reading, protocol_in(reading), participant)


def participant_stratum(store: Store, actor: Actor, participant_id: str) -> str:
    """Return the stratum that the stored values put a participant in; nobody types it in."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        participant = reading.get(Participant, participant_id)
        return stratum_of(reading, protocol_in(reading), participant)


def missing_before_randomization(
    reading: Reading, protocol: Protocol, participant: Participant
) -> tuple[str, ...]:
    """Return, in words, everything that is missing; I2 of conduct holds because of this list."""
    assessment = reading.first(EligibilityAssessment, participant_id=participant.id)
    baseline = reading.first(
        PlannedVisit, id=visit_id(participant.id, baseline_visit(protocol).code)
    )
    is_eligible = assessment is not None and assessment.eligible
    checks = (
        (
            consent_in_force(reading, protocol, participant.id) is not None,
            f"consent to version {protocol.consent_version} is missing",
        ),
        (is_eligible, "the signed eligibility is missing"),
        (baseline is not None and baseline.state is PlanState.DONE, "the baseline is not complete"),
        (
            participant.state is ParticipantState.BASELINE_COMPLETE,
            f"the participant is {in_words(participant.state)}",
        ),
        *((_is_known(reading, protocol, participant, f), f"{f.label} is not known")
          for f in protocol.randomization.factors),
    )  # fmt: skip
    missing = [words for holds, words in checks if not holds]
    return (
        *missing,
        *(_unmet_scores(reading, protocol, participant.id) if is_eligible else ()),
        *_site_problem(reading, participant.site_id),
    )


def stratum_of(reading: Reading, protocol: Protocol, participant: Participant) -> str:
    """Return the stratum key computed from stored values.

    Raises
    ------
    NotReadyToRandomizeError
        If a factor's value is not on record.
    """
    levels = {
        factor.code: _level(reading, protocol, participant, factor)
        for factor in protocol.randomization.factors
    }
    known = {code: level for code, level in levels.items() if level is not None}
    if len(known) < len(levels):
        unknown = ", ".join(sorted(set(levels) - set(known)))
        raise NotReadyToRandomizeError(participant.id, (f"{unknown} is not known",))
    return stratum_key(known)


def _take_next_slot(
    writing: Writing, store: Store, *, participant_id: str, stratum: str, actor: Actor
) -> Allocation:
    position = writing.count(Allocation, stratum=stratum) + 1
    slot = writing.first(AllocationSlot, stratum=stratum, position=position)
    if slot is None:
        message = f"The sealed list of the stratum {stratum} has no slot {position}."
        raise ListExhaustedError(message)
    allocation = Allocation(
        id=participant_id,
        slot_id=slot.id,
        stratum=stratum,
        code=kit_code(store.key_for(ALLOCATION_KEY), slot.id),
        arm=slot.arm,
        randomized_at=store.clock(),
        randomized_by=actor.user_id,
    )
    writing.add(allocation)
    return allocation


def _is_known(
    reading: Reading, protocol: Protocol, participant: Participant, factor: StratificationFactor
) -> bool:
    return _level(reading, protocol, participant, factor) is not None


def _level(
    reading: Reading, protocol: Protocol, participant: Participant, factor: StratificationFactor
) -> str | None:
    if factor.code == SITE_FACTOR:
        known = {level.code for level in factor.levels}
        return participant.site_id if participant.site_id in known else None
    if factor.questionnaire is None or factor.score is None:
        return None
    visit = factor.visit or baseline_visit(protocol).code
    score = completed_score(reading, participant.id, visit, factor.questionnaire, factor.score)
    if score is None or score.value is None:
        return None
    return level_of_score(factor, score.value)


def _unmet_scores(reading: Reading, protocol: Protocol, participant_id: str) -> tuple[str, ...]:
    """Return the score criteria that the answers stored now do not meet, whatever was signed."""
    met = computed_criteria(reading, protocol, participant_id)
    scored = [criterion for criterion in protocol.criteria if criterion.questionnaire is not None]
    unmet = keep_out([criterion for criterion in scored if criterion.code in met], met)
    return tuple(
        f"the answers on record contradict the signed eligibility ({criterion.text.rstrip('.')})"
        for criterion in scored
        if criterion.code in unmet or criterion.code not in met
    )


def _site_problem(reading: Reading, site_id: str) -> tuple[str, ...]:
    try:
        require_open_site(reading, site_id)
    except SiteNotReadyError as error:
        return (str(error).rstrip("."),)
    return ()


def _answer(allocation: Allocation, *, already: bool) -> Randomized:
    return Randomized(
        participant_id=allocation.id,
        code=allocation.code,
        stratum=allocation.stratum,
        at=allocation.randomized_at,
        already=already,
    )
